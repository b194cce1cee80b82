"""Keep what is in memory at one time within bounds."""

from __future__ import annotations

import asyncio
from collections import deque

MEMORY = 32 * 2**20
"""Bytes of objects that may be in hand at one time."""


class Budget:
    """So many bytes, lent and given back. One loan larger than all of it is granted alone."""

    def __init__(self, most: int = MEMORY) -> None:
        self._left = self._most = most
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    def lends(self, size: int) -> bool:
        """Lend that much at once, where it is there."""
        if self._waiting or size > self._left:
            return False
        self._left -= size
        return True

    async def borrow(self, size: int) -> int:
        """Wait until there is room; answers what was lent, which is to be given back."""
        if self.lends(size):
            return size
        lent = min(size, self._most)
        if not self._waiting and lent <= self._left:
            self._left -= lent
            return lent
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append((lent, waiter))
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self.give_back(lent)
            raise
        return lent

    def give_back(self, lent: int) -> None:
        """Return a loan."""
        self._left += lent
        while self._waiting and (self._waiting[0][0] <= self._left or self._waiting[0][1].done()):
            size, waiter = self._waiting.popleft()
            if not waiter.done():
                self._left -= size
                waiter.set_result(None)
