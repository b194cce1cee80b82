"""Forecast how long copying takes from rehearsals of several sizes: t = a + N·h + B/β, all of them at least zero.

Three sizes or more are fitted by non-negative least squares, drawn again with replacement (bootstrap) and scattered as
much as rehearsals of one size differ, for an interval; with fewer there is only the measured speed, and the word
"indicative".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from random import Random

from exitkit.lockin import draws
from exitkit.lockin.assumptions import assumptions
from exitkit.model.base import Frozen
from exitkit.model.evidence import Basis, Evidence, Interval

SIZES = 3
ROUNDS = 1000
PRIOR = 2
"""How many observations the assumed scatter weighs."""
SEED = 20270112


@dataclass(frozen=True)
class Trial:
    """One rehearsal: how many objects, how many bytes, how many seconds, and whose numbers these are."""

    objects: float
    size: float
    seconds: float
    source: str


class Forecast(Frozen):
    """Seconds at P10, P50 and P90 for one size; `fit` is R²; indicative where too few sizes were tried."""

    seconds: Interval
    indicative: bool
    fit: Decimal
    fixed: Evidence
    per_object: Evidence
    per_byte: Evidence
    trials: int
    sizes: int


def forecast(trials: Sequence[Trial], *, objects: float, size: float, seed: int = SEED) -> Forecast:
    """How long so many objects and bytes take. Raises ValueError where nothing was tried."""
    if not trials:
        raise ValueError("a forecast needs a rehearsal")
    sizes = len({(one.objects, one.size) for one in trials})
    enough = sizes >= SIZES
    fitted = fit(trials) if enough else (0.0, 0.0, _slowest(trials))
    drawn = _bootstrap(trials, objects, size, seed) if enough else [_seconds(fitted, objects, size)]
    ordered = sorted(drawn)
    sources = tuple(dict.fromkeys(one.source for one in trials))

    def fact(what: str, value: float, unit: str) -> Evidence:
        number = Decimal(f"{value:.6g}") + 0
        return Evidence(what=what, value=number, unit=unit, basis=Basis.MEASURED, sources=sources)

    ends = {
        name: _short(draws.percentile(ordered, share)) for name, share in (("p10", 0.1), ("p50", 0.5), ("p90", 0.9))
    }
    return Forecast(
        seconds=Interval(**ends),
        indicative=not enough,
        fit=_short(_explained(trials, fitted)),
        fixed=fact("fixed", fitted[0], "s"),
        per_object=fact("per object", fitted[1], "s/object"),
        per_byte=fact("per byte", fitted[2], "s/B"),
        trials=len(trials),
        sizes=sizes,
    )


def fit(trials: Sequence[Trial]) -> tuple[float, float, float]:
    """a, h/p and 1/β by least squares in which none is below zero: the best of all choices of what is not zero.

    Errors are taken relative to the time measured, since a large copy varies by more seconds than a small one.
    """
    rows = [(1.0 / t.seconds, t.objects / t.seconds, t.size / t.seconds) for t in trials if t.seconds > 0]
    best, least = (0.0, 0.0, 0.0), float("inf")
    for count in (1, 2, 3):
        for chosen in combinations(range(3), count):
            solved = _solve(rows, chosen)
            if solved is None or min(solved) < 0:
                continue
            whole = [0.0, 0.0, 0.0]
            for place, value in zip(chosen, solved, strict=True):
                whole[place] = value
            error = sum((1 - sum(a * b for a, b in zip(row, whole, strict=True))) ** 2 for row in rows)
            if error < least - 1e-12:
                best, least = (whole[0], whole[1], whole[2]), error
    return best


def _solve(rows: Sequence[tuple[float, ...]], chosen: tuple[int, ...]) -> list[float] | None:
    """Least squares on some columns by the normal equations, each column scaled to one; None where they are alike."""
    scale = [max(abs(row[c]) for row in rows) or 1.0 for c in chosen]
    cut = [[row[c] / s for c, s in zip(chosen, scale, strict=True)] for row in rows]
    size = len(chosen)
    left = [
        [sum(row[i] * row[j] for row in cut) for j in range(size)] + [sum(row[i] for row in cut)] for i in range(size)
    ]
    for at in range(size):
        pivot = max(range(at, size), key=lambda row: abs(left[row][at]))
        if abs(left[pivot][at]) < 1e-9:
            return None
        left[at], left[pivot] = left[pivot], left[at]
        for other in range(size):
            if other != at:
                times = left[other][at] / left[at][at]
                left[other] = [one - times * two for one, two in zip(left[other], left[at], strict=True)]
    return [left[i][size] / left[i][i] / scale[i] for i in range(size)]


def _seconds(fitted: tuple[float, float, float], objects: float, size: float) -> float:
    return fitted[0] + fitted[1] * objects + fitted[2] * size


def _slowest(trials: Sequence[Trial]) -> float:
    """Seconds per byte of the slowest rehearsal: at least this long."""
    return max((one.seconds / one.size for one in trials if one.size), default=0.0)


def scatter(trials: Sequence[Trial]) -> tuple[float, float]:
    """How much rehearsals of one size differ, as the deviation of a logarithm, and its degrees of freedom.

    What the fit leaves over is weighed with what is assumed before anything is known: three rehearsals of three sizes
    are met exactly by a fit of three quantities, and say nothing of how the next one differs.
    """
    whole = fit(trials)
    left = [
        math.log(one.seconds / told)
        for one in trials
        if (told := _seconds(whole, one.objects, one.size)) > 0 < one.seconds
    ]
    free = max(0, len(left) - sum(value > 0 for value in whole))
    prior = assumptions()["scatter"]
    known = sum(value * value for value in left) if free else 0.0
    return math.sqrt((known + PRIOR * float(prior.mode) ** 2) / (free + PRIOR)), free + PRIOR


def _bootstrap(trials: Sequence[Trial], objects: float, size: float, seed: int) -> list[float]:
    """Fit again on trials drawn with replacement, each time with a scatter of its own (Student's t)."""
    random = Random(seed)  # noqa: S311 - a simulation
    deviation, freedom = scatter(trials)
    found: list[float] = []
    while len(found) < ROUNDS:
        again = [random.choice(trials) for _ in trials]
        if len({(one.objects, one.size) for one in again}) < 2:
            continue
        student = random.gauss(0, 1) / math.sqrt(random.gammavariate(freedom / 2, 2) / freedom)
        found.append(_seconds(fit(again), objects, size) * math.exp(deviation * student))
    return found


def _explained(trials: Sequence[Trial], fitted: tuple[float, float, float]) -> float:
    """R²: how much of the differences in time the fit explains."""
    middle = sum(one.seconds for one in trials) / len(trials)
    spread = sum((one.seconds - middle) ** 2 for one in trials)
    left = sum((one.seconds - _seconds(fitted, one.objects, one.size)) ** 2 for one in trials)
    return 1 - left / spread if spread else 0.0


def coverage(records: Sequence[tuple[Interval, Decimal]]) -> tuple[int, int, Decimal]:
    """How many truths lay within P10 to P90, of how many, and the mean error of the P50 in per cent."""
    within = sum(interval.p10 <= truth <= interval.p90 for interval, truth in records)
    off = [abs(interval.p50 - truth) / truth * 100 for interval, truth in records if truth]
    return within, len(records), (sum(off, Decimal(0)) / len(off)).quantize(Decimal("0.1")) if off else Decimal(0)


def _short(value: float) -> Decimal:
    return Decimal(f"{value:.6g}") + 0
