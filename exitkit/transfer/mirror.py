"""Keep copies of the ten things in an object store no cloud holds, with a list; look whether they are still there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from exitkit.errors import NotFound, UsageError
from exitkit.model.mirror import THINGS, Inventory, Kept, Mirror, Thing
from exitkit.ports import Blob, ObjectStore

BUCKET = "kept-{thing}"
"""The bucket of one thing."""

LIST = "kept-list"
_LIST_KEY = "inventory.json"


@dataclass(frozen=True)
class Stock:
    """What a look found of one thing: its files, their bytes, one hash over all of them; what is wrong, if anything."""

    thing: Thing
    files: int
    size: int
    sha256: str
    wrong: str

    @property
    def there(self) -> bool:
        """Whether it can be relied on."""
        return not self.wrong


def keep(mirror: Mirror, workload: str, beside: Path, store: ObjectStore) -> Inventory:
    """Copy every thing that the workload names into the store, and write the list.

    Raises UsageError where a path is not there or holds nothing; nothing is copied then.
    """
    found = {thing: tuple(_files(beside / path, thing)) for thing, path in mirror.holds.items()}
    listed: dict[Thing, tuple[Kept, ...]] = {}
    for thing, files in found.items():
        bucket = BUCKET.format(thing=thing)
        store.create(bucket)
        store.empty(bucket)
        listed[thing] = tuple(_put(store, bucket, name, file) for name, file in files)
    inventory = Inventory(workload=workload, things=listed)
    store.create(LIST)
    store.put(LIST, _LIST_KEY, Blob(inventory.canonical(), content_type="application/json"))
    return inventory


def take_stock(mirror: Mirror | None, workload: str, store: ObjectStore | None) -> tuple[Stock, ...]:
    """Look for each of the ten things: every file read whole and held against the list."""
    listed = _listed(workload, store) if mirror is not None and store is not None else None
    return tuple(_stock(thing, mirror, listed, store) for thing in THINGS)


def fetch(thing: Thing, store: ObjectStore, folder: Path) -> int:
    """Write a thing's files into a folder; answers how many."""
    bucket = BUCKET.format(thing=thing)
    count = 0
    for found in store.listing(bucket):
        file = folder / found.key
        if not file.resolve().is_relative_to(folder.resolve()):
            raise UsageError(f"the mirror's {thing} holds {found.key}, which leads out of its folder")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(store.get(bucket, found.key).body)
        count += 1
    return count


def _files(place: Path, thing: Thing) -> Iterator[tuple[str, Path]]:
    if place.is_file():
        yield place.name, place
        return
    skipped = ("__pycache__", ".terraform", ".git")
    files = sorted(file for file in place.rglob("*") if file.is_file() and not set(file.parts) & set(skipped))
    if not files:
        raise UsageError(f"{thing}: there is nothing at {place}", hint="say where it is, under `mirror: {holds: …}`")
    for file in files:
        yield file.relative_to(place).as_posix(), file


def _put(store: ObjectStore, bucket: str, name: str, file: Path) -> Kept:
    body = file.read_bytes()
    store.put(bucket, name, Blob(body))
    return Kept(path=name, size=len(body), sha256=hashlib.sha256(body).hexdigest())


def _listed(workload: str, store: ObjectStore) -> Inventory | None:
    try:
        found = Inventory.model_validate_json(store.get(LIST, _LIST_KEY).body)
    except (NotFound, ValueError):
        return None
    return found if found.workload == workload else None


def _stock(thing: Thing, mirror: Mirror | None, listed: Inventory | None, store: ObjectStore | None) -> Stock:
    if mirror is None or thing not in mirror.holds:
        return Stock(thing, 0, 0, "", "lived only at the source")
    wanted = listed.things.get(thing, ()) if listed is not None else ()
    if store is None or not wanted:
        return Stock(thing, 0, 0, "", "is named, but was never mirrored")
    whole, size = hashlib.sha256(), 0
    for kept in wanted:
        try:
            body = store.get(BUCKET.format(thing=thing), kept.path).body
        except NotFound:
            return Stock(thing, 0, 0, "", f"{kept.path} is missing from the mirror")
        digest = hashlib.sha256(body).hexdigest()
        if digest != kept.sha256:
            return Stock(thing, 0, 0, "", f"{kept.path} in the mirror is not what was copied")
        whole.update(f"{digest}  {kept.path}\n".encode())
        size += len(body)
    return Stock(thing, len(wanted), size, whole.hexdigest(), "")
