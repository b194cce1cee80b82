"""Work through a backlog with as many hands as help: more while the rate grows, no more than stores allow."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from exitkit.transfer.together import together

T = TypeVar("T")

HIGH_WATER = 4000
"""Things that may wait; whoever finds more is held up until some are done."""

FIRST_HANDS = 96
_LOOK_SECONDS = 0.5
_WORTH_IT = 1.08
_BUSY = 0.85


class Backlog(Generic[T]):
    """What is still to be done, bounded."""

    def __init__(self, high_water: int = HIGH_WATER) -> None:
        self._things: deque[T] = deque()
        self._high_water = high_water
        self._more = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._closed = False

    async def put(self, things: Sequence[T]) -> None:
        """Add some, once there is room."""
        await self._room.wait()
        self._things.extend(things)
        self._more.set()
        if len(self._things) >= self._high_water:
            self._room.clear()

    def close(self) -> None:
        """Say that no more will come."""
        self._closed = True
        self._more.set()

    async def take(self) -> T | None:
        """The next one; None at the end."""
        while not self._things:
            if self._closed:
                return None
            self._more.clear()
            await self._more.wait()
        thing = self._things.popleft()
        if len(self._things) < self._high_water // 2 and not self._room.is_set():
            self._room.set()
        return thing


class Crew(Generic[T]):
    """Hands that take from a backlog until it ends. `done` counts what was done."""

    def __init__(self, backlog: Backlog[T], do: Callable[[T], Awaitable[None]], *, most: int) -> None:
        self._backlog = backlog
        self._do = do
        self._most = most
        self.wanted = min(most, FIRST_HANDS)
        self.done = 0

    async def work(self) -> None:
        """Do everything; the first error ends it."""
        running: set[asyncio.Task[None]] = set()
        foreman = asyncio.create_task(self._foreman())
        try:
            while True:
                while len(running) < self.wanted and not self._over():
                    running.add(asyncio.create_task(self._hand(len(running))))
                if not running:
                    return
                done, running = await asyncio.wait(running, timeout=_LOOK_SECONDS, return_when=asyncio.FIRST_EXCEPTION)
                for task in done:
                    task.result()
        finally:
            foreman.cancel()
            for task in running:
                task.cancel()
            await asyncio.gather(*running, foreman, return_exceptions=True)

    def _over(self) -> bool:
        return self._backlog._closed and not self._backlog._things

    async def _hand(self, number: int) -> None:
        while number < self.wanted and (thing := await self._backlog.take()) is not None:
            await self._do(thing)
            self.done += 1

    async def _foreman(self) -> None:
        """More hands while they help: a store far away needs hundreds, a processor that is busy needs no more."""
        best, before, refused = 0.0, self.done, 0
        while self.wanted < self._most and refused < 3:
            used, began = time.process_time(), time.monotonic()
            await asyncio.sleep(_LOOK_SECONDS)
            spent = time.monotonic() - began
            rate = (self.done - before) / spent
            before = self.done
            if (time.process_time() - used) / spent > _BUSY:
                continue
            if rate > best * _WORTH_IT:
                best, refused = rate, 0
                self.wanted = min(self._most, self.wanted * 2)
            else:
                refused += 1


async def worked(
    fill: Sequence[Callable[[], Awaitable[None]]],
    backlog: Backlog[T],
    do: Callable[[T], Awaitable[None]],
    *,
    most: int,
    fillers: int,
) -> Crew[T]:
    """Fill a backlog with so many at once and work it off at the same time."""
    crew = Crew(backlog, do, most=most)
    turns = iter(fill)

    async def filler() -> None:
        for turn in turns:
            await turn()

    async def filled() -> None:
        await together([filler() for _ in range(min(fillers, len(fill)))])
        backlog.close()

    await together([filled(), crew.work()])
    return crew
