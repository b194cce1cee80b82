"""Whether catching up ends: what changes while a pass runs must be less than the pass can carry."""

from __future__ import annotations

from dataclasses import dataclass, replace

from exitkit.errors import Refused
from exitkit.transfer.copy import Tally
from exitkit.transfer.journal import Journal

_CLOSE = 0.8


@dataclass(frozen=True)
class Churn:
    """Bytes a second that change at the origin, and that a pass carries."""

    changes: float
    carries: float

    @property
    def ratio(self) -> float:
        """What changes for one byte that is carried; from 1 on no pass ever catches up."""
        if self.carries > 0:
            return self.changes / self.carries
        return 0.0 if self.changes == 0 else float("inf")

    def left_after(self, size: float, passes: int) -> float:
        """Bytes still to copy after so many passes over so many bytes."""
        return size * self.ratio**passes

    def passes_until(self, size: float, small: float) -> int:
        """Passes until no more than `small` bytes are left. Raises Refused where that never comes."""
        if self.ratio >= 1:
            raise Refused(
                f"catching up never ends: {self.changes:,.0f} bytes a second change, {self.carries:,.0f} are carried",
                hint="freeze writes first, or carry more: a higher limit, more workers, a nearer machine",
            )
        passes, left = 0, size
        while left > small and passes < 10_000:
            passes, left = passes + 1, left * self.ratio
        return passes

    @property
    def doubtful(self) -> bool:
        """Whether it is so close to 1 that a busier day would undo it."""
        return _CLOSE <= self.ratio < 1


def with_churn(tally: Tally, journal: Journal, *, began: float) -> Tally:
    """A pass that began then, with what it says of churn where one before it ended: what it copied is what changed.

    `began` is in seconds since 1970. How much a pass carries is told by the one of the two that copied more.
    """
    before = journal.passed(began, tally.seconds, tally.bytes)
    if before is None or began <= before[0]:
        return tally
    _, seconds, size = max(before, (began, tally.seconds, tally.bytes), key=lambda one: one[2])
    return replace(tally, changes=tally.bytes / (began - before[0]), carries=size / seconds if seconds else 0.0)
