"""What clients saw, and the times in which they were not served."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from math import inf
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitkit.model.journal import Seen
from exitkit.model.kinds.service import Canary
from exitkit.rehearsal.clients import Client, outages, read_seen
from exitkit.rehearsal.resolvers import Resolver
from exitkit.rehearsal.steps.traffic import pace
from exitkit.testing.fake_running import FakeNames
from exitkit.testing.fate import Fate
from exitkit.testing.worlds import EVERYTHING, fake_plan

BEGAN = datetime(2026, 11, 1, 12, tzinfo=UTC)


def seen(letters: str, *, apart: float = 1) -> list[Seen]:
    """One write for each letter: w written, r refused, n no answer."""
    outcome = {"w": "written", "r": "refused", "n": "no answer"}
    return [
        Seen.model_validate({"n": n, "at": BEGAN + timedelta(seconds=n * apart), "seconds": 0, "outcome": outcome[one]})
        for n, one in enumerate(letters)
    ]


@pytest.mark.parametrize(
    ("letters", "found"),
    [
        ("", []),
        ("www", []),
        ("rrr", []),
        ("rrw", []),
        ("wrw", [(2, 1)]),
        ("wrnrw", [(4, 3)]),
        ("wrwwnnw", [(2, 1), (3, 2)]),
        ("wwrr", [(2, 2)]),
        ("w", []),
        ("rwr", [(1, 1)]),
    ],
)
def test_an_outage_is_from_the_last_good_answer_to_the_next(letters: str, found: list[tuple[int, int]]) -> None:
    assert [(gap.seconds, gap.failed) for gap in outages(seen(letters))] == found


def test_a_time_in_which_nothing_was_asked_is_no_outage_unless_a_write_failed_beside_it() -> None:
    before, after = (
        seen("ww"),
        [one.model_copy(update={"n": one.n + 2, "at": one.at + timedelta(hours=1)}) for one in seen("ww")],
    )

    assert outages([*before, *after]) == []
    failed = after[0].model_copy(update={"outcome": "no answer"})
    assert [gap.seconds for gap in outages([*before, failed, after[1]])] == [Decimal(3600)]


@given(st.text("wrn", max_size=30), st.randoms())
def test_outages_hold_every_failed_write_after_the_first_good_one_in_whatever_order_they_are_read(
    letters: str, chance: object
) -> None:
    shuffled = seen(letters)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    found = outages(shuffled)

    after = letters[letters.index("w") :] if "w" in letters else ""
    assert sum(gap.failed for gap in found) == sum(one != "w" for one in after)
    assert all(gap.seconds >= gap.failed for gap in found)
    assert found == outages(seen(letters))
    assert all(a.began < b.began for a, b in pairwise(found))


def lines(*identifiers: str) -> list[bytes]:
    return [
        (one.model_copy(update={"identifier": name}).model_dump_json() + "\n").encode()
        for one, name in zip(seen("w" * len(identifiers)), identifiers, strict=True)
    ]


def test_a_torn_last_line_is_passed_over_at_every_byte(tmp_path: Path) -> None:
    first, second = lines("a", "b")

    for length in range(len(second) - 1):
        (tmp_path / "clients-web.jsonl").write_bytes(first + second[:length])
        assert [one.identifier for one in read_seen(tmp_path, "web")] == ["a"]


def test_a_line_torn_inside_a_letter_is_passed_over(tmp_path: Path) -> None:
    first, second = lines("a", "é")
    (tmp_path / "clients-web.jsonl").write_bytes(first + second[: second.index("é".encode()) + 1])

    assert [one.identifier for one in read_seen(tmp_path, "web")] == ["a"]


def test_any_letter_may_stand_in_what_the_service_answers(tmp_path: Path) -> None:
    (tmp_path / "clients-web.jsonl").write_bytes(b"".join(lines("a\u2028b", "c\x85d")))

    assert [one.identifier for one in read_seen(tmp_path, "web")] == ["a\u2028b", "c\x85d"]


def test_of_a_service_nobody_wrote_to_nothing_was_seen(tmp_path: Path) -> None:
    assert read_seen(tmp_path, "web") == []


class Service(BaseHTTPRequestHandler):
    """Takes writes while `well`, else answers 503; remembers what it was asked."""

    well = True
    asked: list[tuple[str, dict[str, object]]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((self.headers["Idempotency-Key"], body))
        text = json.dumps({"identifier": f"id-{len(self.asked)}"}).encode()
        self.send_response(201 if self.well else 503)
        self.send_header("X-Served-By", "here")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def service(*, well: bool) -> Iterator[tuple[type[Service], str]]:
    kind = type("One", (Service,), {"well": well, "asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield kind, f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


CANARY = Canary(write="/w", body={"name": "canary {n}", "deep": [{"n": "{n}"}, 1]}, read="/r/{identifier}")


def written_once(file: Path, address: str | None, *, run: str = "run") -> list[Seen]:
    """Let a client write until it has seen one more answer."""
    names = FakeNames("here", Fate())
    if address is not None:
        names.point("web", address)
    before = len(file.read_bytes().splitlines()) if file.exists() else 0
    client = Client(CANARY, name="web", resolver=Resolver([names], inf), file=file, run=run, clock=lambda: BEGAN)
    with client:
        while not file.exists() or len(file.read_bytes().splitlines()) <= before:
            threading.Event().wait(0.01)
    return read_seen(file.parent, "web")


def test_a_client_notes_what_it_was_told_and_numbers_what_it_asks(tmp_path: Path) -> None:
    with service(well=True) as (kind, address):
        found = written_once(tmp_path / "clients-web.jsonl", address)

    key, body = kind.asked[0]
    assert key == "run-1"
    assert body == {"name": "canary 1", "deep": [{"n": "1"}, 1]}
    one = found[0]
    assert (one.n, one.outcome, one.status, one.served_by, one.identifier) == (1, "written", 201, "here", "id-1")


def test_a_refusal_and_a_silence_are_two_things(tmp_path: Path) -> None:
    with service(well=False) as (_, address):
        refused = written_once(tmp_path / "clients-web.jsonl", address)[0]
    silent = written_once(tmp_path / "clients-web.jsonl", address)[-1]
    nowhere = written_once(tmp_path / "clients-web.jsonl", None)[-1]

    assert (refused.outcome, refused.status, refused.identifier) == ("refused", 503, "")
    assert (silent.outcome, silent.status) == ("no answer", 0)
    assert nowhere.outcome == "no answer"


def test_after_a_resume_numbers_go_on(tmp_path: Path) -> None:
    file = tmp_path / "clients-web.jsonl"
    file.write_bytes(b"".join(lines("a", "b", "c")))

    with service(well=True) as (_, address):
        found = written_once(file, address)

    assert [one.n for one in found[:4]] == [0, 1, 2, 3]


def test_a_torn_line_does_not_swallow_the_one_after_it(tmp_path: Path) -> None:
    file = tmp_path / "clients-web.jsonl"
    first, second = lines("a", "b")
    file.write_bytes(first + second[:30])

    with service(well=True) as (kind, address):
        found = written_once(file, address)

    assert len([one for one in found if one.outcome == "written"]) == 1 + len(kind.asked)


def test_the_pace_of_each_side_and_two_writes_answered_as_one_are_what_clients_saw() -> None:
    def one(n: int, served: str, seconds: str, identifier: str) -> Seen:
        told = {"n": n, "at": BEGAN, "seconds": Decimal(seconds), "outcome": "written" if identifier else "refused"}
        return Seen.model_validate({**told, "status": 201, "served_by": served, "identifier": identifier})

    plan = fake_plan(EVERYTHING)
    here = [one(n, "here", "0.1" if n else "9", f"a{n}") for n in range(40)]
    there = [one(50, "there", "0.5", "b"), one(51, "there", "0.7", "b"), one(52, "there", "60", "")]

    assert list(pace([*here, *there], plan)) == [
        ("time of a write at here, 95 % within", Decimal("0.1"), "s"),
        ("time of a write at there, 95 % within", Decimal("0.7"), "s"),
        ("writes answered as one", Decimal(1), "writes"),
    ]
