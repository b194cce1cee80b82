"""Speak HTTP/1.1 over one connection: one request at a time, its answer whole or an error."""

from __future__ import annotations

import asyncio
from typing import NamedTuple, cast

_HEADERS_END = b"\r\n\r\n"
_LONGEST_HEAD = 1 << 17
_BODILESS = frozenset((204, 304))
_TOGETHER = 1 << 16


class Answer(NamedTuple):
    """A status, the head as it came and in lower case, and the body."""

    status: int
    head: bytes
    body: bytes | bytearray
    lower: bytes

    def header(self, name: bytes) -> str:
        """One header by its name in lower case; empty where there is none."""
        at = self.lower.find(b"\r\n" + name + b":")
        if at < 0:
            return ""
        end = self.head.find(b"\r\n", at + 2)
        return text(self.head[at + 3 + len(name) : end if end > 0 else None].strip())

    def headers(self) -> list[tuple[str, str]]:
        """Every header, the names in lower case."""
        pairs = (line.partition(b":") for line in self.head.split(b"\r\n")[1:])
        return [(text(name).strip().lower(), text(value.strip())) for name, _, value in pairs]


def text(raw: bytes) -> str:
    """A header's bytes as text, so that they leave as they came."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


class BrokenOffError(ConnectionError):
    """The connection ended, stalled or spoke nonsense.

    `stale` says that it was closed before it was used again, `partly` that an answer came and was not whole.
    """

    def __init__(self, why: str, *, stale: bool = False, partly: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.stale = stale
        self.partly = partly


def broken_off(error: OSError) -> BrokenOffError:
    """The same error in our words."""
    return error if isinstance(error, BrokenOffError) else BrokenOffError(str(error) or type(error).__name__)


class Connection(asyncio.Protocol):
    """One connection. `moved` is when a byte last came, `due` when the answer must be here."""

    def __init__(self) -> None:
        self.alive = False
        self.moved = self.due = 0.0
        self.used = 0
        self._loop = asyncio.get_running_loop()
        self._waiting: asyncio.Future[Answer] | None = None
        self._reset()

    def _reset(self) -> None:
        self._buffer = bytearray()
        self._head = b""
        self._body: bytearray | None = None
        self._got = 0
        self._status = 0
        self._chunked = self._to_the_end = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one, and does not inherit from it
        self.alive = True

    def ask(self, head: bytes, body: bytes | bytearray | None, seconds: float) -> asyncio.Future[Answer]:
        """Send one request; its answer is to be waited for. Raises BrokenOffError, and so does the waiting."""
        transport = self._transport
        if not self.alive or transport.is_closing():
            raise BrokenOffError("the connection was closed", stale=True)
        waiting: asyncio.Future[Answer] = self._loop.create_future()
        self._waiting = waiting
        self._bodiless = head.startswith(b"HEAD ")
        self.moved = self._loop.time()
        self.due = self.moved + seconds
        if body is None:
            transport.write(head)
        elif len(body) < _TOGETHER:
            transport.write(head + body)
        else:
            transport.write(head)
            transport.write(body)
        return waiting

    def sending(self) -> int:
        """How many bytes are still to be sent."""
        return self._transport.get_write_buffer_size() if self.alive else 0

    def data_received(self, data: bytes) -> None:
        """Some bytes came."""
        self.moved = self._loop.time()
        try:
            if self._body is not None:
                self._fill(self._body, data)
            elif self._head:
                self._buffer += data
                self._continue()
            else:
                self._begin(data)
        except (ValueError, IndexError):
            self.drop("the answer is not HTTP")

    def _begin(self, data: bytes) -> None:
        if self._buffer:
            self._buffer += data
            data = bytes(self._buffer)
        end = data.find(_HEADERS_END)
        if end < 0:
            if len(data) > _LONGEST_HEAD:
                raise ValueError(data[:20])
            self._buffer = bytearray(data)
            return
        head = data[:end]
        if not head.startswith(b"HTTP/1."):
            raise ValueError(head[:20])
        self._status = status = int(head[9:12])
        if status == 100:
            self._buffer = bytearray()
            if data[end + 4 :]:
                self._begin(data[end + 4 :])
            return
        self._head = head
        self._lower = lower = head.lower()
        if self._bodiless or status in _BODILESS:
            self._done(b"")
        else:
            self._expect(data, end + 4, lower)

    def _expect(self, data: bytes, start: int, lower: bytes) -> None:
        """Find out how the body ends, and take what is there of it."""
        at = lower.find(b"\r\ncontent-length:")
        if b"\r\ntransfer-encoding:" in lower:
            self._chunked = True
        elif at >= 0:
            end = lower.find(b"\r\n", at + 2)
            need = int(lower[at + 17 : end if end > 0 else None])
            here = len(data) - start
            if here >= need:
                self._done(data[start : start + need], whole=here == need)
                return
            self._body = bytearray(need)
            self._body[:here] = data[start:]
            self._got = here
            return
        else:
            self._to_the_end = True
        self._buffer = bytearray(data[start:])
        self._continue()

    def _fill(self, body: bytearray, data: bytes) -> None:
        here = len(data)
        room = len(body) - self._got
        if here > room:
            self.drop("more bytes came than were announced")
            return
        body[self._got : self._got + here] = data
        self._got += here
        if self._got == len(body):
            self._done(body)

    def _continue(self) -> None:
        if self._chunked and (whole := _dechunked(self._buffer)) is not None:
            self._done(whole)

    def _done(self, body: bytes | bytearray, *, whole: bool = True) -> None:
        waiting, self._waiting = self._waiting, None
        head, lower = self._head, self._lower
        answer = Answer(self._status, head, body, lower)
        closing = b"\r\nconnection: close" in lower or not whole or head.startswith(b"HTTP/1.0")
        self._head = b""
        if self._body is not None or self._buffer or self._chunked:
            self._reset()
        self.used += 1
        if closing:
            self.alive = False
            self._transport.close()
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)

    def eof_received(self) -> bool:
        """The other side says no more."""
        if self._to_the_end and self._waiting is not None:
            # A body that ends with its connection, announced by nothing: it may have been cut, and nobody could tell.
            self.drop("the answer has no length, so it cannot be known to be whole", partly=True)
        return False

    def connection_lost(self, error: Exception | None) -> None:
        """It is closed."""
        self.alive = False
        waiting, self._waiting = self._waiting, None
        if waiting is None or waiting.done():
            return
        if self._body is not None:
            why = f"the answer ended after {self._got} of {len(self._body)} bytes"
        elif self._to_the_end:
            why = "the answer has no length, so it cannot be known to be whole"
        else:
            why = f"the connection was closed ({error})" if error else "the connection was closed"
        stale = self.used > 0 and not self._head and not self._buffer
        waiting.set_exception(BrokenOffError(why, stale=stale, partly=bool(self._head)))

    def drop(self, why: str, *, partly: bool = False) -> None:
        """End it; whoever waits is told why."""
        self.alive = False
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_exception(BrokenOffError(why, partly=partly))
        self._transport.abort()

    def close(self) -> None:
        """End it; nobody waits."""
        self.alive = False
        self._transport.close()


def _dechunked(data: bytearray) -> bytes | None:
    """A chunked body put together; None where it is not all here. Raises ValueError."""
    if not data.endswith(b"\r\n\r\n"):
        return None
    parts: list[bytes] = []
    at = 0
    while True:
        end = data.find(b"\r\n", at)
        if end < 0:
            return None
        size = int(bytes(data[at:end]).split(b";")[0], 16)
        if size == 0:
            return b"".join(parts)
        if end + 2 + size + 2 > len(data):
            return None
        parts.append(bytes(data[end + 2 : end + 2 + size]))
        at = end + 4 + size
