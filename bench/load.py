"""Send requests made beforehand over several connections, count the answers, and how many were refused."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial


@dataclass
class Sent:
    """What came of it."""

    requests: int
    seconds: float
    refused: int

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds


class _Client(asyncio.Protocol):
    def __init__(self, requests: Iterator[bytes], done: asyncio.Future[bool], sent: Sent) -> None:
        self._requests = requests
        self._done = done
        self._sent = sent
        self._buffer = bytearray()
        self._head = b""
        self._missing = -1
        self._ends = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._next()

    def _next(self) -> None:
        request = None if self._ends else next(self._requests, None)
        if request is None:
            self._transport.close()
            return
        self._head = request[:4]
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._missing < 0:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self._buffer[:end]).lower()
            at = head.find(b"content-length:")
            self._ends = b"connection: close" in head
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 and self._head != b"HEAD" else 0
            self._missing = end + 4 + length
            self._sent.requests += 1
            self._sent.refused += self._buffer[9:10] not in b"23"
        if len(self._buffer) >= self._missing:
            self._buffer.clear()
            self._missing = -1
            self._next()

    def connection_lost(self, _: Exception | None) -> None:
        if not self._done.done():
            self._done.set_result(self._ends)


async def _all(host: str, port: int, requests: Iterable[bytes], connections: int) -> Sent:
    loop = asyncio.get_running_loop()
    sent, left = Sent(0, 0.0, 0), iter(requests)

    async def one() -> None:
        again = True
        while again:  # a server may end a connection after each answer
            done: asyncio.Future[bool] = loop.create_future()
            await loop.create_connection(partial(_Client, left, done, sent), host, port)
            again = await done

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    sent.seconds = time.perf_counter() - began
    return sent


def send(host: str, port: int, requests: Iterable[bytes], *, connections: int = 16) -> Sent:
    """Send them all, on uvloop where it is installed."""
    try:
        from uvloop import run
    except ImportError:
        run = asyncio.run
    return run(_all(host, port, requests, connections))
