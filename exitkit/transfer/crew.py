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

FIRST_HANDS = 32
_LOOK_SECONDS = 0.5
_FIRST_LOOK = 0.1
_WORTH_IT = 1.08
_BUSY = 0.85
_REFUSALS = 3


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

    @property
    def idle(self) -> bool:
        """Whether hands have to wait for things to do."""
        return not self._things

    async def take(self) -> T | None:
        """The next one; None at the end."""
        while not self._things:
            if self._closed:
                return None
            self._more.clear()
            await self._more.wait()
        return self.ready()

    def ready(self) -> T | None:
        """The next one, where it is there."""
        if not self._things:
            return None
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
        self._running: set[asyncio.Task[None]] = set()

    async def work(self) -> None:
        """Do everything; the first error ends it."""
        self._ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        foreman = asyncio.create_task(self._foreman())
        foreman.add_done_callback(self._finished)
        self._begin()
        try:
            await self._ended
        finally:
            for task in (foreman, *self._running):
                task.cancel()
            await asyncio.gather(foreman, *self._running, return_exceptions=True)

    def _begin(self) -> None:
        """Let as many hands work as are wanted."""
        while len(self._running) < self.wanted:
            hand = asyncio.create_task(self._hand())
            self._running.add(hand)
            hand.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        error = None if task.cancelled() else task.exception()  # one that nobody asks for is told on stderr
        if self._ended.done() or task.cancelled():
            return
        if error is not None:
            self._ended.set_exception(error)
        elif not self._running:
            self._ended.set_result(None)

    async def _hand(self) -> None:
        ready, take, do = self._backlog.ready, self._backlog.take, self._do
        while (thing := ready() or await take()) is not None:
            await do(thing)
            self.done += 1

    async def _foreman(self) -> None:
        """More hands while they help: a store far away needs hundreds, a processor that is busy needs no more."""
        best, refused, look = 0.0, 0, _FIRST_LOOK
        while self.wanted < self._most and refused < _REFUSALS:
            before, used, began = self.done, pressed(), time.monotonic()
            await asyncio.sleep(look)
            spent = time.monotonic() - began
            rate = (self.done - before) / spent
            if self._backlog.idle or (pressed() - used) / spent > _BUSY:
                look = _LOOK_SECONDS
                continue
            # By Little's law an object takes this long; what new hands do shows no sooner.
            look = min(max(_FIRST_LOOK, 2 * self.wanted / rate if rate else 0.0), 2 * _LOOK_SECONDS)
            if rate > best * _WORTH_IT:
                best, refused = rate, 0
                self.wanted = min(self._most, self.wanted * 2)
                self._begin()
            else:
                refused += 1


def pressed() -> float:
    """Seconds that this thread ran or stood in line for a processor: the latter only where the kernel tells it."""
    try:
        with open("/proc/thread-self/schedstat", "rb") as told:
            ran, waited, _ = told.read().split()
    except (OSError, ValueError):
        return time.thread_time()
    return (int(ran) + int(waited)) / 1e9


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
