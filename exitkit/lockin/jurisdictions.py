"""Read who stands behind a provider, and what exactly it is qualified for."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import Field

from exitkit.model.base import Frozen
from exitkit.model.evidence import Basis


class Jurisdiction(Frozen):
    """One provider: its legal entity, its parent, what is claimed of it, and on which products exitkit places."""

    entity: str
    parent: str
    parent_country: str = Field(alias="parent-country")
    placed: str
    claimed: str
    basis: Basis
    source: str
    read: date


class Qualification(Frozen):
    """One qualification and the products it holds for; `covers_placed`: those are what exitkit places on."""

    provider: str
    name: str
    version: str
    scope: str
    covers_placed: bool = Field(alias="covers-placed")
    basis: Basis
    source: str
    read: date


@cache
def jurisdictions() -> Mapping[str, Jurisdiction]:
    """Every provider somebody looked at."""
    return {name: Jurisdiction.model_validate(row) for name, row in _table().items() if name != "qualifications"}


@cache
def qualifications() -> tuple[Qualification, ...]:
    """Every qualification, each with its scope."""
    return tuple(Qualification.model_validate(row) for row in _table().get("qualifications", ()))


def _table() -> dict[str, Any]:
    text = files("exitkit.lockin.facts").joinpath("jurisdictions.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
