"""What a rule is given, and how rules are found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module

from exitkit.model.finding import Finding
from exitkit.model.placement import Loss
from exitkit.model.report import Measurements, ObjectiveMet
from exitkit.model.workload import Workload


@dataclass(frozen=True)
class Case:
    """One workload on its way from one provider to another, and what is known of it."""

    workload: Workload
    source: str
    target: str
    losses: tuple[Loss, ...]
    measurements: Measurements | None
    objectives: tuple[ObjectiveMet, ...]
    rehearsed_on: date | None
    today: date


@dataclass(frozen=True)
class Rule:
    """A code, a short name, and the function that finds; the function's docstring is its page."""

    code: str
    name: str
    find: Callable[[Case], Iterable[Finding]]

    @property
    def page(self) -> str:
        """What the rule means and the way out."""
        return (self.find.__doc__ or "").strip()


_MODULES = ("differences", "choices", "practice")


def rule(code: str, name: str) -> Callable[[Callable[[Case], Iterable[Finding]]], Rule]:
    """Make a rule of a function."""
    return lambda find: Rule(code, name, find)


def rules() -> Mapping[str, Rule]:
    """Every rule, by code."""
    found = [
        one
        for module in _MODULES
        for one in vars(import_module(f"exitkit.lockin.rules.{module}")).values()
        if isinstance(one, Rule)
    ]
    return {one.code: one for one in sorted(found, key=lambda one: one.code)}
