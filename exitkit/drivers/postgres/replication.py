"""Logical replication from one database to another: publication, the slot that keeps changes, subscription."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Protocol

from exitkit.errors import OutsideError
from exitkit.ports import Following, Lag

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from psycopg import Connection

_SLOTS = "SELECT slot_name, active_pid FROM pg_replication_slots WHERE"
_STUCK_SECONDS = 60.0
"""How long nothing may arrive before we say that nothing will."""

_LOOK_EVERY_SECONDS = 0.02
_TRIES = 250

_TABLES = """
SELECT n.nspname, c.relname,
       c.relpersistence = 'p' AND (c.relreplident IN ('f', 'i') OR (c.relreplident = 'd' AND EXISTS (
           SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
"""


class Server(Protocol):
    """What replication asks of a server."""

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""

    def connect(self, database: str, *, autocommit: bool = False) -> AbstractContextManager[Connection[Any]]:
        """A connection to one database."""

    def replication(self, database: str) -> AbstractContextManager[Connection[Any]]:
        """A connection that speaks the replication protocol."""

    def exists(self, database: str) -> bool:
        """Whether there is such a database."""


def possible(origin: Server, target: Server, database: str) -> Following:
    """Which tables can be followed. A table whose rows have no identity could not even be updated while published."""
    with origin.connect(database) as here, target.connect("postgres") as there:
        found = here.execute(_TABLES).fetchall()
        tables = tuple(f"{schema}.{table}" for schema, table, identified in found if identified)
        left = tuple(f"{schema}.{table}" for schema, table, identified in found if not identified)
        why = _refusal(here, there)
    if why:
        return Following((), (*tables, *left), why)
    return Following(tables, left, "no primary key or replica identity, or not logged" if left else "")


def _refusal(here: Connection[Any], there: Connection[Any]) -> str:
    """Why these servers cannot, or nothing."""
    level = here.execute("SELECT setting FROM pg_settings WHERE name = 'wal_level'").fetchone()
    if level is None or level[0] != "logical":
        return f"the origin's wal_level is {level[0] if level else 'unknown'}, not logical"
    may_send = here.execute("SELECT rolsuper OR rolreplication FROM pg_roles WHERE rolname = current_user").fetchone()
    if not may_send or not may_send[0]:
        return "our role at the origin may not replicate"
    may_take = there.execute(
        "SELECT rolsuper OR pg_has_role(current_user, 'pg_create_subscription', 'USAGE') FROM pg_roles"
        " WHERE rolname = current_user"
    ).fetchone()
    return "" if may_take and may_take[0] else "our role at the target may not subscribe"


@contextmanager
def published(origin: Server, database: str, link: str, following: Following) -> Iterator[tuple[str, str]]:
    """Publish tables and keep their changes from one snapshot on; (the snapshot, the password that may fetch them).

    The snapshot can be read as long as the context is open.
    """
    from psycopg.sql import SQL, Identifier, Literal

    password = secrets.token_urlsafe(24)
    with origin.connect(database, autocommit=True) as here:
        name = Identifier(link)
        here.execute(SQL("CREATE ROLE {} LOGIN REPLICATION PASSWORD {}").format(name, Literal(password)))
        tables = SQL(", ").join(Identifier(*table.split(".", 1)) for table in following.tables)
        here.execute(SQL("CREATE PUBLICATION {} FOR TABLE {}").format(name, tables))
    with origin.replication(database) as stream:
        made = stream.pgconn.exec_(f"CREATE_REPLICATION_SLOT {link} LOGICAL pgoutput (SNAPSHOT 'export')".encode())
        snapshot = made.get_value(0, 2) if made.ntuples else None
        if snapshot is None:
            raise OutsideError(f"PostgreSQL made no replication slot: {stream.pgconn.error_message.decode().strip()}")
        yield snapshot.decode(), password


def subscribe(origin: Server, target: Server, database: str, link: str, password: str) -> None:
    """Let the target's database take what is published; it begins once `resume` says so.

    What arrived by another subscription is not sent on (`origin = none`), so two that face each other do not circle.
    """
    from psycopg.sql import SQL, Identifier, Literal

    host, port = origin.address
    wanted = f"host={host} port={port} dbname={database} user={link} password={password} application_name=exitkit"
    with target.connect(database, autocommit=True) as there:
        there.execute(
            SQL(
                "CREATE SUBSCRIPTION {} CONNECTION {} PUBLICATION {} WITH (enabled = false, create_slot = false,"
                " copy_data = false, slot_name = {}, origin = none, synchronous_commit = 'on')"
            ).format(Identifier(link), Literal(wanted), Identifier(link), Literal(link))
        )


def subscribed(target: Server, database: str, link: str) -> bool:
    """Whether the target's database has this subscription."""
    if not target.exists(database):
        return False
    with target.connect(database) as there:
        found = there.execute(
            "SELECT 1 FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid"
            " WHERE subname = %s AND datname = current_database()",
            [link],
        ).fetchone()
    return found is not None


def tables_of(origin: Server, database: str, link: str) -> tuple[str, ...]:
    """The tables that are published under this name; none where there is no such publication."""
    with origin.connect(database) as here:
        found = here.execute(
            "SELECT schemaname || '.' || tablename FROM pg_publication_tables WHERE pubname = %s ORDER BY 1", [link]
        )
        return tuple(row[0] for row in found)


def switch(target: Server, database: str, link: str, *, on: bool) -> None:
    """Let changes arrive, or let them wait at their origin."""
    from psycopg.sql import SQL, Identifier

    with target.connect(database, autocommit=True) as there:
        verb = SQL("ENABLE" if on else "DISABLE")
        there.execute(SQL("ALTER SUBSCRIPTION {} {}").format(Identifier(link), verb))


def arrived(origin: Server, database: str, link: str) -> Lag:
    """Wait until everything committed at the origin so far has arrived. Raises OutsideError where it does not.

    The lag is what was missing when we began to wait, and how long that took to arrive.
    """
    began = time.monotonic()
    with origin.connect(database, autocommit=True) as here:
        here.execute("SET synchronous_commit = on")
        here.execute("SELECT pg_logical_emit_message(true, 'exitkit', 'a mark to wait for')")
        row = here.execute("SELECT pg_current_wal_lsn()::text").fetchone()
        mark, first, best, moved = row[0] if row else "0/0", None, None, began
        while True:
            row = here.execute(
                "SELECT greatest(pg_wal_lsn_diff(%s::pg_lsn, confirmed_flush_lsn), 0)::bigint"
                " FROM pg_replication_slots WHERE slot_name = %s",
                [mark, link],
            ).fetchone()
            if row is None:
                raise OutsideError(f"the replication slot {link} is gone: changes since the copy are not kept")
            missing = int(row[0])
            first = missing if first is None else first
            if missing == 0:
                return Lag(first, time.monotonic() - began)
            if best is None or missing < best:
                best, moved = missing, time.monotonic()
            if time.monotonic() - moved > _STUCK_SECONDS:
                raise OutsideError(
                    f"nothing arrived by replication for {_STUCK_SECONDS:.0f} s; {missing} bytes are missing",
                    hint="the target server's log says why",
                )
            time.sleep(_LOOK_EVERY_SECONDS)


def end(origin: Server, target: Server, database: str, link: str) -> None:
    """Take it all away: subscription, slot, publication, role; harmless where some of it, or all, is not there."""
    from psycopg.sql import SQL, Identifier

    if target.exists(database):
        forget_subscriptions(target, database, link)
    if not origin.exists(database):
        return
    with origin.connect(database, autocommit=True) as here:
        # Who was killed while a command of theirs waited for a lock leaves it waiting, and it would go on after us.
        here.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND application_name = 'exitkit' AND state = 'active'"
            " AND position(%s in query) > 0 AND backend_type = 'client backend'",
            [link],
        )
        _drop_slots(here, "slot_name = %s", link)
        here.execute(SQL("DROP PUBLICATION IF EXISTS {}").format(Identifier(link)))
        here.execute(SQL("DROP ROLE IF EXISTS {}").format(Identifier(link)))


def forget_subscriptions(target: Server, database: str, link: str | None = None) -> None:
    """Take subscriptions of a database away, all or one, without asking their origin, which may be gone."""
    from psycopg.sql import SQL, Identifier

    with target.connect(database, autocommit=True) as there:
        found = there.execute(
            "SELECT subname FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid"
            " WHERE datname = current_database()"
        ).fetchall()
        for (name,) in found:
            if link in (None, name):
                for words in ("ALTER SUBSCRIPTION {} DISABLE", "ALTER SUBSCRIPTION {} SET (slot_name = NONE)"):
                    there.execute(SQL(words).format(Identifier(name)))
                there.execute(SQL("DROP SUBSCRIPTION {}").format(Identifier(name)))


def forget_slots(origin: Server, database: str) -> None:
    """Take every slot of a database away, so that it can be dropped."""
    with origin.connect("postgres", autocommit=True) as here:
        _drop_slots(here, "database = %s", database)


def _drop_slots(here: Connection[Any], where: str, value: str) -> None:
    """Drop slots; whoever reads one is ended first, and may come back once before it hears."""
    from psycopg import errors

    for _ in range(_TRIES):
        slots = here.execute(f"{_SLOTS} {where}", [value]).fetchall()
        if not slots:
            return
        for name, reader in slots:
            if reader is not None:
                here.execute("SELECT pg_terminate_backend(%s)", [reader])
            with suppress(errors.ObjectInUse, errors.UndefinedObject):
                here.execute("SELECT pg_drop_replication_slot(%s)", [name])
        time.sleep(_LOOK_EVERY_SECONDS)
    raise OutsideError("a replication slot is in use and cannot be dropped")
