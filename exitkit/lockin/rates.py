"""Read what `exitkit move measure -f json` wrote: the cost of copying, measured apart from any rehearsal, for D1."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from exitkit.lockin.assumptions import Assumption
from exitkit.model.base import Frozen
from exitkit.model.evidence import Basis

_ROLES = {"fixed": ("copy-fixed", "s"), "per object": ("object-latency", "s"), "speed": ("speed", "bytes/s")}
"""What each number is called in the model, and the unit it comes in."""

_UNITS = {"bytes/s": "B/s"}


class Number(Frozen):
    """One number of the fit with the bounds of its interval; None is: the trials did not show it."""

    what: Literal["fixed", "per object", "speed"]
    unit: str
    value: Decimal | None = Field(ge=0)
    low: Decimal | None = Field(ge=0)
    high: Decimal | None = Field(ge=0)


class Rate(Frozen):
    """Objects and bytes a second of one size of objects, by how many were moved at once."""

    up_to: int = Field(alias="objects up to bytes")
    at_once: int = Field(alias="at once", ge=1)
    trials: int
    objects: Decimal = Field(alias="objects a second")
    bytes: Decimal = Field(alias="bytes a second")


class Measured(Frozen):
    """The whole of it."""

    format_version: Literal[1]
    basis: Literal["measured"]
    indicative: bool
    r2: float
    sources: tuple[str, ...] = Field(min_length=1)
    numbers: tuple[Number, ...]
    rates: tuple[Rate, ...] = Field(min_length=1)
    limits: dict[Literal["writes", "reads"], Annotated[Decimal, Field(gt=0)]] = Field(default={})


def read(text: str, source: str) -> tuple[Assumption, ...]:
    """The quantities of t = a + N·h/p + B/β, each measured; without a speed where the trials showed none.

    p is the most that were copied at once. Where a bucket allows so many requests a second, h/p is at least the time of
    one of them, for an object takes a read and a write. Raises ValueError where the text is something else.
    """
    found = Measured.model_validate_json(text)
    whole = {one.what: one for one in found.numbers}
    for name, (_, unit) in _ROLES.items():
        if name not in whole or whole[name].unit != unit:
            raise ValueError(f"there is no number `{name}` in {unit}")
    marks = [*found.sources, *(["indicative, too few trials"] if found.indicative else [])]
    marks += [f"held to {most.normalize():f} {what} a second" for what, most in found.limits.items()]
    told = f"{source} ({'; '.join(marks)})"
    together = Decimal(max(one.at_once for one in found.rates))
    least = max((together / most for most in found.limits.values()), default=Decimal(0))
    at_once = Assumption(
        name="streams", low=together, mode=together, high=together, unit="streams", basis=Basis.MEASURED, source=told
    )
    numbers = (_quantity(one, told, least) for one in whole.values() if one.value is not None)
    return (*numbers, at_once)


def _quantity(one: Number, source: str, least: Decimal) -> Assumption:
    """One number; an end that is not known, or on the wrong side, is the number itself."""
    name, unit = _ROLES[one.what]
    value = one.value or Decimal(0)
    if one.what == "per object":
        value, one = max(value, least), one.model_copy(update={"low": max(one.low or value, least)})
        one = one.model_copy(update={"high": max(one.high or value, least)})
    low = value if one.low is None else min(one.low, value)
    high = value if one.high is None else max(one.high, value)
    if name == "speed" and not low:
        raise ValueError("a speed of nothing is none")
    return Assumption(
        name=name, low=low, mode=value, high=high, unit=_UNITS.get(unit, unit), basis=Basis.MEASURED, source=source
    )
