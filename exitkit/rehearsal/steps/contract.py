"""Hold both sides of a component to the same contract, and clear up what a killed try has left."""

from __future__ import annotations

from collections.abc import Sequence

from exitkit.contracts.suite import Spot, checks_of, cleared
from exitkit.model.contract import CheckContract, Checked, ClearContract
from exitkit.model.evidence import Evidence, Verdict
from exitkit.model.journal import Result
from exitkit.rehearsal.tried import counted
from exitkit.rehearsal.world import World, placed_name

_FIRST = {Verdict.FAIL: 0, Verdict.UNKNOWN: 1, Verdict.PASS: 2}


def check(step: CheckContract, world: World) -> Result:
    """Every check somebody wants, on both sides; it fails where what is asked for holds at the origin only."""
    found = checks_of(world.component(step.component), *(_spot(at, step.component, world) for at in step.places))
    verdict = Verdict.PASS if any(one.tried for one in found) else Verdict.UNKNOWN
    for one in found:
        verdict = verdict & one.verdict
    told = sorted(found, key=lambda one: (not one.tried, _FIRST[one.target], _FIRST[one.source]))
    return Result(evidence=_counted(found, step.id, world), verdict=verdict, details=tuple(one.line for one in told))


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


def _counted(found: Sequence[Checked], source: str, world: World) -> tuple[Evidence, ...]:
    tried = [one for one in found if one.tried]
    counts = {
        "checks passed at the source": sum(one.source is Verdict.PASS for one in tried),
        "checks passed at the target": sum(one.target is Verdict.PASS for one in tried),
        "checks passed at the source only": sum(one.only_at_source for one in tried),
        "checks without an answer": sum(Verdict.UNKNOWN in (one.source, one.target) for one in tried),
        "checks not asked for": len(found) - len(tried),
    }
    return tuple(world.measured(what, count, "checks", source) for what, count in (*counts.items(), *counted(found)))
