"""Look at what stands in a plan's way: in the lab of this folder, where it is up."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from exitkit import registry
from exitkit.api.staged import STAYING_LAB, open_side
from exitkit.lab.lab import Lab
from exitkit.model.plan import Plan
from exitkit.model.preflight import Preflight
from exitkit.rehearsal.preflight import Ground
from exitkit.rehearsal.preflight import preflight as look
from exitkit.rehearsal.world import SOURCE_MARK, World


def preflight(plan: Plan) -> Preflight:
    """Every issue of a plan; nothing is started, made or changed. Without a lab that is up, most stays unknown."""
    lab = Lab(STAYING_LAB)
    world = None
    if lab.up:
        sides = {
            name: open_side(
                lab.settings(name), plan.workload, name, mark=SOURCE_MARK if name == plan.source else "preflight"
            )
            for name in (plan.source, plan.target)
        }
        world = World(plan=plan, sides=sides, folder=Path())
    return look(
        Ground(
            plan=plan,
            claims=registry.get(plan.target).claims,
            world=world,
            staging=Path(),
            now=lambda: datetime.now(UTC),
            why_no_world="no lab is up in this folder, and nothing else was asked: exitkit lab up",
        )
    )
