"""Compare where a workload can be: staying, the target, others; each with what getting there and away costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from pydantic import Field

from exitkit.lockin.counted import Counted
from exitkit.lockin.gates import jurisdiction
from exitkit.lockin.switching import Known, outline
from exitkit.model.base import Frozen, Slug
from exitkit.model.bill import Bill
from exitkit.model.evidence import Basis, Evidence, Verdict
from exitkit.model.placement import Kept, Loss
from exitkit.model.report import Alternative, CostLine, GateResult

DRAWS = 2_000
"""Draws for each alternative: stratified, so that a comparison needs fewer than the cost of the exit itself."""


class Option(Frozen):
    """What is known of one place the workload can be: what is lost on the way there, what a month and leaving cost.

    `refused` names what has no place there, and why.
    """

    provider: Slug
    title: str
    losses: tuple[Loss, ...] = ()
    bills: dict[str, Bill] = Field(default_factory=dict)
    egress: Bill = Bill()
    refused: dict[str, str] = Field(default_factory=dict)

    @property
    def run_rate(self) -> Bill:
        """A month of everything there."""
        return Bill(
            lines=tuple(line for name in sorted(self.bills) for line in self.bills[name].lines),
            unpriced=(
                *(one for name in sorted(self.bills) for one in self.bills[name].unpriced),
                *sorted(self.refused),
            ),
        )


@dataclass(frozen=True)
class Compared:
    """The exit in hand, as its switching cost and its dimensions know it, and every place there is."""

    known: Known
    counted: Counted
    options: tuple[Option, ...]


def alternatives(compared: Compared) -> tuple[Alternative, ...]:
    """Every place: staying first, then the target, then the others by name."""
    source, target = compared.counted.source, compared.counted.target
    rank = {source: 0, target: 1}
    listed = sorted(compared.options, key=lambda one: (rank.get(one.provider, 2), one.provider))
    here = next((one for one in listed if one.provider == source), None)
    return tuple(_alternative(one, here, compared) for one in listed) if here is not None else ()


def _alternative(one: Option, here: Option, compared: Compared) -> Alternative:
    counted, known = compared.counted, compared.known
    stay, chosen = one.provider == counted.source, one.provider == counted.target
    there = away = _of_the_exit(counted)
    if not stay and not chosen:
        there = outline(_another(known, one, here.egress), f"to {one.title}", draws=DRAWS)
    if not stay:
        away = outline(_another(known, here, one.egress), f"from {one.title} back", draws=DRAWS)
    rate = _run_rate(one, known)
    own = counted.given.jurisdictions.get(one.provider)
    return Alternative(
        provider=one.provider,
        title=one.title,
        role="stay" if stay else "target" if chosen else "other",
        refused=one.refused,
        run_rate=rate,
        unpriced=one.run_rate.unpriced,
        there=None if stay else there[0],
        there_days=None if stay else there[1],
        away=away[0],
        away_days=away[1],
        months=_months(away[0], rate),
        outcomes={} if stay else dict(_outcomes(one)),
        parent=f"{own.parent}, {own.parent_country or 'country not known'}" if own else "",
        parent_source=own.source if own else "",
        qualifications=tuple(
            f"{q.name} {q.version}: {q.scope}" + ("" if q.covers_placed else "; not what is placed there")
            for q in counted.given.qualifications
            if q.provider == one.provider
        ),
        gates=tuple(_gates(one, counted)),
    )


def _of_the_exit(counted: Counted) -> tuple[CostLine, CostLine]:
    """The exit in hand, as its switching cost has it: not drawn again."""
    cost, title = counted.cost, f"from {counted.source} to {counted.target}"
    basis = max((line.basis for line in cost.lines), key=lambda one: one.rank, default=Basis.ASSUMED)
    told = {"basis": basis, "formula": "the switching cost of section 5", "sources": ("the lines of section 5",)}
    return (
        CostLine(name=f"cost {title}", unit="EUR", interval=cost.total, **told),
        CostLine(name=f"days {title}", unit="days", interval=cost.days, **told),
    )


def _another(known: Known, to: Option, egress: Bill) -> Known:
    """The same workload on another way: what a rehearsal showed counts for the way it went, and for no other."""
    assumed = tuple(one for one in known.given.assumptions if one.name != "copying")
    given = known.given.model_copy(update={"assumptions": assumed})
    fresh = replace(known, tried=frozenset(), measurements=None, rates=(), given=given)
    return replace(fresh, run_rate=to.run_rate, egress=egress)


def _run_rate(one: Option, known: Known) -> Evidence | None:
    """A month at list price in euros; None where nothing has a known price."""
    lines = one.run_rate.lines
    if not lines:
        return None
    rate = known.given.named()["usd-per-eur"]
    euros = sum((line.value / (rate.mode if line.unit.startswith("USD") else 1) for line in lines), Decimal(0))
    foreign = any(line.unit.startswith("USD") for line in lines)
    return Evidence(
        what=f"a month at {one.title}, list price without traffic and requests",
        value=euros.quantize(Decimal("0.01")),
        unit="EUR/month",
        basis=max((line.basis for line in lines), key=lambda basis: basis.rank),
        sources=tuple(
            dict.fromkeys([*(s for line in lines for s in line.sources), *([rate.source] if foreign else [])])
        ),
    )


def _months(away: CostLine, rate: Evidence | None) -> Evidence | None:
    """What leaving costs in months of running there: misleading for a small workload, so never told alone."""
    if rate is None or not rate.value:
        return None
    return Evidence(
        what=f"{away.name}, in months of running there",
        value=(away.interval.p50 / rate.value).quantize(Decimal("0.1")),
        unit="months",
        basis=max(away.basis, rate.basis, key=lambda basis: basis.rank),
        sources=(*away.sources[:3], *rate.sources[:3]),
    )


def _outcomes(one: Option) -> Iterator[tuple[Kept, Evidence]]:
    for outcome in (Kept.LOST, Kept.UNKNOWN, Kept.DEGRADED, Kept.EMULATED, Kept.KEPT):
        rows = [loss for loss in one.losses if loss.outcome is outcome]
        if rows:
            counted = Evidence(
                what=f"capabilities {outcome} at {one.title}",
                value=Decimal(len(rows)),
                unit="capabilities",
                basis=Basis.DECLARED,
                sources=tuple(dict.fromkeys(loss.source for loss in rows if loss.source))
                or (f"claims of {one.provider}",),
            )
            yield outcome, counted


def _gates(one: Option, counted: Counted) -> Iterator[GateResult]:
    run, chosen = counted.measured, one.provider == counted.target
    yield jurisdiction(counted, one.provider)
    if one.provider == counted.source:
        return
    tried = run is not None and chosen
    verdict = run.integrity & run.returned if run is not None and chosen else Verdict.UNKNOWN
    words = f"run {run.run}" if run is not None and tried else "never rehearsed"
    yield GateResult(name="rehearsed", verdict=verdict, why=words, sources=(words,))
    if one.refused:
        whole = len(counted.workload.components)
        told = f"no place for {len(one.refused)} of {whole} components: {', '.join(sorted(one.refused))}"
        source = f"placements on {one.provider}"
        yield GateResult(name="has a place for everything", verdict=Verdict.FAIL, why=told, sources=(source,))
