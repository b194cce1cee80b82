"""Look a database over, let its changes follow the copy, and let what is written over there come home."""

from __future__ import annotations

import json

from exitkit.model.evidence import Evidence, Verdict
from exitkit.model.following import (
    AssessDatabase,
    BringBack,
    CheckHome,
    FallBack,
    FollowChanges,
    MeasureLag,
    StopFollowing,
)
from exitkit.model.journal import Result
from exitkit.model.kinds.postgres import Postgres
from exitkit.ports import Following, Lag
from exitkit.rehearsal.steps.rows import differing, kept
from exitkit.rehearsal.world import World

_LISTED = 100
_MERGED = "what is not followed is compared and merged at the catch-up"


def assess(step: AssessDatabase, world: World) -> Result:
    """What a move has to reckon with; what blocks it makes the answer no, before anything is copied."""
    name = world.part(step.component, Postgres).database
    found = world.side(step.origin).databases.assess(name, world.side(step.to).databases)
    counted = {weight: sum(one.weight == weight for one in found) for weight in ("blocks", "by hand", "note")}
    words = {"blocks": "things that block", "by hand": "things to do by hand", "note": "things to know"}
    evidence = tuple(world.measured(words[weight], n, "findings", step.id) for weight, n in counted.items())
    told = tuple(f"{one.weight}: {one.code}: {one.words}" for one in found[:_LISTED])
    return Result(evidence=evidence, verdict=Verdict.FAIL if counted["blocks"] else Verdict.PASS, details=told)


def follow(step: FollowChanges, world: World) -> Result:
    """Let the changes since the copy arrive, and go on arriving; where that cannot be, say why and go on."""
    return _followed(step, world.link(step.component, "out"), step.origin, step.to, world)


def stop(step: StopFollowing, world: World) -> Result:
    """Stop following, and leave nothing of it on either side."""
    name = world.part(step.component, Postgres).database
    here, there = world.side(step.to).databases, world.side(step.origin).databases
    here.unfollow(name, there, link=world.link(step.component, "out"))
    return Result()


def measure_lag(step: MeasureLag, world: World) -> Result:
    """How far the copy is behind: the bytes that had not arrived, and the seconds until they had."""
    name = world.part(step.component, Postgres).database
    here, there = world.side(step.origin).databases, world.side(step.to).databases
    lag = here.lag(name, there, link=world.link(step.component, "out"))
    if lag is None:
        return Result(verdict=Verdict.UNKNOWN, details=(f"nothing is followed: {_MERGED}",))
    return Result(evidence=lag_evidence(lag, step.id, world), verdict=Verdict.PASS)


def fall_back(step: FallBack, world: World) -> Result:
    """From here on, let what is written at the target arrive at home; both sides are equal and frozen."""
    rows = _rows(step.component, step.origin, world)
    world.home(step.component).write_text(json.dumps({"rows": rows}))
    return _followed(step, world.link(step.component, "back"), step.to, step.origin, world)


def bring_back(step: BringBack, world: World) -> Result:
    """Wait until what was written over there is at home, then stop following."""
    name, link = world.part(step.component, Postgres).database, world.link(step.component, "back")
    there, home = world.side(step.origin).databases, world.side(step.to).databases
    if not there.exists(name):
        return Result(details=("there is no copy that anything could come from",))
    lag = there.settle(name, home, link=link)
    there.unfollow(name, home, link=link)
    if lag is None:
        return Result(details=(f"nothing was followed: {_MERGED}",))
    file = world.home(step.component)
    before = json.loads(file.read_text())["rows"] if file.exists() else None
    brought = () if before is None else (_rows(step.component, step.to, world) - before,)
    rows = tuple(world.measured("rows brought back by replication", count, "rows", step.id) for count in brought)
    return Result(evidence=(*rows, *lag_evidence(lag, step.id, world)))


def check_home(step: CheckHome, world: World) -> Result:
    """Hold what is at home against what the target held last, and against what was copied from home."""
    name, file = world.part(step.component, Postgres).database, world.home(step.component)
    home = world.side(step.at).databases
    if not world.rows(step.component).exists():
        return Result(details=("nothing was copied, so there is nothing to hold it against",))
    told = list(differing(kept(world.rows(step.component)), home.fingerprints(name)))
    changed = [line for line in told if not line.endswith(": not in the source")]
    copied = sum(1 for _ in kept(world.rows(step.component)))
    evidence = [
        world.measured("rows as they were when copied", copied - len(changed), "rows", step.id),
        world.measured("rows changed or gone since the copy", len(changed), "rows", step.id),
    ]
    known = json.loads(file.read_text()) if file.exists() else {}
    if "differing" not in known:
        return Result(evidence=tuple(evidence), details=("the target was never written",))
    missing = tuple(known["differing"])
    evidence.append(world.measured("rows of the target missing at home", len(missing), "rows", step.id))
    verdict = Verdict.FAIL if missing else Verdict.PASS
    return Result(evidence=tuple(evidence), verdict=verdict, details=missing[:_LISTED])


def lag_evidence(lag: Lag, source: str, world: World) -> tuple[Evidence, Evidence]:
    """A lag as two numbers."""
    return (
        world.measured("replication lag", lag.bytes, "bytes", source),
        world.measured("replication lag, time", lag.seconds, "s", source),
    )


def _followed(step: FollowChanges | FallBack, link: str, origin: str, to: str, world: World) -> Result:
    name, source = world.part(step.component, Postgres).database, step.id
    following: Following = world.side(origin).databases.follow(name, world.side(to).databases, link=link)
    evidence = (
        world.measured("tables followed", len(following.tables), "tables", source),
        world.measured("tables not followed", len(following.left), "tables", source),
    )
    told = tuple(f"{table} is not followed: {following.why}; it is merged" for table in following.left[:_LISTED])
    return Result(evidence=evidence, details=told)


def _rows(component: str, at: str, world: World) -> int:
    """How many rows all tables of a database have together."""
    tables = world.side(at).databases.tables(world.part(component, Postgres).database)
    return sum(table.rows for table in tables if not table.is_sequence)
