"""What readers are told: measurements of a run, the cost of switching, the report."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import Field

from exitkit.model.articles import Artefact, Covered, Requirement
from exitkit.model.base import FORMAT_VERSION, Frozen, Slug
from exitkit.model.capability import Capability
from exitkit.model.evidence import Basis, Evidence, Interval, Verdict
from exitkit.model.finding import Finding
from exitkit.model.journal import NotExercised, Tried
from exitkit.model.placement import Kept, Loss
from exitkit.units import human_seconds

_SILENT = ("pass → pass · ", "not tried · ")
"""How a detail begins that says that all is well."""


class StepMeasure(Frozen):
    """One step of a run: how it ended, how long it took in all its tries, what it brought, what it tried.

    What a step should have tried and did not is in `tried` as well: failed where the step failed, else unknown.
    """

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
    tried: tuple[Tried, ...] = ()

    @property
    def telling(self) -> tuple[str, ...]:
        """The details without checks that passed on both sides or were not asked for: those are only counted."""
        return tuple(line for line in self.details if not line.startswith(_SILENT))


class Measurements(Frozen):
    """A journal, folded. None is: not measured. `may_lose`: writes may be lost, as far as the objective allows.

    `unknown` are the acknowledged writes of which nobody could tell whether they are there. `churn` is what changed at
    the source, in bytes a second, from the beginning of the copy to the beginning of catching up.
    """

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
    may_lose: bool = False
    unknown: Evidence | None = None
    churn: Evidence | None = None


class CostLine(Frozen):
    """One line of the switching cost: its interval, its unit, how it is known and how it was computed."""

    name: str
    unit: Literal["EUR", "days", "person-days", "s"]
    interval: Interval
    basis: Basis
    formula: str
    sources: tuple[str, ...]


class Driver(Frozen):
    """One quantity the cost rests on: a row of the assumption register, and what it does to the outcome.

    `on_cost` and `on_days` are rank correlations, from -1 to 1. `cost` and `days` hold the outcome with this quantity
    at its P10, with everything at P50, and with this quantity at its P90.
    """

    name: str
    what: str
    unit: str
    interval: Interval
    basis: Basis
    source: str
    on_cost: Decimal
    on_days: Decimal
    cost: Interval
    days: Interval


class Outlook(Frozen):
    """The cost and the days of one scenario, before or from 12 January 2027."""

    scenario: str
    title: str
    regime: str
    begins: date | None
    total: Interval
    days: Interval
    basis: Basis
    sources: tuple[str, ...]


class Unlock(Frozen):
    """One change that makes leaving easier: what it takes, what it saves, and when it pays on cost alone.

    `likelihood` is the break-even chance of having to leave (investment over what it saves); None where nothing is
    saved. Above one, the reason to do it is another.
    """

    component: Slug
    capability: Capability
    what: str
    takes: Evidence
    investment: Evidence
    saves_days: Evidence
    saves_cost: Evidence
    gain: Evidence
    likelihood: Evidence | None


class SwitchingCost(Frozen):
    """What leaving costs; `not_counted` is what is missing. Percentiles of lines do not add up to the total's.

    `shares` says how much of the P50 of all lines is known in which way; each line counts as its weakest quantity.
    """

    lines: tuple[CostLine, ...]
    total: Interval
    days: Interval
    draws: int
    seed: int
    measured_share: Decimal
    not_counted: tuple[str, ...]
    shares: dict[Basis, Decimal] = Field(default_factory=dict)
    drivers: tuple[Driver, ...] = ()
    outlooks: tuple[Outlook, ...] = ()
    egress: tuple[Evidence, ...] = ()
    unlocks: tuple[Unlock, ...] = ()


class Dimension(Frozen):
    """One of D1 to D9: what could be counted, how, what is still needed; `residue` is what is left over, by name."""

    code: str
    name: str
    figures: tuple[Evidence, ...]
    formula: str
    missing: tuple[str, ...] = ()
    residue: tuple[str, ...] = ()


class Past(Frozen):
    """One rehearsal among others, and what those before it predicted; `written`: from what it held when it began."""

    run: str
    on: date | None
    playbook: str
    source: Slug
    target: Slug
    verdict: Verdict
    outage: Evidence | None
    copied: Evidence | None
    predicted: CostLine | None
    held: bool | None
    written: bool = False


class GateResult(Frozen):
    """Something that passes or does not, and is never averaged with anything."""

    name: str
    verdict: Verdict
    why: str
    sources: tuple[str, ...] = Field(min_length=1)


class Alternative(Frozen):
    """One place the workload can be: staying, the target or another; what getting there and leaving it again cost.

    `there` is None for staying; `away` goes back to the source, and for staying on to the target. `months` says `away`
    in months of running there. What has no place there is `refused`, with the reason; what has no price is `unpriced`.
    """

    provider: Slug
    title: str
    role: Literal["stay", "target", "other"]
    refused: dict[str, str]
    run_rate: Evidence | None
    unpriced: tuple[str, ...]
    there: CostLine | None
    there_days: CostLine | None
    away: CostLine
    away_days: CostLine
    months: Evidence | None
    outcomes: dict[Kept, Evidence]
    parent: str
    parent_source: str
    qualifications: tuple[str, ...]
    gates: tuple[GateResult, ...]


class ObjectiveMet(Frozen):
    """One objective against what was found: measured, or estimated; `note` says what a number cannot."""

    name: str
    objective: str
    found: Evidence | None
    verdict: Verdict
    sources: tuple[str, ...]
    note: str = ""

    @property
    def words(self) -> str:
        """What was found, in one line."""
        if self.found is None:
            return self.note or "not measured"
        unit, value = self.found.unit, self.found.value
        shown = human_seconds(value) if unit == "s" else f"{value:.0f} {unit}"
        return f"{shown}: {self.note}" if self.note else shown


class Exercised(Frozen):
    """One capability the workload needs at the target: tried and held, tried and failed, or not tried.

    `why` are the steps that tried it, or the reason why it was not tried. `seen` are the figures the journal has of it;
    of what was not tried they show a part, such as messages that were moved into what stands in for a queue.
    """

    component: Slug
    capability: Capability
    verdict: Verdict
    why: str
    seen: tuple[Evidence, ...] = ()


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
    changed_since: tuple[str, ...] | None = None
    dimensions: tuple[Dimension, ...] = ()
    gates: tuple[GateResult, ...] = ()
    compliance: tuple[Requirement, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    pack: tuple[Artefact, ...] = ()
    clocks: tuple[Evidence, ...] = ()
    coverage: tuple[Covered, ...] = ()
    trend: tuple[Past, ...] = ()
    stale: tuple[str, ...] = ()
