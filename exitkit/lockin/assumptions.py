"""Read the dated facts that a switching cost rests on."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from exitkit.model.base import Frozen
from exitkit.model.capability import Capability
from exitkit.model.evidence import Basis


class Assumption(Frozen):
    """A quantity nobody knows exactly: its low, most likely and high value, and where they come from."""

    name: str
    low: Decimal
    mode: Decimal
    high: Decimal
    unit: str
    basis: Basis
    source: str


@cache
def assumptions() -> Mapping[str, Assumption]:
    """Every assumption, by name."""
    return {name: Assumption.model_validate({"name": name, **row}) for name, row in _toml("assumptions.toml").items()}


@cache
def efforts() -> Mapping[Capability, Assumption]:
    """Person-days to move one capability for the first time; a capability without a row costs nothing of its own."""
    table = _toml("efforts.toml")
    origin = table["source"]
    source = f"{origin['what']} (read {origin['read']})"
    return {
        Capability(name): Assumption(
            name=f"moving {row['like']}",
            low=row["low"],
            mode=row["mode"],
            high=row["high"],
            unit="person-days",
            basis=Basis(origin["basis"]),
            source=source,
        )
        for name, row in table["rows"].items()
    }


def _toml(name: str) -> dict[str, Any]:
    text = files("exitkit.lockin.facts").joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text, parse_float=Decimal)
