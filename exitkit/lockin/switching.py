"""What switching costs, in euros and days, as an interval for every line.

The model: E = bias · Σ effort · (1 + λ(n-1)) + tests; cost = E · (1 + governance) · day rate + training + parallel run
+ egress + outage + commitments + licences; days = max(lead time + E · (1 + governance) / (team · availability) · 7/5 +
copying + watching, notice, partners' lead times). Three-point quantities are PERT draws; one common log-normal bias
widens the sum, since independent draws understate it. Same facts and seed, same cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from exitkit.lockin.assumptions import Assumption, Given
from exitkit.lockin.assumptions import given as shipped
from exitkit.lockin.model import LINES, Part, Shape, evaluate, table
from exitkit.lockin.sensitivity import drivers, interval
from exitkit.lockin.told import Teller
from exitkit.lockin.unlocks import outlooks, regimes, unlocks
from exitkit.model.bill import Bill
from exitkit.model.capability import Capability
from exitkit.model.evidence import WEIGHED, Basis, Evidence
from exitkit.model.report import CostLine, Measurements, SwitchingCost
from exitkit.model.workload import Workload

DRAWS = 10_000
SEED = 20270112
FREE_EGRESS_FROM = date(2027, 1, 12)
"""Switching charges end (Data Act, Regulation (EU) 2023/2854, Article 29(1))."""

_DECLARED_ONLY = ("commitments", "penalty", "licences", "notice", "partners", "carrier")


@dataclass(frozen=True)
class Known:
    """What a switching cost is computed from; `rates` are of copying from this source to this target, if measured."""

    workload: Workload
    run_rate: Bill
    egress: Bill
    tried: frozenset[tuple[str, Capability]]
    measurements: Measurements | None
    today: date
    given: Given = field(default_factory=shipped)
    rates: tuple[Assumption, ...] = ()

    @property
    def moved(self) -> list[tuple[str, Capability]]:
        """What has an effort."""
        return [pair for pair in self.workload.capabilities() if pair[1] in self.given.efforts]


def switching_cost(known: Known, *, draws: int = DRAWS, seed: int = SEED) -> SwitchingCost:
    """The cost of one exit: lines, total and days at P10, P50 and P90, and what drives them."""
    shape = shape_of(known)
    drawn = table(shape, count=draws, seed=seed)
    outcome = evaluate(shape, drawn)
    counted = _counted(known, shape)
    outcome["total"] = [sum(values) for values in zip(*(outcome[name] for name in counted), strict=True)]
    teller = Teller(shape, known.run_rate, known.egress)
    lines = tuple(teller.line(name, interval(outcome[name])) for name in counted)
    effort = CostLine(
        name="effort",
        unit="person-days",
        interval=interval(outcome["effort"]),
        basis=teller.basis(teller.effort_roles),
        formula="bias × Σ effort per capability × (1 + λ(n - 1)) + tests, plus governance",
        sources=teller.sources(teller.effort_roles),
    )
    shares = _shares(lines)
    return SwitchingCost(
        lines=(*lines, effort),
        total=interval(outcome["total"]),
        days=interval(outcome["days"]),
        draws=draws,
        seed=seed,
        measured_share=shares[Basis.MEASURED],
        not_counted=_not_counted(known, shape),
        shares=shares,
        drivers=drivers(shape, drawn, outcome, counted),
        outlooks=outlooks(shape, drawn, known.given, counted, free_from=FREE_EGRESS_FROM),
        egress=regimes(known.given, known.egress, shape.egress) if "egress" in counted else (),
        unlocks=unlocks(shape, known.workload, known.given, counted),
    )


def outline(known: Known, name: str, *, draws: int, seed: int = SEED) -> tuple[CostLine, CostLine]:
    """The total and the days of an exit that is only compared: two lines, each as weak as its weakest quantity."""
    shape = shape_of(known)
    outcome = evaluate(shape, table(shape, count=draws, seed=seed))
    counted = _counted(known, shape)
    total = [sum(values) for values in zip(*(outcome[line] for line in counted), strict=True)]
    teller = Teller(shape, known.run_rate, known.egress)
    formula = f"as the switching cost, {draws:,} draws; left out: {', '.join(_left_out(counted)) or 'nothing'}"
    roles = shape.inputs()
    bills = (*known.run_rate.lines, *known.egress.lines)
    basis, sources = teller.basis(roles, bills), teller.sources(roles, bills)
    told = {"basis": basis, "formula": formula, "sources": sources}
    return (
        CostLine(name=f"cost {name}", unit="EUR", interval=interval(total), **told),
        CostLine(name=f"days {name}", unit="days", interval=interval(outcome["days"]), **told),
    )


def _left_out(counted: Sequence[str]) -> list[str]:
    return [name for name in LINES if name not in counted]


def shape_of(known: Known) -> Shape:
    """What is known for certain, and the quantities that are not."""
    sizes = [float(size) for part in known.workload.components if (size := getattr(part, "size", None)) is not None]
    objects = sum(float(getattr(part, "objects", None) or 0) for part in known.workload.components)
    return Shape(
        parts=tuple(_parts(known)),
        quantities=_quantities(known),
        monthly=_euros(known.run_rate, known.given),
        egress=_euros(known.egress, known.given),
        size=sum(sizes),
        objects=objects,
        egress_factor=0.0 if known.today >= FREE_EGRESS_FROM else 1.0,
    )


def _parts(known: Known) -> list[Part]:
    """One sort of work per capability: the first component costs it whole, each further one a share of it."""
    learning = float(known.given.named()["learning"].mode)
    found = {}
    for _, capability in known.moved:
        weights = {False: 0.0, True: 0.0}
        for number, pair in enumerate([pair for pair in known.moved if pair[1] is capability]):
            weights[pair in known.tried] += 1.0 if number == 0 else learning
        found[capability] = Part(capability.value, known.given.efforts[capability], weights[False], weights[True])
    return list(found.values())


def _quantities(known: Known) -> dict[str, Assumption]:
    have = known.given.named()
    measured = known.measurements
    every = bool(known.moved) and set(known.moved) <= known.tried
    role = {
        "bias": "bias-rehearsed" if every else "bias",
        "tests": "tests-rehearsed" if measured is not None else "tests",
        "training": "training-rehearsed" if every else "training",
        "parallel": "parallel-rehearsed" if every else "parallel",
    }
    same = ("governance", "day-rate", "team", "available", "lead-time", "watch", "outage-price", "outage-hours")
    role |= {name: name for name in (*same, "egress-charged", "again")}
    role |= {name: name for name in _DECLARED_ONLY if name in have}
    found = {name: have[source] for name, source in role.items()}
    if measured is not None and measured.outage is not None:
        found["outage-hours"] = _fixed(measured.outage, "hours", measured.outage.value / 3600)
    if "copying" in have:
        found["copying"] = have["copying"]
    elif not known.rates and measured is not None and measured.copy_seconds is not None:
        found["copying"] = _copying(known, measured.copy_seconds, measured.bytes_copied)
    else:
        found |= {name: have[name] for name in ("copy-fixed", "object-latency", "streams", "speed")}
        found |= {one.name: one for one in known.rates}
    return found


def _copying(known: Known, took: Evidence, copied: Evidence | None) -> Assumption:
    """The days of copying: as measured, or scaled up where the workload declares more than the rehearsal copied."""
    whole = sum(Decimal(int(getattr(part, "size", None) or 0)) for part in known.workload.components)
    measured = _fixed(took, "days", took.value / 86400)
    if copied is None or not copied.value or whole <= copied.value:
        return measured
    days = measured.mode * whole / copied.value
    source = f"{measured.source}; scaled to the declared size, indicative: one speed, of one rehearsal"
    ends = {"low": days, "mode": days, "high": days}
    return measured.model_copy(update={**ends, "basis": Basis.ASSUMED, "source": source})


def _fixed(one: Evidence, unit: str, value: Decimal) -> Assumption:
    source = ", ".join(one.sources)
    return Assumption(name=one.what, low=value, mode=value, high=value, unit=unit, basis=one.basis, source=source)


def _counted(known: Known, shape: Shape) -> tuple[str, ...]:
    """Lines of which something is known; the others are left out and said so, never zero."""
    missing = {name for name, bill in _bills(known).items() if bill.unpriced and not bill.lines}
    if not {"commitments", "penalty"} & set(shape.quantities):
        missing.add("commitments")
    if "licences" not in shape.quantities:
        missing.add("licences")
    return tuple(name for name in LINES if name not in missing)


def _bills(known: Known) -> dict[str, Bill]:
    return {"parallel run": known.run_rate, "egress": known.egress}


def _euros(bill: Bill, given: Given) -> float:
    rate = float(given.named()["usd-per-eur"].mode)
    return sum(float(line.value) / (rate if line.unit.startswith("USD") else 1) for line in bill.lines)


def _shares(lines: Sequence[CostLine]) -> dict[Basis, Decimal]:
    total = sum((line.interval.p50 for line in lines), Decimal(0))
    parts = {basis: sum((one.interval.p50 for one in lines if one.basis is basis), Decimal(0)) for basis in WEIGHED}
    return {basis: (part / total).quantize(Decimal("0.001")) if total else Decimal(0) for basis, part in parts.items()}


def _not_counted(known: Known, shape: Shape) -> tuple[str, ...]:
    missing = [
        f"{name}, for nothing in it has a known price"
        for name, bill in sorted(_bills(known).items())
        if bill.unpriced and not bill.lines
    ]
    missing += [f"no price known: {name}" for name in (*known.run_rate.unpriced, *known.egress.unpriced)]
    if not shape.size and "copying" not in shape.quantities:
        missing.append("time to copy, for no size is declared or measured")
    told = {
        ("commitments", "penalty"): "commitments at the source that are not used up, and penalties",
        ("licences",): "new licences",
        ("notice",): "the notice the contract asks for",
        ("partners",): "lead times of partners that allow addresses one by one",
        ("carrier",): "the lead time of a carrier, where a private line is to be moved",
    }
    missing += [words for names, words in told.items() if not set(names) & set(shape.quantities)]
    return tuple(missing)
