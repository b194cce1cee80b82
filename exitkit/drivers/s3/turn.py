"""Let code that waits call code that does not: one event loop in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import TypeVar

R = TypeVar("R")
F = TypeVar("F")


class Loop:
    """An event loop in a thread, started with the first call; it ends with the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._kept: dict[str, object] = {}

    def do(self, work: Awaitable[R]) -> R:
        """Wait for some work, from any thread but the loop's own."""

        async def waited() -> R:
            return await work

        return asyncio.run_coroutine_threadsafe(waited(), self._running()).result()

    def keep(self, name: str, make: Callable[[], F]) -> F:
        """What was made under this name, made on the loop when it is first asked for."""
        with self._lock:
            found = self._kept.get(name)
        if found is None:

            async def made() -> F:
                return make()

            fresh = self.do(made())
            with self._lock:
                found = self._kept.setdefault(name, fresh)
        return found  # type: ignore[return-value] # of the type that `make` makes

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="exitkit-s3", daemon=True).start()
            return self._loop
