"""Draw what leaving costs as a waterfall, and the days it takes beside the days that rules and contracts give."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from exitkit.model.evidence import Evidence
from exitkit.model.report import CostLine, Report, SwitchingCost
from exitkit.report.render import reading
from exitkit.report.render.drawings import Bar
from exitkit.report.render.language import Language

Drawn = tuple[tuple[CostLine | Evidence, Bar], ...]


@dataclass(frozen=True)
class Waterfall:
    """Lines in euros, each beginning where the one before it ends; the last is the total, from nothing.

    `apart` is what the P50 of the total and the sum of the lines' P50 differ by: percentiles do not add up.
    """

    rows: tuple[tuple[CostLine, Bar], ...]
    apart: Decimal


def waterfall(cost: SwitchingCost, lang: Language) -> Waterfall | None:
    """The lines in euros at their P50; None where nothing was estimated."""
    total = reading.total(cost, lang)
    lines = [line for line in cost.lines if line.unit == "EUR"]
    if total is None or not lines:
        return None
    summed = sum((line.interval.p50 for line in lines), Decimal(0))
    whole = max(summed, total.interval.p50)
    rows: list[tuple[CostLine, Bar]] = []
    past = Decimal(0)
    for line in lines:
        rows.append((line, _bar(past, line.interval.p50, whole)))
        past += line.interval.p50
    rows.append((total, _bar(Decimal(0), total.interval.p50, whole)))
    return Waterfall(tuple(rows), total.interval.p50 - summed)


def clocks(report: Report, lang: Language) -> Drawn:
    """The days leaving takes, then every clock; empty where either is not known."""
    days = reading.days(report.cost, lang)
    if days is None or not report.clocks:
        return ()
    whole = max(days.interval.p90, *(fact.value for fact in report.clocks))
    low, high = days.interval.p10, days.interval.p90
    first = _bar(low, high - low, whole)
    marked = Bar(first.x, first.width, _share(days.interval.p50, whole))
    return ((days, marked), *((fact, _bar(Decimal(0), fact.value, whole)) for fact in report.clocks))


def _bar(begins: Decimal, width: Decimal, whole: Decimal) -> Bar:
    return Bar(_share(begins, whole), _share(width, whole), _share(begins + width, whole))


def _share(part: Decimal, whole: Decimal) -> str:
    return f"{part / whole * 100:.3f}%" if whole else "0%"
