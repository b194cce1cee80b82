"""Hold both clouds of a plan to the same contract, outside of a rehearsal: in the lab of this folder, or live."""

from __future__ import annotations

import os
from typing import cast

from exitkit import registry
from exitkit.api.extend import LIVE, live_settings
from exitkit.api.staged import STAYING_LAB
from exitkit.contracts.suite import CONTRACTED, Spot, checks_of
from exitkit.errors import OutsideError, Unsupported, UsageError
from exitkit.lab.lab import Lab
from exitkit.model.contract import Conformance
from exitkit.model.plan import Plan
from exitkit.placing import place
from exitkit.ports import Database, Names, ObjectStore, P, Provider, Settings
from exitkit.ports.carried import Queues, Secrets
from exitkit.rehearsal.world import placed_name


def conformance(plan: Plan, *, live: bool = False) -> Conformance:
    """What of each component's contract both sides keep. Raises OutsideError where a lab is wanted and none is up."""
    settings = {name: _live(name) if live else _in_lab(name) for name in (plan.source, plan.target)}
    parts = plan.workload.components
    held = {
        part.name: checks_of(part, *(_spot(plan, name, part.name, settings[name]) for name in settings))
        for part in parts
        if isinstance(part, CONTRACTED) and getattr(part, "hosted", True)
    }
    return Conformance(
        workload=plan.workload.name,
        source=plan.source,
        target=plan.target,
        components=held,
        without=tuple(part.name for part in parts if part.name not in held),
    )


def _in_lab(provider: str) -> Settings:
    lab = Lab(STAYING_LAB)
    if not lab.up:
        raise OutsideError("no lab is up in this folder", hint="exitkit lab up, or --live for accounts of yours")
    return lab.settings(provider)


def _live(provider: str) -> Settings:
    """How to reach an account on one cloud: what the environment says after the cloud's own name."""
    own = f"{LIVE}{provider.upper()}_"
    said = {LIVE + name.removeprefix(own): value for name, value in os.environ.items() if name.startswith(own)}
    if not said:
        hint = f"set {own}S3_REGION, {own}S3_ACCESS_KEY, {own}S3_SECRET_KEY and so on"
        raise UsageError(f"nothing says how to reach an account at {provider}", hint=hint)
    return live_settings(said)


def _spot(plan: Plan, provider: str, component: str, settings: Settings) -> Spot:
    known = registry.get(provider)
    name = placed_name(place(plan.workload, known), component)
    return Spot(
        _opened(known, ObjectStore, settings),  # type: ignore[type-abstract]
        _opened(known, Database, settings),  # type: ignore[type-abstract]
        name,
        _opened(known, Names, settings),  # type: ignore[type-abstract]
        _opened(known, Queues, settings),  # type: ignore[type-abstract]
        _opened(known, Secrets, settings),  # type: ignore[type-abstract]
    )


def _opened(provider: Provider, port: type[P], settings: Settings) -> P:
    """A port; where there is none, what no check can speak to, and each then says so."""
    try:
        return provider.open(port, settings)
    except (Unsupported, KeyError):
        return cast("P", None)
