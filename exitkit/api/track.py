"""Follow exits over time: what each rehearsal showed, what was predicted of it, whether a bar is met."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from exitkit.api import runs
from exitkit.api.judge import report_of
from exitkit.api.past import before, in_order, trial_of
from exitkit.api.runs import Run
from exitkit.errors import UsageError
from exitkit.lockin.assumptions import Assumption
from exitkit.lockin.forecast import SIZES, Forecast, Trial, coverage, forecast
from exitkit.model.evidence import Basis, Evidence, Interval, Verdict
from exitkit.model.report import GateResult, Report
from exitkit.report.past import held
from exitkit.units import human_money


@dataclass(frozen=True)
class Point:
    """One rehearsal among others: its report, how long it copied, and what was predicted from those before it.

    `written` is whether what it is predicted from was written down when it began.
    """

    report: Report
    trial: Trial | None
    predicted: Forecast | None
    written: bool = False

    @property
    def held(self) -> bool | None:
        """Whether the truth lay within P10 to P90; None where nothing was predicted, or only indicatively."""
        return held(self.trial, self.predicted)


@dataclass(frozen=True)
class Trend:
    """Rehearsals in the order they took place; `within` of `of` predictions held, `error` is that of their P50 in %.

    Counted are predictions from what a run wrote down when it began; `afterwards` of the others held, of so many.
    """

    points: tuple[Point, ...]
    within: int
    of: int
    error: Decimal
    afterwards: tuple[int, int]

    @property
    def missed(self) -> tuple[str, ...]:
        """The runs whose truth lay outside of what was predicted."""
        runs = (one.report.measurements.run for one in self.points if one.held is False and one.report.measurements)
        return tuple(runs)


def trend(folder: Path) -> Trend:
    """What the runs in a folder show. Raises UsageError where there is none."""
    found = in_order(list(_runs(folder)))
    if not found:
        raise UsageError(f"there is no run in {folder}")
    points: list[Point] = []
    past: list[Trial] = []
    for run in found:
        trial = trial_of(run)
        known = before(run, past)
        predicted = forecast(known, objects=trial.objects, size=trial.size) if trial and known else None
        points.append(Point(report_of(run), trial, predicted, run.setting.earlier is not None))
        past += [trial] if trial else []
    later = coverage(_records(points, written=False))
    return Trend(tuple(points), *coverage(_records(points, written=True)), later[:2])


def _records(points: Sequence[Point], *, written: bool) -> list[tuple[Interval, Decimal]]:
    return [
        (point.predicted.seconds, Decimal(str(point.trial.seconds)))
        for point in points
        if point.trial is not None
        and point.predicted is not None
        and not point.predicted.indicative
        and point.written is written
    ]


def forecast_of(folder: Path, *, objects: int, size: int) -> Forecast:
    """How long copying so much takes, from the runs in a folder. Raises UsageError where none copied anything."""
    trials = [trial for run in _runs(folder) if (trial := trial_of(run)) is not None]
    if not trials:
        raise UsageError(f"no run in {folder} copied objects", hint=f"rehearse at {SIZES} sizes or more")
    return forecast(trials, objects=objects, size=size)


def copying(found: Sequence[Run], *, objects: int, size: int) -> Assumption:
    """The days of copying, forecast from several runs: what a switching cost takes in place of one measurement."""
    trials = [trial for run in found if (trial := trial_of(run)) is not None]
    if not trials:
        raise UsageError("none of these runs copied objects to the end")
    told = forecast(trials, objects=objects, size=size)
    days = [value / 86400 for value in (told.seconds.p10, told.seconds.p50, told.seconds.p90)]
    word = "indicative, fewer than three sizes" if told.indicative else f"fitted, R² {told.fit}"
    return Assumption(
        name="copying",
        low=days[0],
        mode=days[1],
        high=days[2],
        unit="days",
        basis=Basis.MEASURED,
        source=f"{told.trials} rehearsals of {told.sizes} sizes, {word}: {', '.join(run.name for run in found)}",
        values=tuple(days),
    )


def _runs(folder: Path) -> Iterator[Run]:
    for file in sorted(folder.glob("*/setting.json")):
        run = runs.find(str(file.parent))
        if len(run.journal):
            yield run


def gate(
    report: Report,
    *,
    max_days: int | None,
    max_eur: Decimal | None,
    max_age: timedelta | None,
    permissions: bool = False,
    today: date | None = None,
) -> tuple[GateResult, ...]:
    """Each bar that was set, against what is known; an unknown is no pass. `permissions` sets over-permission."""
    found = []
    cost = report.cost
    if max_days is not None:
        found.append(_bar("days, P90", cost.days.p90, Decimal(max_days), f"at most {max_days} days", report))
    if max_eur is not None:
        found.append(_bar("cost, P90", cost.total.p90, max_eur, f"at most {human_money(max_eur)}", report))
    if max_age is not None:
        found.append(_age(report, max_age, today or datetime.now(UTC).date()))
        found.append(_unchanged(report))
    asked = ("integrity", "way back", *(["over-permission"] if permissions else []))
    return (*found, *(one for one in report.gates if one.name in asked))


def _bar(name: str, value: Decimal, most: Decimal, words: str, report: Report) -> GateResult:
    known = bool(report.cost.lines)
    basis = max((line.basis for line in report.cost.lines), key=lambda one: one.rank, default=Basis.ASSUMED)
    verdict = Verdict.UNKNOWN if not known else Verdict.PASS if value <= most else Verdict.FAIL
    return GateResult(name=name, verdict=verdict, why=f"{value:,.0f} ({basis}), {words}", sources=("switching cost",))


def _age(report: Report, most: timedelta, today: date) -> GateResult:
    if report.rehearsed_on is None:
        return GateResult(name="age", verdict=Verdict.UNKNOWN, why="never rehearsed", sources=("no rehearsal",))
    age = today - report.rehearsed_on
    verdict = Verdict.PASS if age <= most else Verdict.FAIL
    words = f"rehearsed {report.rehearsed_on}, {age.days} days ago, at most {most.days}"
    return GateResult(name="age", verdict=verdict, why=words, sources=(f"run {_name(report)}",))


def _unchanged(report: Report) -> GateResult:
    """A rehearsal shows nothing of what was changed since."""
    since = report.changed_since
    verdict = Verdict.PASS if since == () else Verdict.UNKNOWN
    why = "not looked at" if since is None else "; ".join(since) or "nothing changed since"
    return GateResult(name="unchanged", verdict=verdict, why=why, sources=(f"run {_name(report)}",))


def _name(report: Report) -> str:
    return report.measurements.run if report.measurements is not None else "none"


def outage_of(report: Report) -> Evidence | None:
    """The outage a report measured."""
    return report.measurements.outage if report.measurements is not None else None


def together(found: Sequence[GateResult]) -> Verdict:
    """The verdict of all."""
    whole = Verdict.PASS
    for one in found:
        whole = whole & one.verdict
    return whole
