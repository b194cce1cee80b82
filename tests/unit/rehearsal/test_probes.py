"""What a service declares it has to answer: asked where it is, before the switch and after; one that fails says no."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from exitkit.api.playbooks import read_playbook
from exitkit.model.evidence import Verdict
from exitkit.model.journal import Result
from exitkit.model.plan import Probe
from exitkit.model.workload import Workload
from exitkit.rehearsal.steps import probes, traffic
from exitkit.testing.worlds import EVERYTHING, fake_plan, fake_world

ANSWERS = {"/healthz": (200, "well"), "/old": (302, ""), "/gone": (404, "nothing of that name"), "/late": (200, "well")}


class Answering(BaseHTTPRequestHandler):
    """Answers as the table says, in the name of the target."""

    def do_GET(self) -> None:
        status, body = ANSWERS[self.path]
        self.send_response(status)
        self.send_header("X-Served-By", "there")
        self.send_header("Location", "/healthz")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[str]:
    """The address of a server that runs."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def declaring(*asked: dict[str, object]) -> Workload:
    """The workload with everything in it, whose service declares these probes."""
    said = EVERYTHING.model_dump(mode="json", by_alias=True)
    for part in said["components"]:
        if part["kind"] == "service":
            part["probes"] = asked
    return Workload.model_validate(said)


def looked(folder: Path, *asked: dict[str, object], at: str = "there") -> Result:
    """What a probe of that side brings, where a real server answers to the service's name."""
    world = fake_world(fake_plan(declaring(*asked)), folder)
    with serving() as address:
        for side in (world.source, world.target):
            side.names.point("a.test", address)
        return traffic.probe(Probe(id="probe-web", component="web", at=at), world.world)


def figures(result: Result) -> dict[str, int]:
    return {one.what: int(one.value) for one in result.evidence if one.unit == "probes"}


def test_answers_as_declared_pass_and_each_is_a_figure(tmp_path: Path) -> None:
    asked = ({"path": "/healthz", "contains": "well", "within": "1 min"}, {"path": "/gone", "status": 404})

    world = fake_world(fake_plan(declaring(*asked, {"path": "/old", "status": 302})), tmp_path)
    with serving() as address:
        world.target.names.point("a.test", address)
        world.source.names.point("a.test", address)
        found = probes.ask(Probe(id="probe-web", component="web", at="there"), world.world)

    assert found.verdict is Verdict.PASS
    assert figures(found) == {"probes passed": 3, "probes failing": 0}
    assert [(one.what, one.sources) for one in found.evidence if one.unit == "s"] == [
        (f"`{path}` at there", ("probe-web",)) for path in ("/healthz", "/gone", "/old")
    ]
    assert found.details == ("probe 1, /healthz: pass", "probe 2, /gone: pass", "probe 3, /old: pass")


@pytest.mark.parametrize(
    ("planted", "why"),
    [
        ({"path": "/gone"}, "answered 404, not 200"),
        ({"path": "/old"}, "answered 302, not 200"),
        ({"path": "/healthz", "contains": "ill"}, "without the text `ill`"),
        ({"path": "/late", "within": 0}, "more than 0 s"),
    ],
)
def test_a_planted_probe_that_fails_makes_the_step_fail(tmp_path: Path, planted: dict[str, object], why: str) -> None:
    found = looked(tmp_path, {"path": "/healthz"}, planted)

    assert found.verdict is Verdict.FAIL
    assert figures(found) == {"probes passed": 1, "probes failing": 1}
    assert found.details[0].startswith(f"probe 2, {planted['path']}: FAIL, ")
    assert found.details[0].endswith(why)


def test_an_answer_from_the_other_side_is_none(tmp_path: Path) -> None:
    found = looked(tmp_path, {"path": "/healthz"}, at="here")

    assert (found.verdict, found.details[0]) == (
        Verdict.FAIL,
        "probe 1, /healthz: FAIL, served by there, not here",
    )


def test_no_answer_at_all_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "_PAUSE_SECONDS", 0)
    world = fake_world(fake_plan(declaring({"path": "/healthz"})), tmp_path)
    with serving() as address:
        world.source.names.point("a.test", address)

    found = probes.ask(Probe(id="probe-web", component="web", at="here"), world.world)

    assert (found.verdict, found.details) == (Verdict.FAIL, ("probe 1, /healthz: FAIL, no answer",))


def test_the_source_is_asked_before_writes_stop_and_the_target_after_the_switch() -> None:
    plan = fake_plan(declaring({"path": "/healthz"}))

    order = [step.id for step in plan.steps]
    looks = [(step.id, step.at, step.before) for step in plan.steps if isinstance(step, Probe)]

    assert looks == [("before-probe-web", "here", True), ("probe-web", "there", False)]
    assert order.index("before-probe-web") + 1 == order.index("freeze-writes-ledger")
    assert "before-probe-web" in plan.phases["switch"]


def test_nothing_is_asked_before_where_nothing_is_declared_or_the_source_is_gone() -> None:
    unsaid, gone = fake_plan(EVERYTHING), fake_plan(declaring({"path": "/healthz"}), read_playbook("cold-start"))

    assert not [step for plan in (unsaid, gone) for step in plan.steps if step.id.startswith("before-")]
