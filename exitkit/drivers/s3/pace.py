"""Keep to what a store allows: so many requests a second, and so many at once."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass

_LEAST = 2
_SOFTER_EVERY_SECONDS = 1.0


@dataclass(frozen=True)
class Limits:
    """Requests a second that a bucket allows, 0 where nobody said. OVHcloud's soft limits are 300 and 900."""

    writes: float = 0.0
    reads: float = 0.0


@dataclass(frozen=True)
class Patience:
    """How long to wait, and how often to try again.

    A request may stall for `stall` seconds, and take that long and what its bytes need at `slowest` bytes a second.
    """

    tries: int = 8
    first: float = 0.1
    longest: float = 10.0
    connect: float = 10.0
    stall: float = 30.0
    slowest: float = 16 * 1024


UNLIMITED, PATIENT = Limits(), Patience()
"""What holds where nobody said otherwise."""


class Turns:
    """Gives out turns, evenly spaced."""

    def __init__(self, a_second: float) -> None:
        self.counted = a_second > 0
        self._space = 1.0 / a_second if a_second else 0.0
        self._next = 0.0

    async def turn(self) -> None:
        """Wait for the next one."""
        now = asyncio.get_running_loop().time()
        at = max(self._next, now)
        self._next = at + self._space
        if at > now:
            await asyncio.sleep(at - now)


class Gate:
    """Lets so many in at once; fewer after the store asked for less, one more for every `allowed` that went well."""

    def __init__(self, most: int) -> None:
        self.allowed = float(most)
        self._most = most
        self._inside = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._softer_at = 0.0

    def entered(self) -> bool:
        """Enter where there is room, without waiting."""
        if self._inside >= self.allowed or self._waiting:
            return False
        self._inside += 1
        return True

    async def enter(self) -> None:
        """Wait until there is room."""
        while self._inside >= self.allowed:
            waiter = asyncio.get_running_loop().create_future()
            self._waiting.append(waiter)
            try:
                await waiter
            except BaseException:
                if not waiter.cancelled():
                    self._wake()
                raise
        self._inside += 1

    def leave(self, *, well: bool) -> None:
        """Make room."""
        self._inside -= 1
        if well and self.allowed < self._most:
            self.allowed = min(self._most, self.allowed + 1.0 / self.allowed)
        if self._waiting:
            self._wake()

    def softer(self, now: float) -> None:
        """Halve what is allowed; once a second at most, for one storm answers many requests."""
        if now - self._softer_at >= _SOFTER_EVERY_SECONDS:
            self._softer_at = now
            self.allowed = max(_LEAST, self.allowed / 2)

    def _wake(self) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return
