"""Hold what was measured against the workload's objectives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from statistics import median

from exitkit.model.evidence import Evidence, Verdict
from exitkit.model.report import Measurements, ObjectiveMet
from exitkit.model.workload import Objectives
from exitkit.units import Duration, human_seconds

_NEEDED = ("build-tree",)
"""Looks without which nothing is shown: what could not be tried there leaves the whole unknown."""


def judge(objectives: Objectives, measured: Measurements | None) -> tuple[ObjectiveMet, ...]:
    """Each objective that is set, against what was measured; not measured is unknown, never a pass."""
    return tuple(_judged(objectives, measured))


def _judged(objectives: Objectives, measured: Measurements | None) -> Iterator[ObjectiveMet]:
    if objectives.outage is not None:
        yield _within("outage", objectives.outage, measured.outage if measured else None)
    if objectives.data_loss is not None:
        loss = None
        if measured is not None:
            found = [one for step in measured.steps for one in step.evidence if one.what == "loss"]
            loss = max(found, key=lambda one: one.value, default=None)
        yield _certain(_within("data loss", objectives.data_loss, loss), measured)
    if objectives.stay_in:
        yield ObjectiveMet(
            name="stay in",
            objective=", ".join(objectives.stay_in),
            found=None,
            verdict=Verdict.UNKNOWN,
            sources=("spec: objectives",),
            note="not assessed: where data lives is not looked up at the provider",
        )


def _certain(met: ObjectiveMet, measured: Measurements | None) -> ObjectiveMet:
    """A loss that is as small as it may be is unknown, where it is unknown of a write whether it is lost."""
    if measured is None or not _unknown(measured) or met.verdict is not Verdict.PASS:
        return met
    note = f"of {_unknown(measured)} more writes nobody could tell"
    return met.model_copy(update={"verdict": Verdict.UNKNOWN, "note": note})


def _unknown(measured: Measurements) -> int:
    """Of how many acknowledged writes nobody could tell whether they are there."""
    return int(measured.unknown.value) if measured.unknown is not None else 0


def _within(name: str, limit: Duration, found: Evidence | None) -> ObjectiveMet:
    if found is None:
        return ObjectiveMet(
            name=name,
            objective=f"at most {limit}",
            found=None,
            verdict=Verdict.UNKNOWN,
            sources=("spec: objectives",),
        )
    return ObjectiveMet(
        name=name,
        objective=f"at most {limit}",
        found=found,
        verdict=Verdict.PASS if found.value <= Decimal(int(limit)) else Verdict.FAIL,
        sources=found.sources,
    )


def answer(measured: Measurements, objectives: tuple[ObjectiveMet, ...], *, stayed: bool = False) -> Verdict:
    """Whether a rehearsal went well: copies equal, nothing lost, objectives met, home again unless it was to stay."""
    whole = measured.integrity if stayed else measured.integrity & measured.returned
    if any(step.verdict is Verdict.FAIL for step in measured.steps):
        whole = whole & Verdict.FAIL
    if any(step.verdict is Verdict.UNKNOWN for step in measured.steps if step.kind in _NEEDED):
        whole = whole & Verdict.UNKNOWN
    if measured.lost is not None and measured.lost.value and not measured.may_lose:
        whole = whole & Verdict.FAIL
    if _unknown(measured):
        whole = whole & Verdict.UNKNOWN
    for one in objectives:
        if one.name != "stay in":
            whole = whole & one.verdict
    return whole


def judge_worst(objectives: Objectives, runs: Sequence[Measurements]) -> tuple[ObjectiveMet, ...]:
    """Each objective against the worst of several runs; one that did not measure it leaves it unknown."""
    if len(runs) < 2:
        return judge(objectives, runs[0] if runs else None)
    each = [judge(objectives, run) for run in runs]
    return tuple(_worst([found[number] for found in each], runs) for number in range(len(each[0])))


def _worst(found: Sequence[ObjectiveMet], runs: Sequence[Measurements]) -> ObjectiveMet:
    verdict = Verdict.PASS
    for one in found:
        verdict = verdict & one.verdict
    measured = [(one.found, run.run) for one, run in zip(found, runs, strict=True) if one.found is not None]
    if not measured:
        return found[0]
    highest, run = max(measured, key=lambda pair: pair[0].value)
    sources = tuple(f"run {run}, {source}" for source in highest.sources)
    middle = human_seconds(Decimal(str(median(one.value for one, _ in measured))))
    missing = f", not measured in {len(runs) - len(measured)}" if len(measured) < len(runs) else ""
    return found[0].model_copy(
        update={
            "found": highest.model_copy(update={"sources": sources}),
            "verdict": verdict,
            "sources": sources,
            "note": f"worst of {len(runs)} runs, median {middle}{missing}",
        }
    )


def answer_all(runs: Sequence[Measurements], objectives: tuple[ObjectiveMet, ...], *, stayed: bool = False) -> Verdict:
    """Whether all of several rehearsals went well, the objectives held against the worst."""
    whole = Verdict.PASS
    for run in runs:
        whole = whole & answer(run, objectives, stayed=stayed)
    return whole if runs else Verdict.UNKNOWN
