"""Copy a bucket's objects to another store, skipping what is already there, and bring over what changed since."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from exitkit.errors import NotFound, Unsupported
from exitkit.ports import ObjectStore, Stored
from exitkit.transfer.manifest import Manifest, Moved
from exitkit.transfer.many import each

Progress = Callable[[int, int], None]
"""Takes the objects and bytes done so far."""

WORKERS = 8


@dataclass(frozen=True)
class Place:
    """A bucket in one provider's object store."""

    provider: str
    store: ObjectStore
    bucket: str


@dataclass(frozen=True)
class Tally:
    """What a copy did: objects and bytes written, objects found already there, keys removed, keys refused with why."""

    objects: int = 0
    bytes: int = 0
    skipped: int = 0
    removed: int = 0
    refused: tuple[str, ...] = ()


def copy(
    origin: Place,
    to: Place,
    manifest: Manifest,
    *,
    prune: bool = False,
    homeward: bool = False,
    workers: int = WORKERS,
    progress: Progress = lambda _objects, _bytes: None,
) -> Tally:
    """Copy every object that the manifest does not show as already there in its present state.

    With `prune` objects that the origin no longer has are removed at the other end. A key that a driver cannot carry
    is refused, not dropped: it is in the tally with its reason, and a later verify finds it missing.

    `homeward` brings back only what changed at the origin since it was moved: what is at home may be newer by now.
    """
    there = {found.key: found.etag for found in to.store.listing(to.bucket)}
    here: set[str] = set()
    waiting: list[Stored] = []
    for found in origin.store.listing(origin.bucket):
        here.add(found.key)
        known = manifest.get(found.key)
        if homeward and known is not None and known.tags.get(origin.provider) == found.etag:
            continue
        if not _is_there(known, found, there.get(found.key), origin, to):
            waiting.append(found)
    objects = size = 0
    refused: list[str] = []
    for outcome in each(waiting, lambda found: _one(origin, to, found, manifest), workers=workers):
        if isinstance(outcome, str):
            refused.append(outcome)
            continue
        objects, size = objects + 1, size + outcome.size
        progress(objects, size)
    gone = sorted(set(there) - here) if prune else []
    for key in gone:
        to.store.delete(to.bucket, key)
    return Tally(objects, size, len(here) - len(waiting), len(gone), tuple(sorted(refused)))


def _is_there(known: Moved | None, found: Stored, there: str | None, origin: Place, to: Place) -> bool:
    return (
        known is not None
        and known.size == found.size
        and known.tags.get(origin.provider) == found.etag
        and there is not None
        and known.tags.get(to.provider) == there
    )


def _one(origin: Place, to: Place, found: Stored, manifest: Manifest) -> Moved | str:
    try:
        blob = origin.store.get(origin.bucket, found.key)
        tag = to.store.put(to.bucket, found.key, blob)
    except Unsupported as error:
        return f"{found.key}: {error.message}"
    except NotFound:
        return f"{found.key}: gone before it could be read"
    moved = Moved(
        key=found.key,
        size=len(blob.body),
        sha256=hashlib.sha256(blob.body).hexdigest(),
        tags={origin.provider: found.etag, to.provider: tag},
    )
    manifest.add(moved)
    return moved
