"""Move a bucket's objects, prove that they arrived, say what they keep."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import cast
from urllib.parse import parse_qsl, unquote, urlsplit

from exitkit.errors import NotFound, Refused, Unsupported, UsageError
from exitkit.ports import Flow, ObjectStore, Settled
from exitkit.transfer.churn import with_churn
from exitkit.transfer.copy import Found, Place, Progress, Tally, copy
from exitkit.transfer.export import export
from exitkit.transfer.fidelity import Fidelity, compare, settings
from exitkit.transfer.find import Listings, Pair, Range, pairs, ranges
from exitkit.transfer.inventory import WithInventory
from exitkit.transfer.journal import Journal
from exitkit.transfer.leftover import leftover
from exitkit.transfer.one import Rules
from exitkit.transfer.parts import swept
from exitkit.transfer.threads import flow_of
from exitkit.transfer.together import run, together
from exitkit.transfer.verify import Compared, verify_both
from exitkit.transfer.versions import copy_versions

MOVES = Path(".exitkit/moves")
"""Where the journals of moves are kept."""

_AT_ONCE = 32
_SHARDS = 64
_EACH = 4
"""Ranges for one process: the last to end waits for no more than a part of its work."""


@dataclass(frozen=True)
class Manner:
    """How objects are to be moved. `writes` and `reads` are requests a second that a bucket allows, 0 for no limit."""

    prune: bool = False
    overwrite: bool = False
    tags: bool = False
    retention: bool = False
    writes: float = 0.0
    reads: float = 0.0
    versions: bool = False
    inventory: Path | None = None
    cluster: str = ""
    workers: int = 0
    processes: int = 1
    classes: tuple[tuple[str, str], ...] = ()
    at_once: int = 512


def place_of(address: str, manner: Manner) -> Place:
    """The bucket an address names. Raises UsageError where it cannot be read."""
    split = urlsplit(address)
    asked = dict(parse_qsl(split.query))
    unknown = sorted(set(asked) - {"profile", "endpoint", "region"})
    if unknown:
        raise UsageError(f"`{address}` says {unknown[0]}, which no address has", hint="profile, endpoint, region")
    name = address.partition("?")[0]
    if split.scheme == "file":
        folder = Path(unquote(split.path))
        return Place(name, _folders(folder.parent), folder.name)
    if not split.netloc:
        raise UsageError(f"`{address}` names no bucket", hint="s3://BUCKET?profile=NAME, lab-aws://BUCKET, file:///DIR")
    if split.scheme == "s3":
        return Place(address, _s3(asked, manner), split.netloc)
    if split.scheme == "swift":
        return Place(address, _swift(asked, manner), split.netloc)
    if split.scheme.startswith("lab-"):
        return Place(name, _lab(split.scheme.removeprefix("lab-")), split.netloc)
    raise UsageError(f"`{address}` is of no kind we know", hint="s3://, swift://, lab-aws://, lab-ovh://, file:///")


def _folders(folder: Path) -> ObjectStore:
    from exitkit.drivers.directory import DirectoryStore

    return DirectoryStore(folder)


def _s3(asked: dict[str, str], manner: Manner) -> ObjectStore:
    from exitkit.drivers.s3 import S3Store
    from exitkit.drivers.s3.pace import Limits
    from exitkit.drivers.s3.profile import read_profile

    found = read_profile(asked.get("profile", ""), endpoint=asked.get("endpoint", ""), region=asked.get("region", ""))
    return S3Store(
        found.endpoint,
        region=found.region,
        access_key=found.credentials.access_key,
        secret_key=found.credentials.secret_key,
        token=found.credentials.token,
        limits=Limits(manner.writes, manner.reads),
        refresh=lambda: read_profile(asked.get("profile", "")).credentials,
        with_tags=manner.tags,
        most_at_once=manner.at_once,
    )


def _swift(asked: dict[str, str], manner: Manner) -> ObjectStore:
    import os

    from exitkit.drivers.s3.pace import Limits
    from exitkit.drivers.swift import SwiftStore
    from exitkit.drivers.swift.auth import enter

    said = dict(os.environ) | ({"OS_REGION_NAME": asked["region"]} if "region" in asked else {})
    return SwiftStore(lambda: enter(said), limits=Limits(manner.writes, manner.reads))


def _lab(provider: str) -> ObjectStore:
    from exitkit import registry
    from exitkit.api.staged import STAYING_LAB
    from exitkit.lab.lab import Lab

    lab = Lab(STAYING_LAB)
    return registry.get(provider).open(ObjectStore, lab.settings(provider))  # type: ignore[type-abstract]


def journal_of(source: str, target: str) -> Path:
    """Where the journal of a move is, unless another is named."""
    return MOVES / f"{hashlib.sha256(f'{source} {target}'.encode()).hexdigest()[:12]}.sqlite"


def move_objects(
    source: str,
    target: str,
    *,
    manner: Manner,
    journal: Path,
    resume: bool,
    progress: Progress = lambda _objects, _bytes: None,
    found: Found = lambda _objects, _bytes, _all: None,
) -> Tally:
    """Copy what is not there yet. Raises UsageError where a journal is there and nobody said to go on with it."""
    origin, to = place_of(source, manner), place_of(target, manner)
    if source == target:
        raise UsageError("both addresses are one")
    journal.parent.mkdir(parents=True, exist_ok=True)
    if journal.exists() and not resume:
        raise UsageError(f"{journal} tells of this move already", hint="go on with it: --resume")
    apart = manner.cluster or manner.processes > 1
    if apart and (manner.versions or manner.inventory is not None):
        raise UsageError("versions and inventories are moved by one process", hint="leave out --processes, --cluster")
    if not to.store.exists(to.bucket):
        raise NotFound(f"there is no bucket {to.bucket} to move to", hint="make it first: exitkit generate")
    began = time.time()
    with Journal(journal, origin=origin.provider, to=to.provider) as known:
        if manner.versions:
            return copy_versions(origin, to, known, rules=_rules(manner), progress=progress)
        if apart:
            return with_churn(_spread(source, target, manner, known, progress), known, began=began)
        if manner.inventory is not None:
            listed = WithInventory(origin.store, manner.inventory, journal.parent)
            origin = Place(origin.provider, cast("ObjectStore", listed), origin.bucket)
        tally = copy(origin, to, known, prune=manner.prune, rules=_rules(manner), progress=progress, found=found)
        return with_churn(tally, known, began=began)


def _rules(manner: Manner) -> Rules:
    return Rules(guarded=not manner.overwrite, retention=manner.retention, classes=dict(manner.classes))


def _spread(source: str, target: str, manner: Manner, known: Journal, progress: Progress) -> Tally:
    from exitkit.transfer.cluster import PROCESSES, spread

    origin, to = place_of(source, manner), place_of(target, manner)

    async def divided() -> tuple[int, list[Range]]:
        flow, there = flow_of(origin.store, origin.bucket), flow_of(to.store, to.bucket)
        try:
            left = await swept(there, known)
            return left, await ranges(flow, wanted=_SHARDS if manner.cluster else manner.processes * _EACH)
        finally:
            await asyncio.gather(flow.close(), there.close())

    if not manner.cluster:  # a limit is the bucket's, and all processes share it
        manner = replace(manner, writes=manner.writes / manner.processes, reads=manner.reads / manner.processes)
    task = partial(move_range, source, target, manner)
    cluster, workers = (manner.cluster, manner.workers) if manner.cluster else (PROCESSES, manner.processes)
    left, within = run(divided())
    done = spread(within, task, known, cluster=cluster, workers=workers, progress=progress)
    return replace(done, swept=done.swept + left)


def move_range(source: str, target: str, manner: Manner, within: Range, journal: str) -> Tally:
    """Copy one range of keys with a journal of its own: what one worker of a cluster does."""
    origin, to = place_of(source, manner), place_of(target, manner)
    with Journal(Path(journal), origin=origin.provider, to=to.provider) as known:
        return copy(origin, to, known, prune=manner.prune, rules=_rules(manner), within=[within])


def verify_moved(
    source: str,
    target: str,
    *,
    manner: Manner,
    journal: Path,
    sample: int | None,
    seed: int,
    manifest: Path | None,
    progress: Progress = lambda _objects, _bytes: None,
) -> Compared:
    """Compare both sides again, whole or a sample; with `manifest` write what is known of every object."""
    origin, to = place_of(source, manner), place_of(target, manner)
    journal.parent.mkdir(parents=True, exist_ok=True)
    with Journal(journal, origin=origin.provider, to=to.provider) as known:
        compared = verify_both(origin, to, known, sample=sample, seed=seed, again=True, progress=progress)
        if manifest is not None:
            export(known, manifest)
    left = leftover(to)
    return compared if left is None else replace(compared, left=left[0], left_bytes=left[1])


def measure_moving(
    source: str,
    target: str,
    *,
    writes: float = 0.0,
    reads: float = 0.0,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, object]:
    """What moving costs from one empty bucket to another, with intervals: seconds at all, an object, bytes a second.

    `writes` and `reads` are what the buckets will allow a second; the trials are not held to it, a forecast of it is.
    """
    from exitkit.transfer.forecast import facts, fit
    from exitkit.transfer.trials import trials

    def opened(hands: int) -> tuple[Place, Place]:
        manner = Manner(at_once=hands)
        return place_of(source, manner), place_of(target, manner)

    made = list(trials(opened, progress=progress))
    limits = {"writes": writes, "reads": reads}
    return facts(fit(made), made, source=f"{len(made)} trials from {source} to {target}", limits=limits)


def diff_moved(source: str, target: str, *, manner: Manner) -> tuple[Fidelity, tuple[str, ...]]:
    """What every object keeps, attribute by attribute, and the keys that are on one side only."""
    origin, to = place_of(source, manner), place_of(target, manner)
    return run(_differences(origin, to))


async def _differences(origin: Place, to: Place) -> tuple[Fidelity, tuple[str, ...]]:
    import tempfile

    here, there = flow_of(origin.store, origin.bucket), flow_of(to.store, to.bucket)
    found, alone = Fidelity(), []
    try:
        ours, theirs = [await side.settings() if isinstance(side, Settled) else {} for side in (here, there)]
        found.settings = settings(ours, theirs, buckets=(origin.bucket, to.bucket))
        with tempfile.TemporaryDirectory() as folder, Journal(Path(folder, "none.sqlite")) as none:
            ranged = here.traits.ranged and there.traits.ranged
            for within in await ranges(here) if ranged else [("", "")]:
                async for page in pairs(here, there, none, within, Listings()):
                    alone += [pair.key for pair in page if pair.here is None or pair.there is None]
                    alone += await _looked(here, there, [pair for pair in page if pair.here and pair.there], found)
    finally:
        await asyncio.gather(here.close(), there.close())
    return found, tuple(alone)


async def _looked(here: Flow, there: Flow, page: Sequence[Pair], found: Fidelity) -> list[str]:
    """Look at objects on both sides; answers the keys of those that are gone by now from one of them."""
    turns, gone = iter(page), []

    async def hand() -> None:
        for pair in turns:
            try:
                left, right = await asyncio.gather(here.look(pair.key), there.look(pair.key))
            except NotFound:
                gone.append(pair.key)
            except Unsupported as error:
                found.unread(pair.key, error.message)
            else:
                found.add(pair.key, compare(pair.ours, left, pair.theirs, right))

    await together([hand() for _ in range(min(_AT_ONCE, len(page)))])
    return gone


def must_be_whole(tally: Tally) -> None:
    """Nothing was refused. Raises Refused."""
    if tally.refusals:
        raise Refused(f"{tally.refusals} objects were not moved", hint="; ".join(tally.refused[:5]))
