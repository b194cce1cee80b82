"""Which function does which kind of step, and which one looks whether it was done."""

from __future__ import annotations

from typing import assert_never

from exitkit.model.gone import CutSource, RestoreSource, TakeStock
from exitkit.model.journal import Result
from exitkit.model.kinds.bucket import Bucket
from exitkit.model.kinds.domain import Domain
from exitkit.model.plan import (
    AnyStep,
    CatchUp,
    CopyDatabase,
    CopyObjects,
    Destroy,
    DiscardObjects,
    DropDatabase,
    FreezeWrites,
    LowerTtl,
    Probe,
    Provision,
    RestoreTtl,
    StartService,
    StopService,
    SwitchTraffic,
    ThawWrites,
    Verify,
)
from exitkit.rehearsal.steps import database, ground, names, objects, service, source, traffic
from exitkit.rehearsal.world import World


def do(step: AnyStep, world: World) -> Result:  # noqa: C901, PLR0911, PLR0912 - one arm per kind of step is the point
    """Do one step; doing it twice is the same as once."""
    match step:
        case Provision():
            return ground.provision(step, world)
        case Destroy():
            return ground.destroy(step, world)
        case CopyObjects():
            return objects.copy_objects(step, world)
        case DiscardObjects():
            return objects.discard(step, world)
        case CopyDatabase():
            return database.copy_database(step, world)
        case DropDatabase():
            return database.drop(step, world)
        case StartService():
            return service.start(step, world)
        case StopService():
            return service.stop(step, world)
        case FreezeWrites():
            return database.freeze(step, world)
        case ThawWrites():
            return database.thaw(step, world)
        case CatchUp():
            return objects.catch_up(step, world) if _of_bucket(step, world) else database.catch_up(step, world)
        case Verify():
            return _verify(step, world)
        case LowerTtl():
            return names.lower(step, world)
        case RestoreTtl():
            return names.restore(step, world)
        case SwitchTraffic():
            return traffic.switch(step, world)
        case Probe():
            return traffic.probe(step, world)
        case CutSource() | RestoreSource() | TakeStock():
            return source.do(step, world)
        case _:
            assert_never(step)


def holds(step: AnyStep, world: World) -> bool:  # noqa: PLR0911 - one arm per kind that can be looked at
    """Whether what a step is for is already so.

    Where looking is as dear as doing, or sees less than doing does, no: doing skips what is there.
    """
    match step:
        case Destroy():
            return not ground.stands(step, world)
        case StopService():
            return not service.runs(step, world)
        case FreezeWrites():
            return database.is_frozen(step, world)
        case ThawWrites():
            return not database.is_frozen(step, world)
        case SwitchTraffic():
            return traffic.points_there(step, world)
        case CutSource() | RestoreSource():
            return source.is_cut(step, world) is isinstance(step, CutSource)
        case _:
            return False


def _verify(step: Verify, world: World) -> Result:
    if isinstance(world.component(step.component), Domain):
        return names.verify(step, world)
    return objects.verify(step, world) if _of_bucket(step, world) else database.verify(step, world)


def _of_bucket(step: CatchUp | Verify, world: World) -> bool:
    return isinstance(world.component(step.component), Bucket)
