"""When a world in memory fails, or ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Killed(BaseException):
    """The process ends here; nothing in the house may catch it."""


class Fate:
    """Counts the calls to a world's ports, and ends one of them: before its effect, or after it.

    The world itself stays as that call left it. A fate strikes once.
    """

    def __init__(self) -> None:
        self.calls: list[str] = []
        self._lock = threading.Lock()
        self._at: int | None = None
        self._after = False
        self._error: Callable[[], BaseException] = Killed

    def strike(self, at: int, *, after: bool = False, error: Callable[[], BaseException] = Killed) -> None:
        """Let the call of that number, from 0 and counted from now, be the one."""
        self.calls = []
        self._at, self._after, self._error = at, after, error

    def spare(self) -> None:
        """Let every call be."""
        self._at = None

    @contextmanager
    def call(self, name: str) -> Iterator[None]:
        """One call to a port, around its effect."""
        with self._lock:
            number = len(self.calls)
            self.calls.append(name)
            struck = number == self._at
        if struck and not self._after:
            raise self._error()
        yield
        if struck:
            raise self._error()
