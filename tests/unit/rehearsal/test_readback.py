"""A write is there, missing, or unknown; what does not answer has lost nothing, and proves nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from exitkit.model.evidence import Verdict
from exitkit.model.journal import Result, Seen
from exitkit.model.plan import Probe
from exitkit.model.workload import Workload
from exitkit.rehearsal.steps import readback, traffic
from exitkit.rehearsal.steps.readback import Fate
from exitkit.testing.worlds import EVERYTHING, fake_plan, fake_world

BEGAN = datetime(2026, 11, 1, 12, tzinfo=UTC)


class Service(BaseHTTPRequestHandler):
    """Answers by the last part of the path: gone is a 404, sick a 503, shut a hang-up, elsewhere the other side."""

    sick: dict[str, int]
    """How many more times each path is answered with 503."""

    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2]
        if name == "shut":
            self.close_connection = True
            return
        left = self.sick.get(name, 0)
        self.sick[name] = left - 1
        status = (
            503
            if left > 0
            else 404
            if name.startswith("gone")
            else 500
            if name == "torn"
            else 403
            if name == "odd"
            else 200
        )
        self.send_response(status)
        self.send_header("X-Served-By", "here" if name == "elsewhere" else "there")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(**sick: int) -> Iterator[str]:
    handler = type("One", (Service,), {"sick": dict(sick)})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readback, "_PAUSES_SECONDS", (0.0,) * 4)


def declaring(find: str | None) -> Workload:
    said = EVERYTHING.model_dump(mode="json", by_alias=True)
    for part in said["components"]:
        if part["kind"] == "service":
            part["canary"] = {"write": "/w", "body": {}, "read": "/r/{identifier}", "find": find}
    return Workload.model_validate(said)


def write(n: int, identifier: str) -> Seen:
    told = {"n": n, "at": BEGAN + timedelta(seconds=n), "seconds": 0, "identifier": identifier, "served_by": "here"}
    return Seen.model_validate({**told, "outcome": "written" if identifier else "no answer"})


def probed(folder: Path, *identifiers: str, find: str | None = None, **sick: int) -> Result:
    """What a probe of the target brings; a write without an identifier had no answer."""
    fake = fake_world(fake_plan(declaring(find)), folder)
    lines = [write(n, name).model_dump_json() for n, name in enumerate(identifiers)]
    (folder / "clients-web.jsonl").write_text("\n".join(lines) + "\n")
    with serving(**sick) as address:
        for side in (fake.source, fake.target):
            side.names.point("a.test", address)
        return traffic.probe(Probe(id="probe-web", component="web", at="there"), fake.world)


def counts(result: Result) -> dict[str, int]:
    return {one.what.removeprefix("writes "): int(one.value) for one in result.evidence if one.unit == "writes"}


def test_what_can_be_read_back_is_there(tmp_path: Path) -> None:
    found = probed(tmp_path, "a", "b", "c")

    assert found.verdict is Verdict.PASS
    assert (counts(found)["read back"], counts(found)["lost"], counts(found)["unknown"]) == (3, 0, 0)


def test_what_the_service_says_is_not_there_is_lost(tmp_path: Path) -> None:
    found = probed(tmp_path, "a", "gone", "c")

    assert found.verdict is Verdict.FAIL
    assert (counts(found)["read back"], counts(found)["lost"], counts(found)["unknown"]) == (2, 1, 0)
    assert found.details[0] == "write 1 (gone) was acknowledged and is not there"


@pytest.mark.parametrize(
    ("name", "why"),
    [("shut", "no answer"), ("odd", "answered 403"), ("elsewhere", "here answered in place of there")],
)
def test_what_nobody_can_tell_is_unknown_and_no_loss_and_no_pass(tmp_path: Path, name: str, why: str) -> None:
    found = probed(tmp_path, "a", name)

    assert found.verdict is Verdict.UNKNOWN
    assert (counts(found)["read back"], counts(found)["lost"], counts(found)["unknown"]) == (1, 0, 1)
    assert found.details[0] == f"write 1 ({name}) was acknowledged and may be there or not: {why}"


def test_who_is_sick_for_a_while_is_asked_again_and_who_stays_sick_is_unknown(tmp_path: Path) -> None:
    found = probed(tmp_path, "a", "b", "c", a=1, b=3, c=99)

    assert (counts(found)["read back"], counts(found)["unknown"]) == (2, 1)
    assert found.details[0].endswith("(c) was acknowledged and may be there or not: answered 503")


def test_what_the_service_fails_at_each_time_cannot_be_read_back(tmp_path: Path) -> None:
    found = probed(tmp_path, "a", "torn")

    assert (found.verdict, counts(found)["lost"]) == (Verdict.FAIL, 1)
    assert found.details[0] == "write 1 (torn) was acknowledged and cannot be read back: answered 500"


def test_one_that_is_missing_says_no_whatever_is_unknown_beside_it(tmp_path: Path) -> None:
    found = probed(tmp_path, "shut", "gone")

    assert found.verdict is Verdict.FAIL
    assert "(gone)" in found.details[0]
    assert "(shut)" in found.details[1]


def test_a_write_without_an_answer_is_looked_up_by_its_key(tmp_path: Path) -> None:
    key = tmp_path.name
    sick = {f"{key}-4": 99}

    found = probed(tmp_path, "a", "", "b", "", "", find="/by-key/{key}", **sick)

    assert found.verdict is Verdict.PASS  # nobody was told that these were written
    told = {what: count for what, count in counts(found).items() if "without" in what}
    assert told == {
        "without answer": 3,
        "without answer, there": 2,
        "without answer, not there": 0,
        "without answer, unknown": 1,
    }
    assert "2 writes without answer are there: 1, 3" in found.details
    assert "1 writes without answer are unknown, answered 503: 4" in found.details


def test_without_a_way_to_find_one_a_write_without_an_answer_stays_unknown_and_is_listed(tmp_path: Path) -> None:
    found = probed(tmp_path, "a", "", "", "", "b")

    assert counts(found)["without answer, unknown"] == 3
    why = "the service declares no way to find a write by its key"
    assert f"3 writes without answer are unknown, {why}: 1-3" in found.details


def test_nobody_is_asked_beyond_the_time_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readback, "_ALL_SECONDS", 0.0)
    service = declaring(None).component("web")

    with serving() as address:
        found = readback.read_back(address, service.canary, [write(0, "a")], at="there")  # type: ignore[union-attr,arg-type]

    assert [one.fate for one in found] == [Fate.UNKNOWN]
