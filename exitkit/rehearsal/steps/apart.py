"""Keep what a restored target writes apart from what its source wrote last, and bring it to a source that is back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from exitkit.errors import OutsideError
from exitkit.model.evidence import Verdict
from exitkit.model.gone import CheckMerged, KeepApart, MergeHome
from exitkit.model.journal import Result
from exitkit.model.kinds.bucket import Bucket
from exitkit.model.kinds.postgres import Postgres
from exitkit.ports.apart import Apart, Change
from exitkit.rehearsal.steps.rows import Row, kept
from exitkit.rehearsal.world import World
from exitkit.transfer.export import append
from exitkit.transfer.home import Trail, bring_home
from exitkit.transfer.journal import Journal
from exitkit.transfer.verify import verify_copied

LEAP = 1_000_000
"""How many numbers of each sequence are left to what the source wrote after its last copy."""

_LISTED = 100


def keep(step: KeepApart, world: World) -> Result:
    """Let the target's sequences begin well after the mirror's; a bucket's journals tell its writers apart already."""
    if isinstance(world.component(step.component), Bucket):
        return Result(details=("every object is known by the tag it was restored with",))
    name = world.part(step.component, Postgres).database
    mirror, there = world.side(_mirror(world)).databases, world.side(step.to).databases
    if not isinstance(mirror, Apart):
        return Result(verdict=Verdict.UNKNOWN, details=("nothing here can move the sequences of this database",))
    moved, left = mirror.leap(name, there, by=LEAP)
    evidence = (
        world.measured("sequences moved ahead", moved, "sequences", step.id),
        world.measured("sequences without room", len(left), "sequences", step.id),
    )
    told = f"what the source wrote after its last copy keeps up to {LEAP:,} numbers of each sequence"
    return Result(evidence=evidence, details=(*left[:_LISTED], told))


def merge(step: MergeHome, world: World) -> Result:
    """Bring home what was written there since the restore; where both sides wrote, home keeps its own."""
    if isinstance(world.component(step.component), Bucket):
        return _merge_objects(step, world)
    name, file = world.part(step.component, Postgres).database, world.rows(step.component)
    there, home = world.side(step.origin).databases, world.side(step.to).databases
    if not there.exists(name) or not file.exists():
        return Result(details=("there is no copy that anything could come from",))
    if not isinstance(there, Apart):
        return Result(verdict=Verdict.UNKNOWN, details=("nothing here can merge this database",))
    changes = list(changed(kept(file), there.fingerprints(name)))
    done = there.merge_changes(name, home, changes)
    owed = [one for one in changes if one.now and (one.table, one.key) not in done.stays]
    told = {"conflicts": done.conflicts, "left": done.left, "kept": done.kept}
    _note(world, step.component, told, owed=[(one.table, one.key, one.now) for one in owed])
    counted = {
        "rows written at the target": sum(bool(one.now) for one in changes),
        "rows brought home": done.brought,
        "rows at home already": done.already,
    }
    return _result(step, world, counted, told, "rows")


def _merge_objects(step: MergeHome, world: World) -> Result:
    away, home = world.place(step.origin, step.component), world.place(step.to, step.component)
    mirror = _mirror(world)
    if not away.store.exists(away.bucket):
        return Result(details=("there is no copy that anything could come from",))
    with (
        Journal(world.moved(step.component, step.to, mirror), origin=step.to, to=mirror) as mirrored,
        Journal(world.moved(step.component, mirror, step.origin), origin=mirror, to=step.origin) as restored,
        Journal(world.moved(step.component, step.origin, step.to), origin=step.origin, to=step.to) as notes,
    ):
        done = bring_home(away, home, Trail(mirrored, restored, notes))
        append(notes, world.manifest(step.component, step.origin, step.to))
    told = {"conflicts": tuple(done.conflicts), "left": (), "kept": tuple(done.kept)}
    _note(world, step.component, told, owed=())
    counted = {
        "objects written at the target": done.written,
        "objects brought home": done.brought,
        "objects at home already": done.already,
    }
    return _result(step, world, counted, told, "objects")


def check(step: CheckMerged, world: World) -> Result:
    """Read back at home what was brought there, by hash; a conflict, or what was not brought, is never a yes."""
    file = _file(world, step.component)
    if not file.exists():
        return Result(details=("nothing was written at the target",))
    noted = json.loads(file.read_text(encoding="utf-8"))
    unit = "objects" if isinstance(world.component(step.component), Bucket) else "rows"
    counted, wrong = _objects_home(step, world) if unit == "objects" else _rows_home(step, world)
    counted |= {
        f"{unit} of the target missing at home": len(wrong),
        f"{unit} in conflict": len(noted["conflicts"]),
        f"{unit} not brought": len(noted["left"]),
        f"{unit} removed at the target, kept at home": len(noted["kept"]),
    }
    evidence = tuple(world.measured(what, count, unit, step.id) for what, count in counted.items())
    lines = (*noted["conflicts"], *noted["left"], *wrong, *noted["kept"])
    failed = bool(wrong or noted["conflicts"] or noted["left"])
    verdict = Verdict.FAIL if failed else Verdict.UNKNOWN if noted["kept"] else Verdict.PASS
    return Result(evidence=evidence, verdict=verdict, details=lines[:_LISTED])


def _objects_home(step: CheckMerged, world: World) -> tuple[dict[str, int], tuple[str, ...]]:
    home, target = world.place(step.at, step.component), world.plan.target
    with Journal(world.moved(step.component, target, step.at), origin=target, to=step.at) as notes:
        compared = verify_copied(home, notes)
        append(notes, world.manifest(step.component, target, step.at))
    return {"objects of the target at home": compared.equal}, compared.differing


def _rows_home(step: CheckMerged, world: World) -> tuple[dict[str, int], tuple[str, ...]]:
    """What the target wrote, row by row; and how many rows are as they were when they were mirrored."""
    home = world.side(step.at).databases
    name = world.part(step.component, Postgres).database
    owed = {(table, key): digest for table, key, digest in kept(_owed(world, step.component))}
    copied = sum(1 for _ in kept(world.rows(step.component)))
    since = changed(kept(world.rows(step.component)), _noting(home.fingerprints(name), owed))
    others = sum(bool(change.was) for change in since)
    missing = tuple(f"{table} row {key}: not at home as it was there" for (table, key), left in owed.items() if left)
    counted = {
        "rows as they were when copied": copied - others,
        "rows changed or gone since the copy": others,
        "rows of the target at home": len(owed) - len(missing),
    }
    return counted, missing


def _noting(rows: Iterable[Row], owed: dict[tuple[str, str], str]) -> Iterator[Row]:
    """The rows as they pass; one that is owed, and is as it should be, is struck off."""
    for row in rows:
        if owed.get(row[:2]) == row[2]:
            owed[row[:2]] = ""
        yield row


def changed(was: Iterable[Row], now: Iterable[Row]) -> Iterator[Change]:
    """Every row that is not as it was, walking both in order of table and key."""
    left, right = iter(was), iter(now)
    a, b = next(left, None), next(right, None)
    while a is not None or b is not None:
        if a is not None and (b is None or a[:2] < b[:2]):
            yield Change(a[0], a[1], a[2], "")
            a = next(left, None)
        elif b is not None and (a is None or b[:2] < a[:2]):
            yield Change(b[0], b[1], "", b[2])
            b = next(right, None)
        elif a is not None and b is not None:
            if a[2] != b[2]:
                yield Change(a[0], a[1], a[2], b[2])
            a, b = next(left, None), next(right, None)


def _result(
    step: MergeHome, world: World, counted: dict[str, int], told: dict[str, tuple[str, ...]], unit: str
) -> Result:
    counted |= {f"{unit} in conflict": len(told["conflicts"]), f"{unit} not brought": len(told["left"])}
    evidence = tuple(world.measured(what, count, unit, step.id) for what, count in counted.items())
    return Result(evidence=evidence, details=(*told["conflicts"], *told["left"], *told["kept"])[:_LISTED])


def _note(world: World, component: str, told: dict[str, tuple[str, ...]], *, owed: Iterable[Row]) -> None:
    """Leave what the look at home is to hold against: the rows first, so that the other file says both are whole."""
    with _owed(world, component).open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in owed)
    staging = _file(world, component).with_suffix(".new")
    staging.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    staging.replace(_file(world, component))


def _file(world: World, component: str) -> Path:
    return world.folder / f"merged-{component}.json"


def _owed(world: World, component: str) -> Path:
    return world.folder / f"merged-{component}.jsonl"


def _mirror(world: World) -> str:
    if world.plan.mirror is None:
        raise OutsideError("nothing was mirrored, so nobody can tell what either side wrote since")
    return world.plan.mirror
