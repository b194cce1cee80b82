"""What would change the cost: scenarios, rules for egress, and changes that make leaving easier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from exitkit.lockin import formulas
from exitkit.lockin.assumptions import Assumption, Given, Way
from exitkit.lockin.model import Column, Part, Shape, evaluate, quantiles
from exitkit.lockin.sensitivity import interval
from exitkit.model.bill import Bill
from exitkit.model.evidence import Basis, Evidence
from exitkit.model.report import Outlook, Unlock
from exitkit.model.workload import Workload


def outlooks(
    shape: Shape, drawn: Mapping[str, Column], given: Given, counted: tuple[str, ...], *, free_from: date
) -> tuple[Outlook, ...]:
    """Every scenario, before and from the day that switching charges end, over the same draws."""
    found = []
    for one in given.scenarios:
        factors = {name: float(factor) for name, factor in one.factors.items()}
        for begins, factor in ((None, 1.0), (free_from, 0.0)):
            outcome = evaluate(shape.under(factors, egress=factor, cold=one.cold), drawn)
            total = [sum(values) for values in zip(*(outcome[name] for name in counted), strict=True)]
            found.append(
                Outlook(
                    scenario=one.name,
                    title=one.title,
                    regime="list" if begins is None else "zero",
                    begins=begins,
                    total=interval(total),
                    days=interval(outcome["days"]),
                    basis=Basis.ASSUMED,
                    sources=(one.source,),
                )
            )
    return tuple(found)


def regimes(given: Given, bill: Bill, list_price: float) -> tuple[Evidence, ...]:
    """Taking the data out once, under each rule."""
    rows = []
    for one in given.regimes:
        known = [line.basis for line in bill.lines] + [one.basis]
        period = " ".join(
            word for word, day in ((f"until {one.ends}", one.ends), (f"from {one.begins}", one.begins)) if day
        )
        span = "" if one.low == one.high else f", between {one.low} and {one.high} of the list price"
        rows.append(
            Evidence(
                what=f"{one.name}: {one.title}" + (f" ({period})" if period else "") + span,
                value=Decimal(str(round(list_price * float(one.mode), 2))),
                unit="EUR",
                basis=max(known, key=lambda basis: basis.rank),
                sources=(one.source, *dict.fromkeys(source for line in bill.lines for source in line.sources)),
            )
        )
    return tuple(rows)


def unlocks(shape: Shape, workload: Workload, given: Given, counted: tuple[str, ...]) -> tuple[Unlock, ...]:
    """Every known change, the one that saves most days for each day it takes first; all else at its P50."""
    parts = {part.name: part for part in shape.parts}
    first = {capability: component for component, capability in reversed(workload.capabilities())}
    now = _middle(shape, counted)
    found = [
        _unlock(shape, way, first[way.capability], now, counted)
        for way in given.ways
        if way.capability.value in parts and way.capability in first
    ]
    worth = [one for one in found if one.saves_days.value > 0]
    return tuple(sorted(worth, key=lambda one: (-one.gain.value, one.component, one.capability)))


def _unlock(
    shape: Shape, way: Way, component: str, now: tuple[float, float, float], counted: tuple[str, ...]
) -> Unlock:
    parts = tuple(_eased(part, way) if part.name == way.capability.value else part for part in shape.parts)
    cost, days, rate = _middle(replace(shape, parts=parts), counted)
    takes = quantiles(way.cost, (0.5,))[0]
    sources = (way.cost.source, _source(shape, way))
    basis = max((way.cost.basis, shape.inputs()["day-rate"].basis), key=lambda one: one.rank)

    def fact(what: str, value: float, unit: str) -> Evidence:
        number = Decimal(str(round(value, 2)))
        return Evidence(what=f"{way.capability}: {what}", value=number, unit=unit, basis=basis, sources=sources)

    saved_days, saved_cost = now[1] - days, now[0] - cost
    likelihood = formulas.break_even(takes * rate, now[0], cost)
    return Unlock(
        component=component,
        capability=way.capability,
        what=way.what,
        takes=fact("work it takes", takes, "person-days"),
        investment=fact("investment", takes * rate, "EUR"),
        saves_days=fact("days saved", saved_days, "days"),
        saves_cost=fact("cost saved", saved_cost, "EUR"),
        gain=fact("days saved for each day of work", saved_days / takes if takes else 0.0, "days/person-day"),
        likelihood=fact("break-even likelihood of leaving", likelihood, "likelihood") if likelihood else None,
    )


def _eased(part: Part, way: Way) -> Part:
    left = float(way.left)
    return replace(part, plain=part.plain * left, again=part.again * left)


def _source(shape: Shape, way: Way) -> str:
    each: Assumption = next(part.each for part in shape.parts if part.name == way.capability.value)
    return f"{way.left} of the effort is left; {each.source}"


def _middle(shape: Shape, counted: tuple[str, ...]) -> tuple[float, float, float]:
    """Cost, days and day rate with every quantity at its P50."""
    middle = {name: quantiles(one, (0.5,)) for name, one in shape.inputs().items()}
    outcome = evaluate(shape, middle)
    return sum(outcome[name][0] for name in counted), outcome["days"][0], middle["day-rate"][0]
