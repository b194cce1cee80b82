"""Rehearse several times, and tell the worst."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from exitkit.cli.console import console
from exitkit.errors import ExitCode
from exitkit.model.evidence import Verdict
from exitkit.units import human_seconds

if TYPE_CHECKING:
    from exitkit.model.evidence import Evidence
    from exitkit.model.plan import Plan


def again(made: Plan, times: int, *, count: int | None, seed: int | None) -> ExitCode:
    """Rehearse a plan so often, each in a run of its own; the answer is that of the worst."""
    from exitkit import api
    from exitkit.cli.watch import Watch, stopped
    from exitkit.errors import ExitkitError
    from exitkit.rehearsal.judge import answer_all, judge_worst
    from exitkit.rehearsal.measure import measure
    from exitkit.rehearsal.several import middle, worst

    runs = []
    for number in range(1, times + 1):
        console.say(f"rehearsal {number} of {times}")
        watch = Watch(made)
        try:
            done = api.rehearse(made, watch, count=count, seed=seed)
        except (ExitkitError, KeyboardInterrupt):
            stopped(watch)
            raise
        runs.append(measure(done.plan, done.name, done.journal))
    objectives = judge_worst(made.workload.objectives, runs)
    verdict = answer_all(runs, objectives)
    wanted = {one.name: f"; objective: {one.objective}" for one in objectives}
    console.answer(f"worst of {times} runs: {', '.join(run.run for run in runs)}")
    for words, what, goal in (
        ("outage", "outage", "outage"), ("loss", "loss", "data loss"), ("way back", "way back", ""),
    ):  # fmt: skip
        found, usual = worst(runs, what), middle(runs, what)
        console.answer(f"{words:<11} {_time(found)} (median {_time(usual)}{wanted.get(goal, '')})")
    console.answer({"pass": "yes", "fail": "no", "unknown": "unknown: not everything was shown"}[verdict.value])
    console.say(f"next: exitkit report {' '.join(run.run for run in runs)} -o {made.workload.name}.html")
    return ExitCode.YES if verdict is Verdict.PASS else ExitCode.NO


def _time(one: Evidence | None) -> str:
    return "not measured" if one is None else human_seconds(Decimal(one.value))
