"""Tell what providers and rules there are."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from exitkit import registry
from exitkit.errors import UsageError
from exitkit.lockin.rules import base as lockin
from exitkit.model.capability import Capability, Claim
from exitkit.scan.rules import base as scan


@dataclass(frozen=True)
class Sheet:
    """One provider: its name, its title, every claim it makes."""

    name: str
    title: str
    claims: dict[Capability, Claim]


def provider_names() -> tuple[str, ...]:
    """Every provider, by name."""
    return registry.names()


def provider_sheet(name: str) -> Sheet:
    """One provider. Raises UsageError where there is none of that name."""
    provider = registry.get(name)
    return Sheet(provider.name, provider.title, dict(provider.claims))


def rule_codes() -> tuple[str, ...]:
    """The code of every rule, of workloads and of estates."""
    return (*lockin.rules(), *scan.rules())


def explain(code: str) -> lockin.Rule | scan.Rule:
    """One rule. Raises UsageError where there is none of that code."""
    known: dict[str, lockin.Rule | scan.Rule] = {**lockin.rules(), **scan.rules()}
    found = known.get(code.upper())
    if found is None:
        alike = get_close_matches(code.upper(), list(known), n=9)
        near = sorted(alike, key=lambda one: -sum(map(str.__eq__, one, code.upper())))
        hint = f"did you mean {near[0]}?" if near else f"rules: {', '.join(known)}"
        raise UsageError(f"there is no rule `{code}`", hint=hint)
    return found
