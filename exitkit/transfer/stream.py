"""Move one object of some size as a stream: read, hashed and written by one thread, held to the MD5 its origin states.

The origin's tag is not taken for a hash: it is a claim that the target checks against the bytes it received, and
refuses them where it is wrong. What does not go well here is done again in parts, by what knows how to wait and retry.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256

from exitkit.errors import OutsideError
from exitkit.ports import Blob, Flow, Listed, Read, Sink, Source, Streamed, Written
from exitkit.transfer.budget import Budget

LARGEST = 64 * 2**20
"""Up to so many bytes an object goes as a stream: whatever breaks one off costs its beginning."""

AT_ONCE = 8
_BUFFER = 2**20


@dataclass(frozen=True)
class Streaming:
    """What became of one: what was read, what was written, the SHA-256 of the bytes between."""

    read: Read
    written: Written
    sha256: str


class Stream:
    """Streams between two buckets, some at a time."""

    def __init__(self, origin: Flow, to: Flow, budget: Budget, fitted: Callable[[Blob], Blob]) -> None:
        self._budget = budget
        self._fitted = fitted
        self._ends = (origin, to) if isinstance(origin, Streamed) and isinstance(to, Streamed) else None
        self._pool: ThreadPoolExecutor | None = None
        self._room = asyncio.Semaphore(AT_ONCE)

    def takes(self, here: Listed) -> bool:
        """Whether an object may go this way."""
        return self._ends is not None and here.size <= LARGEST and len(here.etag) == 32

    async def move(self, here: Listed, over: str | None) -> Streaming | None:
        """One object; None where it did not arrive, or nobody can tell."""
        if self._ends is None:
            return None
        origin, to = self._ends
        async with self._room:
            lent = await self._budget.borrow(_BUFFER)
            await origin.admitted(write=False)
            await to.admitted(write=True)
            source, sink = origin.source(here.key, version=here.version), to.sink(here.key)
            self._pool = self._pool or ThreadPoolExecutor(AT_ONCE, thread_name_prefix="exitkit-stream")
            work = asyncio.get_running_loop().run_in_executor(
                self._pool, _pumped, source, sink, here, self._fitted, to.condition(over)
            )
            try:
                return await asyncio.shield(work)
            except (OSError, OutsideError, ValueError):
                return None
            except asyncio.CancelledError:
                source.close()
                sink.close()
                await asyncio.wait([work])
                raise
            finally:
                self._budget.give_back(lent)

    def close(self) -> None:
        """Let the threads end."""
        if self._pool is not None:
            self._pool.shutdown(wait=False)


def _filled(source: Source, buffer: memoryview) -> int:
    """As many bytes as there is room for, fewer only at the end: each piece wakes whoever waits at the other side."""
    got = 0
    while got < len(buffer) and (more := source.into(buffer[got:])):
        got += more
    return got


def _pumped(
    source: Source, sink: Sink, here: Listed, fitted: Callable[[Blob], Blob], condition: list[tuple[str, str]]
) -> Streaming | None:
    try:
        read = source.begin()
        if not read.plain or read.etag != here.etag:
            return None
        sink.begin(fitted(read.blob), here.size, bytes.fromhex(read.etag), condition)
        whole, done, buffer = sha256(), 0, memoryview(bytearray(_BUFFER))
        while got := _filled(source, buffer):
            done += got
            if done > here.size:
                return None
            sink.send(buffer[:got])
            whole.update(buffer[:got])
        if done != here.size:
            return None
        written = sink.end()
        return Streaming(read, written, whole.hexdigest()) if written.plain and written.etag == read.etag else None
    finally:
        source.close()
        sink.close()
