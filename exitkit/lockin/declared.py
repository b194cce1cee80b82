"""Read what only the owner can say: `exit.toml` beside the workload, with who says so and on which day."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Literal

from pydantic import Field

from exitkit.errors import UsageError, not_toml
from exitkit.lockin.assumptions import Assumption, assumptions
from exitkit.lockin.observed import SECTIONS, Observed, observed
from exitkit.model.base import Frozen
from exitkit.model.evidence import Basis

FILE = "exit.toml"

ASKED = {
    "commitments": "EUR",
    "penalty": "EUR",
    "licences": "EUR",
    "notice": "days",
    "transition": "days",
    "partners": "days",
    "carrier": "days",
}
"""What nobody but the owner knows, beside what may be declared in place of an assumption."""

_SECTIONS = (
    "by",
    "on",
    "inventory",
    "rates",
    "quantities",
    "keys",
    "policy",
    "register",
    "clauses",
    "terraform-plans",
    *SECTIONS,
)

KeyLevel = Literal["K0", "K1", "K2", "K3", "K4"]


class Declared(Frozen):
    """What the owner says, each with its source; `keys` is the custody level of each component's data.

    `inventory` names the file that `exitkit scan -f json` wrote, `rates` that of `exitkit move measure -f json`,
    `plans` by provider those that `terraform show -json` printed of a plan, all relative to the file that declares
    them; `transfer` is what the second holds.
    """

    quantities: tuple[Assumption, ...] = ()
    keys: dict[str, KeyLevel] = Field(default_factory=dict)
    policy: dict[str, str] = Field(default_factory=dict)
    answers: dict[str, str] = Field(default_factory=dict)
    clauses: dict[str, str] = Field(default_factory=dict)
    observed: Observed = Observed()
    inventory: str = ""
    rates: str = ""
    plans: dict[str, str] = Field(default_factory=dict)
    transfer: tuple[Assumption, ...] = ()
    source: str = ""

    def days(self, name: str) -> Decimal | None:
        """A declared number of days; None is: not declared."""
        return next((one.mode for one in self.quantities if one.name == name), None)


def read(text: str) -> Declared:
    """What a file declares. Raises UsageError, naming the row, where it cannot be used."""
    try:
        table = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise not_toml(FILE, text, error) from error
    _known(table, _SECTIONS, "section")
    by, on = table.get("by"), table.get("on")
    if not isinstance(by, str) or not by.strip() or not isinstance(on, date):
        raise UsageError(
            f"{FILE}: who says so, and when?", hint='by = "a name", on = 2026-11-21, above everything else'
        )
    source = f"{FILE} (declared by {by}, {on})"
    try:
        return Declared(
            quantities=tuple(_quantities(_section(table, "quantities"), source)),
            keys=_section(table, "keys"),
            policy={name: str(value) for name, value in _section(table, "policy").items()},
            answers={name: str(value) for name, value in _section(table, "register").items()},
            clauses={name: str(value) for name, value in _section(table, "clauses").items()},
            observed=observed(table),
            inventory=str(table.get("inventory", "")),
            rates=str(table.get("rates", "")),
            plans=dict(_files(_section(table, "terraform-plans"))),
            source=source,
        )
    except ValueError as error:
        raise UsageError(f"{FILE}: {error}") from error


def _quantities(rows: Mapping[str, Any], source: str) -> Iterator[Assumption]:
    have = assumptions()
    _known(rows, (*ASKED, *have), "quantity")
    for name, row in rows.items():
        ends = row if isinstance(row, dict) else {"low": row, "mode": row, "high": row}
        if set(ends) != {"low", "mode", "high"} or not all(_is_number(value) for value in ends.values()):
            raise UsageError(f"{FILE}: {name} is no number", hint=f"{name} = 3, or {{ low = 2, mode = 3, high = 5 }}")
        if min(ends.values()) < 0:
            raise UsageError(f"{FILE}: {name} is below zero")
        unit = ASKED[name] if name in ASKED else have[name].unit
        yield Assumption(name=name, **ends, unit=unit, basis=Basis.DECLARED, source=f"{source}: {name}")


def _files(rows: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, file in rows.items():
        if not isinstance(file, str) or not file:
            raise UsageError(f"{FILE}: [terraform-plans]: {name} is no file", hint=f'{name} = "{name}-plan.json"')
        yield name, file


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool) and Decimal(value).is_finite()


def _section(table: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = table.get(name, {})
    if not isinstance(found, dict):
        raise UsageError(f"{FILE}: [{name}] is no section")
    return found


def _known(rows: Mapping[str, Any], known: tuple[str, ...], what: str) -> None:
    for name in rows:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]}?" if close else f"{what}s: {', '.join(sorted(known))}"
            raise UsageError(f"{FILE}: there is no {what} `{name}`", hint=hint)
