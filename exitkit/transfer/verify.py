"""Prove that objects arrived: read them back and compare SHA-256, key by key."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from exitkit.errors import NotFound
from exitkit.transfer.copy import WORKERS, Place
from exitkit.transfer.manifest import Manifest, Moved
from exitkit.transfer.many import each


@dataclass(frozen=True)
class Compared:
    """What a comparison found: objects and bytes that are equal, and every key that is not, with how it differs."""

    equal: int
    bytes: int
    differing: tuple[str, ...]


def verify_copied(to: Place, manifest: Manifest, *, workers: int = WORKERS) -> Compared:
    """Read back every object the manifest says was written here, and compare with the hash of what was sent.

    This needs nothing of the origin, so it holds while the origin is being written to.
    """
    return _tally(list(each(list(manifest), lambda moved: _read_back(to, moved, manifest), workers=workers)))


def verify_both(origin: Place, to: Place, manifest: Manifest, *, workers: int = WORKERS) -> Compared:
    """Compare both sides whole: no key may be on one side only, and each must have one SHA-256 on both.

    An object that was read back before is not read again while both stores still give it the tags they gave it then.
    """
    here = {found.key: found.etag for found in origin.store.listing(origin.bucket)}
    there = {found.key: found.etag for found in to.store.listing(to.bucket)}
    outcomes: list[tuple[str, int, str]] = []
    unsure: list[str] = []
    for key in sorted(set(here) | set(there)):
        known = manifest.get(key)
        if key not in there or key not in here:
            where = to.provider if key not in there else origin.provider
            outcomes.append((key, 0, f"missing at {where}"))
        elif known is not None and known.verified and _unchanged(known, origin, here[key], to, there[key]):
            outcomes.append((key, known.size, ""))
        else:
            unsure.append(key)
    outcomes += each(unsure, lambda key: _compare(origin, to, key, (here[key], there[key]), manifest), workers=workers)
    return _tally(outcomes)


def _unchanged(known: Moved, origin: Place, here: str, to: Place, there: str) -> bool:
    return known.tags.get(origin.provider) == here and known.tags.get(to.provider) == there


def _read_back(to: Place, moved: Moved, manifest: Manifest) -> tuple[str, int, str]:
    try:
        body = to.store.get(to.bucket, moved.key).body
    except NotFound:
        return moved.key, 0, f"missing at {to.provider}"
    found = hashlib.sha256(body).hexdigest()
    if found != moved.sha256:
        return moved.key, 0, f"sha256 {found[:12]}… at {to.provider}, {moved.sha256[:12]}… was sent"
    if not moved.verified:
        manifest.add(replace(moved, verified=True))
    return moved.key, len(body), ""


def _compare(origin: Place, to: Place, key: str, tags: tuple[str, str], manifest: Manifest) -> tuple[str, int, str]:
    try:
        left, right = origin.store.get(origin.bucket, key).body, to.store.get(to.bucket, key).body
    except NotFound as error:
        return key, 0, f"gone while it was compared ({error.message})"
    ours, theirs = hashlib.sha256(left).hexdigest(), hashlib.sha256(right).hexdigest()
    if ours != theirs:
        return key, 0, f"sha256 {theirs[:12]}… at {to.provider}, {ours[:12]}… at {origin.provider}"
    both = {origin.provider: tags[0], to.provider: tags[1]}
    manifest.add(Moved(key=key, size=len(left), sha256=ours, tags=both, verified=True))
    return key, len(left), ""


def _tally(outcomes: list[tuple[str, int, str]]) -> Compared:
    equal = [size for _, size, wrong in outcomes if not wrong]
    differing = sorted(f"{key}: {wrong}" for key, _, wrong in outcomes if wrong)
    return Compared(len(equal), sum(equal), tuple(differing))
