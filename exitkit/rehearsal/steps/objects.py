"""Copy a bucket's objects, bring over what changed, prove they arrived, discard the copies."""

from __future__ import annotations

from exitkit.model.evidence import Verdict
from exitkit.model.journal import Result
from exitkit.model.plan import CatchUp, CopyObjects, DiscardObjects, Verify
from exitkit.rehearsal.steps import home
from exitkit.rehearsal.world import World
from exitkit.transfer.copy import Tally, copy
from exitkit.transfer.export import append
from exitkit.transfer.journal import Journal
from exitkit.transfer.one import Rules
from exitkit.transfer.verify import verify_both, verify_copied
from exitkit.units import Bytes, human_count

_LISTED = 100
"""How many differing keys an entry names; the count is always whole."""


def copy_objects(step: CopyObjects, world: World) -> Result:
    """Copy every object, while the bucket is in use."""
    return _copied(step, world, prune=False, homeward=False)


def catch_up(step: CatchUp, world: World) -> Result:
    """Copy what changed since; remove what is gone only where the step says so."""
    homeward = step.to == world.plan.source
    result = _copied(step, world, prune=step.prune, homeward=homeward)
    if homeward:
        home.note(step.component, step.origin, world)
    return result


def _copied(step: CopyObjects | CatchUp, world: World, *, prune: bool, homeward: bool) -> Result:
    origin, to = world.place(step.origin, step.component), world.place(step.to, step.component)

    def progress(objects: int, size: int) -> None:
        if objects % 100 == 0:
            world.progress(f"{human_count(objects)} objects, {Bytes(size)}")

    with Journal(world.moved(step.component, step.origin, step.to), origin=origin.provider, to=to.provider) as known:
        tally = copy(origin, to, known, prune=prune, rules=Rules(homeward=homeward), progress=progress)
        append(known, world.manifest(step.component, step.origin, step.to))
    return _result(step.id, tally, world)


def _result(source: str, tally: Tally, world: World) -> Result:
    always = {"objects copied": tally.objects, "objects refused": tally.refusals}
    sometimes = {"objects already there": tally.skipped, "objects removed": tally.removed}
    counted = always | {what: count for what, count in sometimes.items() if count}
    evidence = (
        *(world.measured(what, count, "objects", source) for what, count in counted.items()),
        world.measured("bytes copied", tally.bytes, "bytes", source),
    )
    return Result(evidence=evidence, details=tally.refused[:_LISTED])


def verify(step: Verify, world: World) -> Result:
    """Every object by SHA-256: what the copy brought while the source is in use, both sides whole once it is frozen."""
    origin, to = world.place(step.origin, step.component), world.place(step.to, step.component)
    frozen = home.stands_still(step.origin, world)
    with Journal(world.moved(step.component, step.origin, step.to), origin=origin.provider, to=to.provider) as journal:
        compared = verify_both(origin, to, journal) if frozen else verify_copied(to, journal)
        known = len(journal)
        append(journal, world.manifest(step.component, step.origin, step.to))
    evidence = (
        world.measured("objects equal", compared.equal, "objects", step.id),
        world.measured("bytes equal", compared.bytes, "bytes", step.id),
        world.measured("objects differing", len(compared.differing), "objects", step.id),
    )
    verdict = Verdict.FAIL if compared.differing else Verdict.PASS if known else Verdict.UNKNOWN
    scope = "both sides compared whole" if frozen else "what the copy brought was read back"
    return Result(evidence=evidence, verdict=verdict, details=(*compared.differing[:_LISTED], scope))


def discard(step: DiscardObjects, world: World) -> Result:
    """Remove the copies: every object at the place they were copied to, which the rehearsal made empty."""
    place = world.place(step.origin, step.component)
    if step.origin not in (world.plan.target, world.plan.mirror) or not place.store.exists(place.bucket):
        return Result()
    gone = place.store.empty(place.bucket)
    return Result(evidence=(world.measured("objects discarded", gone, "objects", step.id),))
