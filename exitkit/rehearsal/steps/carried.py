"""Move messages without loss or unnoticed double; copy secrets without showing them."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import time
from collections.abc import Iterable
from pathlib import Path

from exitkit.errors import OutsideError
from exitkit.model.carried import CopySecret, DropSecret, MoveMessages, ReturnMessages
from exitkit.model.evidence import Verdict
from exitkit.model.journal import Result
from exitkit.ports.carried import Message, Queues, Secrets
from exitkit.rehearsal.journal import append_whole, end_torn_line
from exitkit.rehearsal.world import World, placed_name

_AT_ONCE = 10
_STUCK_SECONDS = 60.0
_LOOK_EVERY_SECONDS = 0.2
_LISTED = 100


def move(step: MoveMessages, world: World) -> Result:
    """Send each message on before it is removed, and note it before that; then hold what arrived against the notes."""
    return _moved(step, world, create=True)


def give_back(step: ReturnMessages, world: World) -> Result:
    """The same the other way; the queue over there is taken away once it is empty."""
    there, name = world.side(step.origin).queues, _name(step.component, step.origin, world)
    if there is None or not there.exists(name):
        return Result(details=("there is no queue to bring anything back from",))
    result = _moved(step, world, create=False)
    if result.verdict is not Verdict.FAIL:
        there.remove(name)
    return result


def copy_secret(step: CopySecret, world: World) -> Result:
    """Copy the value in memory, read it back, compare; neither value nor any digest of it is written anywhere."""
    here, there = _vaults(step, world)
    if here is None or there is None:
        return Result(verdict=Verdict.UNKNOWN, details=("one side has no store of secrets that we can reach",))
    ours = here.get(_name(step.component, step.origin, world))
    if ours is None:
        raise OutsideError(f"{step.origin} has no secret {step.component}")
    there.put(_name(step.component, step.to, world), ours)
    theirs = there.get(_name(step.component, step.to, world))
    equal = theirs is not None and hmac.compare_digest(ours.reveal().encode(), theirs.reveal().encode())
    evidence = (world.measured("secrets equal", int(equal), "secrets", step.id),)
    return Result(evidence=evidence, verdict=Verdict.PASS if equal else Verdict.FAIL)


def drop_secret(step: DropSecret, world: World) -> Result:
    """Forget the copy; never the source's own."""
    if step.origin == world.plan.source:
        raise OutsideError(f"a rehearsal never forgets a secret at {step.origin}")
    there, _ = _vaults(step, world)
    if there is not None:
        there.remove(_name(step.component, step.origin, world))
    return Result()


def _moved(step: MoveMessages | ReturnMessages, world: World, *, create: bool) -> Result:
    here, there = world.side(step.origin).queues, world.side(step.to).queues
    if here is None or there is None:
        return Result(verdict=Verdict.UNKNOWN, details=("one side has no queue that we can reach",))
    origin, to = (_name(step.component, at, world) for at in (step.origin, step.to))
    if create:
        there.create(to)
    notes = world.folder / f"{step.kind}-{step.component}.jsonl"
    before = _begun(notes.with_suffix(".start"), there.waiting(to))
    again = _drain(here, origin, there, to, notes)
    known = _noted(notes)
    extra = there.waiting(to) - before - len(known)
    wrong = _differing(known, there.look(to))
    evidence = (
        world.measured("messages moved", len(known), "messages", step.id),
        world.measured("messages missing", max(len(wrong), -min(extra, 0)), "messages", step.id),
        world.measured("messages taken twice", again, "messages", step.id),
        world.measured("messages there twice", max(extra, 0) if there.look(to) is None else 0, "messages", step.id),
    )
    verdict = Verdict.FAIL if wrong or extra < 0 else Verdict.PASS
    return Result(evidence=evidence, verdict=verdict, details=tuple(wrong[:_LISTED]))


def _drain(here: Queues, origin: str, there: Queues, to: str, notes: Path) -> int:
    """Move until nothing waits; answers how many messages were taken that had been moved before."""
    again, limit = 0, time.monotonic() + _STUCK_SECONDS
    while here.waiting(origin):
        taken = here.take(origin, _AT_ONCE)
        if not taken:  # hidden by somebody, who may have been killed: they come back
            if time.monotonic() > limit:
                raise OutsideError(f"messages in {origin} are held by somebody else")
            time.sleep(_LOOK_EVERY_SECONDS)
            continue
        limit, known = time.monotonic() + _STUCK_SECONDS, _noted(notes)
        fresh = [one.message for one in taken if one.message.id not in known]
        again += len(taken) - len(fresh)
        there.send(to, fresh)
        _note(notes, fresh)
        here.done(origin, taken)
    return again


def _begun(file: Path, waiting: int) -> int:
    """How many messages were there before the first of ours was sent, as the first try saw it."""
    if not file.exists():
        staging = file.with_suffix(".new")
        staging.write_text(str(waiting))
        staging.replace(file)
    return int(file.read_text())


def _note(file: Path, messages: Iterable[Message]) -> None:
    """Note them all, or none: half a line would hide the one that is noted after it."""
    lines = "".join(json.dumps({"id": one.id, "sha256": _sha(one.body)}) + "\n" for one in messages)
    end_torn_line(file)
    out = os.open(file, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    try:
        append_whole(out, lines.encode())
        os.fsync(out)
    finally:
        os.close(out)


def _noted(file: Path) -> dict[str, str]:
    """The SHA-256 of each message's body, by its id; a torn last line is passed over."""
    found = {}
    for line in file.read_text().split("\n") if file.exists() else ():
        try:
            told = json.loads(line)
        except ValueError:
            continue
        found[told["id"]] = told["sha256"]
    return found


def _differing(known: dict[str, str], there: tuple[Message, ...] | None) -> list[str]:
    """Messages that are not there, or not as they were; nothing where the queue cannot be read."""
    if there is None:
        return []
    found = {one.id: _sha(one.body) for one in there}
    return [f"message {one}: missing" for one in sorted(known.keys() - found.keys())] + [
        f"message {one}: content differs" for one in sorted(known) if found.get(one, known[one]) != known[one]
    ]


def _vaults(step: CopySecret | DropSecret, world: World) -> tuple[Secrets | None, Secrets | None]:
    return world.side(step.origin).vault, world.side(step.to).vault


def _name(component: str, at: str, world: World) -> str:
    return placed_name(world.side(at).landing, component)


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
