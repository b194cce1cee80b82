"""Run every rule over one case; what somebody accepted stays, marked."""

from __future__ import annotations

from exitkit.lockin.rules.base import Case, rules
from exitkit.model.finding import Finding, Suppression


def assess(case: Case) -> tuple[Finding, ...]:
    """Every finding, heaviest first, then by code and component."""
    found = [_accepted(finding, case) for rule in rules().values() for finding in rule.find(case)]
    return tuple(sorted(found, key=lambda one: (-one.severity.rank, one.code, one.component)))


def _accepted(finding: Finding, case: Case) -> Finding:
    for one in case.workload.accept:
        if one.rule == finding.code and one.on in (None, finding.component) and _valid(one, case):
            return finding.model_copy(update={"accepted": one})
    return finding


def _valid(suppression: Suppression, case: Case) -> bool:
    return suppression.until >= case.today
