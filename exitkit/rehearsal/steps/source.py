"""Let the source be gone, and look for what one needs then."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from exitkit.errors import OutsideError
from exitkit.model.evidence import Verdict
from exitkit.model.gone import CutSource, RestoreSource, TakeStock
from exitkit.model.journal import Result
from exitkit.ports import ObjectStore
from exitkit.ports.drill import Drill
from exitkit.rehearsal.world import World
from exitkit.transfer.mirror import Stock, fetch
from exitkit.transfer.mirror import take_stock as look
from exitkit.units import Bytes

_GONE = {
    "queue": "a queue that no step restores; the messages that waited in it are gone with the source",
    "secret": "a secret that no step restores; its value is in the mirror only if a person sealed it there",
    "cache": "a cache that no step restores; it begins empty",
}


def cut(step: CutSource, world: World) -> Result:
    """Cut it off, and ask every part of it whether it still answers. Raises OutsideError where one does."""
    drill = _drill(world)
    asked = drill.asked(step.at)
    drill.cut(step.at)
    still = drill.answering(step.at)
    if still:
        raise OutsideError(f"{step.at} was cut off, and its {', '.join(still)} still answers")
    evidence = (
        world.measured("parts of the source asked", asked, "parts", step.id),
        world.measured("parts of the source that answer", 0, "parts", step.id),
    )
    return Result(evidence=evidence)


def restore(step: RestoreSource, world: World) -> Result:
    """Let it answer again, and see that all of it does."""
    drill = _drill(world)
    drill.mend(step.at)
    answering = drill.answering(step.at)
    if len(answering) != drill.asked(step.at):
        raise OutsideError(f"of {step.at} only {', '.join(answering) or 'nothing'} answers again")
    return Result(evidence=(world.measured("parts of the source that answer again", len(answering), "parts", step.id),))


def is_cut(step: CutSource | RestoreSource, world: World) -> bool:
    """Whether it is cut off."""
    return _drill(world).is_cut(step.at)


def take_stock(step: TakeStock, world: World) -> Result:
    """Look for the ten things in the mirror, byte for byte; services start from the images found there."""
    workload = world.plan.workload
    stock = look(workload.mirror, workload.name, world.kept)
    missing = [one for one in stock if not one.there]
    images = next((one for one in stock if one.thing == "images" and one.there), None)
    if images is not None and world.kept is not None:
        _run_from_mirror(world, world.kept)
    left = tuple(_left(world))
    evidence = (
        world.measured("things in the mirror", len(stock) - len(missing), "things", step.id),
        world.measured("things missing", len(missing), "things", step.id),
        world.measured("bytes in the mirror", sum(one.size for one in stock), "bytes", step.id),
        world.measured("parts of the workload that no step restores", len(left), "parts", step.id),
    )
    verdict = Verdict.FAIL if missing else Verdict.PASS
    told = (*(_words(one) for one in (*missing, *_there(stock))), *left)
    return Result(evidence=evidence, verdict=verdict, details=told)


def _left(world: World) -> Iterator[str]:
    """What holds something at the source and is in no step of the plan: it is gone with the source."""
    brought = {step.component for step in world.plan.steps}
    for part in world.plan.workload.components:
        if part.kind in _GONE and part.name not in brought:
            yield f"{part.name}: {_GONE[part.kind]}"


def _run_from_mirror(world: World, kept: ObjectStore) -> None:
    folder = world.folder / "restored" / "images"
    shutil.rmtree(folder, ignore_errors=True)
    fetch("images", kept, folder)
    if world.drill is not None:
        world.drill.run_from(folder.resolve())


def _there(stock: tuple[Stock, ...]) -> list[Stock]:
    return [one for one in stock if one.there]


def _words(one: Stock) -> str:
    if one.wrong:
        return f"{one.thing}: {one.wrong}"
    files = "1 file" if one.files == 1 else f"{one.files} files"
    return f"{one.thing}: {files}, {Bytes(one.size)}, sha256 {one.sha256}"


def _drill(world: World) -> Drill:
    if world.drill is None:
        raise OutsideError("a source can be cut off in a lab only")
    return world.drill
