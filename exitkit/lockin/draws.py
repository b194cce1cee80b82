"""Draw uncertain quantities: stratified, seeded, in plain Python, so that the same facts give the same bytes anywhere.

Each quantity is cut into as many equally likely slices as there are draws, one value is taken from the middle of each,
and the order is shuffled (Latin hypercube: McKay, Beckman and Conover 1979). Percentiles of one quantity are then
exact, and those of a sum settle with fewer draws than independent ones need. numpy is not used: with it, a report
would depend on what is installed beside exitkit.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from random import Random
from statistics import NormalDist

_GRID = 2_000
_LAMBDA = 4
"""How much the mode of a PERT weighs against its ends (Malcolm, Roseboom, Clark and Fazar 1959)."""


def middles(count: int) -> list[float]:
    """The middle of each of so many equally likely slices."""
    return [(number + 0.5) / count for number in range(count)]


def pert(low: float, mode: float, high: float, shares: Sequence[float]) -> list[float]:
    """Quantiles of a PERT distribution at these shares."""
    if not low <= mode <= high:
        raise ValueError(f"not in order: {low}, {mode}, {high}")
    if high == low:
        return [low] * len(shares)
    spread = high - low
    grid = _beta(1 + _LAMBDA * (mode - low) / spread, 1 + _LAMBDA * (high - mode) / spread)
    return [low + spread * _inverse(grid, share) for share in shares]


def lognormal(deviation: float, shares: Sequence[float]) -> list[float]:
    """Quantiles of a log-normal distribution around one."""
    normal = NormalDist()
    return [math.exp(deviation * normal.inv_cdf(share)) for share in shares]


def chance(likelihood: float, shares: Sequence[float]) -> list[float]:
    """One where it happens, else nothing."""
    return [1.0 if share >= 1 - likelihood else 0.0 for share in shares]


def sample(values: Sequence[float], shares: Sequence[float]) -> list[float]:
    """Quantiles of what was measured: each value as likely as the others, with straight lines between."""
    ordered = sorted(values)
    found = []
    for share in shares:
        at = share * (len(ordered) - 1)
        below = int(at)
        above = min(below + 1, len(ordered) - 1)
        found.append(ordered[below] + (at - below) * (ordered[above] - ordered[below]))
    return found


def shuffled(values: Sequence[float], random: Random) -> list[float]:
    """The same values in an order of chance."""
    mixed = list(values)
    random.shuffle(mixed)
    return mixed


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value below which that share of an ordered list lies."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def ranks(values: Sequence[float]) -> list[float]:
    """The rank of each value; those that are equal share the middle of theirs."""
    order = sorted(range(len(values)), key=values.__getitem__)
    found = [0.0] * len(values)
    at = 0
    while at < len(order):
        end = at
        while end + 1 < len(order) and values[order[end + 1]] == values[order[at]]:
            end += 1
        for number in order[at : end + 1]:
            found[number] = (at + end) / 2
        at = end + 1
    return found


def correlation(left: Sequence[float], right: Sequence[float]) -> float:
    """Pearson's correlation; of ranks, it is Spearman's. Nothing correlates with what never changes."""
    size = len(left)
    one, two = sum(left) / size, sum(right) / size
    both = sum((a - one) * (b - two) for a, b in zip(left, right, strict=True))
    spread = math.sqrt(sum((a - one) ** 2 for a in left) * sum((b - two) ** 2 for b in right))
    return both / spread if spread else 0.0


@cache
def _beta(alpha: float, beta: float) -> tuple[float, ...]:
    """The distribution function of a beta distribution at even steps, by Simpson's rule."""

    def density(at: float) -> float:
        return float(at ** (alpha - 1) * (1 - at) ** (beta - 1))

    total, found = 0.0, [0.0]
    for number in range(_GRID):
        left, right = number / _GRID, (number + 1) / _GRID
        total += (density(left) + 4 * density((left + right) / 2) + density(right)) / 6
        found.append(total)
    return tuple(one / total for one in found)


def _inverse(grid: Sequence[float], share: float) -> float:
    above = max(1, min(bisect_left(grid, share), len(grid) - 1))
    low, high = grid[above - 1], grid[above]
    within = (share - low) / (high - low) if high > low else 0.0
    return (above - 1 + within) / (len(grid) - 1)
