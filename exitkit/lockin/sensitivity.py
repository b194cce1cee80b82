"""What drives a switching cost: rank correlation over the draws, and a tornado of one quantity at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from exitkit.lockin import draws
from exitkit.lockin.model import Column, Shape, evaluate, quantiles
from exitkit.model.evidence import Interval
from exitkit.model.report import Driver

_ENDS = (0.1, 0.5, 0.9)


def drivers(
    shape: Shape, given: Mapping[str, Column], outcome: Mapping[str, Column], counted: tuple[str, ...]
) -> tuple[Driver, ...]:
    """Every quantity with what it does to cost and days, the strongest on cost first; constants come last."""
    inputs = shape.inputs()
    ends = {name: quantiles(one, _ENDS) for name, one in inputs.items()}
    rows = _tornado(ends)
    found = evaluate(shape, rows)
    cost = [sum(values) for values in zip(*(found[name] for name in counted), strict=True)]
    ranked = {name: draws.ranks(outcome[name]) for name in ("total", "days")}
    listed = []
    for number, (name, one) in enumerate(inputs.items()):
        low, high = 1 + 2 * number, 2 + 2 * number
        own = draws.ranks(given[name])
        listed.append(
            Driver(
                name=name,
                what=one.name,
                unit="factor" if one.unit == "log" else one.unit,
                interval=Interval(**{end: _short(value) for end, value in zip(_NAMES, ends[name], strict=True)}),
                basis=one.basis,
                source=one.source,
                on_cost=_rank(own, ranked["total"]),
                on_days=_rank(own, ranked["days"]),
                cost=Interval(p10=_cents(cost[low]), p50=_cents(cost[0]), p90=_cents(cost[high])),
                days=Interval(
                    p10=_cents(found["days"][low]), p50=_cents(found["days"][0]), p90=_cents(found["days"][high])
                ),
            )
        )
    return tuple(sorted(listed, key=lambda one: (-abs(one.on_cost), -abs(one.on_days), one.name)))


def interval(values: Sequence[float]) -> Interval:
    """P10, P50 and P90 of what was drawn."""
    ordered = sorted(values)
    p10, p50, p90 = (Decimal(str(round(ordered[int(len(ordered) * share)], 2))) for share in (0.1, 0.5, 0.9))
    return Interval(p10=p10, p50=p50, p90=p90)


_NAMES = ("p10", "p50", "p90")


def _tornado(ends: Mapping[str, Column]) -> dict[str, list[float]]:
    """One row with everything at P50, then two for each quantity: it at P10, it at P90, the others at P50."""
    names = list(ends)
    rows = {}
    for name in names:
        low, middle, high = ends[name]
        column = [middle] * (1 + 2 * len(names))
        at = names.index(name)
        column[1 + 2 * at], column[2 + 2 * at] = low, high
        rows[name] = column
    return rows


def _rank(own: Column, other: Column) -> Decimal:
    return Decimal(str(round(draws.correlation(own, other), 2))) + 0


def _cents(value: float) -> Decimal:
    return Decimal(str(round(value, 2)))


def _short(value: float) -> Decimal:
    return Decimal(f"{value:.6g}") if abs(value) < 1e6 else Decimal(round(value))
