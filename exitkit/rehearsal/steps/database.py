"""Copy a database, bring over what changed, prove it arrived, let it be read only, drop the copy."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from exitkit.model.evidence import Evidence, Verdict
from exitkit.model.journal import Result
from exitkit.model.kinds.postgres import Postgres
from exitkit.model.plan import CatchUp, CopyDatabase, DropDatabase, FreezeWrites, ThawWrites, Verify
from exitkit.ports.database import SEQUENCE
from exitkit.rehearsal.steps.following import lag_evidence
from exitkit.rehearsal.steps.rows import differing as rows_differing
from exitkit.rehearsal.steps.rows import kept, unequal
from exitkit.rehearsal.steps.rows import told as told_of
from exitkit.rehearsal.world import World

_LISTED = 100


def copy_database(step: CopyDatabase, world: World) -> Result:
    """Dump one snapshot, restore it, keep the hash of every row of that snapshot; the copy is left read only."""
    name = _database(world, step.component)
    here, there = world.side(step.origin), world.side(step.to)
    staging = world.rows(step.component).with_suffix(".new")
    rows = 0
    with staging.open("w") as out:

        def keep(table: str, key: str, digest: str) -> None:
            nonlocal rows
            rows += 1
            out.write(json.dumps([table, key, digest], ensure_ascii=False) + "\n")

        size = here.databases.copy_to(
            name,
            there.databases,
            mark=there.mark,
            keep=keep,
            link=world.link(step.component, "out") if _follows(step.component, world) else "",
            spool=_spool(step.component, world),
        )
    staging.replace(world.rows(step.component))
    there.databases.freeze(name)
    evidence = (
        world.measured("rows copied", rows, "rows", step.id),
        world.measured("dump size", size, "bytes", step.id),
    )
    return Result(evidence=evidence)


def catch_up(step: CatchUp, world: World) -> Result:
    """Bring the other side's tables to this side's content: wait for the followed, merge the rest, set sequences."""
    name, link = _database(world, step.component), world.link(step.component, "out")
    here, there = world.side(step.origin).databases, world.side(step.to).databases
    homeward = step.to == world.plan.source
    lag = None if homeward or not _follows(step.component, world) else here.settle(name, there, link=link)
    changed = here.merge_to(name, there, prune=step.prune, link="" if lag is None else link)
    if homeward:
        _hold_home(step, world)
    told = () if homeward or lag is not None else ("nothing is followed, so everything was compared and merged",)
    arrived = () if lag is None else lag_evidence(lag, step.id, world)
    return Result(evidence=(world.measured("rows changed", changed, "rows", step.id), *arrived), details=told)


def _hold_home(step: CatchUp, world: World) -> None:
    """Note which rows of the target are not at home, while nobody can write on either side."""
    name = _database(world, step.component)
    there, home = world.side(step.origin).databases, world.side(step.to).databases
    missing = []
    if there.tables(name) != home.tables(name):
        found = rows_differing(there.fingerprints(name), home.fingerprints(name))
        missing = [line for line in found if not line.endswith(": not in the source")]
    world.home(step.component).write_text(json.dumps({"differing": missing[:_LISTED]}))


def verify(step: Verify, world: World) -> Result:
    """Every table by row count and content hash, every sequence by where it stands; where a table differs, its rows.

    While the source is in use what it holds is not what was copied: then the rows of the copy are read back.
    """
    whole = world.side(step.origin).databases.frozen(_database(world, step.component))
    found = _both(step, world) if whole else _snapshot(step, world)
    asked, wrong = _asked(step, world) if whole else ((), [])
    sequences = [line for line in found.differing if line.startswith(SEQUENCE)]
    evidence = (
        world.measured("tables equal", found.tables, "tables", step.id),
        *((world.measured("sequences equal", found.sequences, "sequences", step.id),) if whole else ()),
        world.measured("rows equal", max(found.rows, 0), "rows", step.id),
        world.measured("rows differing", len(found.differing) - len(sequences), "rows", step.id),
        *((world.measured("sequences differing", len(sequences), "sequences", step.id),) if whole else ()),
        *asked,
    )
    verdict = (
        Verdict.FAIL
        if found.differing or wrong
        else (Verdict.PASS if found.tables or found.sequences else Verdict.UNKNOWN)
    )
    scope = "both sides compared whole" if whole else "the copied snapshot was read back"
    return Result(evidence=evidence, verdict=verdict, details=(*wrong, *found.differing[:_LISTED], scope))


@dataclass(frozen=True)
class _Compared:
    """What is equal, counted, and a line for each thing that is not."""

    tables: int
    sequences: int
    rows: int
    differing: list[str]


def _both(step: Verify, world: World) -> _Compared:
    """Both sides, whole."""
    name = _database(world, step.component)
    here, there = world.side(step.origin).databases, world.side(step.to).databases
    theirs, ours = there.tables(name), here.tables(name)
    equal = [table for table in ours if table in theirs]
    tables = [table for table in equal if not table.is_sequence]
    differing = [] if theirs == ours else list(rows_differing(here.fingerprints(name), there.fingerprints(name)))
    differing += [f"{table}: differs" for table in unequal(ours, theirs) if not told_of(differing, table)]
    return _Compared(len(tables), len(equal) - len(tables), sum(table.rows for table in tables), differing)


def _snapshot(step: Verify, world: World) -> _Compared:
    """The rows that were copied, read back at the copy."""
    file, there = world.rows(step.component), world.side(step.to).databases
    expected = sum(1 for _ in kept(file))
    differing = list(rows_differing(kept(file), there.fingerprints(_database(world, step.component))))
    rows = expected - sum(not told.endswith(": not in the source") for told in differing)
    equal = {row[0] for row in kept(file)} - {told.split(" ")[0] for told in differing}
    return _Compared(len(equal), 0, rows, differing)


def _asked(step: Verify, world: World) -> tuple[tuple[Evidence, ...], list[str]]:
    """The workload's own invariants, asked of both sides: the time each took there, and those that differ."""
    postgres = world.part(step.component, Postgres)
    sides = [(at, world.side(at).databases) for at in (step.origin, step.to)]
    evidence, wrong = [], []
    for invariant in postgres.invariants:
        answers = {at: databases.ask(postgres.database, invariant.sql) for at, databases in sides}
        here, there = answers[step.origin], answers[step.to]
        evidence += [
            world.measured(f"`{invariant.name}` at {at}", answer.seconds, "s", step.id)
            for at, answer in answers.items()
        ]
        if here.text != there.text:
            wrong.append(f"invariant `{invariant.name}`: {_short(here.text)} at {step.origin}, {_short(there.text)}")
    if postgres.invariants:
        equal = len(postgres.invariants) - len(wrong)
        evidence = [
            world.measured("invariants equal", equal, "invariants", step.id),
            world.measured("invariants differing", len(wrong), "invariants", step.id),
            *evidence,
        ]
    return tuple(evidence), wrong


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


def drop(step: DropDatabase, world: World) -> Result:
    """Drop the copy, and what followed it; only a database that bears this run's mark goes."""
    side, name = world.side(step.origin), _database(world, step.component)
    if _follows(step.component, world):
        world.side(step.to).databases.unfollow(name, side.databases, link=world.link(step.component, "out"))
    side.databases.drop(name, mark=side.mark)
    shutil.rmtree(_spool(step.component, world), ignore_errors=True)
    return Result()


def freeze(step: FreezeWrites, world: World) -> Result:
    """Let it be read only, where it is."""
    name = _database(world, step.component)
    databases = world.side(step.at).databases
    if databases.exists(name):
        databases.freeze(name)
    return Result()


def thaw(step: ThawWrites, world: World) -> Result:
    """Let it be written."""
    world.side(step.at).databases.thaw(_database(world, step.component))
    return Result()


def is_frozen(step: FreezeWrites | ThawWrites, world: World) -> bool:
    """Whether it is read only."""
    name = _database(world, step.component)
    databases = world.side(step.at).databases
    return databases.exists(name) and databases.frozen(name)


def _spool(component: str, world: World) -> Path:
    """Where a dump goes through; a kill leaves it there until the next try, or until the copy is dropped."""
    return world.folder / f"dump-{component}"


def _follows(component: str, world: World) -> bool:
    """Whether changes are to follow the copy: keeping them costs the origin disk."""
    return any(step.kind == "follow-changes" and step.component == component for step in world.plan.steps)


def _database(world: World, component: str) -> str:
    return world.part(component, Postgres).database
