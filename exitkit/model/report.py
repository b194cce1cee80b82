"""What readers are told: measurements of a run, the cost of switching, the report."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from exitkit.model.base import FORMAT_VERSION, Frozen, Slug
from exitkit.model.capability import Capability
from exitkit.model.evidence import Basis, Evidence, Interval, Verdict
from exitkit.model.finding import Finding
from exitkit.model.journal import NotExercised
from exitkit.model.placement import Loss


class StepMeasure(Frozen):
    """One step of a run: how it ended, how long it took in all its tries, what it brought."""

    id: str
    kind: str
    component: Slug
    state: Literal["ok", "failed", "in doubt", "not run"]
    verdict: Verdict | None
    seconds: Decimal
    tries: int
    evidence: tuple[Evidence, ...]
    details: tuple[str, ...]
    way_back: bool


class Measurements(Frozen):
    """A journal, folded. None is: not measured."""

    run: str
    plan: str
    began: datetime | None
    ended: datetime | None
    steps: tuple[StepMeasure, ...]
    outage: Evidence | None
    writes: Evidence | None
    lost: Evidence | None
    objects_equal: Evidence | None
    objects_differing: Evidence | None
    rows_equal: Evidence | None
    rows_differing: Evidence | None
    bytes_copied: Evidence | None
    copy_seconds: Evidence | None
    way_back_seconds: Evidence | None
    interruptions: int
    integrity: Verdict
    returned: Verdict


class CostLine(Frozen):
    """One line of the switching cost: its interval, its unit, how it is known and how it was computed."""

    name: str
    unit: Literal["EUR", "days", "person-days"]
    interval: Interval
    basis: Basis
    formula: str
    sources: tuple[str, ...]


class SwitchingCost(Frozen):
    """What leaving costs; `not_counted` is what is missing. Percentiles of lines do not add up to the total's."""

    lines: tuple[CostLine, ...]
    total: Interval
    days: Interval
    draws: int
    seed: int
    measured_share: Decimal
    not_counted: tuple[str, ...]


class ObjectiveMet(Frozen):
    """One objective against what was measured."""

    name: str
    objective: str
    measured: str
    verdict: Verdict
    sources: tuple[str, ...]


class Exercised(Frozen):
    """One capability the workload needs at the target, and whether the run tried it."""

    component: Slug
    capability: Capability
    verdict: Verdict
    why: str


class Report(Frozen):
    """Everything a reader is told; renderers decide nothing."""

    format_version: Literal[1] = FORMAT_VERSION
    workload: Slug
    source: Slug
    target: Slug
    source_title: str
    target_title: str
    exitkit: str
    as_of: date
    verdict: Verdict
    reasons: tuple[str, ...]
    place: str
    machine: dict[str, str]
    rehearsed_on: date | None
    expires_on: date | None
    measurements: Measurements | None
    objectives: tuple[ObjectiveMet, ...]
    exercised: tuple[Exercised, ...]
    not_exercised: tuple[NotExercised, ...]
    losses: tuple[Loss, ...]
    findings: tuple[Finding, ...]
    cost: SwitchingCost
    decisions: tuple[str, ...]
    journal_digest: str
    plan_digest: str
    components: dict[Slug, str]
