"""How fast something goes, and how long it will still take, with an interval that admits what is not known."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise

_SAMPLES = 40
_LEAST = 4


@dataclass
class Rate:
    """Objects done at some times, the latest of them."""

    _seen: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=_SAMPLES))

    def add(self, at: float, done: int) -> None:
        """So many were done by then."""
        self._seen.append((at, done))

    @property
    def now(self) -> float:
        """Objects a second, over what is remembered."""
        if len(self._seen) < 2 or self._seen[-1][0] <= self._seen[0][0]:
            return 0.0
        (start, first), (end, last) = self._seen[0], self._seen[-1]
        return (last - first) / (end - start)

    def left(self, objects: int) -> tuple[float, float] | None:
        """Seconds for so many more, from and to: two standard errors of the rates seen; None while too few were."""
        seen = list(self._seen)
        rates = [(b - a) / (t - s) for (s, a), (t, b) in pairwise(seen) if t > s]
        if len(rates) < _LEAST or self.now <= 0:
            return None
        mean = sum(rates) / len(rates)
        error = math.sqrt(sum((rate - mean) ** 2 for rate in rates) / (len(rates) - 1) / len(rates))
        slowest = max(mean - 2 * error, mean / 10)
        return objects / (mean + 2 * error), objects / slowest


def longer(*intervals: tuple[float, float] | None) -> tuple[float, float] | None:
    """The time left where some things have to be done that go on side by side: the longest of those that are known.

    Objects and bytes are such: many small objects wait for each other, one large one for its bytes.
    """
    known = [one for one in intervals if one is not None]
    return (max(low for low, _ in known), max(high for _, high in known)) if known else None
