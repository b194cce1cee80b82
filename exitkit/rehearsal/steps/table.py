"""Which function does which kind of step, and which one looks whether it was done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from exitkit.model.carried import CopySecret, DropSecret, MoveMessages, ReturnMessages
from exitkit.model.contract import CheckContract, ClearContract
from exitkit.model.custody import PlantSealed, ReadEverything, RemoveSealed, TurnOffKeys, TurnOnKeys
from exitkit.model.following import (
    AssessDatabase,
    BringBack,
    CheckHome,
    FallBack,
    FollowChanges,
    MeasureLag,
    StopFollowing,
)
from exitkit.model.gone import BuildTree, CheckMerged, CutSource, KeepApart, MergeHome, RestoreSource, TakeStock
from exitkit.model.journal import Result
from exitkit.model.kinds.bucket import Bucket
from exitkit.model.kinds.domain import Domain
from exitkit.model.names import LowerTtl, RestoreTtl
from exitkit.model.plan import (
    AnyStep,
    CatchUp,
    CopyDatabase,
    CopyObjects,
    Destroy,
    DiscardObjects,
    DropDatabase,
    FreezeWrites,
    Probe,
    Provision,
    StartService,
    StopService,
    SwitchTraffic,
    ThawWrites,
    Verify,
)
from exitkit.rehearsal.steps import (
    apart,
    carried,
    contract,
    database,
    following,
    ground,
    home,
    keys,
    names,
    objects,
    service,
    source,
    traffic,
    tree,
)
from exitkit.rehearsal.tried import tried
from exitkit.rehearsal.world import World


def do(step: AnyStep, world: World) -> Result:
    """Do one step, and note which capabilities that tried; doing it twice is the same as once."""
    result = _DOES[type(step)](step, world)
    noted = tried(step, world.plan, result.evidence, result.verdict)
    return result.model_copy(update={"tried": (*result.tried, *noted)}) if noted else result


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
        case TurnOffKeys() | TurnOnKeys():
            return keys.is_off(step, world) is isinstance(step, TurnOffKeys)
        case CutSource() | RestoreSource():
            return source.is_cut(step, world) is isinstance(step, CutSource)
        case _:
            return False


def _verify(step: Verify, world: World) -> Result:
    if isinstance(world.component(step.component), Domain):
        return names.verify(step, world)
    return objects.verify(step, world) if _of_bucket(step, world) else database.verify(step, world)


def _check_home(step: CheckHome, world: World) -> Result:
    return home.check(step, world) if _of_bucket(step, world) else following.check_home(step, world)


def _of_bucket(step: CatchUp | CheckHome | Verify, world: World) -> bool:
    return isinstance(world.component(step.component), Bucket)


def _caught_up(step: CatchUp, world: World) -> Result:
    return objects.catch_up(step, world) if _of_bucket(step, world) else database.catch_up(step, world)


_DOES: dict[type, Callable[[Any, World], Result]] = {
    Provision: ground.provision,
    Destroy: ground.destroy,
    CopyObjects: objects.copy_objects,
    DiscardObjects: objects.discard,
    CopyDatabase: database.copy_database,
    DropDatabase: database.drop,
    StartService: service.start,
    StopService: service.stop,
    FreezeWrites: database.freeze,
    ThawWrites: database.thaw,
    CatchUp: _caught_up,
    Verify: _verify,
    MoveMessages: carried.move,
    ReturnMessages: carried.give_back,
    CopySecret: carried.copy_secret,
    DropSecret: carried.drop_secret,
    CutSource: source.cut,
    RestoreSource: source.restore,
    TakeStock: source.take_stock,
    BuildTree: tree.build,
    KeepApart: apart.keep,
    MergeHome: apart.merge,
    CheckMerged: apart.check,
    PlantSealed: keys.plant,
    RemoveSealed: keys.remove,
    TurnOffKeys: keys.turn_off,
    TurnOnKeys: keys.turn_on,
    ReadEverything: keys.read,
    AssessDatabase: following.assess,
    CheckContract: contract.check,
    ClearContract: contract.clear,
    FollowChanges: following.follow,
    StopFollowing: following.stop,
    MeasureLag: following.measure_lag,
    FallBack: following.fall_back,
    BringBack: following.bring_back,
    CheckHome: _check_home,
    LowerTtl: names.lower,
    RestoreTtl: names.restore,
    SwitchTraffic: traffic.switch,
    Probe: traffic.probe,
}
"""What does each kind of step; a test holds it to all kinds there are."""
