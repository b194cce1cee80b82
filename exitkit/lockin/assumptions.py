"""Read the dated facts that a switching cost rests on."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import Field, model_validator

from exitkit.lockin.jurisdictions import Jurisdiction, Qualification, jurisdictions, qualifications
from exitkit.model.base import Frozen
from exitkit.model.capability import Capability
from exitkit.model.evidence import Basis


class Assumption(Frozen):
    """A quantity nobody knows exactly: its low, most likely and high value, and where they come from.

    `values` holds what was measured, where it was measured more than once; then they are drawn from.
    """

    name: str
    low: Decimal
    mode: Decimal
    high: Decimal
    unit: str
    basis: Basis
    source: str = Field(min_length=1)
    values: tuple[Decimal, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Assumption:
        if not self.low <= self.mode <= self.high:
            raise ValueError(f"{self.name}: low, mode and high are not in order")
        return self


class Way(Frozen):
    """What would make a capability easier to leave with: the work it takes, and the share of the effort it leaves."""

    capability: Capability
    what: str
    cost: Assumption
    left: Decimal = Field(ge=0, le=1)


class ScenarioFacts(Frozen):
    """One scenario: what it does to the quantities, as factors. `cold`: the source is gone before the target stands."""

    name: str
    title: str
    factors: dict[str, Decimal]
    cold: bool = False
    source: str


class Regime(Frozen):
    """What taking data out costs under one rule: a factor on the list price, from a day, until another."""

    name: str
    title: str
    low: Decimal
    mode: Decimal
    high: Decimal
    begins: date | None = None
    ends: date | None = None
    basis: Basis
    source: str


class Article(Frozen):
    """One article of a rule: what it asks, which artefact answers, and what that artefact needs."""

    name: str
    asks: str
    artefact: str
    needs: str
    source: str


class Asked(Frozen):
    """One scenario a rule asks an exit plan to think of, and the playbook that rehearses it."""

    name: str
    article: str
    asks: str
    playbook: str
    source: str


class Clock(Frozen):
    """How many days a rule gives."""

    name: str
    days: int
    basis: Basis
    source: str


class Item(Frozen):
    """One of the eleven artefacts: where it stands in a bundle, what it answers, what it needs to count as given."""

    code: str
    name: str
    files: str
    answers: str
    needs: str


class Given(Frozen):
    """Everything a switching cost takes from facts, as one value that a bundle can keep."""

    assumptions: tuple[Assumption, ...]
    efforts: dict[Capability, Assumption]
    ways: tuple[Way, ...]
    scenarios: tuple[ScenarioFacts, ...]
    regimes: tuple[Regime, ...]
    articles: tuple[Article, ...] = ()
    asked: tuple[Asked, ...] = ()
    pack: tuple[Item, ...] = ()
    clocks: tuple[Clock, ...] = ()
    jurisdictions: dict[str, Jurisdiction] = Field(default_factory=dict)
    qualifications: tuple[Qualification, ...] = ()

    def named(self) -> dict[str, Assumption]:
        """The assumptions by name."""
        return {one.name: one for one in self.assumptions}

    def with_said(self, said: tuple[Assumption, ...]) -> Given:
        """With what somebody declared, or what was measured, in place of what is assumed."""
        return self.model_copy(update={"assumptions": tuple({**self.named(), **_by_name(said)}.values())})


def _by_name(listed: tuple[Assumption, ...]) -> dict[str, Assumption]:
    return {one.name: one for one in listed}


@cache
def assumptions() -> Mapping[str, Assumption]:
    """Every assumption, by name."""
    return {name: Assumption.model_validate({"name": name, **row}) for name, row in _toml("assumptions.toml").items()}


@cache
def efforts() -> Mapping[Capability, Assumption]:
    """Person-days to move one capability for the first time; a capability without a row costs nothing of its own."""
    table = _toml("efforts.toml")
    return {
        Capability(name): _effort(f"moving {row['like']}", row, table["source"]) for name, row in table["rows"].items()
    }


@cache
def given() -> Given:
    """Everything that is shipped."""
    unlocks, scenarios, regimes = _toml("unlocks.toml"), _toml("scenarios.toml"), _toml("egress.toml")
    return Given(
        assumptions=tuple(assumptions().values()),
        efforts=dict(efforts()),
        ways=tuple(
            Way(capability=name, what=row["what"], cost=_effort(row["what"], row, unlocks["source"]), left=row["left"])
            for name, row in unlocks["rows"].items()
        ),
        scenarios=tuple(ScenarioFacts.model_validate({"name": name, **row}) for name, row in scenarios.items()),
        regimes=tuple(Regime.model_validate({"name": name, **row}) for name, row in regimes.items()),
        articles=tuple(Article.model_validate(row) for row in _toml("compliance.toml")["rows"]),
        asked=tuple(Asked.model_validate(row) for row in _toml("coverage.toml")["rows"]),
        pack=tuple(Item.model_validate(row) for row in _toml("pack.toml")["rows"]),
        clocks=tuple(Clock.model_validate(row) for row in _toml("clocks.toml")["rows"]),
        jurisdictions=dict(jurisdictions()),
        qualifications=qualifications(),
    )


def _effort(name: str, row: Mapping[str, Any], origin: Mapping[str, Any]) -> Assumption:
    return Assumption(
        name=name,
        low=row["low"],
        mode=row["mode"],
        high=row["high"],
        unit="person-days",
        basis=Basis(origin["basis"]),
        source=f"{origin['what']} (read {origin['read']})",
    )


def _toml(name: str) -> dict[str, Any]:
    text = files("exitkit.lockin.facts").joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text, parse_float=Decimal)
