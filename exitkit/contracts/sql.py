"""What programs rely on of PostgreSQL: signing in, types, transactions, what is refused and how.

Everything happens in temporary tables and sequences of a session, which end with it: a kill leaves nothing. Source:
PostgreSQL documentation, the page of each statement, and appendix A for SQLSTATEs (read 2026-11-22).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from exitkit.contracts.check import BrokenError, Contract, UntriedError, asked, hold
from exitkit.errors import OutsideError
from exitkit.model.contract import Facet
from exitkit.ports import Database
from exitkit.ports.contract import Said, Session, Sessions, Way

SQL: Contract[Desk] = Contract("sql")
"""The checks of a database."""

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Desk:
    """A database to speak to, the release its workload names, the extensions the source uses: None where unknown."""

    server: Sessions
    database: str
    release: int
    extensions: tuple[str, ...] | None = ()

    @contextmanager
    def session(self, way: Way = "as ever") -> Iterator[Session]:
        """A session."""
        with self.server.session(self.database, way) as session:
            yield session

    def lets_in(self, way: Way) -> bool:
        """Whether a session opens that way. Raises OutsideError where none opens as ever either."""
        try:
            with self.session(way):
                return True
        except OutsideError:
            with self.session():
                return False


@contextmanager
def desk(databases: Database, database: str, *, release: int, extensions: tuple[str, ...] | None) -> Iterator[Desk]:
    """A database to speak to. Raises UntriedError where it is not reached in its own protocol."""
    if not isinstance(databases, Sessions):
        raise UntriedError("this database is not reached over the PostgreSQL protocol")
    yield Desk(databases, database, release, extensions)


def used_extensions(databases: Database, database: str) -> tuple[str, ...] | None:
    """The extensions of a database, but the language every one has; None where nobody can tell."""
    if not isinstance(databases, Sessions):
        return None
    try:
        with databases.session(database) as session:
            found = session.run("SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1")
    except OutsideError:
        return None
    return None if found.state else tuple(str(row[0]) for row in found.rows)


def said(session: Session, statement: str) -> str:
    """The one value a statement answers. Raises BrokenError where it is refused."""
    found = session.run(statement)
    hold(not found.state, f"`{_short(statement)}` was refused with SQLSTATE {found.state}")
    return str(found.rows[0][0]) if found.rows else ""


def done(session: Session, *statements: str) -> None:
    """Statements that are taken. Raises BrokenError where one is refused."""
    for statement in statements:
        said(session, statement)


def refused(found: Said, state: str, what: str) -> None:
    """Go on where a statement was refused with that SQLSTATE. Raises BrokenError."""
    hold(found.state == state, f"{what} was {f'refused with {found.state}' if found.state else 'taken'}, not {state}")


def _short(statement: str) -> str:
    return statement if len(statement) <= 50 else f"{statement[:47]}..."


@SQL.promise(Facet.POLICY, asked)
def a_wrong_password_is_refused(desk: Desk) -> None:
    """Nobody is let in with a wrong password."""
    hold(not desk.lets_in("with a wrong password"), "a session was opened with a wrong password")


@SQL.promise(Facet.POLICY)
def signing_in_is_by_scram(desk: Desk) -> None:
    """Signing in is by SCRAM-SHA-256, which tells no password."""
    hold(desk.lets_in("by SCRAM"), "the server asks for another way, or for none")


@SQL.promise(Facet.TRANSPORT)
def it_is_reached_over_tls(desk: Desk) -> None:
    """A session opens over TLS."""
    if desk.lets_in("over TLS"):
        return
    if desk.server.address[0] in _LOOPBACK:
        raise UntriedError("it is reached on this machine and offers no TLS, which would show nothing")
    raise BrokenError("the server offers no TLS")


@SQL.promise(Facet.SYNTACTIC, asked)
def the_release_is_the_one_named(desk: Desk) -> None:
    """The server is of the release that the workload names, or a later one."""
    with desk.session() as session:
        found = int(said(session, "SELECT current_setting('server_version_num')::int / 10000"))
    hold(found >= desk.release, f"it is PostgreSQL {found}, and {desk.release} is named")


@SQL.promise(Facet.SYNTACTIC, asked)
def extensions_are_offered(desk: Desk) -> None:
    """Every extension that the source's database uses is offered."""
    if desk.extensions is None:
        raise UntriedError("nobody could tell which ones the source's database uses")
    with desk.session() as session:
        found = session.run("SELECT name FROM pg_available_extensions")
    missing = sorted(set(desk.extensions) - {str(row[0]) for row in found.rows})
    hold(not missing, f"not offered are {', '.join(missing)}")


@SQL.promise(Facet.SEMANTIC, asked)
def texts_are_utf8(desk: Desk) -> None:
    """Texts are UTF-8, and counted in characters."""
    with desk.session() as session:
        hold(said(session, "SELECT current_setting('server_encoding')") == "UTF8", "the database has another encoding")
        hold(said(session, "SELECT length('éà日')") == "3", "three characters are counted otherwise")


_TYPES = {
    "numeric(12, 2)": ("1234567890.10", "1234567890.10"),
    "bigint": ("9223372036854775807", "9223372036854775807"),
    "timestamptz": ("2026-03-29 01:30:00.123456+00", "2026-03-29 01:30:00.123456+00"),
    "date": ("2024-02-29", "2024-02-29"),
    "uuid": ("6f9619ff-8b86-d011-b42d-00c04fc964ff", "6f9619ff-8b86-d011-b42d-00c04fc964ff"),
    "jsonb": ('{"b": 1, "a": [true, null]}', '{"a": [true, null], "b": 1}'),
    "bytea": ("\\x00ff10", "\\x00ff10"),
    "text[]": ('{a,"b c",NULL}', '{a,"b c",NULL}'),
    "boolean": ("yes", "true"),
    "text": ("l’été n° 1", "l’été n° 1"),
}


@SQL.promise(Facet.SEMANTIC, asked)
def types_keep_their_values(desk: Desk) -> None:
    """Numbers, times, texts, bytes, JSON, arrays and UUIDs come back as they were written."""
    columns = ", ".join(f"c{number} {kind}" for number, kind in enumerate(_TYPES))
    values = ", ".join(f"$v${given}$v$" for given, _ in _TYPES.values())
    with desk.session() as session:
        done(session, f"CREATE TEMP TABLE kinds ({columns})", f"INSERT INTO kinds VALUES ({values})")  # noqa: S608
        for number, (kind, (_, wanted)) in enumerate(_TYPES.items()):
            found = said(session, f"SELECT c{number}::text FROM kinds")  # noqa: S608 - a number
            hold(found == wanted, f"{kind} came back as {found}")


@SQL.promise(Facet.SEMANTIC)
def time_zones_are_known(desk: Desk) -> None:
    """Summer time is known, in Paris as elsewhere."""
    with desk.session() as session:
        wanted = "SELECT (timestamp '2026-07-01 12:00' AT TIME ZONE 'Europe/Paris' AT TIME ZONE 'UTC')::text"
        hold(said(session, wanted) == "2026-07-01 10:00:00", "noon in Paris in July is another hour")


@SQL.promise(Facet.BEHAVIOURAL, asked)
def what_is_rolled_back_is_gone(desk: Desk) -> None:
    """What is rolled back is gone, whole or to a savepoint, and what is committed stays."""
    with desk.session() as session:
        done(session, "CREATE TEMP TABLE notes (n int)", "BEGIN", "INSERT INTO notes VALUES (1)")
        done(session, "SAVEPOINT here", "INSERT INTO notes VALUES (2)", "ROLLBACK TO here", "COMMIT")
        done(session, "BEGIN", "INSERT INTO notes VALUES (3)", "ROLLBACK")
        hold(said(session, "SELECT string_agg(n::text, ',') FROM notes") == "1", "other rows are left than the first")


@SQL.promise(Facet.SYNTACTIC, asked)
def what_is_wrong_is_refused_by_its_code(desk: Desk) -> None:
    """What breaks a key, a check, a reference or a not-null is refused with its own SQLSTATE."""
    wrong = {
        "INSERT INTO parts VALUES (1, 1, 1)": "23505",
        "INSERT INTO parts VALUES (2, -1, 1)": "23514",
        "INSERT INTO parts VALUES (3, 1, 9)": "23503",
        "INSERT INTO parts VALUES (4, NULL, 1)": "23502",
        "SELECT * FROM no_such_table_here": "42P01",
    }
    with desk.session() as session:
        done(session, "CREATE TEMP TABLE wholes (n int PRIMARY KEY)", "INSERT INTO wholes VALUES (1)")
        columns = "n int PRIMARY KEY, m int NOT NULL CHECK (m > 0), w int REFERENCES wholes"
        done(session, f"CREATE TEMP TABLE parts ({columns})", "INSERT INTO parts VALUES (1, 1, 1)")
        for statement, state in wrong.items():
            refused(session.run(statement), state, f"`{statement}`")


@SQL.promise(Facet.BEHAVIOURAL, asked)
def a_write_may_fall_back_on_an_update(desk: Desk) -> None:
    """A write that meets its own key updates instead, and says what came of it."""
    with desk.session() as session:
        done(session, "CREATE TEMP TABLE counts (k text PRIMARY KEY, n int)", "INSERT INTO counts VALUES ('a', 1)")
        upsert = (
            "INSERT INTO counts VALUES ('a', 5) ON CONFLICT (k) DO UPDATE SET n = counts.n + excluded.n RETURNING n"
        )
        hold(said(session, upsert) == "6", "it answered another sum")


@SQL.promise(Facet.BEHAVIOURAL, asked)
def no_number_comes_twice(desk: Desk) -> None:
    """A sequence goes on where it was, and gives no number twice, also after a rollback."""
    with desk.session() as session:
        done(session, "CREATE TEMP SEQUENCE tickets", "BEGIN")
        first = int(said(session, "SELECT nextval('tickets')"))
        done(session, "ROLLBACK")
        second = int(said(session, "SELECT nextval('tickets')"))
        done(session, "SELECT setval('tickets', 1000)")
        hold(second > first and said(session, "SELECT nextval('tickets')") == "1001", "a number came twice")


@SQL.promise(Facet.BEHAVIOURAL, asked)
def a_transaction_sees_one_moment(desk: Desk) -> None:
    """A repeatable read sees one moment throughout; a read committed sees what others have committed since."""
    seen = {"REPEATABLE READ": True, "READ COMMITTED": False}
    for level, still in seen.items():
        with desk.session() as session, desk.session() as other:
            done(session, f"BEGIN ISOLATION LEVEL {level}")
            before = said(session, "SELECT pg_current_snapshot()")
            done(other, "SELECT pg_current_xact_id()")
            same = said(session, "SELECT pg_current_snapshot()") == before
            done(session, "ROLLBACK")
        hold(same is still, f"in a {level.lower()} transaction the moment {'moved' if still else 'stood still'}")


@SQL.promise(Facet.BEHAVIOURAL)
def serializable_is_offered(desk: Desk) -> None:
    """A transaction may be serializable."""
    with desk.session() as session:
        done(session, "BEGIN ISOLATION LEVEL SERIALIZABLE")
        found = said(session, "SELECT current_setting('transaction_isolation')")
        done(session, "ROLLBACK")
    hold(found == "serializable", f"it was {found}")


@SQL.promise(Facet.POLICY)
def a_read_only_transaction_refuses_writes(desk: Desk) -> None:
    """A transaction that only reads refuses to make anything."""
    with desk.session() as session:
        done(session, "BEGIN READ ONLY")
        found = session.run("CREATE TEMP TABLE exitkit_not_made (n int)")
        done(session, "ROLLBACK")
    refused(found, "25006", "a write")
