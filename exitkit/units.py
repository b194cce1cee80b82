"""Bytes, durations and money: parse what a person types, add, and print it again."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

_BINARY = {"b": 1, "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40, "pib": 2**50}
_DECIMAL = {"kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12, "pb": 10**15}
_SECONDS = {
    "s": 1, "sec": 1, "second": 1, "seconds": 1,
    "min": 60, "minute": 60, "minutes": 60,
    "h": 3600, "hour": 3600, "hours": 3600,
    "d": 86400, "day": 86400, "days": 86400,
    "week": 604800, "weeks": 604800,
}  # fmt: skip
_LONGEST = 60
_PART = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]+)")


class _Quantity(int):
    """A whole number of a base unit that pydantic reads from text and writes as a number."""

    examples: tuple[str, ...] = ()
    pattern: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        raise NotImplementedError

    @classmethod
    def _read(cls, value: Any) -> Self:  # noqa: ANN401 - whatever a file holds
        if isinstance(value, cls):
            return value
        if isinstance(value, str):
            return cls.parse(value)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return cls(value)
        raise ValueError(f"not a number with its unit, such as {cls.examples[0]!r}")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(
            cls._read, serialization=core_schema.plain_serializer_function_ser_schema(int)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {
            "anyOf": [{"type": "string", "pattern": cls.pattern}, {"type": "integer", "minimum": 0}],
            "examples": list(cls.examples),
        }


class Bytes(_Quantity):
    """A number of bytes.

    >>> str(Bytes.parse("48.2 GiB") * 2)
    '96.4 GiB'
    """

    examples = ("48.2 GiB", "630 GB", "512 MiB")
    pattern = r"^\s*\d+(\.\d+)?\s*([KMGTPkmgtp]i?)?[Bb]\s*$"

    @classmethod
    def parse(cls, text: str) -> Bytes:
        """Read "48.2 GiB" or "630 GB". Raises ValueError where there is no number or no unit."""
        match = _PART.fullmatch(text.rstrip()) if len(text) <= _LONGEST else None
        scale = {**_BINARY, **_DECIMAL}.get(match[2].lower()) if match else None
        if match is None or scale is None:
            raise ValueError(f"{text!r} is not a size; write a number and a unit, such as '48.2 GiB' or '630 GB'")
        return cls(int((Decimal(match[1]) * scale).to_integral_value(ROUND_HALF_UP)))

    def __mul__(self, factor: int) -> Bytes:
        return Bytes(int(self) * factor)

    def __add__(self, other: int) -> Bytes:
        return Bytes(int(self) + int(other))

    def __str__(self) -> str:
        shown = f"{int(self)} B"
        # As printed: what rounds up to 1024.0 is one of the next unit.
        for unit in ("KiB", "MiB", "GiB", "TiB", "PiB"):
            if Decimal(shown.split(maxsplit=1)[0]) < 1024:
                break
            shown = f"{Decimal(int(self)) / _BINARY[unit.lower()]:.1f} {unit}"
        return shown

    __repr__ = __str__

    @property
    def gib(self) -> Decimal:
        """This size in GiB."""
        return Decimal(int(self)) / 2**30


class Duration(_Quantity):
    """A whole number of seconds.

    >>> str(Duration.parse("1 h 30 min"))
    '1 h 30 min'
    """

    examples = ("15 min", "30 days", "1 h 30 min")
    pattern = r"^(\s*\d+(\.\d+)?\s*(s|sec|seconds?|min|minutes?|h|hours?|d|days?|weeks?))+\s*$"

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read "15 min" or "1 h 30 min". Raises ValueError where there is no number or no unit."""
        parts = _PART.findall(text) if len(text) <= _LONGEST else []
        unknown = [unit for _, unit in parts if unit not in _SECONDS]
        if not parts or unknown or _PART.sub("", text).strip():
            raise ValueError(f"{text!r} is not a duration; write a number and a unit, such as '15 min' or '30 days'")
        return cls(int(sum(Decimal(number) * _SECONDS[unit] for number, unit in parts)))

    def __str__(self) -> str:
        return human_seconds(Decimal(int(self)))

    __repr__ = __str__

    @property
    def days(self) -> int:
        """This duration in whole days."""
        return int(self) // 86400


def human_seconds(seconds: Decimal) -> str:
    """Print seconds the way a person would say them: "0.4 s", "48 s", "6 min 41 s", "2 h 5 min", "30 days"."""
    if seconds < 10:
        return f"{seconds:.1f} s" if seconds % 1 else f"{int(seconds)} s"
    whole = int(seconds.to_integral_value(ROUND_HALF_UP))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min" + (f" {whole % 60:02d} s" if whole % 60 else "")
    if whole < 86400:
        return f"{whole // 3600} h" + (f" {whole % 3600 // 60} min" if whole % 3600 // 60 else "")
    days = whole // 86400
    return f"{days} day{'s' if days > 1 else ''}" + (f" {whole % 86400 // 3600} h" if whole % 86400 // 3600 else "")


def human_money(amount: Decimal, currency: str = "EUR") -> str:
    """Print an amount with thin thousands: "83 200 EUR"; cents only below 100."""
    shown = f"{amount:,.2f}" if abs(amount) < 100 else f"{amount.quantize(Decimal(1), ROUND_HALF_UP):,}"
    return f"{shown.replace(',', ' ')} {currency}"


def human_count(number: int | Decimal) -> str:
    """Print a count with thousands marked: "124,310"."""
    return f"{int(number):,}"
