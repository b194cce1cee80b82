"""Gather everything that is known of one exit into a report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from exitkit.lockin.alternatives import Compared, alternatives
from exitkit.lockin.assess import assess
from exitkit.lockin.counted import Counted
from exitkit.lockin.dimensions import dimensions
from exitkit.lockin.gates import gates
from exitkit.lockin.rules.base import Case
from exitkit.lockin.rules.practice import VALID_FOR
from exitkit.lockin.switching import Known, switching_cost
from exitkit.model.evidence import Basis, Evidence, Verdict
from exitkit.model.finding import Finding, Severity
from exitkit.model.journal import Setting
from exitkit.model.placement import Kept
from exitkit.model.report import Exercised, GateResult, Measurements, ObjectiveMet, Report
from exitkit.model.report import SwitchingCost as Cost
from exitkit.model.workload import Workload
from exitkit.rehearsal.judge import answer_all, judge_worst
from exitkit.report.articles import compliance, coverage, pack, stale
from exitkit.report.exercised import every_capability
from exitkit.report.facts import Facts
from exitkit.units import Duration, human_money

_DAYS = "switching cost, days"


def build(facts: Facts) -> Report:
    """The report; every verdict in it is one of three, and what was not tried is counted as unknown."""
    measured = facts.measurements
    rehearsed_on = measured.ended.date() if measured is not None and measured.ended is not None else None
    exercised = every_capability(facts)
    known = _known(facts, exercised)
    cost = switching_cost(known)
    objectives = (*judge_worst(facts.workload.objectives, _runs(facts)), *_leaving(facts.workload, cost))
    findings = assess(_case(facts, objectives, rehearsed_on))
    weighed = _weighed(facts, known, cost)
    verdict, reasons = _gated(weighed["gates"], *_verdict(facts, objectives, exercised, findings))
    setting, limits = facts.setting, facts.setting.not_exercised if facts.setting else ()
    report = Report(
        workload=facts.workload.name,
        source=facts.source,
        target=facts.target,
        source_title=facts.source_title,
        target_title=facts.target_title,
        exitkit=facts.exitkit,
        as_of=facts.today,
        verdict=verdict,
        reasons=reasons,
        **_where(setting),
        rehearsed_on=rehearsed_on,
        expires_on=rehearsed_on + VALID_FOR if rehearsed_on else None,
        measurements=measured,
        objectives=objectives,
        exercised=exercised,
        not_exercised=tuple(limit for limit in limits if limit.capability is None),
        losses=facts.losses,
        findings=findings,
        cost=cost,
        decisions=_decisions(facts, findings, exercised, late=_late(facts.workload, cost)),
        changed_since=facts.changed if measured is not None else None,
        journal_digest=facts.journal_digest,
        plan_digest=facts.plan_digest,
        components={part.name: part.kind for part in facts.workload.components},
        **weighed,
    )
    return _answering(report, facts)


def _answering(report: Report, facts: Facts) -> Report:
    """With what rules ask of it, and which of that it holds."""
    report = report.model_copy(update={"coverage": coverage(facts.trend, facts.given)})
    articles, artefacts = (one(report, facts.declared, facts.given) for one in (compliance, pack))
    return report.model_copy(update={"compliance": articles, "pack": artefacts})


def _weighed(facts: Facts, known: Known, cost: Cost) -> dict[str, Any]:
    """What is told beside the cost: dimensions, gates, other places, rehearsals so far, stale prices."""
    counted = counted_of(facts, cost)
    compared = alternatives(Compared(known, counted, facts.options))
    old = stale((*facts.run_rate.lines, *facts.egress.lines), facts.today)
    told = {"dimensions": dimensions(counted), "gates": gates(counted), "alternatives": compared}
    return {**told, "trend": facts.trend, "stale": old, "clocks": tuple(_clocks(facts))}


def _clocks(facts: Facts) -> Iterator[Evidence]:
    """What the owner asks and the contract gives, then what rules give, each in days."""

    def days(what: str, value: Decimal, basis: Basis, source: str) -> Evidence:
        return Evidence(what=what, value=value, unit="days", basis=basis, sources=(source,))

    limit = facts.workload.objectives.leave_within
    if limit is not None:
        yield days("objective: leave within", Decimal(limit.days), Basis.DECLARED, "spec: objectives")
    for name in ("notice", "transition"):
        said = facts.declared.days(name)
        if said is not None:
            yield days(f"contract: {name}", said, Basis.DECLARED, f"{facts.declared.source}: {name}")
    for one in facts.given.clocks:
        yield days(one.name, Decimal(one.days), one.basis, one.source)


def _runs(facts: Facts) -> tuple[Measurements, ...]:
    """What runs of this plan measured, the newest first."""
    return (facts.measurements, *facts.others) if facts.measurements is not None else ()


def _where(setting: Setting | None) -> dict[str, Any]:
    return {"place": setting.place, "machine": setting.machine} if setting else {"place": "", "machine": {}}


def counted_of(facts: Facts, cost: Cost) -> Counted:
    """What there is to count for gates and for D1 to D9."""
    return Counted(
        workload=facts.workload,
        source=facts.source,
        target=facts.target,
        losses=facts.losses,
        measured=facts.measurements,
        declared=facts.declared,
        cost=cost,
        given=facts.given,
        bills=next((one.bills for one in facts.options if one.provider == facts.source), {}),
        infrastructure=facts.infrastructure,
        planned=facts.planned,
        permissions=facts.permissions,
    )


def _case(facts: Facts, objectives: tuple[ObjectiveMet, ...], rehearsed_on: date | None) -> Case:
    return Case(
        workload=facts.workload,
        source=facts.source,
        target=facts.target,
        losses=facts.losses,
        measurements=facts.measurements,
        objectives=objectives,
        rehearsed_on=rehearsed_on,
        today=facts.today,
    )


def _known(facts: Facts, exercised: Sequence[Exercised]) -> Known:
    tried = frozenset((one.component, one.capability) for one in exercised if one.verdict is Verdict.PASS)
    said = facts.declared.quantities
    said = (*said, facts.copying) if facts.copying is not None else said
    given = facts.given.with_said(said)
    rates = facts.declared.transfer
    return Known(facts.workload, facts.run_rate, facts.egress, tried, facts.measurements, facts.today, given, rates)


def _late(workload: Workload, cost: Cost) -> bool:
    limit = workload.objectives.leave_within
    return limit is not None and cost.days.p50 > limit.days


def _leaving(workload: Workload, cost: Cost) -> tuple[ObjectiveMet, ...]:
    limit: Duration | None = workload.objectives.leave_within
    if limit is None:
        return ()
    side = "above" if _late(workload, cost) else "within"
    met = ObjectiveMet(
        name="leave within",
        objective=f"at most {limit}",
        found=Evidence(
            what="days to leave, P50", value=cost.days.p50, unit="days", basis=Basis.ASSUMED, sources=(_DAYS,)
        ),
        verdict=Verdict.UNKNOWN,  # an estimate that rests on assumptions neither passes nor fails
        sources=(_DAYS,),
        note=f"estimated, {cost.days.p90:.0f} at P90, {side} the objective; not measured",
    )
    return (met,)


def _verdict(
    facts: Facts,
    objectives: Sequence[ObjectiveMet],
    exercised: Sequence[Exercised],
    findings: Sequence[Finding],
) -> tuple[Verdict, tuple[str, ...]]:
    """Whether one can leave: no where something failed, not proven where anything was not tried, else yes.

    What is lost is a no until somebody accepts it, with a reason and a date.
    """
    measured = facts.measurements
    if measured is None:
        return Verdict.UNKNOWN, (f"leaving {facts.source_title} for {facts.target_title} was never rehearsed",)
    went = answer_all(_runs(facts), tuple(one for one in objectives if one.name in ("outage", "data loss")))
    reasons = {
        Verdict.PASS: "the rehearsal went well, there and back",
        Verdict.FAIL: "the rehearsal failed",
        Verdict.UNKNOWN: "the rehearsal did not show everything it should",
    }
    told = [reasons[went]]
    lost = [one for one in facts.losses if one.outcome is Kept.LOST]
    unaccepted = [one for one in findings if one.code == "LK101" and one.accepted is None]
    missed = [one for one in objectives if one.verdict is Verdict.FAIL]
    open_ones = [one for one in exercised if one.verdict is Verdict.UNKNOWN]
    failed = [one for one in exercised if one.verdict is Verdict.FAIL]
    told += [f"objective missed: {one.name} ({one.words}, {one.objective})" for one in missed]
    if lost:
        agreed = len(lost) - len(unaccepted)
        accepted = f", {agreed} of which somebody accepted" if agreed else ""
        told.append(f"{len(lost)} capabilities have no equivalent at {facts.target_title}{accepted}")
    if failed:
        told.append(f"{len(failed)} of {len(exercised)} capabilities were tried at {facts.target_title} and failed")
    if open_ones:
        told.append(f"{len(open_ones)} of {len(exercised)} capabilities were not tried at {facts.target_title}")
    verdict = went & (Verdict.FAIL if unaccepted or missed or failed else Verdict.PASS)
    if open_ones or any(one.verdict is Verdict.UNKNOWN for one in objectives):
        verdict = verdict & Verdict.UNKNOWN
    return verdict, tuple(told)


_TOLD = ("integrity", "way back")
"""Gates that a rehearsal's own answer holds already."""

_PLAINLY = {"over-permission": "over-permission, services may do more at the target than at the source"}
"""Gates whose name alone says too little to who reads one page."""


def _gated(found: Sequence[GateResult], verdict: Verdict, reasons: tuple[str, ...]) -> tuple[Verdict, tuple[str, ...]]:
    """A gate that is not passed is said first of all, and is no yes; it is weighed against nothing."""
    failed = [one.name for one in found if one.verdict is Verdict.FAIL and one.name not in _TOLD]
    if not failed:
        return verdict, reasons
    return verdict & Verdict.UNKNOWN, (*reasons, *(f"gate not passed: {_PLAINLY.get(name, name)}" for name in failed))


# What a board is asked, for each rule whose findings are heavy; {parts} are components, {target} a title.
_ASKED = {
    "LK101": "Do without, or replace, what {parts} cannot have at {target} (LK101).",
    "LK104": "Accept weaker security at {target} for {parts}, with a date and an owner, or pay for a control (LK104).",
    "LK303": "Agree on other objectives for {parts}, or pay to meet them (LK303).",
    "LK304": "Do not leave before it is known why copies differ at {target} (LK304).",
}


def _decisions(
    facts: Facts, findings: Sequence[Finding], exercised: Sequence[Exercised], *, late: bool
) -> tuple[str, ...]:
    """At most three things that somebody has to decide, heaviest first."""
    heavy: dict[str, list[str]] = {}
    for one in findings:
        if one.severity is Severity.HIGH and one.accepted is None and one.code in _ASKED:
            heavy.setdefault(one.code, []).append(one.component)
    asked = [
        _ASKED[code].format(parts=", ".join(dict.fromkeys(parts)), target=facts.target_title)
        for code, parts in heavy.items()
    ]
    untried = sum(one.verdict is Verdict.UNKNOWN for one in exercised)
    if facts.measurements is None:
        asked.insert(0, "Have the exit rehearsed in the lab: it takes minutes, and no account.")
    elif untried:
        asked.append(
            f"Pay for a rehearsal on real accounts: {untried} of {len(exercised)} capabilities were not tried."
        )
    if late:
        asked.append(
            "Decide what shortens leaving, or set another time to be gone: the estimate is above the objective."
        )
    return tuple(asked[:3])


def headline(cost: Cost) -> str:
    """The switching cost in one line."""
    total, days = cost.total, cost.days
    return (
        f"{human_money(total.p50)} ({human_money(total.p10)} to {human_money(total.p90)}), "
        f"{days.p50:.0f} days ({days.p10:.0f} to {days.p90:.0f})"
    )
