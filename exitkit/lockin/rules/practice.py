"""Rules about whether leaving was tried, and how that went (LK3xx)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from exitkit.lockin.conformed import STEP
from exitkit.lockin.rules.base import Case, rule
from exitkit.model.contract import Need, read
from exitkit.model.evidence import Verdict
from exitkit.model.finding import Finding, Severity

VALID_FOR = timedelta(days=365)
"""How long a rehearsal counts: at least yearly tests (DORA, Regulation (EU) 2022/2554, Article 11(6))."""


def _finding(case: Case, code: str, severity: Severity, message: str, way_out: str) -> Finding:
    return Finding(code=code, component=case.workload.name, severity=severity, message=message, way_out=way_out)


@rule("LK301", "never rehearsed")
def never(case: Case) -> Iterator[Finding]:
    """No rehearsal of this exit is known.

    What it means: the plan is a belief. DORA asks for exit plans that are sufficiently tested (Article 28(8)).

    Way out: rehearse it, in the lab first.
    """
    if case.measurements is None:
        message = f"leaving {case.source} for {case.target} was never rehearsed"
        yield _finding(case, "LK301", Severity.HIGH, message, "exitkit plan, then exitkit rehearse")


@rule("LK302", "rehearsal too old")
def expired(case: Case) -> Iterator[Finding]:
    """The last rehearsal is more than a year old.

    What it means: workload, clouds and people have changed since.

    Way out: rehearse again.
    """
    if case.rehearsed_on is not None and case.today > case.rehearsed_on + VALID_FOR:
        message = f"the last rehearsal is of {case.rehearsed_on}, more than {VALID_FOR.days} days ago"
        yield _finding(case, "LK302", Severity.MEDIUM, message, "rehearse again")


@rule("LK303", "objective missed")
def missed(case: Case) -> Iterator[Finding]:
    """A rehearsal missed an objective of the workload.

    What it means: the exit works, but not as its owner asked.

    Way out: shorten what takes long, or agree on another objective.
    """
    for one in case.objectives:
        if one.verdict is Verdict.FAIL:
            message = f"{one.name}: {one.words}, objective {one.objective}"
            yield _finding(
                case, "LK303", Severity.HIGH, message, "shorten what takes long, or agree on another objective"
            )


@rule("LK304", "copies that differ")
def differing(case: Case) -> Iterator[Finding]:
    """A rehearsal found objects or rows at the target that are not what the source has.

    What it means: the exit would lose or change data.

    Way out: find out why before the next rehearsal; the report names every one of them, up to a hundred.
    """
    measured = case.measurements
    if measured is not None and measured.integrity is Verdict.FAIL:
        numbers = tuple(one for one in (measured.objects_differing, measured.rows_differing) if one and one.value)
        words = " and ".join(f"{one.value} {one.unit}" for one in numbers)
        yield _finding(
            case, "LK304", Severity.HIGH, f"{words} differ at {case.target}", "find out why, then rehearse again"
        ).model_copy(update={"evidence": numbers})


@rule("LK305", "no way back shown")
def stuck(case: Case) -> Iterator[Finding]:
    """The last rehearsal did not come back, or came back with something missing.

    What it means: once there, returning is a belief.

    Way out: rehearse without `--keep`, or roll the run back.
    """
    if case.measurements is not None and case.measurements.returned is not Verdict.PASS:
        yield _finding(case, "LK305", Severity.MEDIUM, "the way back was not shown to work", "rehearse without --keep")


@rule("LK306", "contract not kept")
def broken_contract(case: Case) -> Iterator[Finding]:
    """A rehearsal held both sides to one contract, and a check that passes at the source fails at the target.

    What it means: a program that relies on it works here and not there. Each check is told with its facet of cloud
    interoperability (ISO/IEC 19941:2017): transport, syntactic, semantic data, behavioural or policy.

    Way out: change the program so that it does without, or choose another target; where the workload asks for it, the
    rehearsal ends there.
    """
    for step in case.measurements.steps if case.measurements is not None else ():
        if step.kind != STEP or step.way_back:
            continue
        for one in read(step.details):
            if one.only_at_source:
                where = f"{one.name} passes at {case.source} and fails at {case.target}"
                yield Finding(
                    code="LK306",
                    component=step.component,
                    severity=Severity.HIGH if one.need is Need.ASKED else Severity.MEDIUM,
                    message=f"{where} ({one.facet}, {one.need}): {one.promise}",
                    way_out="do without it in the program, or choose another target",
                    evidence=tuple(fact for fact in step.evidence if fact.what.endswith("source only")),
                )
