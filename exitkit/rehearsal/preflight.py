"""Look at everything that could stand in a plan's way, change nothing, and say it in one answer."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from exitkit.errors import ExitkitError
from exitkit.model.capability import Capability, Claim, Support
from exitkit.model.evidence import Verdict
from exitkit.model.kinds.postgres import Postgres
from exitkit.model.kinds.service import Service
from exitkit.model.names import LowerTtl
from exitkit.model.plan import Plan
from exitkit.model.preflight import WEIGHTS, Area, Issue, Preflight
from exitkit.rehearsal.inspect import collisions, databases, issue, machines, paces, reach, skews
from exitkit.rehearsal.world import World, names_of
from exitkit.units import Bytes

MOST_TTL = 60
"""Seconds a name may be remembered when it is switched (practice, exit plans compared 2026-11)."""

LOST = "LK101"
"""The finding by which somebody accepts that a capability is lost."""


@dataclass(frozen=True)
class Ground:
    """What is looked at: the plan, the target's claims, the world where one could be opened, a folder to stage in."""

    plan: Plan
    claims: Mapping[Capability, Claim]
    world: World | None
    staging: Path
    now: Callable[[], datetime]
    why_no_world: str = ""


def preflight(ground: Ground) -> Preflight:
    """Every issue, heaviest first. What could not be looked at is said, and never passes."""
    found = [*_claims(ground), *_static_ttls(ground.plan)]
    if ground.world is None:
        found += [
            issue(area, 0, "unknown", "everywhere", ground.why_no_world)
            for area in Area
            if area not in (Area.CLAIMS, Area.TTLS)
        ]
    else:
        found += _looked(ground, ground.world)
    found = list(dict.fromkeys(found))
    found.sort(key=lambda one: (WEIGHTS.index(one.severity), one.area.number, one.code, one.place, one.what))
    return Preflight(plan=ground.plan.digest, issues=tuple(found), areas={area: _verdict(area, found) for area in Area})


def _looked(ground: Ground, world: World) -> Iterator[Issue]:
    looks: tuple[tuple[Area, Callable[[], Iterator[Issue]]], ...] = (
        (Area.REACH, lambda: reach(world)),
        (Area.COLLISIONS, lambda: collisions(world)),
        (Area.EXTENSIONS, lambda: databases(world)),
        (Area.QUOTAS, lambda: machines(world)),
        (Area.RATES, lambda: paces(world)),
        (Area.SKEW, lambda: skews(world, ground.now)),
        (Area.SPACE, lambda: _space(ground, world)),
        (Area.TTLS, lambda: _live_ttls(world)),
    )
    for area, look in looks:
        try:
            yield from look()
        except ExitkitError as error:
            yield issue(area, 0, "unknown", "everywhere", f"could not be looked at: {error.message}", error.hint)


def _claims(ground: Ground) -> Iterator[Issue]:
    accepted = {(one.on, one.rule) for one in ground.plan.workload.accept}
    for name, need in ground.plan.workload.capabilities():
        claim = ground.claims.get(need)
        place = f"{ground.plan.target}: {name}"
        if claim is None or claim.support is Support.UNMAPPED:
            yield issue(Area.CLAIMS, 1, "unknown", place, f"{need}: nobody looked whether {ground.plan.target} can")
        elif claim.support is Support.ABSENT and {(name, LOST), (None, LOST)} & accepted:
            yield issue(Area.CLAIMS, 2, "note", place, f"{need}: lost, and accepted: {claim.why}")
        elif claim.support is Support.ABSENT:
            hint = f"accept it in the workload: {LOST} on {name}, with a reason and a date"
            yield issue(Area.CLAIMS, 3, "error", place, f"{need}: {claim.why}", hint)


def _static_ttls(plan: Plan) -> Iterator[Issue]:
    lowered = any(isinstance(step, LowerTtl) for step in plan.steps)
    for part in plan.workload.components:
        for label, record in getattr(part, "records", {}).items():
            if record.to is None or record.ttl <= MOST_TTL:
                continue
            what = f"{label} may be remembered for {record.ttl} s, at most {MOST_TTL} when it is switched"
            if lowered:
                yield issue(Area.TTLS, 1, "note", f"workload: {part.name}", f"{what}; the plan lowers it")
            else:
                yield issue(Area.TTLS, 2, "warning", f"workload: {part.name}", what, "lower it well ahead")


def _live_ttls(world: World) -> Iterator[Issue]:
    lowered = {step.component for step in world.plan.steps if isinstance(step, LowerTtl)}
    names = world.side(world.plan.source).names
    for service in world.plan.workload.of(Service):
        if not service.public:
            continue
        for name in names_of(world.plan.workload, service):
            told = names.ask(name)
            place = f"{world.plan.source}: {name}"
            if told is None:
                yield issue(Area.TTLS, 3, "unknown", place, "the name server has no such name yet")
            elif told.ttl > MOST_TTL and service.name not in lowered:
                yield issue(Area.TTLS, 4, "warning", place, f"is remembered for {told.ttl} s", "lower it well ahead")


def _space(ground: Ground, world: World) -> Iterator[Issue]:
    held = 0
    for part in world.plan.workload.of(Postgres):
        here = world.side(world.plan.source).databases
        if not here.exists(part.database):
            yield issue(Area.SPACE, 1, "unknown", f"{world.plan.source}: {part.name}", "the database is not there")
            continue
        size = int(here.ask(part.database, "SELECT pg_database_size(current_database())").text)
        held += size
        if size > part.storage:
            what = f"holds {Bytes(size)}, and {part.storage} are asked for at {world.plan.target}"
            yield issue(Area.SPACE, 2, "error", f"{world.plan.target}: {part.name}", what, "raise `storage`")
    free = shutil.disk_usage(ground.staging).free
    if held > free:
        what = f"dumps of {Bytes(held)} are staged here, where {Bytes(free)} are free"
        yield issue(Area.SPACE, 3, "error", f"this machine: {ground.staging}", what)


def _verdict(area: Area, found: list[Issue]) -> Verdict:
    weights = {one.severity for one in found if one.area is area}
    return Verdict.FAIL if "error" in weights else Verdict.UNKNOWN if "unknown" in weights else Verdict.PASS
