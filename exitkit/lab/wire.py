"""A wire between us and one program of the lab, on which things go wrong when told: cut, slow, refused, broken off."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import Literal

Mood = Literal["well", "cut", "slow", "throttle", "expired", "half"]
"""How a wire is: as it should be; answering nobody; late; too busy; refusing our key; broken off."""

_BLOCK = 16 * 1024
_LATE_SECONDS = 0.02
_SAID = {
    "throttle": ("503 Slow Down", "SlowDown"),
    "expired": ("403 Forbidden", "ExpiredToken"),
}


class Wire:
    """Carries connections from one port of loopback to another. `half` is how many bytes pass before it breaks off."""

    def __init__(self, port: int, to: int) -> None:
        self._to = to
        self._mood: Mood = "well"
        self._left = 0
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._door = socket.create_server(("127.0.0.1", port), reuse_port=False, backlog=64)
        threading.Thread(target=self._accept, daemon=True, name=f"wire to {to}").start()

    def be(self, mood: Mood, *, after: int = 0) -> None:
        """Change how it is; whoever is connected is broken off where that is part of it."""
        with self._lock:
            self._mood, self._left = mood, after
            broken = list(self._open) if mood in ("cut", "throttle", "expired") else []
        for one in broken:
            _break(one)

    def close(self) -> None:
        """Carry nothing more."""
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self.be("cut")

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._door.accept()
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        if self._mood == "cut":
            _break(near)
            near.close()
            return
        if self._mood in _SAID:
            _refuse(near, *_SAID[self._mood])
            return
        try:
            far = socket.create_connection(("127.0.0.1", self._to), timeout=5)
        except OSError:
            _break(near)
            near.close()
            return
        far.settimeout(None)
        with self._lock:
            self._open |= {near, far}
        back = threading.Thread(target=self._carry, args=(far, near), daemon=True)
        back.start()
        self._carry(near, far)
        back.join()
        with self._lock:
            self._open -= {near, far}
        near.close()
        far.close()

    def _carry(self, origin: socket.socket, to: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while block := origin.recv(_BLOCK):
                if self._mood == "slow":
                    time.sleep(_LATE_SECONDS)
                if self._mood == "half":
                    self._left -= len(block)
                    if self._left < 0:
                        _break(origin)
                        break
                to.sendall(block)
            to.shutdown(socket.SHUT_WR)
            return
        _break(origin)
        _break(to)


def _refuse(near: socket.socket, status: str, code: str) -> None:
    """Say no as an object store says it, once the request's head was read."""
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{code}</Message></Error>"
    with contextlib.suppress(OSError):
        near.settimeout(2)
        near.recv(_BLOCK)
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/xml\r\nContent-Length: {len(body)}\r\n"
        near.sendall(f"{head}Connection: close\r\n\r\n{body}".encode())
    near.close()


def _break(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
