"""One PostgreSQL server and the databases on it, as the Database port sees them."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from exitkit.drivers.postgres import content, dump, merge
from exitkit.errors import MissingExtra, OutsideError, Unsupported
from exitkit.ports import Access, Database, Keep, Secret, Table

if TYPE_CHECKING:
    from psycopg import Connection

_DRAIN_SECONDS = 5.0
_MARK = "made by exitkit for "
# So that the same row is the same text on every server, and a frozen database can still be written by us.
_SESSION = {
    "default_transaction_read_only": "off",
    "TimeZone": "UTC",
    "DateStyle": "ISO,MDY",
    "IntervalStyle": "iso_8601",
    "extra_float_digits": "1",
    "bytea_output": "hex",
}


class PostgresServer:
    """One server, as the role that administers it."""

    def __init__(self, host: str, port: int, *, user: str, password: Secret) -> None:
        self._host = host
        self._port = port
        self._user = user
        self._password = password

    @contextmanager
    def connect(self, database: str, *, autocommit: bool = False) -> Iterator[Connection[Any]]:
        """A connection to one database. Raises OutsideError, in our words, for what libpq refuses."""
        try:
            import psycopg
        except ImportError as error:
            raise MissingExtra("cloud", needed_for="a PostgreSQL database") from error
        options = " ".join(f"-c {name}={value}" for name, value in _SESSION.items())
        try:
            with psycopg.connect(
                host=self._host,
                port=self._port,
                user=self._user,
                password=self._password.reveal(),
                dbname=database,
                options=options,
                connect_timeout=10,
                autocommit=autocommit,
                application_name="exitkit",
            ) as connection:
                yield connection
        except psycopg.Error as error:
            raise OutsideError(f"PostgreSQL at {self._host}:{self._port}: {_first_line(error)}") from error

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

    def copy_to(self, database: str, target: Database, *, mark: str, keep: Keep) -> int:
        """Dump one snapshot, restore it at the target, tell `keep` of every row in it; answers the dump's bytes."""
        there = _same_kind(target)
        with self.connect(database) as reader:
            reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            owner = self._owner(reader, database)
            there.drop(database, mark=mark)
            there.create(database, owner=owner, mark=mark)
            snapshot = reader.execute("SELECT pg_export_snapshot()").fetchone()
            name = str(snapshot[0]) if snapshot else ""
            size = dump.dump_into(self._libpq(database), there._libpq(database), snapshot=name, owner=owner)
            for row in content.fingerprints(reader):
                keep(*row)
        return size

    def tables(self, database: str) -> tuple[Table, ...]:
        """Every table of the user's and every sequence, by name, read in one snapshot."""
        with self._snapshot(database) as reader:
            return content.tables(reader)

    def fingerprints(self, database: str) -> Iterator[tuple[str, str, str]]:
        """(table, key, content hash) of every row, ordered by table and key, read in one snapshot."""
        with self._snapshot(database) as reader:
            yield from content.fingerprints(reader)

    def merge_to(self, database: str, target: Database, *, prune: bool) -> int:
        """Bring the target's tables to this content, in one transaction; answers the rows changed there."""
        there = _same_kind(target)
        with self._snapshot(database) as reader, there.connect(database) as writer:
            return merge.merge(reader, writer, prune=prune)

    def freeze(self, database: str) -> None:
        """Let new transactions be read only, wait for open ones, end every connection that has not heard."""
        self._set_read_only(database, "on")
        others = (
            "FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid() AND application_name <> 'exitkit'"
        )
        with self.connect("postgres", autocommit=True) as server:
            until = time.monotonic() + _DRAIN_SECONDS
            while time.monotonic() < until:
                busy = server.execute(f"SELECT count(*) {others} AND backend_xid IS NOT NULL", [database]).fetchone()
                if not busy or not busy[0]:
                    break
                time.sleep(0.02)
            server.execute(f"SELECT pg_terminate_backend(pid) {others}", [database])

    def thaw(self, database: str) -> None:
        """Let transactions write again; connections that have not heard are ended."""
        self._set_read_only(database, "off")
        with self.connect("postgres", autocommit=True) as server:
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = %s AND pid <> pg_backend_pid() AND application_name <> 'exitkit'",
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
    def _snapshot(self, database: str) -> Iterator[Connection[Any]]:
        with self.connect(database) as reader:
            reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield reader

    def _set_read_only(self, database: str, value: str) -> None:
        from psycopg.sql import SQL, Identifier

        with self.connect("postgres", autocommit=True) as server:
            wanted = SQL(f"ALTER DATABASE {{}} SET default_transaction_read_only = {value}")
            server.execute(wanted.format(Identifier(database)))

    def _libpq(self, database: str) -> dict[str, str]:
        """The environment that lets a PostgreSQL program in: a password in an argument could be read by anyone."""
        options = " ".join(f"-c {name}={value}" for name, value in _SESSION.items())
        return {
            "PGHOST": self._host,
            "PGPORT": str(self._port),
            "PGUSER": self._user,
            "PGDATABASE": database,
            "PGPASSWORD": self._password.reveal(),
            "PGOPTIONS": options,
            "PGAPPNAME": "exitkit",
        }

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


def _same_kind(target: Database) -> PostgresServer:
    if not isinstance(target, PostgresServer):
        raise Unsupported("a PostgreSQL database can only be copied to another PostgreSQL server")
    return target


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
