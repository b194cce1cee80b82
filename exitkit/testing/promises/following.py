"""What the PostgreSQL of every provider does so that changes follow a copy, and come home from it."""

from __future__ import annotations

from exitkit.errors import OutsideError
from exitkit.ports import Database
from exitkit.testing.bench import MARK, Bench, hold, refused
from exitkit.testing.promises.databases import copied, write

_OUT, _BACK = "exitkit_check_out", "exitkit_check_back"
_KEYLESS = ("CREATE TABLE log (line text)", "INSERT INTO log VALUES ('a'), ('a')")


def what_is_written_after_a_copy_arrives(bench: Bench) -> None:
    """Rows that are new, changed and gone, once they are let; a table without a key is left to be merged."""
    with copied(bench, *_KEYLESS, link=_OUT) as (server, other, name, told):
        other.freeze(name)
        _change(server, name)
        hold(list(other.fingerprints(name)) == told, "a copy changes before its changes are let arrive")
        following = server.follow(name, other, link=_OUT)
        hold("public.item" in following.tables, "a table with a primary key is not followed")
        hold(following.left == ("public.log",), "a table without a key is not said to be left")
        hold(bool(following.why), "it is not said why a table is left")
        hold(server.lag(name, other, link=_OUT) is not None, "what is followed has no lag")
        hold(_rows(server, name) == _rows(other, name), "a change did not arrive")
        server.freeze(name)
        hold(server.settle(name, other, link=_OUT) is not None, "what is followed does not settle")
        hold(server.merge_to(name, other, prune=True, link=_OUT) == 5, "the merge touches what was followed")
        hold(server.tables(name) == other.tables(name), "the sides differ after a settled merge")


def what_is_written_over_there_comes_home(bench: Bench) -> None:
    """Also rows that are gone there; and what came home is not sent out again."""
    with copied(bench, link=_OUT) as (server, other, name, _):
        server.follow(name, other, link=_OUT)
        server.freeze(name)
        server.settle(name, other, link=_OUT)
        server.merge_to(name, other, prune=True, link=_OUT)
        for _again in range(2):
            other.follow(name, server, link=_BACK)
        _change(other, name)
        hold(other.settle(name, server, link=_BACK) is not None, "nothing is followed home")
        hold(_rows(server, name) == _rows(other, name), "a change over there did not come home")
        other.unfollow(name, server, link=_BACK)
        hold(other.lag(name, server, link=_BACK) is None, "what is not followed any more has a lag")


def following_ends_without_a_trace_and_twice_is_once(bench: Bench) -> None:
    """A copy made again begins anew; afterwards what is written is written here alone."""
    with copied(bench, link=_OUT) as (server, other, name, _):
        server.copy_to(name, other, mark=MARK, keep=lambda *_: None, link=_OUT)
        for _ in range(2):
            server.follow(name, other, link=_OUT)
        for _ in range(2):
            server.unfollow(name, other, link=_OUT)
        before = other.tables(name)
        _change(server, name)
        hold(server.lag(name, other, link=_OUT) is None, "what is not followed any more has a lag")
        hold(other.tables(name) == before, "a change arrived that nobody follows")


def a_question_changes_nothing(bench: Bench) -> None:
    """It is answered with the same words on both sides; one that would change something is refused."""
    with copied(bench) as (server, other, name, _):
        asked = "SELECT count(*), min(at), max(share) FROM item"
        hold(server.ask(name, asked).text == other.ask(name, asked).text, "the same question has two answers")
        wrong = "WITH gone AS (DELETE FROM part RETURNING 1) SELECT count(*) FROM gone"
        refused(lambda: server.ask(name, wrong), OutsideError, "a question removed rows")


def what_a_move_has_to_reckon_with_is_said(bench: Bench) -> None:
    """A table without a key, sequences, large objects."""
    with copied(bench, *_KEYLESS, "SELECT lo_from_bytea(0, 'large')") as (server, other, name, _):
        found = {(one.code, one.weight) for one in server.assess(name, other)}
        wanted = {("no-key", "by hand"), ("sequence", "note"), ("large-object", "blocks")}
        hold(wanted <= found, f"not said: {sorted(wanted - found)}")


def _change(server: Database, name: str) -> None:
    write(
        server,
        name,
        "INSERT INTO item (name) VALUES ('late')",
        "UPDATE item SET name = 'changed' WHERE id = 3",
        "DELETE FROM part WHERE item = 2",
        "CREATE TABLE IF NOT EXISTS log (line text)",
        "INSERT INTO log VALUES ('b')",
    )


def _rows(server: Database, name: str) -> list[tuple[str, str, str]]:
    return [row for row in server.fingerprints(name) if row[0] != "public.log"]
