"""The total switching cost as one formula over columns: draws, a tornado and scenarios all pass through it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from exitkit.lockin import draws, formulas
from exitkit.lockin.assumptions import Assumption

Column = Sequence[float]

EFFORT = "effort: "
"""What the name of an effort begins with, among quantities."""

LINES = ("labour", "training", "parallel run", "egress", "outage", "commitments", "licences")


@dataclass(frozen=True)
class Part:
    """One sort of work: its first effort, its weight as it is, and its weight for what was rehearsed."""

    name: str
    each: Assumption
    plain: float = 1.0
    again: float = 0.0


@dataclass(frozen=True)
class Shape:
    """What is known for certain of one exit, and the quantities that are not."""

    parts: tuple[Part, ...]
    quantities: Mapping[str, Assumption]
    monthly: float
    egress: float
    size: float = 0.0
    objects: float = 0.0
    factors: Mapping[str, float] = field(default_factory=dict)
    egress_factor: float = 1.0
    cold: bool = False

    def inputs(self) -> dict[str, Assumption]:
        """Every uncertain quantity, by its role."""
        return {**self.quantities, **{EFFORT + part.name: part.each for part in self.parts}}

    def under(self, factors: Mapping[str, float], *, egress: float, cold: bool) -> Shape:
        """The same exit in another scenario."""
        return replace(self, factors=factors, egress_factor=egress, cold=cold)


def quantiles(one: Assumption, shares: Column) -> list[float]:
    """What a quantity is at these shares of likelihood."""
    if one.values:
        return draws.sample([float(value) for value in one.values], shares)
    match one.unit:
        case "log":
            return draws.lognormal(float(one.mode), shares)
        case "likelihood":
            return draws.chance(float(one.mode), shares)
        case _:
            return draws.pert(float(one.low), float(one.mode), float(one.high), shares)


def table(shape: Shape, *, count: int, seed: int) -> dict[str, list[float]]:
    """So many draws of every quantity; each has a seed of its own, so that one more leaves the others as they are."""
    middles = draws.middles(count)
    return {
        name: draws.shuffled(quantiles(one, middles), Random(f"{seed}:{name}"))  # noqa: S311 - a simulation
        for name, one in shape.inputs().items()
    }


def evaluate(shape: Shape, given: Mapping[str, Column]) -> dict[str, list[float]]:
    """Every line, the total, the days, for each row of a table."""
    count = len(next(iter(given.values())))

    def column(name: str, default: float = 0.0) -> list[float]:
        factor = shape.factors.get(name, 1.0)
        found = given.get(name)
        return [value * factor for value in found] if found is not None else [default * factor] * count

    whole = _effort(shape, given, column("bias", 1.0), column("tests"), column("governance"))
    copying = _copying(shape, given, count)
    work = _each(formulas.work_days, whole, column("team", 1.0), column("available", 1.0))
    until_there = _sum(column("lead-time"), work, copying)
    hours = [24 * days for days in until_there] if shape.cold else column("outage-hours")
    found = {
        "labour": _product(whole, column("day-rate")),
        "training": _product(column("training"), column("day-rate")),
        "parallel run": [months * shape.monthly for months in column("parallel")],
        "egress": [each * shape.egress * shape.egress_factor for each in column("egress-charged", 1.0)],
        "outage": _product(hours, column("outage-price")),
        "commitments": _sum(column("commitments"), column("penalty")),
        "licences": column("licences"),
    }
    technical = _sum(until_there, column("watch"))
    return {
        **found,
        "effort": whole,
        "copying": copying,
        "total": _sum(*found.values()),
        "days": _each(max, technical, column("notice"), column("partners"), column("carrier")),
    }


def _effort(shape: Shape, given: Mapping[str, Column], bias: Column, tests: Column, governance: Column) -> list[float]:
    again = given.get("again", [1.0] * len(bias))
    whole = [0.0] * len(bias)
    for part in shape.parts:
        each = given[EFFORT + part.name]
        whole = [
            past + one * (part.plain + part.again * less) for past, one, less in zip(whole, each, again, strict=True)
        ]
    return [(b * e + t) * (1 + g) for b, e, t, g in zip(bias, whole, tests, governance, strict=True)]


def _copying(shape: Shape, given: Mapping[str, Column], count: int) -> list[float]:
    """Days of copying: measured or forecast where it is, else from the assumed speed; nothing for no size."""
    if "copying" in given:
        return list(given["copying"])
    if not shape.size or "speed" not in given:
        return [0.0] * count
    names = ("copy-fixed", "object-latency", "streams", "speed")
    return [
        formulas.copy_seconds(fixed, shape.objects, latency, streams, shape.size, speed) / formulas.DAY
        for fixed, latency, streams, speed in zip(*(given[name] for name in names), strict=True)
    ]


def _each(function: object, *columns: Column) -> list[float]:
    return list(map(function, *columns))  # type: ignore[call-overload]


def _product(left: Column, right: Column) -> list[float]:
    return [one * two for one, two in zip(left, right, strict=True)]


def _sum(*columns: Column) -> list[float]:
    return [sum(values) for values in zip(*columns, strict=True)]
