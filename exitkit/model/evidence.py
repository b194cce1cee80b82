"""Numbers nobody has to take on trust."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from exitkit.model.base import Frozen


class Basis(StrEnum):
    """How a number is known, strongest first; computed is what follows from documents that nobody has tried."""

    MEASURED = "measured"
    PUBLISHED = "published"
    COMPUTED = "computed"
    DECLARED = "declared"
    ASSUMED = "assumed"

    @property
    def rank(self) -> int:
        """0 for the strongest."""
        return list(Basis).index(self)


WEIGHED = tuple(one for one in Basis if one is not Basis.COMPUTED)
"""How a line of a cost can be known; computed is what documents we generate imply, and no line is."""


class Verdict(StrEnum):
    """There are three answers; not knowing is not a pass."""

    PASS = "pass"  # noqa: S105 - the word, not a secret
    FAIL = "fail"
    UNKNOWN = "unknown"

    def __and__(self, other: Verdict) -> Verdict:
        """The verdict of both: one fail fails; else one unknown leaves it unknown."""
        return max(self, other, key=[Verdict.PASS, Verdict.UNKNOWN, Verdict.FAIL].index)


class Evidence(Frozen):
    """One number: what it is, its unit, how it is known, and where from (journal line, spec line, page and date)."""

    what: str
    value: Decimal
    unit: str
    basis: Basis
    sources: tuple[str, ...] = Field(min_length=1)

    def __add__(self, other: Evidence) -> Evidence:
        """The sum, as weak as its weakest part. Raises ValueError where the units differ."""
        if self.unit != other.unit:
            raise ValueError(f"cannot add {other.unit} to {self.unit}")
        return Evidence(
            what=self.what,
            value=self.value + other.value,
            unit=self.unit,
            basis=max(self.basis, other.basis, key=lambda basis: basis.rank),
            sources=tuple(dict.fromkeys((*self.sources, *other.sources))),
        )


class Interval(Frozen):
    """A range for a number: P10, P50 and P90 of what it may turn out to be."""

    p10: Decimal
    p50: Decimal
    p90: Decimal
