"""Turn drivers, scenarios and gates into facts a page can cite and bars it can draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from exitkit.model.evidence import Interval
from exitkit.model.report import CostLine, Driver, Outlook, SwitchingCost
from exitkit.report.render.drawings import Bar
from exitkit.report.render.language import Language

SHOWN = 8
"""How many bars a tornado has; the register of assumptions has every quantity."""


@dataclass(frozen=True)
class Tornado:
    """What each quantity alone does to the outcome: its bar, its line to cite; `middle` is everything at P50."""

    unit: Literal["EUR", "days"]
    middle: str
    rows: tuple[tuple[Driver, CostLine, Bar], ...]


def tornado(cost: SwitchingCost, unit: Literal["EUR", "days"], lang: Language) -> Tornado | None:
    """The quantities that move the outcome most, the widest bar first; None where nothing moves."""
    spans = [(one, one.cost if unit == "EUR" else one.days) for one in cost.drivers]
    moving = sorted((pair for pair in spans if _width(pair[1])), key=lambda pair: -_width(pair[1]))[:SHOWN]
    if not moving:
        return None
    low = min(min(span.p10, span.p90) for _, span in moving)
    whole = max(max(span.p10, span.p90) for _, span in moving) - low
    middle = moving[0][1].p50

    def at(value: Decimal) -> str:
        return f"{(value - low) / whole * 100:.3f}%"

    def row(driver: Driver, span: Interval) -> tuple[Driver, CostLine, Bar]:
        width = f"{_width(span) / whole * 100:.3f}%"
        return driver, _line(driver, span, unit, lang), Bar(at(min(span.p10, span.p90)), width, at(middle))

    return Tornado(unit, at(middle), tuple(row(driver, span) for driver, span in moving))


def outlook_lines(one: Outlook, lang: Language) -> tuple[CostLine, CostLine]:
    """Cost and days of one scenario, as lines to cite."""
    when = lang.date(one.begins) if one.begins else lang.say("outlook.before")
    name = f"{lang.speak(one.scenario)}, {when}"
    formula = lang.say("outlook.formula")
    told = {"basis": one.basis, "formula": formula, "sources": one.sources}
    return (
        CostLine(name=name, unit="EUR", interval=one.total, **told),
        CostLine(name=name, unit="days", interval=one.days, **told),
    )


def assumption(one: Driver, lang: Language) -> str:
    """The range of a quantity, with its unit; a quantity that is certain is one number."""
    unit = lang.unit(one.unit, one.interval.p90)
    low, high = (lang.number(value) for value in (one.interval.p10, one.interval.p90))
    shown = low if low == high else lang.say("number.range", low=low, high=high)
    return f"{shown}\u00a0{unit}"


def correlation(value: Decimal, lang: Language) -> str:
    """A rank correlation with its sign; none is a dash."""
    shown = f"{abs(value):.2f}".replace(".", lang.say("number.decimal"))
    return f"{'+' if value > 0 else '−'}{shown}" if value else "–"


def sorted_drivers(cost: SwitchingCost) -> Sequence[Driver]:
    """Every quantity, those somebody has to check first at the top."""
    return sorted(cost.drivers, key=lambda one: (-abs(one.on_cost), -abs(one.on_days), one.name))


def _width(span: Interval) -> Decimal:
    return abs(span.p90 - span.p10)


def _line(driver: Driver, span: Interval, unit: Literal["EUR", "days"], lang: Language) -> CostLine:
    ordered = Interval(p10=min(span.p10, span.p90), p50=span.p50, p90=max(span.p10, span.p90))
    return CostLine(
        name=f"{driver.name} → {unit}",
        unit=unit,
        interval=ordered,
        basis=driver.basis,
        formula=lang.say("outlook.tornado_formula"),
        sources=(driver.source,),
    )
