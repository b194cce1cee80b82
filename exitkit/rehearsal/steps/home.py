"""Prove that a bucket at home is as it was: nothing left behind by a switch, nothing changed while it stood still."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from exitkit.errors import NotFound
from exitkit.model.custody import PlantSealed
from exitkit.model.evidence import Verdict
from exitkit.model.following import CheckHome
from exitkit.model.gone import CutSource
from exitkit.model.journal import Result
from exitkit.model.kinds.postgres import Postgres
from exitkit.model.kinds.service import Service
from exitkit.model.plan import CopyObjects, Probe
from exitkit.rehearsal.steps.keys import FOLDER
from exitkit.rehearsal.world import World
from exitkit.transfer.copy import Place
from exitkit.transfer.export import append
from exitkit.transfer.journal import Journal
from exitkit.transfer.since import Since, since
from exitkit.transfer.verify import Compared, verify_copied

_LISTED = 100
_NOTHING = Result(details=("nothing was copied, so there is nothing to hold it against",))


def stands_still(at: str, world: World) -> bool:
    """Whether a database there lets nobody write: what a service would write to a bucket waits with it."""
    databases = world.side(at).databases
    return any(databases.frozen(part.database) for part in world.plan.workload.of(Postgres))


def left_behind(step: Probe, world: World) -> Result:
    """After a switch, what the buckets at the source hold that no copy brought: nothing freezes a bucket."""
    plan = world.plan
    if step.before or step.at != plan.target or any(isinstance(one, CutSource) for one in plan.steps):
        return Result()
    found: dict[str, str] = {}
    looked = False
    for leg in _legs(world, plan.source):
        if _asked_by(step.component, leg.component, world) and _journal(leg, world).exists():
            looked = True
            told = _since(leg, world).differing
            found |= {
                f"{leg.component}/{key}": f"{how} at {plan.source} after the last copy" for key, how in told.items()
            }
    if not looked:
        return Result()
    evidence = (world.measured(f"objects left behind at {plan.source}", len(found), "objects", step.id),)
    return Result(evidence=evidence, verdict=Verdict.FAIL if found else Verdict.PASS, details=_lines(found))


def note(component: str, there: str, world: World) -> None:
    """While home still stands still, keep what of it is not as the copies know it; a later look reads it."""
    leg = next(one for one in _legs(world, world.plan.source) if one.component == component and one.to == there)
    if not stands_still(leg.origin, world):
        world.home(component).unlink(missing_ok=True)
        return
    world.home(component).write_text(json.dumps(_since(leg, world).differing))


def check(step: CheckHome, world: World) -> Result:
    """Read back every object that was copied from home or brought back, and tell whatever is not as the journal has it.

    What changed while home stood still is a fail. While its service could write, a change may be the service's own or
    anybody's, which is unknown; where no service uses the bucket nobody had reason to, and it is a fail again.
    """
    leg = next((one for one in _legs(world, step.at) if one.component == step.component), None)
    if leg is None or not _journal(leg, world).exists():
        return _NOTHING
    home = world.place(step.at, step.component)
    if not home.store.exists(home.bucket):
        return Result(verdict=Verdict.FAIL, details=(f"the bucket {home.bucket} is gone",))
    seen = _Seen(_since(leg, world), _noted(step.component, world), _planted(step.component, world))
    with Journal(_journal(leg, world), origin=leg.to, to=leg.origin) as known:
        passing = {*seen.now.changed, *seen.now.gone, *seen.planted}
        read = verify_copied(home, known, passing=passing)
        append(known, world.manifest(leg.component, leg.origin, leg.to))
    return _told(step, world, seen, read)


@dataclass(frozen=True)
class _Seen:
    """What is not as the journal knows it: now, while home stood still, and by our own hand."""

    now: Since
    still: Mapping[str, str]
    planted: Mapping[str, bool]

    @property
    def wrong(self) -> dict[str, str]:
        """What nobody had reason to do."""
        stood = {key: f"{how} while nothing should have been written at home" for key, how in self.still.items()}
        refused = dict.fromkeys(self.now.refused, "could not be brought back")
        left = {key: "was planted by this run and is left" for key, there in self.planted.items() if there}
        return {key: how for key, how in (stood | refused).items() if key not in self.planted} | left

    @property
    def since(self) -> dict[str, str]:
        """What was changed or is gone, and was not when home stood still."""
        known = {*self.planted, *self.still, *self.now.added}
        return {key: how for key, how in self.now.differing.items() if key not in known}

    @property
    def new(self) -> list[str]:
        """What was added since."""
        return [key for key in self.now.added if key not in self.planted and key not in self.still]


def _told(step: CheckHome, world: World, seen: _Seen, read: Compared) -> Result:
    used = any(step.component in service.uses for service in world.plan.workload.of(Service))
    words = "since its service could write again" if used else "and no service uses the bucket"
    changed = {key: f"{how} {words}" for key, how in seen.since.items()}
    wrong = dict(seen.wrong)
    if not used:
        wrong |= changed | dict.fromkeys(seen.new, f"was added {words}")
    amiss = len(wrong) + len(read.differing) + (len(changed) if used else 0)
    evidence = (
        world.measured("objects as they were when copied", read.equal, "objects", step.id),
        world.measured("objects not as they were", amiss, "objects", step.id),
        world.measured("objects new at home since", len(seen.new), "objects", step.id),
    )
    verdict = Verdict.FAIL if wrong or read.differing else Verdict.UNKNOWN if changed else Verdict.PASS
    details = (*read.differing, *_lines(wrong), *_lines(changed if used else {}))
    return Result(evidence=evidence, verdict=verdict if read.looked or amiss else None, details=details[:_LISTED])


def _legs(world: World, origin: str) -> Iterable[CopyObjects]:
    return (one for one in world.plan.steps if isinstance(one, CopyObjects) and one.origin == origin)


def _journal(leg: CopyObjects, world: World) -> Path:
    return world.moved(leg.component, leg.origin, leg.to)


def _since(leg: CopyObjects, world: World) -> Since:
    with Journal(_journal(leg, world), origin=leg.origin, to=leg.to) as known:
        return since(world.place(leg.origin, leg.component), known)


def _asked_by(service: str, bucket: str, world: World) -> bool:
    """Whether a bucket is looked at with this service: one of its own, or one that no service that is probed uses."""
    probed = {step.component for step in world.plan.steps if isinstance(step, Probe)}
    users = {one.name for one in world.plan.workload.of(Service) if bucket in one.uses} & probed
    return service in users or not users


def _noted(component: str, world: World) -> dict[str, str]:
    file = world.home(component)
    return dict(json.loads(file.read_text())) if file.exists() else {}


def _planted(bucket: str, world: World) -> dict[str, bool]:
    """The keys of what this run itself planted in a bucket and takes away again, each with whether it is there now."""
    found = {}
    for step in world.plan.steps:
        file = world.folder / f"sealed-{step.component}.json"
        if isinstance(step, PlantSealed) and file.exists() and json.loads(file.read_text())["bucket"] == bucket:
            found[FOLDER + step.component] = _is_there(world.place(step.at, bucket), FOLDER + step.component)
    return found


def _is_there(place: Place, key: str) -> bool:
    try:
        place.store.get(place.bucket, key)
    except NotFound:
        return False
    return True


def _lines(told: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(f"{key}: {how}" for key, how in sorted(told.items()))[:_LISTED]
