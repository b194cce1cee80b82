"""Tell what providers and rules there are."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from exitkit import registry
from exitkit.errors import UsageError
from exitkit.lockin.rules import base as lockin
from exitkit.model.capability import Capability, Claim, Support
from exitkit.model.evidence import Verdict
from exitkit.ports import Secret, Settings
from exitkit.scan.rules import base as scan

if TYPE_CHECKING:
    from exitkit.lockin.dimensions import Page


@dataclass(frozen=True)
class Sheet:
    """One provider: its name, its title, every claim it makes."""

    name: str
    title: str
    claims: dict[Capability, Claim]

    @property
    def unmapped(self) -> tuple[Capability, ...]:
        """What nobody has looked at yet."""
        return tuple(one for one, claim in self.claims.items() if claim.support is Support.UNMAPPED)


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


def explain(code: str) -> lockin.Rule | scan.Rule | Page:
    """One rule, or one dimension of lock-in (D1 to D9). Raises UsageError where there is none of that code."""
    from exitkit.lockin.dimensions import pages

    if (page := pages().get(code.upper())) is not None:
        return page
    known: dict[str, lockin.Rule | scan.Rule] = {**lockin.rules(), **scan.rules()}
    found = known.get(code.upper())
    if found is None:
        alike = get_close_matches(code.upper(), list(known), n=9)
        near = sorted(alike, key=lambda one: -sum(map(str.__eq__, one, code.upper())))
        hint = f"did you mean {near[0]}?" if near else f"rules: {', '.join(known)}"
        raise UsageError(f"there is no rule `{code}`", hint=hint)
    return found


LIVE = "EXITKIT_LIVE_"
"""What the settings of a live check begin with in the environment: EXITKIT_LIVE_S3_REGION is `s3-region`."""

_SECRET = ("secret", "password", "token")


def live_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """How to reach an account of the user's own, from the environment. Raises UsageError where nothing is said."""
    said = {
        name.removeprefix(LIVE).lower().replace("_", "-"): value
        for name, value in (os.environ if environment is None else environment).items()
        if name.startswith(LIVE)
    }
    if not said:
        raise UsageError(
            "a live check needs an account of yours", hint=f"set {LIVE}S3_REGION, {LIVE}S3_ACCESS_KEY and so on"
        )
    secret = {name for name in said if any(word in name for word in _SECRET)}
    return Settings(
        {name: value for name, value in said.items() if name not in secret},
        {name: Secret.of(said[name]) for name in secret},
    )


def sound(tree: Mapping[str, str], cloud: str = "") -> tuple[Verdict, str]:
    """Whether a tree for a cloud is true to the schemas and without secrets; unknown where nothing reads Terraform."""
    from exitkit.errors import MissingExtra
    from exitkit.infra.tree_check import check_tree

    try:
        mistakes = check_tree(tree, cloud)
    except MissingExtra as error:
        return Verdict.UNKNOWN, error.message
    words = "; ".join(f"{one.file}:{one.line}:{one.column}: {one.message}" for one in mistakes[:3])
    return (Verdict.FAIL if mistakes else Verdict.PASS), words
