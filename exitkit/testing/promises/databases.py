"""What the PostgreSQL of every provider does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from exitkit.errors import OutsideError, Unsupported
from exitkit.ports import Access, Database
from exitkit.testing.bench import MARK, Bench, BrokenError, NotTriedError, hold, refused

if TYPE_CHECKING:
    from psycopg import Connection

_ROWS = 25
"""How many rows the filled table has."""

_FILL = (
    "CREATE TABLE item (id serial PRIMARY KEY, name text NOT NULL, at timestamptz DEFAULT '2026-11-01 12:00+02',"
    " share double precision, raw bytea)",
    "CREATE TABLE part (item int REFERENCES item, nth int, note jsonb, PRIMARY KEY (item, nth))",
    "INSERT INTO item (name, share, raw)"
    " SELECT 'é ' || n, n / 3.0, decode('00ff', 'hex') FROM generate_series(1, 25) n",
    "INSERT INTO part SELECT id, 1, jsonb_build_object('of', name) FROM item WHERE id % 2 = 0",
    "CREATE SEQUENCE ticket START 100",
    "SELECT nextval('ticket'), nextval('ticket')",
)


def a_database_is_made_once_and_dropped_once(bench: Bench) -> None:
    """Making it again with the same mark and dropping it again are harmless."""
    with bench.database() as (server, name):
        server.create(name, owner=name, mark=MARK)
        hold(server.exists(name), "a database that was made is not there")
        for _ in range(2):
            server.drop(name, mark=MARK)
        hold(not server.exists(name), "a database that was dropped is there")


def a_database_of_somebody_else_is_left_alone(bench: Bench) -> None:
    """Neither dropped, nor taken for ours, nor copied over."""
    with bench.database() as (server, name):
        refused(lambda: server.drop(name, mark="another"), OutsideError, "a database of somebody else was dropped")
        refused(
            lambda: server.create(name, owner=name, mark="another"), OutsideError, "somebody else's was taken for ours"
        )
        hold(server.exists(name), "a refused drop dropped it")


def a_password_is_fresh_and_ends_the_old_one(bench: Bench) -> None:
    """Each access works until the next is given."""
    with bench.database() as (server, name):
        first = server.access(name)
        with _client(first) as client:
            hold(client.execute("SELECT 1").fetchone() == (1,), "the access that was given does not work")
        second = server.access(name)
        hold(first.secrets["PASSWORD"].reveal() != second.secrets["PASSWORD"].reveal(), "a password was given twice")
        hold(second.secrets["PASSWORD"].reveal() not in repr(second), "the password can be printed")
        hold(_is_let_in(second), "the fresh password is refused")
        hold(not _is_let_in(first), "the old password is still accepted")


def a_copy_is_equal(bench: Bench) -> None:
    """The same tables, the same rows by fingerprint; the rows told of are those of the copy."""
    with copied(bench) as (server, other, name, told):
        hold(server.tables(name) == other.tables(name), "the copy's tables are not those of the original")
        ours, theirs = list(server.fingerprints(name)), list(other.fingerprints(name))
        hold(ours == theirs, "the copy's rows are not those of the original")
        hold(told == ours, "the rows told of are not those that were copied")
        hold(ours == sorted(ours), "fingerprints are not in order of table and key")
        counts = {table.name: table.rows for table in server.tables(name)}
        hold(counts.get("public.item") == _ROWS, f"a table of {_ROWS} rows is counted as {counts.get('public.item')}")


def a_copy_replaces_what_was_there(bench: Bench) -> None:
    """Copying again gives the new content and nothing of the old."""
    with copied(bench) as (server, other, name, _):
        _write(other.access(name), "INSERT INTO item (name) VALUES ('stray')", "CREATE TABLE stray (id int)")
        _write(server.access(name), "DELETE FROM part", "UPDATE item SET name = 'other' WHERE id = 3")
        server.copy_to(name, other, mark=MARK, keep=lambda *_: None)
        hold(server.tables(name) == other.tables(name), "something of the old copy stayed")


def a_copy_is_made_where_there_is_none_yet(bench: Bench) -> None:
    """Or no longer: a copy that was killed after it had emptied its place is made again."""
    with copied(bench) as (server, other, name, _):
        other.drop(name, mark=MARK)
        server.copy_to(name, other, mark=MARK, keep=lambda *_: None)
        hold(server.tables(name) == other.tables(name), "a copy to nowhere is not equal")
        hold(other.access(name).values["USER"] == name, "a copy to nowhere has another owner")


def sequences_go_on_where_they_were(bench: Bench) -> None:
    """The next number at the copy is the next number of the original."""
    with copied(bench) as (_, other, name, _told), _client(other.access(name)) as client:
        hold(client.execute("SELECT nextval('ticket')").fetchone() == (102,), "a sequence of its own starts again")
        row = client.execute("INSERT INTO item (name) VALUES ('new') RETURNING id").fetchone()
        hold(row == (_ROWS + 1,), "the numbers of a table start again")


def a_changed_row_is_found(bench: Bench) -> None:
    """Exactly that row, in exactly that table."""
    with copied(bench) as (server, other, name, _):
        _write(other.access(name), "UPDATE item SET name = name || ' ' WHERE id = 7")
        ours, theirs = set(server.fingerprints(name)), set(other.fingerprints(name))
        hold({row[:2] for row in ours ^ theirs} == {("public.item", "7")}, "fingerprints do not name the row")
        differing = {a.name for a, b in zip(server.tables(name), other.tables(name), strict=True) if a != b}
        hold(differing == {"public.item"}, f"tables that differ are said to be {differing}")


def a_merge_with_prune_makes_equal(bench: Bench) -> None:
    """New, changed and removed rows and sequences; a second merge changes nothing."""
    with copied(bench) as (server, other, name, _):
        _write(
            server.access(name),
            "INSERT INTO item (name) VALUES ('late')",
            "UPDATE item SET name = 'changed' WHERE id = 3",
            "DELETE FROM part WHERE item = 2",
            "SELECT nextval('ticket')",
        )
        _write(other.access(name), "INSERT INTO item (id, name) VALUES (900, 'stray')")
        hold(server.merge_to(name, other, prune=True) == 4, "a merge counts other rows than it changed")
        hold(server.tables(name) == other.tables(name), "a merge with prune leaves a difference")
        hold(server.merge_to(name, other, prune=True) == 0, "a second merge changes something")


def a_merge_without_prune_removes_nothing(bench: Bench) -> None:
    """What is new or changed arrives, what is only there stays, and no sequence goes back."""
    with copied(bench) as (server, other, name, _):
        _write(server.access(name), "INSERT INTO item (name) VALUES ('late')", "DELETE FROM part WHERE item = 2")
        _write(other.access(name), "INSERT INTO item (id, name) VALUES (900, 'kept')", "SELECT setval('ticket', 500)")
        hold(server.merge_to(name, other, prune=False) == 1, "a merge counts other rows than it changed")
        rows = {row[:2] for row in other.fingerprints(name)}
        hold(("public.item", str(_ROWS + 1)) in rows, "a new row did not arrive")
        hold(("public.item", "900") in rows, "a row that is only at the target was removed")
        hold(("public.part", "[2, 1]") in rows, "a row that is gone at the origin was removed at the target")
        content = {table.name: table.content for table in other.tables(name)}
        hold(content["sequence public.ticket"] == "500", "a sequence went back")


def a_table_without_a_key_is_not_merged_blindly(bench: Bench) -> None:
    """Where nothing may be removed, rows that cannot be told apart are refused, and nothing is changed."""
    with copied(bench, "CREATE TABLE log (line text)", "INSERT INTO log VALUES ('a'), ('a')") as (
        server,
        other,
        name,
        _,
    ):
        _write(server.access(name), "INSERT INTO log VALUES ('b')")
        before = other.tables(name)
        refused(
            lambda: server.merge_to(name, other, prune=False), Unsupported, "a table without a key was merged blindly"
        )
        hold(other.tables(name) == before, "a refused merge changed something")
        server.merge_to(name, other, prune=True)
        hold(server.tables(name) == other.tables(name), "a table without a key is not equal after a merge")


def a_frozen_database_refuses_writes_and_a_thawed_one_takes_them(bench: Bench) -> None:
    """Also over a connection from before; reading goes on. Doing either twice is the same as once."""
    with bench.database() as (server, name):
        access = server.access(name)
        _write(access, "CREATE TABLE item (id int PRIMARY KEY)")
        hold(not server.frozen(name), "a new database is frozen")
        with _client(access) as early:
            for _ in range(2):
                server.freeze(name)
            hold(server.frozen(name), "a frozen database is said not to be")
            hold(not _writes(early, 1), "a connection from before the freeze can still write")
        with _client(access) as client:
            hold(not _writes(client, 2), "an ordinary client writes to a frozen database")
        with _client(access) as client:
            hold(client.execute("SELECT count(*) FROM item").fetchone() == (0,), "a frozen database cannot be read")
        for _ in range(2):
            server.thaw(name)
        hold(not server.frozen(name), "a thawed database is said to be frozen")
        with _client(access) as client:
            hold(_writes(client, 3), "a thawed database refuses a write")


@contextmanager
def copied(
    bench: Bench, *more: str, link: str = ""
) -> Iterator[tuple[Database, Database, str, list[tuple[str, str, str]]]]:
    """A filled database, and its copy on the server beside; both gone afterwards."""
    other = bench.beside
    if other is None:
        raise NotTriedError("no second PostgreSQL server to copy to")
    with bench.database() as (server, name):
        if other.exists(name):
            raise NotTriedError(f"there is a database {name} already on the second server")
        _write(server.access(name), *_FILL, *more)
        other.create(name, owner=name, mark=MARK)
        try:
            told: list[tuple[str, str, str]] = []
            size = server.copy_to(name, other, mark=MARK, keep=lambda *row: told.append(row), link=link)
            hold(size > 0, "the dump of a filled database has no bytes")
            yield server, other, name, told
        finally:
            if link:
                server.unfollow(name, other, link=link)
            other.drop(name, mark=MARK)


def write(server: Database, name: str, *statements: str) -> None:
    """Write as the database's owner would."""
    _write(server.access(name), *statements)


@contextmanager
def _client(access: Access) -> Iterator[Connection[Any]]:
    """Connect as a service would, with what it is told and nothing else."""
    try:
        import psycopg
    except ImportError as error:
        raise NotTriedError("psycopg is not installed") from error
    told = access.values
    connection = psycopg.connect(
        host=told["HOST"],
        port=told["PORT"],
        dbname=told["DATABASE"],
        user=told["USER"],
        password=access.secrets["PASSWORD"].reveal(),
        autocommit=True,
        connect_timeout=10,
    )
    try:
        yield connection
    finally:
        connection.close()


def _write(access: Access, *statements: str) -> None:
    with _client(access) as client:
        for statement in statements:
            client.execute(statement)


def _writes(client: Connection[Any], number: int) -> bool:
    """Whether a write goes through; refused is a read-only transaction or a connection that was ended."""
    import psycopg

    try:
        client.execute("INSERT INTO item VALUES (%s)", [number])
    except (psycopg.errors.ReadOnlySqlTransaction, psycopg.OperationalError):
        return False
    except psycopg.Error as error:
        raise BrokenError(f"a frozen database refuses with {type(error).__name__}") from error
    return True


def _is_let_in(access: Access) -> bool:
    import psycopg

    try:
        with _client(access):
            return True
    except psycopg.OperationalError:
        return False
