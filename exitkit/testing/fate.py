"""When a world in memory fails, or ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from exitkit.errors import OutsideError


class Killed(BaseException):
    """The process ends here; nothing in the house may catch it."""


class Fate:
    """Counts the calls to a world's ports, and ends one of them: before its effect, or after it.

    The world itself stays as that call left it. A fate strikes once. Whatever is `gone` answers no call at all; the
    name of a call begins with the side it is to.
    """

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.gone: set[str] = set()
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

    def reach(self, side: str) -> None:
        """Raises OutsideError where that side is cut off."""
        if side in self.gone:
            raise OutsideError(f"{side} does not answer")

    @contextmanager
    def call(self, name: str) -> Iterator[None]:
        """One call to a port, around its effect. Raises OutsideError where the side it is to is cut off."""
        with self._lock:
            number = len(self.calls)
            self.calls.append(name)
            struck = number == self._at
        self.reach(name.partition(" ")[0])
        if struck and not self._after:
            raise self._error()
        try:
            yield
        finally:  # a call that is refused was asked, and answered, as well
            if struck:
                raise self._error()
