"""Copy a database, bring over what changed, prove it arrived, let it be read only, drop the copy."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from exitkit.model.evidence import Verdict
from exitkit.model.journal import Result
from exitkit.model.kinds.postgres import Postgres
from exitkit.model.plan import CatchUp, CopyDatabase, DropDatabase, FreezeWrites, ThawWrites, Verify
from exitkit.rehearsal.world import World

Row = tuple[str, str, str]
"""(table, key, content hash)"""

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

        size = here.databases.copy_to(name, there.databases, mark=there.mark, keep=keep)
    staging.replace(world.rows(step.component))
    there.databases.freeze(name)
    evidence = (
        world.measured("rows copied", rows, "rows", step.id),
        world.measured("dump size", size, "bytes", step.id),
    )
    return Result(evidence=evidence)


def catch_up(step: CatchUp, world: World) -> Result:
    """Bring the other side's tables to this side's content."""
    name = _database(world, step.component)
    here, there = world.side(step.origin), world.side(step.to)
    changed = here.databases.merge_to(name, there.databases, prune=step.prune)
    return Result(evidence=(world.measured("rows changed", changed, "rows", step.id),))


def verify(step: Verify, world: World) -> Result:
    """Every table by row count and content hash; where one differs, every row that does."""
    name = _database(world, step.component)
    here, there = world.side(step.origin), world.side(step.to)
    if here.databases.frozen(name):
        theirs, ours = there.databases.tables(name), here.databases.tables(name)
        equal = {table.name for table in ours} & {table.name for table in theirs if table in ours}
        rows = sum(table.rows for table in ours if table.name in equal and not table.name.startswith("sequence "))
        differing = (
            []
            if theirs == ours
            else list(_differing(here.databases.fingerprints(name), there.databases.fingerprints(name)))
        )
        differing += [f"{table}: differs" for table in _unequal(ours, theirs) if not _told(differing, table)]
        scope = "both sides compared whole"
    else:
        kept = world.rows(step.component)
        expected = sum(1 for _ in _kept(kept))
        differing = list(_differing(_kept(kept), there.databases.fingerprints(name)))
        rows = expected - sum(not told.endswith(": not in the source") for told in differing)
        equal = {row[0] for row in _kept(kept)} - {told.split(" ")[0] for told in differing}
        scope = "the copied snapshot was read back"
    evidence = (
        world.measured("tables equal", len(equal), "tables", step.id),
        world.measured("rows equal", Decimal(max(rows, 0)), "rows", step.id),
        world.measured("rows differing", len(differing), "rows", step.id),
    )
    verdict = Verdict.FAIL if differing else (Verdict.PASS if equal else Verdict.UNKNOWN)
    return Result(evidence=evidence, verdict=verdict, details=(*differing[:_LISTED], scope))


def drop(step: DropDatabase, world: World) -> Result:
    """Drop the copy; only a database that bears this run's mark goes."""
    side = world.side(step.origin)
    side.databases.drop(_database(world, step.component), mark=side.mark)
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


def _database(world: World, component: str) -> str:
    return world.part(component, Postgres).database


def _kept(file: Path) -> Iterator[Row]:
    with file.open() as lines:
        for line in lines:
            table, key, digest = json.loads(line)
            yield table, key, digest


def _differing(expected: Iterable[Row], found: Iterable[Row]) -> Iterator[str]:
    """Every row that is on one side only or differs, walking both in order of table and key."""
    left, right = iter(expected), iter(found)
    a, b = next(left, None), next(right, None)
    while a is not None or b is not None:
        if a is not None and (b is None or a[:2] < b[:2]):
            yield f"{a[0]} row {a[1]}: missing"
            a = next(left, None)
        elif b is not None and (a is None or b[:2] < a[:2]):
            yield f"{b[0]} row {b[1]}: not in the source"
            b = next(right, None)
        elif a is not None and b is not None:
            if a[2] != b[2]:
                yield f"{a[0]} row {a[1]}: content differs"
            a, b = next(left, None), next(right, None)


def _unequal(ours: Iterable[object], theirs: Iterable[object]) -> list[str]:
    here = {getattr(table, "name", ""): table for table in ours}
    there = {getattr(table, "name", ""): table for table in theirs}
    return sorted(name for name in here.keys() | there.keys() if here.get(name) != there.get(name))


def _told(differing: Iterable[str], table: str) -> bool:
    return any(line.startswith(f"{table} row ") for line in differing)
