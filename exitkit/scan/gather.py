"""Read every file of an estate, several at a time where that is worth it; the order of the answers is that of paths."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exitkit.scan.cache import SMALLEST, Cache
from exitkit.scan.readers.file import Stores, read
from exitkit.scan.readers.hcl import tools
from exitkit.scan.walk import Found, content

WORTH_BYTES = 3_000_000
"""Starting processes costs half a second: less than this is read by one."""

CHUNK_BYTES = 500_000


@dataclass(frozen=True)
class Gathered:
    """One file and what it says; `digest` is the SHA-256 of what was read."""

    found: Found
    told: dict[str, Any]
    digest: str | None


def gather(
    root: Path,
    found: Sequence[Found],
    *,
    stores: Stores,
    cache: Cache,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Gathered]:
    """What every file says, in order."""
    wanted = [one for one in found if one.reader is not None and not one.refused and not one.skipped]
    if any(one.reader in {"terraform", "variables"} for one in wanted):
        tools()
    size = sum(one.size for one in wanted)
    most = workers if workers is not None else min(len(os.sched_getaffinity(0)) if _linux() else os.cpu_count() or 1, 8)
    several = most > 1 and size > WORTH_BYTES
    answers: dict[str, tuple[dict[str, Any], str | None]] = {}
    for part in _several(root, wanted, stores, cache, most) if several else _one(root, wanted, stores, cache):
        answers.update(part)
        if progress is not None:
            progress(len(answers), len(wanted))
    return [Gathered(one, *answers.get(one.real, (_unread(one), None))) for one in found]


def _unread(one: Found) -> dict[str, Any]:
    return {"refused": one.refused} if one.refused else {"skipped": one.skipped}


def _linux() -> bool:
    return hasattr(os, "sched_getaffinity")


Answers = dict[str, tuple[dict[str, Any], str | None]]


def _one(root: Path, wanted: Sequence[Found], stores: Stores, cache: Cache) -> Iterator[Answers]:
    for one in wanted:
        yield {one.real: look(root, one, stores, cache)}


def _several(root: Path, wanted: Sequence[Found], stores: Stores, cache: Cache, most: int) -> Iterator[Answers]:
    # A fresh process, not a copy of this one: a copy would hold its threads and its locks.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(most, mp_context=context) as pool:
        yield from pool.map(_chunk, ((root, part, stores, cache) for part in _chunks(wanted)))


def _chunk(work: tuple[Path, list[Found], Stores, Cache]) -> Answers:
    root, part, stores, cache = work
    return {one.real: look(root, one, stores, cache) for one in part}


def _chunks(wanted: Sequence[Found]) -> Iterator[list[Found]]:
    """Files of about the same size together."""
    part: list[Found] = []
    size = 0
    for one in wanted:
        part.append(one)
        size += one.size + 2_000
        if size > CHUNK_BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part


def look(root: Path, one: Found, stores: Stores, cache: Cache) -> tuple[dict[str, Any], str | None]:
    """Read one file, or remember what it said."""
    try:
        held = content(root, one)
    except OSError as error:
        return {"refused": f"it cannot be read: {error.strerror}"}, None
    digest = hashlib.sha256(held).hexdigest()
    reader = one.reader or ""
    kept = cache.get(reader, digest) if len(held) >= SMALLEST else None
    if kept is not None:
        return kept, digest
    told = read(reader, held, stores)
    if len(held) >= SMALLEST and "refused" not in told:
        cache.put(reader, digest, told)
    return told, digest
