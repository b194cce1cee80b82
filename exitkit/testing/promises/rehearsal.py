"""Rehearsals from a cloud in memory to where a provider would land, and back."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from exitkit.errors import Unsupported
from exitkit.model.journal import Entry, Outcome, Result
from exitkit.model.plan import AnyStep, Plan
from exitkit.placing import place
from exitkit.rehearsal.build import build
from exitkit.rehearsal.journal import Journal
from exitkit.rehearsal.run import run, touched
from exitkit.rehearsal.steps import do, holds
from exitkit.testing.bench import Bench, NotTriedError, hold
from exitkit.testing.fate import Killed
from exitkit.testing.worlds import EVERYTHING, ORDERLY, FakeWorld, fake_landing, fake_world

_NOW = datetime(2026, 11, 1, tzinfo=UTC)


def a_workload_goes_there_and_back(bench: Bench) -> None:
    """Nothing is left there, and everything is as it was here; also where it is killed at any step and resumed."""
    steps = len(_plan(bench).steps)
    for struck in range(steps + 1):
        with tempfile.TemporaryDirectory(prefix="exitkit-check-") as folder:
            _there_and_back(bench, Path(folder), killed_at=struck)


def _there_and_back(bench: Bench, folder: Path, *, killed_at: int) -> None:
    plan = _plan(bench)
    landings = {plan.source: fake_landing(EVERYTHING, plan.source), plan.target: place(EVERYTHING, bench.provider)}
    fake = fake_world(plan, folder, landings=landings)
    before = fake.content()
    if killed_at < len(plan.steps):
        _killed(plan, fake, folder, plan.steps[killed_at])
    entries = _carry_out(plan, fake, folder, plan.steps)
    done = {entry.step for entry in entries if entry.outcome is Outcome.OK}
    hold(done == {step.id for step in plan.steps}, "not every step of the way there was done")
    hold(not fake.target.bare, "nothing arrived")
    _carry_out(plan, fake, folder, plan.way_back(touched(entries)))
    hold(fake.target.bare, "something is left there after the way back")
    hold(fake.content() == before, "something is not as it was after the way back")


def _plan(bench: Bench) -> Plan:
    try:
        target = place(EVERYTHING, bench.provider)
    except Unsupported as error:
        raise NotTriedError(f"a workload with every kind lands nowhere: {error.message}") from error
    name = "memory" if bench.provider.name != "memory" else "memory-2"
    return build(
        EVERYTHING, spec="workload.yaml", source=fake_landing(EVERYTHING, name), target=target, playbook=ORDERLY
    )


def _killed(plan: Plan, fake: FakeWorld, folder: Path, at: AnyStep) -> None:
    """Carry out the plan until one step is done, and end before that is written."""

    def do_and_die(step: AnyStep) -> Result:
        result = do(step, fake.world)
        if step.id == at.id:
            raise Killed
        return result

    journal = Journal.open(folder / "journal.jsonl")
    try:
        for _ in run(
            plan.digest,
            plan.steps,
            journal,
            do=do_and_die,
            holds=lambda step: holds(step, fake.world),
            clock=lambda: _NOW,
        ):
            pass
    except Killed:
        return


def _carry_out(plan: Plan, fake: FakeWorld, folder: Path, steps: tuple[AnyStep, ...]) -> list[Entry]:
    journal = Journal.open(folder / "journal.jsonl")
    for _ in run(
        plan.digest,
        steps,
        journal,
        do=lambda step: do(step, fake.world),
        holds=lambda step: holds(step, fake.world),
        clock=lambda: _NOW,
    ):
        pass
    return list(journal)
