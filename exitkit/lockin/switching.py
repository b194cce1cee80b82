"""What switching costs, in euros and days, as an interval for every line.

The model: E = bias · Σ effort + tests; cost = E · (1 + governance) · day rate + training + parallel run + egress +
outage; days = lead time + E · (1 + governance) / (team · availability) · 7/5 + copying + watching. Three-point inputs
are PERT draws; one common log-normal bias widens the sum, since independent draws understate it. Same seed, same cost.
Sources: PERT after Malcolm et al. 1959; egress is free for a switch from 12 January 2027 (Data Act, Article 29(1)).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from exitkit.lockin.assumptions import Assumption, assumptions, efforts
from exitkit.model.bill import Bill
from exitkit.model.capability import Capability
from exitkit.model.evidence import Basis, Evidence, Interval
from exitkit.model.report import CostLine, Measurements, SwitchingCost
from exitkit.model.workload import Workload

DRAWS = 10_000
SEED = 20270112
FREE_EGRESS_FROM = date(2027, 1, 12)
_LINES = ("labour", "training", "parallel run", "egress", "outage")


@dataclass(frozen=True)
class Known:
    """What a switching cost is computed from, besides the assumptions."""

    workload: Workload
    run_rate: Bill
    egress: Bill
    tried: frozenset[tuple[str, Capability]]
    measurements: Measurements | None
    today: date


def switching_cost(known: Known, *, draws: int = DRAWS, seed: int = SEED) -> SwitchingCost:
    """The cost of one exit: lines, total and days at P10, P50 and P90."""
    chance = random.Random(seed)  # noqa: S311 - a simulation, not a secret
    monthly, out = _euros(known.run_rate), _euros(known.egress)
    rows = [_draw(known, chance, monthly, out) for _ in range(draws)]
    counted = tuple(name for name in _LINES if name not in _unpriced(known))
    lines = tuple(_line(name, [row[name] for row in rows], known) for name in counted)
    effort = CostLine(
        name="effort",
        unit="person-days",
        interval=_interval([row["effort"] for row in rows]),
        basis=Basis.ASSUMED,
        formula="bias × Σ effort per capability + tests, plus governance",
        sources=_effort_sources(known),
    )
    total = _interval([sum(row[name] for name in counted) for row in rows])
    return SwitchingCost(
        lines=(*lines, effort),
        total=total,
        days=_interval([row["days"] for row in rows]),
        draws=draws,
        seed=seed,
        measured_share=_measured_share(lines),
        not_counted=_not_counted(known),
    )


def _draw(known: Known, chance: random.Random, monthly: float, out: float) -> dict[str, float]:
    have = assumptions()
    pick = {name: _pert(chance, one) for name, one in have.items()}
    bias = chance.lognormvariate(0, pick["bias"])
    again = dict.fromkeys(known.tried, pick["again"])
    effort = sum(_pert(chance, efforts()[pair[1]]) * again.get(pair, 1.0) for pair in _moved(known))
    tests = pick["tests-rehearsed"] if known.measurements is not None else pick["tests"]
    whole = (bias * effort + tests) * (1 + pick["governance"])
    outage = known.measurements.outage if known.measurements is not None else None
    hours = float(outage.value) / 3600 if outage is not None else pick["outage-hours"]
    copying = known.measurements.copy_seconds if known.measurements is not None else None
    return {
        "effort": whole,
        "labour": whole * pick["day-rate"],
        "training": pick["training"] * pick["day-rate"],
        "parallel run": pick["parallel"] * monthly,
        "egress": 0.0 if known.today >= FREE_EGRESS_FROM else out,
        "outage": hours * pick["outage-price"],
        "days": pick["lead-time"]
        + whole / (pick["team"] * pick["available"]) * 7 / 5
        + (float(copying.value) / 86400 if copying is not None else 0.0)
        + pick["watch"],
    }


def _unpriced(known: Known) -> frozenset[str]:
    """Lines of which nothing is known: they are left out and said so, never zero."""
    bills = {"parallel run": known.run_rate, "egress": known.egress}
    return frozenset(name for name, bill in bills.items() if bill.unpriced and not bill.lines)


def _moved(known: Known) -> list[tuple[str, Capability]]:
    return [pair for pair in known.workload.capabilities() if pair[1] in efforts()]


def _pert(chance: random.Random, one: Assumption) -> float:
    low, mode, high = float(one.low), float(one.mode), float(one.high)
    if high == low:
        return low
    spread = high - low
    return low + spread * chance.betavariate(1 + 4 * (mode - low) / spread, 1 + 4 * (high - mode) / spread)


def _interval(values: Sequence[float]) -> Interval:
    ordered = sorted(values)
    p10, p50, p90 = (Decimal(str(round(ordered[int(len(ordered) * share)], 2))) for share in (0.1, 0.5, 0.9))
    return Interval(p10=p10, p50=p50, p90=p90)


def _line(name: str, values: Sequence[float], known: Known) -> CostLine:
    basis, formula, sources = _told(name, known)
    return CostLine(name=name, unit="EUR", interval=_interval(values), basis=basis, formula=formula, sources=sources)


def _told(name: str, known: Known) -> tuple[Basis, str, tuple[str, ...]]:
    """How a line is known: its weakest input decides."""
    have = assumptions()
    outage = known.measurements.outage if known.measurements is not None else None
    match name:
        case "labour":
            return Basis.ASSUMED, "effort × day rate", (*_effort_sources(known), have["day-rate"].source)
        case "training":
            return Basis.ASSUMED, "days × day rate", (have["training"].source, have["day-rate"].source)
        case "parallel run":
            sources = _sources(known.run_rate.lines)
            return Basis.ASSUMED, "months × run rate of the target", (*sources, have["parallel"].source)
        case "egress":
            return _weakest(known.egress.lines), "size × list price, 0 from 2027-01-12", _sources(known.egress.lines)
        case _ if outage is not None:
            return Basis.ASSUMED, "measured outage × price of an hour", (*outage.sources, have["outage-price"].source)
        case _:
            return Basis.ASSUMED, "hours × price of an hour", (have["outage-hours"].source, have["outage-price"].source)


def _effort_sources(known: Known) -> tuple[str, ...]:
    used = [efforts()[capability].source for _, capability in _moved(known)]
    names = ("tests-rehearsed", "again") if known.measurements is not None else ("tests",)
    return tuple(dict.fromkeys([*used, *(assumptions()[name].source for name in (*names, "governance", "bias"))]))


def _euros(bill: Bill) -> float:
    rate = float(assumptions()["usd-per-eur"].mode)
    return sum(float(line.value) / (rate if line.unit.startswith("USD") else 1) for line in bill.lines)


def _sources(lines: Sequence[Evidence]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(source for line in lines for source in line.sources))
    return found or ("no price is known",)


def _weakest(lines: Sequence[Evidence]) -> Basis:
    return max((line.basis for line in lines), key=lambda basis: basis.rank, default=Basis.ASSUMED)


def _measured_share(lines: Sequence[CostLine]) -> Decimal:
    total = sum((line.interval.p50 for line in lines), Decimal(0))
    measured = sum((line.interval.p50 for line in lines if line.basis is Basis.MEASURED), Decimal(0))
    return (measured / total).quantize(Decimal("0.001")) if total else Decimal(0)


def _not_counted(known: Known) -> tuple[str, ...]:
    missing = [f"{name}, for nothing in it has a known price" for name in sorted(_unpriced(known))]
    missing += [f"no price known: {name}" for name in (*known.run_rate.unpriced, *known.egress.unpriced)]
    return (
        *missing,
        "commitments at the source that are not used up, and penalties",
        "new licences",
        "lead times of partners that allow addresses one by one",
    )
