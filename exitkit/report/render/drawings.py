"""Work out where bars begin and end, in per cent of the width they are drawn on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from exitkit.model.placement import Kept
from exitkit.model.report import CostLine, StepMeasure
from exitkit.report.render.language import Language
from exitkit.report.render.reading import was_timed

_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800)
_TICKS = 5


@dataclass(frozen=True)
class Bar:
    """One bar: where it begins, how wide it is, where its mark stands."""

    x: str
    width: str
    mark: str = ""


@dataclass(frozen=True)
class Tick:
    """One line of a scale and what it says; `anchor` keeps its text on the page."""

    x: str
    label: str
    anchor: str


@dataclass(frozen=True)
class Timeline:
    """The steps of a run, each with its bar or without one, and the scale they share."""

    rows: tuple[tuple[StepMeasure, Bar | None], ...]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True)
class Ranges:
    """Cost lines that share a unit and a scale; the last may be their total."""

    unit: str
    rows: tuple[tuple[CostLine, Bar], ...]
    ticks: tuple[Tick, ...]


def timeline(steps: Sequence[StepMeasure], lang: Language) -> Timeline:
    """Every step after the one before it, in proportion to the time it took."""
    whole = sum((step.seconds for step in steps if was_timed(step)), Decimal(0))
    rows: list[tuple[StepMeasure, Bar | None]] = []
    past = Decimal(0)
    for step in steps:
        if not was_timed(step):
            rows.append((step, None))
            continue
        rows.append((step, Bar(_share(past, whole), _share(step.seconds, whole))))
        past += step.seconds
    spacing = next((Decimal(each) for each in _SECONDS if whole <= each * _TICKS), whole / _TICKS)
    return Timeline(tuple(rows), _ticks(whole, spacing, lang.duration))


def ranges(lines: Sequence[CostLine], lang: Language) -> tuple[Ranges, ...]:
    """The lines of each unit on a scale of their own."""
    units = tuple(dict.fromkeys(line.unit for line in lines))
    return tuple(_ranges(unit, [line for line in lines if line.unit == unit], lang) for unit in units)


def stack(outcomes: Sequence[tuple[Kept, int]]) -> tuple[tuple[Kept, int, Bar], ...]:
    """The outcomes side by side, in proportion to how many there are."""
    whole = Decimal(sum(count for _, count in outcomes))
    past = 0
    bars = []
    for kept, count in outcomes:
        bars.append((kept, count, Bar(_share(Decimal(past), whole), _share(Decimal(count), whole))))
        past += count
    return tuple(bars)


def _ranges(unit: str, lines: Sequence[CostLine], lang: Language) -> Ranges:
    whole = max(line.interval.p90 for line in lines)
    rows = []
    for line in lines:
        low, high = line.interval.p10, line.interval.p90
        bar = Bar(_share(low, whole), _share(high - low, whole), _share(line.interval.p50, whole))
        rows.append((line, bar))
    return Ranges(unit, tuple(rows), _ticks(whole, _round_spacing(whole), lang.number))


def _round_spacing(whole: Decimal) -> Decimal:
    """The smallest 1, 2 or 5 of a power of ten that needs few lines."""
    if whole <= 0:
        return Decimal(1)
    power = Decimal(10) ** (whole / _TICKS).adjusted()
    return next(power * each for each in (1, 2, 5, 10) if whole <= power * each * _TICKS)


def _ticks(whole: Decimal, spacing: Decimal, say: Callable[[Decimal], str]) -> tuple[Tick, ...]:
    if whole <= 0:
        return ()
    count = int(whole / spacing)
    return tuple(
        Tick(_share(spacing * n, whole), say(spacing * n), "start" if n == 0 else _anchor(spacing * n, whole))
        for n in range(count + 1)
    )


def _anchor(value: Decimal, whole: Decimal) -> str:
    return "end" if value > whole * Decimal("0.92") else "middle"


def _share(part: Decimal, whole: Decimal) -> str:
    return f"{part / whole * 100:.3f}%" if whole else "0%"
