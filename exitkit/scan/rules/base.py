"""What a rule about an estate is given, and how such rules are found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module

from exitkit.model.finding import Severity
from exitkit.model.inventory import Inventory, Sighting, Spot


@dataclass(frozen=True)
class Comment:
    """A comment that would accept findings; where it does not say all it must, only `said` is set."""

    file: str
    line: int
    codes: tuple[str, ...] = ()
    until: date | None = None
    because: str = ""
    said: str = ""


@dataclass(frozen=True)
class Estate:
    """An estate as it was read, before it is judged."""

    inventory: Inventory
    comments: tuple[Comment, ...]
    today: date


@dataclass(frozen=True)
class Rule:
    """A code, a short name, and the function that finds; the function's docstring is its page."""

    code: str
    name: str
    severity: Severity
    way_out: str
    find: Callable[[Estate], Iterable[tuple[Spot, str, str]]]
    unknown: bool = False

    @property
    def page(self) -> str:
        """What the rule means and the way out."""
        return (self.find.__doc__ or "").strip()

    def sightings(self, estate: Estate) -> Iterable[Sighting]:
        """Every place this rule finds, with what it found there and what that means."""
        for spot, subject, message in self.find(estate):
            yield Sighting(
                code=self.code,
                severity=self.severity,
                spot=spot,
                subject=subject,
                message=message,
                way_out=self.way_out,
                unknown=self.unknown,
            )


_MODULES = ("services", "data", "ties", "reading")


def rule(
    code: str, name: str, severity: Severity, way_out: str, *, unknown: bool = False
) -> Callable[[Callable[[Estate], Iterable[tuple[Spot, str, str]]]], Rule]:
    """Make a rule of a function."""
    return lambda find: Rule(code, name, severity, way_out, find, unknown)


def rules() -> Mapping[str, Rule]:
    """Every rule, by code."""
    found = [
        one
        for module in _MODULES
        for one in vars(import_module(f"exitkit.scan.rules.{module}")).values()
        if isinstance(one, Rule)
    ]
    return {one.code: one for one in sorted(found, key=lambda one: one.code)}
