"""Number every figure a reader is shown, in the order it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from exitkit.model.evidence import Basis, Evidence
from exitkit.model.report import CostLine, Driver
from exitkit.report.render.language import Language


@dataclass(frozen=True)
class Figure:
    """One row of the register: `exact` is the value as it was recorded, empty where it says no more than `value`."""

    anchor: str
    what: str
    value: str
    exact: str
    basis: Basis
    formula: str
    sources: tuple[str, ...]


class Register:
    """The figures cited so far; the same fact keeps the same number."""

    def __init__(self, lang: Language) -> None:
        self._lang = lang
        self._figures: dict[Evidence | CostLine | Driver, Figure] = {}

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure cited so far, in order."""
        return tuple(self._figures.values())

    def cite(self, fact: Evidence | CostLine | Driver) -> Figure:
        """The row of a fact, which is made where there is none."""
        if fact not in self._figures:
            anchor = f"E{len(self._figures) + 1}"
            self._figures[fact] = self._row(anchor, fact)
        return self._figures[fact]

    def _row(self, anchor: str, fact: Evidence | CostLine | Driver) -> Figure:
        match fact:
            case Evidence():
                return self._measure(anchor, fact)
            case CostLine():
                return self._line(anchor, fact)
            case Driver():
                low, middle, high = (
                    _plain(value) for value in (fact.interval.p10, fact.interval.p50, fact.interval.p90)
                )
                value = f"P10 {low} · P50 {middle} · P90 {high} {self._lang.unit(fact.unit)}"
                return Figure(anchor, fact.what, value, "", fact.basis, "", (fact.source,))

    def _measure(self, anchor: str, fact: Evidence) -> Figure:
        value = self._lang.evidence(fact)
        # A whole number of things is shown as it is; seconds, bytes and money are turned into something to read.
        same = value.split() == [_plain(fact.value), fact.unit]
        whole = fact.value == int(fact.value) and fact.unit not in ("s", "B", "bytes")
        exact = "" if same or whole else f"{_plain(fact.value)} {fact.unit}"
        return Figure(anchor, fact.what, value, exact, fact.basis, "", fact.sources)

    def _line(self, anchor: str, fact: CostLine) -> Figure:
        low, middle, high = (_plain(value) for value in (fact.interval.p10, fact.interval.p50, fact.interval.p90))
        value = f"{self._lang.middle(fact.interval, fact.unit)} ({self._lang.interval(fact.interval, fact.unit)})"
        exact = f"P10 {low} · P50 {middle} · P90 {high} {fact.unit}"
        return Figure(anchor, fact.name, value, exact, fact.basis, fact.formula, fact.sources)


def _plain(value: Decimal) -> str:
    """Every digit that was recorded, without an exponent."""
    return f"{value:f}"
