"""Rehearsals under faults: a kill is gone on from, what was planted is found."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path

import pytest

from exitkit.api import faulted, read_plan
from exitkit.model.plan import Plan
from exitkit.rehearsal.faults import Fault, FaultKind, Schedule, draw
from tests.cli.stage import Stage, entries, number, said_of
from tests.conftest import ROOT, Said

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    folder = tmp_path_factory.mktemp("faults") / "notes"
    shutil.copytree(ROOT / "bench" / "soak", folder, ignore=shutil.ignore_patterns("__pycache__"))
    stage = Stage(folder, folder)
    stage.ask("plan", "-o", "exit.plan.json")
    return stage


def rehearsed(notes: Stage, wanted: Callable[[Schedule], bool]) -> tuple[Said, Path]:
    """A rehearsal under the first seed whose schedule is of a kind."""
    plan = read_plan_of(notes)
    seed = next(seed for seed in range(1, 20_000) if wanted(draw(seed, plan)))
    said = notes.run("rehearse", "exit.plan.json", "--yes", "--faults", f"seed:{seed}")
    return said, notes.latest


def drawn(monkeypatch: pytest.MonkeyPatch, fault: Fault) -> None:
    """Let every seed draw this one fault, and then a resume."""
    monkeypatch.setattr(faulted, "draw", lambda seed, _plan: Schedule(seed=seed, faults=(fault,), then="resume"))


def read_plan_of(notes: Stage) -> Plan:
    with chdir(notes.folder):
        return read_plan(Path("exit.plan.json"))


def test_a_run_that_is_killed_goes_on_by_itself_and_loses_nothing(notes: Stage) -> None:
    def killed(one: Schedule) -> bool:
        first = one.faults[0]
        return first.kind == "kill" and first.moment == "after" and first.step == "thaw-writes-register"

    said, run = rehearsed(notes, lambda one: killed(one) and one.then == "resume")

    assert said.code == 0, said.err
    assert "ended by a kill: resume\n" in said.err
    assert "fault   kill, after thaw-writes-register   happened\n" in said.err
    assert said.out.splitlines()[-1] == "yes"
    assert number(said_of(run, "home-probe-web"), "writes lost") == 0
    assert number(said_of(run, "home-check-register"), "rows of the target missing at home") == 0


def test_a_write_that_is_lost_behind_its_back_is_a_no(notes: Stage) -> None:
    said, run = rehearsed(notes, lambda one: one.faults[0].kind == "planted loss")

    assert said.code == 1, said.err
    assert said.out.splitlines()[-1] == "no"
    assert number(said_of(run, "probe-web"), "writes lost") == 1
    assert {entry["verdict"] for entry in entries(run) if entry["step"] == "verify-register-2"} == {None, "pass"}
    assert json.loads((run / "faults.jsonl").read_text())["told"] == "planted loss at ovh, before probe-web"


@pytest.mark.parametrize(
    ("kind", "step", "side", "why"),
    [
        ("full disk", "copy-objects-scans", "aws", "File too large"),
        ("full database disk", "copy-database-register", "ovh", "could not extend file"),
        ("full object store", "copy-objects-scans", "ovh", "XMinioStorageFull"),
    ],
)
def test_a_full_disk_ends_the_step_and_once_there_is_room_it_goes_on_and_loses_nothing(
    notes: Stage, monkeypatch: pytest.MonkeyPatch, kind: FaultKind, step: str, side: str, why: str
) -> None:
    drawn(monkeypatch, Fault(number=0, kind=kind, step=step, moment="during", side=side, after=150))

    said = notes.ask("rehearse", "exit.plan.json", "--yes", "--faults", "seed:1")

    assert said.code == 0, said.err
    assert why in (notes.latest / "ends.txt").read_text()
    assert "ended with an error: resume\n" in said.err
    assert number(said_of(notes.latest, "home-probe-web"), "writes lost") == 0
    assert number(said_of(notes.latest, "home-check-scans"), "objects not as they were") == 0


def test_a_store_whose_clock_is_two_hours_off_is_signed_for_by_its_clock(
    notes: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = Fault(
        number=0, kind="object store's clock skew", step="copy-objects-scans", moment="during", side="ovh", seconds=7200
    )
    drawn(monkeypatch, fault)

    said = notes.ask("rehearse", "exit.plan.json", "--yes", "--faults", "seed:1")

    assert said.code == 0, said.err
    assert not (notes.latest / "ends.txt").exists()
    assert "fault   object store's clock skew at ovh, during copy-objects-scans   happened\n" in said.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("exit.plan.json", "--faults", "7"), "`7` is no source of faults"),
        (("exit.plan.json", "--faults", "seed:x"), "`seed:x` is no source of faults"),
        (("exit.plan.json", "--faults", "seed:7", "--keep"), "no --resume, --until or --keep with --faults"),
    ],
)
def test_a_wish_that_cannot_be_is_refused(notes: Stage, arguments: tuple[str, ...], words: str) -> None:
    said = notes.ask("rehearse", *arguments, "--yes")

    assert (said.code, said.out) == (2, "")
    assert words in said.err
