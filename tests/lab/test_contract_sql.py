"""The contract of a database, tried on a real server: it holds, breaks where the server breaks, and leaves nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace

import pytest

from exitkit.contracts.check import try_one
from exitkit.contracts.sql import SQL, Desk, desk, used_extensions
from exitkit.contracts.suite import Spot, checks_of
from exitkit.drivers.postgres import PostgresServer
from exitkit.errors import OutsideError
from exitkit.lab import children, postgres
from exitkit.model.evidence import Verdict
from exitkit.model.kinds.postgres import Postgres
from exitkit.ports import Secret
from exitkit.ports.contract import Said, Session, Sessions, Way
from tests.cli.stage import until

pytestmark = pytest.mark.lab

BASE = "shop"
PASSWORD = "a password of the test's own"
PART = Postgres.model_validate({"kind": "postgres", "name": BASE, "release": 14, "network": "net", "database": BASE})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A server with a database of somebody's."""
    folder, identity, port = tmp_path_factory.mktemp("server"), uuid.uuid4().hex[:12], children.free_port()
    with ExitStack() as started:
        started.callback(postgres.remove, folder, identity)
        started.callback(postgres.stop, postgres.start("one", folder, port, password=PASSWORD, identity=identity))
        found = PostgresServer("127.0.0.1", port, user=postgres.SUPERUSER, password=Secret.of(PASSWORD))
        until(lambda: _answers(found), "the server")
        found.create(BASE, owner="keeper", mark="test")
        with found.connect(BASE, autocommit=True) as connection:
            connection.execute("CREATE TABLE item (n int PRIMARY KEY)")
        yield found


def _answers(server: PostgresServer) -> bool:
    with suppress(OutsideError):
        return not server.exists(BASE)
    return False


def spot(server: PostgresServer) -> Spot:
    """A side whose server is this one."""
    return Spot(None, server, BASE)  # type: ignore[arg-type] # no check of a database asks a store


def everything(server: PostgresServer) -> list[object]:
    """All that a session could have left: relations, roles, databases, locks, whoever listens."""
    with server.connect(BASE) as connection:
        return [
            connection.execute("SELECT oid, relname FROM pg_class ORDER BY 1").fetchall(),
            connection.execute("SELECT rolname FROM pg_roles ORDER BY 1").fetchall(),
            connection.execute("SELECT datname FROM pg_database ORDER BY 1").fetchall(),
            connection.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchall(),
        ]


def test_a_server_that_is_as_it_should_be_keeps_all_of_it(server: PostgresServer) -> None:
    found = {one.name: one for one in checks_of(PART, spot(server), spot(server))}

    passed = {name for name, one in found.items() if (one.source, one.target) == (Verdict.PASS, Verdict.PASS)}
    assert set(found) - passed == {"sql.it-is-reached-over-tls"}, [one.line for one in found.values()]
    assert "this machine" in found["sql.it-is-reached-over-tls"].why


def test_nothing_is_left(server: PostgresServer) -> None:
    def dropped() -> bool:
        with server.connect(BASE) as connection:
            return not connection.execute("SELECT 1 FROM pg_class WHERE relpersistence = 't'").fetchall()

    before = everything(server)

    checks_of(PART, spot(server), spot(server))

    until(dropped, "the end of the sessions")
    after = everything(server)
    names = [[row[-1] for row in rows] for rows in after]
    assert names == [[row[-1] for row in rows] for rows in before]


@dataclass(frozen=True)
class Wrong:
    """A server that answers one kind of statement wrongly."""

    there: Sessions
    starting: str
    answer: Said
    opens: tuple[Way, ...] = ()

    @property
    def address(self) -> tuple[str, int]:
        return self.there.address

    @contextmanager
    def session(self, database: str, way: Way = "as ever") -> Iterator[Session]:
        with self.there.session(database, "as ever" if way in self.opens else way) as session:
            yield WrongSession(session, self.starting, self.answer)


@dataclass(frozen=True)
class WrongSession:
    """One of its sessions."""

    there: Session
    starting: str
    answer: Said

    def run(self, statement: str) -> Said:
        said = self.there.run(statement)
        return self.answer if self.starting and statement.startswith(self.starting) else said

    def heard(self, seconds: float) -> tuple[tuple[str, str], ...]:
        return () if self.starting == "LISTEN" else self.there.heard(seconds)


@pytest.mark.parametrize(
    ("name", "starting", "answer"),
    [
        ("sql.what-is-wrong-is-refused-by-its-code", "INSERT INTO parts VALUES (2", Said()),
        ("sql.what-is-rolled-back-is-gone", "SELECT string_agg", Said((("1,3",),))),
        ("sql.types-keep-their-values", "SELECT c0::text", Said((("1234567890.1",),))),
        ("sql.texts-are-utf8", "SELECT length", Said((("5",),))),
        ("sql.a-lock-keeps-others-out", "SELECT pg_try_advisory_lock", Said((("True",),))),
        ("sql.who-listens-is-told", "LISTEN", Said()),
        ("sql.a-transaction-sees-one-moment", "SELECT pg_current_snapshot", Said((("1:1:",),))),
        ("sql.no-number-comes-twice", "SELECT nextval", Said((("1",),))),
        ("sql.what-takes-too-long-ends", "SELECT pg_sleep", Said((("",),))),
        ("sql.a-statement-is-prepared-once", "PREPARE", Said(state="0A000")),
    ],
)
def test_a_server_that_answers_wrongly_is_named(server: PostgresServer, name: str, starting: str, answer: Said) -> None:
    check = next(one for one in SQL.checks if one.name == name)

    assert try_one(check, Desk(server, BASE, 14)) == (Verdict.PASS, "")
    found, why = try_one(check, Desk(Wrong(server, starting, answer), BASE, 14))
    assert found is Verdict.FAIL
    assert why


def test_a_server_that_lets_everybody_in_is_named(server: PostgresServer) -> None:
    check = next(one for one in SQL.checks if one.name == "sql.a-wrong-password-is-refused")
    open_to_all = Wrong(server, "", Said(), opens=("with a wrong password",))

    assert try_one(check, Desk(open_to_all, BASE, 14))[0] is Verdict.FAIL


def test_an_extension_that_is_not_offered_is_named(server: PostgresServer) -> None:
    check = next(one for one in SQL.checks if one.name == "sql.extensions-are-offered")

    assert (used_extensions(server, BASE), used_extensions(server, "nowhere")) == ((), None)
    assert try_one(check, Desk(server, BASE, 14, None))[0] is Verdict.UNKNOWN
    assert try_one(check, Desk(server, BASE, 14, ("plpgsql", "postgis"))) == (Verdict.FAIL, "not offered are postgis")


def test_an_older_server_than_the_workload_names_is_named(server: PostgresServer) -> None:
    check = next(one for one in SQL.checks if one.name == "sql.the-release-is-the-one-named")
    with desk(server, BASE, release=14, extensions=()) as known:
        assert try_one(check, replace(known, release=99))[0] is Verdict.FAIL
