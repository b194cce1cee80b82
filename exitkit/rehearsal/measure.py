"""Fold a journal into measurements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from exitkit.model.evidence import Basis, Evidence, Verdict
from exitkit.model.journal import LOOKED, Entry, Outcome
from exitkit.model.plan import AnyStep, Plan
from exitkit.model.report import Measurements, StepMeasure
from exitkit.rehearsal.tried import owed, tried

_PROOFS = ("verify", "move-messages", "copy-secret")
"""Kinds of step that prove that what is there is what was here."""

_AT_HOME = ("check-home", "check-merged")
"""Kinds of step that look at home, at the end, for what was written at the target."""


def measure(plan: Plan, run: str, entries: Iterable[Entry]) -> Measurements:
    """What a run's journal says; what it does not say is None, never zero."""
    journal = tuple(entries)
    back = plan.way_back(step.id for step in plan.steps)
    looks = plan.homecoming()
    forward = [_trying(step, plan, _step(step, journal, way_back=False)) for step in plan.steps]
    returned = [_step(step, journal, way_back=True) for step in (*back, *looks)]
    ran = [one for one in (*forward, *returned) if one.state != "not run"]
    started_back = [one for one in returned if one.state != "not run"]
    return Measurements(
        run=run,
        plan=plan.digest,
        began=journal[0].at if journal else None,
        ended=journal[-1].at if journal else None,
        steps=tuple(forward + started_back),
        outage=_last(forward, "probe", "outage"),
        writes=_last(started_back, "probe", "writes acknowledged") or _last(forward, "probe", "writes acknowledged"),
        lost=_worst(ran, "writes lost"),
        objects_equal=_last(forward, "verify", "objects equal"),
        objects_differing=_worst(forward, "objects differing"),
        rows_equal=_last(forward, "verify", "rows equal"),
        rows_differing=_worst(forward, "rows differing"),
        bytes_copied=_sum(forward, ("bytes copied", "dump size"), "bytes copied"),
        copy_seconds=_seconds([one for one in forward if one.kind.startswith("copy-")], "copying"),
        way_back_seconds=_seconds(started_back, "way back") if _done(started_back, len(looks)) else None,
        interruptions=sum(max(one.tries - 1, 0) for one in ran),
        integrity=_together(one for one in forward if one.kind in _PROOFS),
        returned=_returned(plan, journal, started_back),
        unknown=_worst(ran, "writes unknown"),
        churn=_churn(forward, journal),
        may_lose=plan.book is not None and plan.book.may_lose,
    )


def _step(step: AnyStep, journal: Sequence[Entry], *, way_back: bool) -> StepMeasure:
    own = [entry for entry in journal if entry.step == step.id]
    ended = next((entry for entry in reversed(own) if entry.outcome is not Outcome.STARTED), None)
    state: Literal["ok", "failed", "in doubt", "not run"] = "not run"
    if own:
        last = own[-1].outcome
        state = "ok" if last is Outcome.OK else "failed" if last is Outcome.FAILED else "in doubt"
    return StepMeasure(
        id=step.id,
        kind=step.kind,
        component=step.component,
        state=state,
        verdict=ended.verdict if ended else None,
        seconds=_spent(own),
        tries=sum(entry.outcome is Outcome.STARTED for entry in own),
        evidence=ended.evidence if ended else (),
        details=ended.details if ended else (),
        way_back=way_back,
        tried=ended.tried if ended else (),
    )


def _trying(step: AnyStep, plan: Plan, told: StepMeasure) -> StepMeasure:
    """With what a step should have tried and did not; journals of before say by their figures what was tried."""
    if told.state == "ok":
        found = told.tried or tried(step, plan, told.evidence, told.verdict)
    else:
        found = (*told.tried, *owed(step, plan, Verdict.FAIL if told.state == "failed" else Verdict.UNKNOWN))
    return told.model_copy(update={"tried": found})


def _churn(steps: Sequence[StepMeasure], journal: Sequence[Entry]) -> Evidence | None:
    """Bytes a second that changed at the source while everything was copied: what the first catching up took along.

    Writes that came while it caught up are counted with it, so that a short rehearsal says rather too much.
    """
    begun = {entry.step: entry.at for entry in reversed(journal) if entry.outcome is Outcome.STARTED}
    done = [one for one in steps if one.state == "ok"]
    copied = {one.component: one.id for one in reversed(done) if one.kind == "copy-objects"}
    caught = {one.component: one for one in reversed(done) if one.kind == "catch-up" and one.component in copied}
    found: list[Evidence] = []
    for name, one in caught.items():
        spent = Decimal(str((begun[one.id] - begun[copied[name]]).total_seconds()))
        for changed in (each for each in one.evidence if each.what == "bytes copied" and spent > 0):
            rate = (changed.value / spent).quantize(Decimal("0.001"))
            sources = (f"journal:{copied[name]}", f"journal:{one.id}")
            found.append(Evidence(what="churn", value=rate, unit="B/s", basis=Basis.MEASURED, sources=sources))
    return _added(found) if found else None


def _spent(entries: Sequence[Entry]) -> Decimal:
    """Seconds between each start and the end that follows it; a start that was killed counts nothing."""
    total = Decimal(0)
    for begun, ended in pairwise(entries):
        looked = ended.details == LOOKED
        if begun.outcome is Outcome.STARTED and ended.outcome is not Outcome.STARTED and not looked:
            total += Decimal(str(round((ended.at - begun.at).total_seconds(), 3)))
    return total


def _found(steps: Iterable[StepMeasure], what: str) -> list[Evidence]:
    return [
        one.model_copy(update={"sources": (f"journal:{step.id}", *one.sources)})
        for step in steps
        for one in step.evidence
        if one.what == what
    ]


def _last(steps: Sequence[StepMeasure], kind: str, what: str) -> Evidence | None:
    """What the last step of a kind found for each component, added up."""
    latest = {one.component: one for one in steps if one.kind == kind and one.state == "ok"}
    found = _found(latest.values(), what)
    return _added(found) if found else None


def _worst(steps: Iterable[StepMeasure], what: str) -> Evidence | None:
    return max(_found(steps, what), key=lambda one: one.value, default=None)


def _sum(steps: Iterable[StepMeasure], what: tuple[str, ...], name: str) -> Evidence | None:
    listed = list(steps)
    found = [one for each in what for one in _found(listed, each)]
    return _added(found).model_copy(update={"what": name}) if found else None


def _added(found: Sequence[Evidence]) -> Evidence:
    total = found[0]
    for one in found[1:]:
        total = total + one
    return total


def _seconds(steps: Sequence[StepMeasure], what: str) -> Evidence | None:
    done = [one for one in steps if one.state == "ok"]
    if not done:
        return None
    sources = tuple(f"journal:{one.id}" for one in done)
    spent = sum((one.seconds for one in done), Decimal(0))
    return Evidence(what=what, value=spent, unit="s", basis=Basis.MEASURED, sources=sources)


def _done(steps: Sequence[StepMeasure], looks: int) -> bool:
    return len(steps) > looks and all(one.state == "ok" for one in steps)


def _together(steps: Iterable[StepMeasure]) -> Verdict:
    """The verdict of all verifications; one that did not run leaves it unknown."""
    verdicts = [one.verdict if one.state == "ok" and one.verdict is not None else Verdict.UNKNOWN for one in steps]
    if not verdicts:
        return Verdict.UNKNOWN
    whole = Verdict.PASS
    for verdict in verdicts:
        whole = whole & verdict
    return whole


def _returned(plan: Plan, journal: Sequence[Entry], back: Sequence[StepMeasure]) -> Verdict:
    """Whether everything that was started was undone, and what clients were told is there at home."""
    owed = {step.id for step in plan.way_back({entry.step for entry in journal})}
    state = {one.id: one.state for one in back}
    if not owed or any(one not in state for one in owed):
        return Verdict.UNKNOWN
    if any(state[one] != "ok" for one in owed):
        return Verdict.FAIL
    looks = [one.verdict or Verdict.UNKNOWN for one in back if one.kind == "probe"]
    looks += [one.verdict for one in back if one.kind in _AT_HOME and one.verdict is not None]
    whole = Verdict.PASS
    for verdict in looks:
        whole = whole & verdict
    return whole
