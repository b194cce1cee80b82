"""HTTP/1.1 on one connection: read requests whole, send answers whole, one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import quote

from exitkit.lab.front.exchange import Answer, Refused, Request, error

Serve = Callable[[Request, "Wire"], None]
LARGEST_HEAD = 64 * 1024
LARGEST_BODY = 6 * 2**30
_REASONS = {status.value: status.phrase for status in HTTPStatus}


class Wire(asyncio.Protocol):
    """One connection. While a request is being answered, the next one waits in the buffer."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self._buffer = bytearray()
        self._parts: list[bytes] = []  # of a large body, so that it is joined once
        self._missing = 0
        self._head: tuple[str, str, dict[str, str]] | None = None
        self._busy = False
        self.transport: asyncio.Transport | None = None
        self.closing = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = transport  # type: ignore[assignment]  # uvloop's is an asyncio.Transport in all but name

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """End; what is still being answered goes nowhere."""
        self.transport = None

    def data_received(self, data: bytes) -> None:
        """Take in what came, and serve what is whole."""
        if self._missing > len(data) and not self._buffer:
            self._parts.append(bytes(data))
            self._missing -= len(data)
            return
        self._buffer += data
        if not self._busy:
            self._next()

    def answered(self) -> None:
        """Go on with the next request, or end where one was asked to be the last."""
        self._busy = False
        if self.closing and self.transport is not None:
            self.transport.close()
            return
        if self.transport is not None:
            self.transport.resume_reading()
        if self._buffer:
            asyncio.get_running_loop().call_soon(self._next)

    def _next(self) -> None:
        if self._busy or self.transport is None:
            return
        try:
            request = self._request()
        except Refused as refused:
            self.closing = True
            self._buffer.clear()
            self.transport.write(rendered(error(refused), "GET", []))
            self.transport.close()
            return
        if request is None:
            return
        self._busy = True
        if self._buffer:
            self.transport.pause_reading()
        self._serve(request, self)

    def _request(self) -> Request | None:
        """The next request, where it is here whole. Raises Refused for what is no HTTP."""
        if self._head is None:
            self._head = self._read_head()
            if self._head is None:
                return None
        method, target, headers = self._head
        body = self._chunked() if "transfer-encoding" in headers else self._whole()
        if body is None:
            return None
        self._head = None
        return Request(method, target, headers, body)

    def _read_head(self) -> tuple[str, str, dict[str, str]] | None:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self._buffer) > LARGEST_HEAD:
                raise Refused(400, "RequestHeaderSectionTooLarge", "Your request header is too large.")
            return None
        first, *lines = self._buffer[:end].decode("latin-1").split("\r\n")
        del self._buffer[: end + 4]
        headers: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(":")
            name, value = name.lower(), value.strip()
            headers[name] = f"{headers[name]},{value}" if name in headers else value
        words = first.split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            raise Refused(400, "BadRequest", "An error occurred when parsing the HTTP request.")
        self.closing = headers.get("connection", "").lower() == "close" or words[2] == "HTTP/1.0"
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            raise Refused(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size.")
        self._missing = int(length) - len(self._buffer) if "transfer-encoding" not in headers else 0
        if self.transport is not None and headers.get("expect", "").lower() == "100-continue":
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        target = words[1] if words[1].isascii() else quote(words[1].encode("latin-1"), safe="/%?=&+:@!$'()*,;~-._")
        if self._missing > 0:
            self._parts = [bytes(self._buffer)]
            self._buffer.clear()
        return words[0], target, headers

    def _whole(self) -> bytes | None:
        headers = self._head[2] if self._head else {}
        length = int(headers.get("content-length", "0"))
        if self._parts:
            if self._missing > len(self._buffer):
                return None
            self._parts.append(bytes(self._buffer[: self._missing]))
            del self._buffer[: self._missing]
            body = b"".join(self._parts)
            self._parts, self._missing = [], 0
            return body
        body = bytes(self._buffer[:length])
        del self._buffer[:length]
        self._missing = 0
        return body

    def _chunked(self) -> bytes | None:
        """A body in HTTP's own chunks; read again from its start each time, since they are rare here."""
        parts: list[bytes] = []
        at = 0
        while True:
            end = self._buffer.find(b"\r\n", at)
            if end < 0:
                return None
            try:
                size = int(self._buffer[at:end].split(b";")[0], 16)
            except ValueError:
                raise Refused(400, "BadRequest", "An error occurred when parsing the HTTP request.") from None
            if len(self._buffer) < end + 4 + size:
                return None
            if size == 0:
                stop = self._buffer.find(b"\r\n\r\n", end)
                if stop < 0:
                    return None
                del self._buffer[: stop + 4]
                return b"".join(parts)
            parts.append(bytes(self._buffer[end + 2 : end + 2 + size]))
            at = end + 4 + size


def rendered(answer: Answer, method: str, more: list[tuple[str, str]]) -> bytes:
    """An answer as it goes over the wire; what follows a HEAD is told and not sent."""
    status = answer.status
    lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Answer')}"]
    lines += [f"{name}: {value}" for name, value in more]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    if status not in (204, 304):
        length = answer.length if method == "HEAD" and answer.length is not None else len(answer.body)
        lines.append(f"Content-Length: {length}")
    head = "\r\n".join([*lines, "\r\n"]).encode("latin-1", "replace")
    return head if method == "HEAD" or status in (204, 304) else b"".join((head, answer.body))
