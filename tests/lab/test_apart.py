"""Two real servers that both went on from one copy: what one wrote comes to the other, and nothing is written over."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exitkit.drivers.postgres import PostgresServer
from exitkit.errors import OutsideError
from exitkit.lab import children, postgres
from exitkit.ports import Secret
from exitkit.ports.apart import Change, Merged
from exitkit.rehearsal.steps.apart import changed
from tests.cli.stage import until

pytestmark = pytest.mark.lab

BASE = "both"
PASSWORD = "a password of the test's own"
TABLES = """
CREATE TABLE holder (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text UNIQUE, grade int);
CREATE TABLE event (id bigserial PRIMARY KEY, holder bigint NOT NULL REFERENCES holder, what text);
CREATE TABLE pair (a int, b text, c text, PRIMARY KEY (a, b));
CREATE TABLE log (line text);
CREATE TABLE tight (id smallint PRIMARY KEY GENERATED ALWAYS AS IDENTITY);
INSERT INTO holder (name, grade) VALUES ('Ada', 1), ('Blaise', 2), ('Célestine', 3);
INSERT INTO event (holder, what) VALUES (1, 'came'), (2, 'came');
INSERT INTO pair VALUES (1, 'x: y', 'first'), (2, 'z', 'second');
INSERT INTO log VALUES ('copied');
"""


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[PostgresServer, PostgresServer]]:
    """Home, and where its copy went."""
    folder, identity = tmp_path_factory.mktemp("servers"), uuid.uuid4().hex[:12]
    with ExitStack() as started:
        started.callback(postgres.remove, folder, identity)
        found = []
        for name in ("home", "away"):
            port = children.free_port()
            started.callback(postgres.stop, postgres.start(name, folder, port, password=PASSWORD, identity=identity))
            found.append(PostgresServer("127.0.0.1", port, user=postgres.SUPERUSER, password=Secret.of(PASSWORD)))
            until(lambda server=found[-1]: _answers(server), f"the server {name}")
        yield found[0], found[1]


def _answers(server: PostgresServer) -> bool:
    with suppress(OutsideError):
        return not server.exists(BASE)
    return False


class Two:
    """The same database on both servers, and what the copy was."""

    def __init__(self, home: PostgresServer, away: PostgresServer) -> None:
        self.home, self.away = home, away
        for server in (home, away):
            server.drop(BASE, mark="test")
            server.create(BASE, owner="keeper", mark="test")
            self.write(server, TABLES)
        self.copied = list(home.fingerprints(BASE))
        assert self.copied == list(away.fingerprints(BASE))

    @staticmethod
    def write(server: PostgresServer, statements: str) -> None:
        with server.connect(BASE) as connection:
            connection.execute(statements.encode())

    def changes(self) -> list[Change]:
        return list(changed(self.copied, self.away.fingerprints(BASE)))

    def merge(self) -> Merged:
        return self.away.merge_changes(BASE, self.home, self.changes())

    def ask(self, query: str) -> str:
        return self.home.ask(BASE, query).text


@pytest.fixture
def two(servers: tuple[PostgresServer, PostgresServer]) -> Two:
    return Two(*servers)


def test_what_one_side_wrote_comes_to_the_other_parents_first(two: Two) -> None:
    two.write(two.away, "INSERT INTO holder (name, grade) OVERRIDING SYSTEM VALUE VALUES ('Dora', 4)")
    two.write(two.away, "INSERT INTO event (holder, what) VALUES (4, 'came'); UPDATE pair SET c = 'new' WHERE a = 1")

    done = two.merge()

    assert (done.brought, done.already, done.conflicts, done.left) == (3, 0, (), ())
    assert list(two.home.fingerprints(BASE)) == list(two.away.fingerprints(BASE))
    assert two.merge().already == 3


def test_what_both_sides_wrote_stays_as_home_wrote_it_and_is_told(two: Two) -> None:
    two.write(two.away, "UPDATE holder SET grade = 10; INSERT INTO pair VALUES (3, 'n', 'away')")
    two.write(two.home, "UPDATE holder SET grade = 20 WHERE id = 2; INSERT INTO pair VALUES (3, 'n', 'home')")

    done = two.merge()

    assert done.brought == 2
    assert done.conflicts == (
        "public.holder row 2: changed on both sides, home keeps its own",
        'public.pair row [3, "n"]: both sides wrote a row of this key',
    )
    assert done.stays == {("public.holder", "2"), ("public.pair", '[3, "n"]')}
    assert two.ask("SELECT grade FROM holder ORDER BY id") == "10\n20\n10"
    assert two.ask("SELECT c FROM pair WHERE a = 3") == "home"


def test_one_row_that_home_refuses_does_not_keep_the_others_away(two: Two) -> None:
    two.write(two.home, "DELETE FROM event WHERE holder = 1; DELETE FROM holder WHERE id = 1")
    two.write(two.away, "INSERT INTO event (holder, what) VALUES (1, 'secret words'), (2, 'went')")
    two.write(two.away, "UPDATE holder SET grade = 9 WHERE id = 1")

    done = two.merge()

    assert done.brought == 1
    assert done.conflicts == (
        "public.holder row 1: changed there, and home has it no more",
        "public.event row 3: home refuses it, by event_holder_fkey",
    )
    assert two.ask("SELECT what FROM event ORDER BY id") == "came\nwent"


def test_a_name_that_only_one_may_have_is_a_conflict_and_not_an_end(two: Two) -> None:
    two.write(two.home, "INSERT INTO holder (name) OVERRIDING SYSTEM VALUE VALUES ('Emma')")
    two.away.leap(BASE, two.away, by=10)
    two.write(two.away, "INSERT INTO holder (name) OVERRIDING SYSTEM VALUE VALUES ('Emma')")

    assert two.merge().conflicts == ("public.holder row 14: home has another row in its place",)


def test_a_table_without_a_key_is_not_merged_and_each_of_its_rows_is_counted(two: Two) -> None:
    two.write(two.away, "INSERT INTO log VALUES ('one'), ('two')")

    done = two.merge()

    assert done.brought == 0
    assert len(done.left) == len(done.stays) == 2
    assert all(line.endswith("no primary key, so nobody can tell whose row it is") for line in done.left)
    assert two.ask("SELECT line FROM log") == "copied"


def test_nothing_is_removed_at_home(two: Two) -> None:
    two.write(two.away, "DELETE FROM pair WHERE a = 2")

    assert two.merge().kept == ('public.pair row [2, "z"]: removed there, and stays at home',)
    assert two.ask("SELECT count(*) FROM pair") == "2"


def test_sequences_go_on_so_far_ahead_that_both_sides_may_write(two: Two) -> None:
    moved, left = two.home.leap(BASE, two.away, by=1_000_000)
    again = two.home.leap(BASE, two.away, by=1_000_000)

    two.write(two.away, "INSERT INTO event (holder, what) VALUES (1, 'away')")
    two.write(two.home, "INSERT INTO event (holder, what) VALUES (1, 'home')")

    assert (moved, left) == again == (2, ("sequence public.tight_id_seq has no room for 1000000 numbers",))
    assert two.merge().conflicts == ()
    assert two.ask("SELECT id, what FROM event WHERE id > 2 ORDER BY id") == "3 | home\n1000003 | away"
    two.write(two.home, "INSERT INTO event (holder, what) VALUES (1, 'after')")
    assert two.ask("SELECT max(id) FROM event") == "1000004"


def test_a_home_whose_column_has_another_type_is_left_as_it_was(two: Two) -> None:
    two.write(two.home, "ALTER TABLE pair ALTER c TYPE int USING 7")
    two.write(two.away, "UPDATE pair SET c = 'words'; UPDATE holder SET grade = 5")

    with pytest.raises(OutsideError):
        two.merge()
    assert two.ask("SELECT DISTINCT c FROM pair") == "7"
    assert two.ask("SELECT count(*) FROM holder WHERE grade = 5") == "0"


WRITES = st.dictionaries(st.integers(1, 6), st.none() | st.integers(10, 12), max_size=5)


@given(at_home=WRITES, away=WRITES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_row_ends_as_whoever_alone_wrote_it(two: Two, at_home: dict[int, int], away: dict[int, int]) -> None:
    """Three were copied; each side then changes, adds or removes some of six."""
    first = {1: 0, 2: 0, 3: 0}
    sides = []
    for server, writes in ((two.home, at_home), (two.away, away)):
        two.write(server, "DELETE FROM event; DELETE FROM holder; DELETE FROM pair; DELETE FROM log; DELETE FROM tight")
        found = {key: value for key, value in (first | writes).items() if value is not None}
        sides.append(found)
        for key, value in first.items():
            two.write(server, f"INSERT INTO pair VALUES ({key}, 'k', '{value}')")
        if server is two.home:
            two.copied = list(server.fingerprints(BASE))
        two.write(server, "DELETE FROM pair")
        for key, value in found.items():
            two.write(server, f"INSERT INTO pair VALUES ({key}, 'k', '{value}')")
    home, there = sides

    done = two.merge()

    written = {key for key, value in there.items() if first.get(key) != value}
    clash = {key for key in written if home.get(key) != first.get(key) and home.get(key) != there[key]}
    wanted = home | {key: there[key] for key in written - clash}
    assert {key for _, key in done.stays} == {f'[{key}, "k"]' for key in clash}
    assert two.ask("SELECT a, c FROM pair ORDER BY a") == "\n".join(f"{k} | {v}" for k, v in sorted(wanted.items()))
