"""Fit what copying costs to what was measured: so much at all, so much an object, so much a byte."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

_ROUNDS = 2000
_DRAWS = 400


@dataclass(frozen=True)
class Trial:
    """One measured copy."""

    objects: int
    bytes: int
    seconds: float
    at_once: int = 1


@dataclass(frozen=True)
class Cost:
    """t = a + N·h/p + B/β: seconds at all, seconds an object with one hand, bytes a second; how well it fits.

    `low` and `high` bound (a, h, seconds a byte) by a bootstrap; `indicative` says that there were too few trials.
    """

    fixed: float
    per_object: float
    bytes_a_second: float | None
    r2: float
    low: tuple[float, ...]
    high: tuple[float, ...]
    trials: int
    indicative: bool

    def seconds(self, objects: int, size: int, *, at_once: int) -> float:
        """What a copy would take."""
        streaming = size / self.bytes_a_second if self.bytes_a_second else 0.0
        return self.fixed + objects * self.per_object / at_once + streaming


def fit(trials: Sequence[Trial], *, seed: int = 0) -> Cost:
    """The cost that explains the trials best, no part of it negative."""
    rows = [(1.0, trial.objects / trial.at_once, float(trial.bytes)) for trial in trials]
    seconds = [trial.seconds for trial in trials]
    best = nnls(rows, seconds)
    mean = sum(seconds) / len(seconds)
    total = sum((one - mean) ** 2 for one in seconds)
    left = sum((one - _dot(row, best)) ** 2 for row, one in zip(rows, seconds, strict=True))
    chance = random.Random(seed)  # noqa: S311 - a bootstrap to repeat
    draws = []
    for _ in range(_DRAWS):
        picked = [chance.randrange(len(rows)) for _ in rows]
        draws.append(nnls([rows[one] for one in picked], [seconds[one] for one in picked]))
    columns = [sorted(column) for column in zip(*draws, strict=True)]
    low, high = (tuple(column[int(len(column) * share)] for column in columns) for share in (0.05, 0.95))
    sizes = {(trial.objects, trial.bytes) for trial in trials}
    indicative = len(sizes) < 3 or len(trials) < 9
    speed = 1 / best[2] if best[2] > 0 else None
    return Cost(best[0], best[1], speed, 1 - left / total if total else 1.0, low, high, len(trials), indicative)


def facts(
    cost: Cost, trials: Sequence[Trial], *, source: str, limits: Mapping[str, float] | None = None
) -> dict[str, object]:
    """The fit as plain data for whoever reckons what leaving costs: each number with its unit, interval and source.

    `limits` are the writes and reads a second that the buckets will allow, whatever the trials did: an object takes one
    of either, so that none can take less, and whoever reckons has to hold to it.
    """
    named = (("fixed", "s", cost.fixed, 0), ("per object", "s", cost.per_object, 1))
    told: list[dict[str, object]] = [
        {"what": what, "unit": unit, "value": value, "low": cost.low[at], "high": cost.high[at]}
        for what, unit, value, at in named
    ]
    slowest, fastest = (1 / share if share > 0 else None for share in (cost.high[2], cost.low[2]))
    speed = {"what": "speed", "unit": "bytes/s", "value": cost.bytes_a_second, "low": slowest, "high": fastest}
    return {
        "format_version": 1,
        "basis": "measured",
        "indicative": cost.indicative,
        "r2": cost.r2,
        "sources": [source],
        "numbers": [*told, speed],
        "rates": rates(trials),
        "limits": {name: most for name, most in (limits or {}).items() if most},
    }


def rates(trials: Sequence[Trial]) -> list[dict[str, object]]:
    """Objects and bytes a second by size of object and how many were moved at once: medians over the trials."""
    groups: dict[tuple[int, int], list[Trial]] = {}
    for trial in trials:
        size = trial.bytes // trial.objects if trial.objects else 0
        groups.setdefault((1 << max(0, size - 1).bit_length(), trial.at_once), []).append(trial)
    return [
        {
            "objects up to bytes": size,
            "at once": at_once,
            "trials": len(some),
            "objects a second": median(one.objects / one.seconds for one in some),
            "bytes a second": median(one.bytes / one.seconds for one in some),
        }
        for (size, at_once), some in sorted(groups.items())
    ]


def nnls(rows: Sequence[Sequence[float]], wanted: Sequence[float]) -> list[float]:
    """Least squares in which nothing is negative: each number in turn, the others held, until none moves."""
    width = len(rows[0])
    scale = [max((abs(row[k]) for row in rows), default=0.0) or 1.0 for k in range(width)]
    scaled = [[value / scale[k] for k, value in enumerate(row)] for row in rows]
    gram = [[sum(row[i] * row[j] for row in scaled) for j in range(width)] for i in range(width)]
    right = [sum(row[i] * one for row, one in zip(scaled, wanted, strict=True)) for i in range(width)]
    found = [0.0] * width
    for _ in range(_ROUNDS):
        moved = 0.0
        for k in range(width):
            if gram[k][k] <= 0:
                continue
            slope = right[k] - sum(gram[k][j] * found[j] for j in range(width))
            fresh = max(0.0, found[k] + slope / gram[k][k])
            moved, found[k] = max(moved, abs(fresh - found[k])), fresh
        if moved < 1e-13:
            break
    return [value / scale[k] for k, value in enumerate(found)]


def _dot(row: Sequence[float], factors: Sequence[float]) -> float:
    return sum(one * other for one, other in zip(row, factors, strict=True))
