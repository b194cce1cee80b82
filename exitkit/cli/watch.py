"""Say what a rehearsal does, as it does it, and how it ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from exitkit.cli.console import console
from exitkit.errors import ExitCode
from exitkit.model.evidence import Verdict
from exitkit.model.journal import LOOKED, Outcome
from exitkit.units import Bytes, human_count, human_seconds

if TYPE_CHECKING:
    from exitkit.api.runs import Run
    from exitkit.model.evidence import Evidence
    from exitkit.model.journal import Entry
    from exitkit.model.plan import AnyStep, Plan
    from exitkit.model.report import Measurements


_LONGEST = 160


class Watch:
    """A line per step, on stderr."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.run = ""
        self.current: tuple[int, AnyStep] | None = None
        self.way_back = False
        self.tried: set[str] = set()
        self._began: datetime | None = None

    def began(self, run: str, journal: str) -> None:
        """A run has a name."""
        self.run = run
        if run:
            console.say(f"run {run}   journal {journal}")

    def said(self, words: str) -> None:
        """Something worth knowing that is no step."""
        console.say(words)

    def progress(self, words: str) -> None:
        """How far the step is."""
        console.progress(words)

    def wrote(self, step: AnyStep, entry: Entry, *, number: int, way_back: bool) -> None:
        """One line when a step ends; a heading when the way back begins."""
        if way_back and not self.way_back:
            console.say("way back")
            self.way_back = True
        self.current = (number, step)
        if entry.outcome is Outcome.STARTED:
            self._began = entry.at
            if step.id in self.tried:
                console.say(f"  {number:>2}  {step.kind:<15} {step.component:<10} in doubt: looked, starting it again")
            return
        spent = (entry.at - self._began).total_seconds() if self._began is not None else 0.0
        if entry.details == LOOKED:
            console.say(f"  {number:>2}  {step.kind:<15} {step.component:<10} in doubt: looked, it was done")
            self.current = None
            return
        state = {Verdict.FAIL: "FAIL", Verdict.UNKNOWN: "?"}.get(entry.verdict or Verdict.PASS, entry.outcome.value)
        shown = human_seconds(Decimal(str(round(spent, 1))))
        brought = "; ".join(told(one) for one in entry.evidence if _worth_saying(one))
        console.say(f"  {number:>2}  {step.kind:<15} {step.component:<10} {state:<6} {shown:>10}   {brought}".rstrip())
        if entry.verdict in (Verdict.FAIL, Verdict.UNKNOWN):
            for line in entry.details[: 20 if entry.verdict is Verdict.FAIL else 3]:
                console.say(f"        {line}")
        self._began = None
        if entry.outcome is Outcome.OK:
            self.current = None


def told(one: Evidence) -> str:
    """A number with its unit, as a person reads it."""
    if one.unit == "bytes":
        return f"{one.what} {Bytes(int(one.value))}"
    if one.unit == "s":
        return f"{one.what} {human_seconds(one.value)}"
    if one.unit == "%":
        return f"{one.what} {one.value.normalize():f} %"
    return f"{human_count(one.value)} {one.what if one.value != 1 else _one_of(one)}"


def _one_of(counted: Evidence) -> str:
    """What is counted, where it is one: "rows equal" is "row equal"."""
    plural = counted.unit if counted.unit in counted.what else counted.what.partition(" ")[0]
    if not plural.endswith("s") or " that " in counted.what:
        return counted.what
    return counted.what.replace(plural, plural.removesuffix("s"), 1)


def _worth_saying(one: Evidence) -> bool:
    """Not a count of nothing, nor the time or the check of one among several: journal and report have those."""
    return not one.what.startswith(("`", "checks passed: ")) and (
        bool(one.value) or one.what.endswith(("differing", "failing", "lost", "outage", "that answer"))
    )


def stopped(watch: Watch) -> None:
    """Say where it stopped, what serves, and the two ways on."""
    if not watch.run:
        return
    if watch.current is not None:
        number, step = watch.current
        console.say(f"stopped in step {number}, {step.kind} {step.component}")
    console.say(f"  resume      exitkit rehearse --resume {watch.run}")
    console.say(f"  roll back   exitkit rollback {watch.run}")


def ended(run: Run, watch: Watch, *, stayed: bool = False) -> ExitCode:
    """Say what was measured and the answer; the exit code is the answer."""
    from exitkit.rehearsal.judge import answer, judge
    from exitkit.rehearsal.measure import measure

    measured = measure(run.plan, run.name, run.journal)
    if (
        any(step.state != "ok" and not step.way_back for step in measured.steps)
        and measured.returned is Verdict.UNKNOWN
    ):
        console.answer(f"{run.name} stopped before its end, as asked")
        stopped(watch)
        return ExitCode.YES
    objectives = judge(run.plan.workload.objectives, measured)
    verdict = answer(measured, objectives, stayed=stayed)
    wanted = {one.name: f" (objective: {one.objective})" for one in objectives}
    lines = list(_lines(measured, wanted))
    lines.append(
        {Verdict.PASS: "yes", Verdict.FAIL: "no", Verdict.UNKNOWN: "unknown: not everything was shown"}[verdict]
    )
    console.answer("\n".join(lines))
    if stayed:
        console.say(f"it stays at {run.plan.target}; to come back: exitkit rollback {run.name}")
    console.say(f"next: exitkit report {run.name} -o {run.plan.workload.name}.html")
    return ExitCode.YES if verdict is Verdict.PASS else ExitCode.NO


def _lines(measured: Measurements, wanted: dict[str, str]) -> list[str]:
    def number(one: Evidence | None) -> str:
        return "not measured" if one is None else human_count(one.value)

    def time(one: Evidence | None) -> str:
        return "not measured" if one is None else human_seconds(one.value)

    lost = "not measured" if measured.lost is None else f"{number(measured.lost)} of {number(measured.writes)} writes"
    if measured.unknown is not None and measured.unknown.value:
        lost += f", {number(measured.unknown)} unknown"
    return [
        f"outage      {time(measured.outage)}{wanted.get('outage', '')}",
        f"data lost   {lost}{wanted.get('data loss', '')}",
        f"objects     {_compared(measured.objects_equal, measured.objects_differing, by='SHA-256')}",
        f"rows        {_compared(measured.rows_equal, measured.rows_differing, by='content hash')}",
        *_untried(measured),
        f"way back    {time(measured.way_back_seconds)}, {_home(measured.returned, alone=_alone(measured))}",
    ]


def _untried(measured: Measurements) -> Iterator[str]:
    """What a look could not find out, and why: never a yes."""
    for step in measured.steps:
        if step.verdict is Verdict.UNKNOWN:
            why = next(iter(step.details), "there was nothing to look at")
            shown = why if len(why) <= _LONGEST else f"{why[: _LONGEST - 1]}…"
            yield f"not shown   {step.kind} {step.component}: {shown}"


def _compared(equal: Evidence | None, differing: Evidence | None, *, by: str) -> str:
    if equal is None or differing is None:
        return "not compared"
    return f"{human_count(equal.value)} equal, {human_count(differing.value)} differing, by {by}"


def _alone(measured: Measurements) -> bool:
    """Whether a source that was gone has what it had itself, and no write of the target's."""
    return measured.may_lose and not any(step.kind == "check-merged" for step in measured.steps)


def _home(returned: Verdict, *, alone: bool) -> str:
    """How the way back ended."""
    there = "everything the source had acknowledged is there" if alone else "everything written is there at home"
    return {
        Verdict.PASS: f"everything undone, {there}",
        Verdict.FAIL: "something is missing at home",
        Verdict.UNKNOWN: "not shown",
    }[returned]
