"""Several runs of one plan: the worst of what they measured, never the best."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from statistics import median

from exitkit.model.evidence import Basis, Evidence, Verdict
from exitkit.model.report import Measurements

DURATIONS = ("way back",)
"""What a run measures as a whole rather than in a step."""


def worst(runs: Sequence[Measurements], what: str) -> Evidence | None:
    """The highest value any run found, with the run that found it; None where no run measured it."""
    return max(_each(runs, what), key=lambda one: one.value, default=None)


def middle(runs: Sequence[Measurements], what: str) -> Evidence | None:
    """The median of what runs found; None where no run measured it."""
    found = _each(runs, what)
    if not found:
        return None
    value = Decimal(str(median(one.value for one in found)))
    sources = tuple(dict.fromkeys(source for one in found for source in one.sources))
    return Evidence(what=what, value=value, unit=found[0].unit, basis=Basis.MEASURED, sources=sources)


def within(
    runs: Sequence[Measurements], what: str, *, most: Decimal | None, least: Decimal | None = None
) -> tuple[Evidence | None, Verdict]:
    """Whether every run kept to a bound; a run that did not measure it leaves it unknown, one that broke it fails."""
    high, low = worst(runs, what), min(_each(runs, what), key=lambda one: one.value, default=None)
    if most is not None and high is not None and high.value > most:
        return high, Verdict.FAIL
    if least is not None and low is not None and low.value < least:
        return low, Verdict.FAIL
    shown = high if most is not None else low
    bounded = most is not None or least is not None
    whole = bool(runs) and all(_each([run], what) for run in runs) and bounded
    return shown, Verdict.PASS if whole else Verdict.UNKNOWN


def seconds_of(runs: Sequence[Measurements], step: str) -> Evidence | None:
    """The longest a step took in any run; None where none carried it through."""
    found = [
        Evidence(
            what=f"{step}, worst",
            value=one.seconds,
            unit="s",
            basis=Basis.MEASURED,
            sources=(f"run {run.run}, journal:{step}",),
        )
        for run in runs
        for one in run.steps
        if one.id == step and one.state == "ok"
    ]
    return max(found, key=lambda one: one.value, default=None)


def _each(runs: Iterable[Measurements], what: str) -> list[Evidence]:
    """The worst of each run."""
    return [
        found.model_copy(update={"what": what, "sources": tuple(f"run {run.run}, {one}" for one in found.sources)})
        for run in runs
        if (found := _of(run, what)) is not None
    ]


def _of(run: Measurements, what: str) -> Evidence | None:
    if what in DURATIONS:
        return run.way_back_seconds
    found = [
        one.model_copy(update={"sources": (f"journal:{step.id}",)})
        for step in run.steps
        if step.state == "ok"
        for one in step.evidence
        if one.what == what
    ]
    return max(found, key=lambda one: one.value, default=None)
