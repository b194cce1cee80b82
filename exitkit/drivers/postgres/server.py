"""One PostgreSQL server and the databases on it, as the Database port sees them."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exitkit.drivers.postgres import apart, assess, content, dump, merge, replication
from exitkit.drivers.postgres.connection import Connected
from exitkit.errors import OutsideError, Unsupported
from exitkit.ports import Access, Answer, Database, Following, Keep, Lag, Secret, Table, Trait
from exitkit.ports.apart import Change, Merged

if TYPE_CHECKING:
    from psycopg import Connection

_DRAIN_SECONDS = 5.0
_MARK = "made by exitkit for "
_OTHERS = (
    "FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid() AND application_name <> 'exitkit'"
    " AND backend_type IN ('client backend', 'walsender')"
)
"""Who is ended when writing is stopped or allowed: not the workers that bring changes by replication."""


class PostgresServer(Connected):
    """One server, as the role that administers it."""

    def create(self, database: str, *, owner: str, mark: str) -> None:
        """Make an empty database with its owner, marked as ours; harmless where it exists with the same mark."""
        from psycopg.sql import SQL, Identifier, Literal

        with self.connect("postgres", autocommit=True) as server:
            if not server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [owner]).fetchone():
                server.execute(SQL("CREATE ROLE {} LOGIN").format(Identifier(owner)))
            if self._mark(server, database) is None:
                # Marked before it has its name: a kill in between leaves nothing that is nobody's.
                staging = Identifier(f"{database[:51]}_exitkit_new")
                server.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(staging))
                server.execute(SQL("CREATE DATABASE {} OWNER {}").format(staging, Identifier(owner)))
                server.execute(SQL("COMMENT ON DATABASE {} IS {}").format(staging, Literal(_MARK + mark)))
                server.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(staging, Identifier(database)))
            self._ours(server, database, mark)

    def drop(self, database: str, *, mark: str) -> None:
        """Drop a database that bears the mark; harmless where there is none. Raises OutsideError on any other."""
        from psycopg.sql import SQL, Identifier

        with self.connect("postgres", autocommit=True) as server:
            if self._mark(server, database) is None:
                return
            self._ours(server, database, mark)
            replication.forget_subscriptions(self, database)
            replication.forget_slots(self, database)
            server.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(database)))

    def exists(self, database: str) -> bool:
        """Whether there is such a database."""
        with self.connect("postgres") as server:
            return self._mark(server, database) is not None

    def access(self, database: str) -> Access:
        """What a service needs to work with it: a fresh password for its owner, which ends the old one."""
        from psycopg.sql import SQL, Identifier, Literal

        password = secrets.token_urlsafe(24)
        with self.connect("postgres", autocommit=True) as server:
            owner = self._owner(server, database)
            server.execute(SQL("ALTER ROLE {} PASSWORD {}").format(Identifier(owner), Literal(password)))
        values = {"HOST": self._host, "PORT": str(self._port), "DATABASE": database, "USER": owner}
        return Access(values=values, secrets={"PASSWORD": Secret.of(password)})

    def copy_to(
        self, database: str, target: Database, *, mark: str, keep: Keep, link: str = "", spool: Path | None = None
    ) -> int:
        """Dump one snapshot, restore it at the target, tell `keep` of every row in it; answers the dump's bytes."""
        there = _same_kind(target)
        if link:
            replication.end(self, there, database, link)
        with self.connect("postgres") as server:
            owner = self._owner(server, database)
        there.drop(database, mark=mark)
        there.create(database, owner=owner, mark=mark)
        following = replication.possible(self, there, database) if link else Following(())
        with ExitStack() as held:
            snapshot, password = None, ""
            if following.tables:
                kept = replication.published(self, database, link, following)
                snapshot, password = held.enter_context(kept)
            reader = held.enter_context(self._snapshot(database, snapshot))
            moved = dump.Moved(self.libpq(database), there.libpq(database), _exported(reader), owner, spool)
            size = moved.through_files() if spool is not None else moved.straight()
            for row in content.fingerprints(reader):
                keep(*row)
        if following.tables:
            replication.subscribe(self, there, database, link, password)
        return size

    def follow(self, database: str, target: Database, *, link: str) -> Following:
        """Let changes arrive: those kept since the copy, or, where none were, those from now on."""
        there = _same_kind(target)
        following = replication.possible(self, there, database)
        if not following.tables:
            return following
        if not replication.subscribed(there, database, link):
            replication.end(self, there, database, link)
            with replication.published(self, database, link, following) as (_, password):
                pass
            replication.subscribe(self, there, database, link, password)
        replication.switch(there, database, link, on=True)
        return following

    def lag(self, database: str, target: Database, *, link: str) -> Lag | None:
        """Wait until what was committed so far has arrived; None where nothing is followed."""
        there = _same_kind(target)
        if not replication.subscribed(there, database, link):
            return None
        return replication.arrived(self, database, link)

    def settle(self, database: str, target: Database, *, link: str) -> Lag | None:
        """The same, and let nothing more arrive after it."""
        there = _same_kind(target)
        if not replication.subscribed(there, database, link):
            return None
        replication.switch(there, database, link, on=True)
        lag = replication.arrived(self, database, link)
        replication.switch(there, database, link, on=False)
        return lag

    def unfollow(self, database: str, target: Database, *, link: str) -> None:
        """Stop following for good; harmless where there is nothing."""
        replication.end(self, _same_kind(target), database, link)

    def ask(self, database: str, query: str) -> Answer:
        """What a query answers that only reads, each row on a line of its own."""
        with self._snapshot(database) as reader:
            began = time.monotonic()
            rows = reader.execute(query.encode()).fetchall()
            return Answer("\n".join(" | ".join(map(str, row)) for row in rows), time.monotonic() - began)

    def assess(self, database: str, target: Database) -> tuple[Trait, ...]:
        """What about a database a move to that server has to reckon with."""
        there = _same_kind(target)
        with self._snapshot(database) as here, there.connect("postgres") as beyond:
            return assess.traits(here, beyond)

    def tables(self, database: str) -> tuple[Table, ...]:
        """Every table of the user's and every sequence, by name, read in one snapshot."""
        with self._snapshot(database) as reader:
            return content.tables(reader)

    def fingerprints(self, database: str) -> Iterator[tuple[str, str, str]]:
        """(table, key, content hash) of every row, ordered by table and key, read in one snapshot."""
        with self._snapshot(database) as reader:
            yield from content.fingerprints(reader)

    def merge_to(self, database: str, target: Database, *, prune: bool, link: str = "") -> int:
        """Bring the target's tables to this content, in one transaction; answers the rows changed there."""
        there = _same_kind(target)
        followed = replication.tables_of(self, database, link) if link else ()
        with self._snapshot(database) as reader, there.connect(database) as writer:
            return merge.merge(reader, writer, prune=prune, without=followed)

    def leap(self, database: str, copy: Database, *, by: int) -> tuple[int, tuple[str, ...]]:
        """Let the copy's sequences go on `by` numbers after this one's; answers how many do, and which cannot."""
        with self._snapshot(database) as reader, _same_kind(copy).connect(database) as writer:
            return apart.leap(reader, writer, by=by)

    def merge_changes(self, database: str, home: Database, changes: Iterable[Change]) -> Merged:
        """Bring these changes of ours to a home that may be in use, in one transaction."""
        with self._snapshot(database) as reader, _same_kind(home).connect(database) as writer:
            return apart.bring(reader, writer, changes)

    def freeze(self, database: str) -> None:
        """Let new transactions be read only, wait for open ones, end every connection that has not heard."""
        self._set_read_only(database, "on")
        with self.connect("postgres", autocommit=True) as server:
            until = time.monotonic() + _DRAIN_SECONDS
            while time.monotonic() < until:
                busy = server.execute(f"SELECT count(*) {_OTHERS} AND backend_xid IS NOT NULL", [database]).fetchone()
                if not busy or not busy[0]:
                    break
                time.sleep(0.02)
            server.execute(f"SELECT pg_terminate_backend(pid) {_OTHERS}", [database])

    def thaw(self, database: str) -> None:
        """Let transactions write again; connections that have not heard are ended."""
        self._set_read_only(database, "off")
        with self.connect("postgres", autocommit=True) as server:
            server.execute(
                f"SELECT pg_terminate_backend(pid) {_OTHERS}",
                [database],
            )

    def frozen(self, database: str) -> bool:
        """Whether new transactions are read only."""
        with self.connect("postgres") as server:
            row = server.execute(
                "SELECT 'default_transaction_read_only=on' = ANY (setconfig) FROM pg_db_role_setting s"
                " JOIN pg_database d ON d.oid = s.setdatabase WHERE datname = %s AND setrole = 0",
                [database],
            ).fetchone()
        return bool(row and row[0])

    @contextmanager
    def _snapshot(self, database: str, exported: str | None = None) -> Iterator[Connection[Any]]:
        from psycopg.sql import SQL, Literal

        with self.connect(database) as reader:
            reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            if exported is not None:
                reader.execute(SQL("SET TRANSACTION SNAPSHOT {}").format(Literal(exported)))
            yield reader

    def _set_read_only(self, database: str, value: str) -> None:
        from psycopg.sql import SQL, Identifier

        with self.connect("postgres", autocommit=True) as server:
            wanted = SQL(f"ALTER DATABASE {{}} SET default_transaction_read_only = {value}")
            server.execute(wanted.format(Identifier(database)))

    @staticmethod
    def _owner(server: Connection[Any], database: str) -> str:
        row = server.execute(
            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [database]
        ).fetchone()
        if row is None:
            raise OutsideError(f"there is no database {database} on this server")
        return str(row[0])

    @staticmethod
    def _mark(server: Connection[Any], database: str) -> str | None:
        """The comment on a database; empty where it has none, None where there is no such database."""
        row = server.execute(
            "SELECT coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname = %s", [database]
        ).fetchone()
        return str(row[0]) if row else None

    def _ours(self, server: Connection[Any], database: str, mark: str) -> None:
        found = self._mark(server, database)
        if found != _MARK + mark:
            raise OutsideError(
                f"the database {database} at {self._host}:{self._port} was not made for {mark}, so it is left alone",
                hint="name another database in the workload, or remove that one yourself",
            )


def _exported(reader: Connection[Any]) -> str:
    """A snapshot that other connections may read: the one this one reads."""
    row = reader.execute("SELECT pg_export_snapshot()").fetchone()
    return str(row[0]) if row else ""


def _same_kind(target: Database) -> PostgresServer:
    if not isinstance(target, PostgresServer):
        raise Unsupported("a PostgreSQL database can only be copied to another PostgreSQL server")
    return target
