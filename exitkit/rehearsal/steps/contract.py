"""Hold both sides of a component to the same contract, and clear up what a killed try has left."""

from __future__ import annotations

from exitkit.contracts.suite import Spot, checks_of, cleared
from exitkit.model.contract import CheckContract, ClearContract, counted, whole
from exitkit.model.evidence import Verdict
from exitkit.model.journal import Result
from exitkit.rehearsal.tried import counted as by_capability
from exitkit.rehearsal.world import World, placed_name

_FIRST = {Verdict.FAIL: 0, Verdict.UNKNOWN: 1, Verdict.PASS: 2}


def check(step: CheckContract, world: World) -> Result:
    """Every check somebody wants, on both sides; it fails where what is asked for holds at the origin only."""
    found = checks_of(world.component(step.component), *(_spot(at, step.component, world) for at in step.places))
    told = sorted(found, key=lambda one: (not one.tried, _FIRST[one.target], _FIRST[one.source]))
    counts = counted(found) | dict(by_capability(found))
    evidence = tuple(world.measured(what, count, "checks", step.id) for what, count in counts.items())
    return Result(evidence=evidence, verdict=whole(found), details=tuple(one.line for one in told))


def clear(step: ClearContract, world: World) -> Result:
    """Remove the buckets, queues and secrets that checks made, where a kill has left any."""
    component = world.component(step.component)
    reached = [at for at in step.places if at in world.reachable]
    gone = sum(cleared(component, _spot(at, step.component, world)) for at in reached)
    return Result(evidence=(world.measured("places of checks removed", gone, "places", step.id),) if gone else ())


def _spot(at: str, component: str, world: World) -> Spot:
    side = world.side(at)
    name = placed_name(side.landing, component)
    return Spot(side.objects, side.databases, name, side.names, side.queues, side.vault)
