"""Read and write an object as it comes, in a thread that may wait: sockets and hashes let other threads run meanwhile.

Nothing is tried again here: who streams falls back to the ways that do.
"""

from __future__ import annotations

import base64
import contextlib
import socket

from exitkit.drivers.s3 import answers, attributes
from exitkit.drivers.s3.client import Client
from exitkit.drivers.s3.sign import EMPTY, UNSIGNED, Headers
from exitkit.drivers.s3.wire import Answer
from exitkit.errors import OutsideError
from exitkit.ports import Blob, Read, Written

_CHUNK = 1 << 16
_LONGEST_HEAD = 1 << 17


class _End:
    """One connection for one request."""

    def __init__(self, client: Client, path: str, asked: str) -> None:
        self._client, self._path, self._asked = client, path, asked
        self._socket: socket.socket | None = None

    def _ask(self, method: str, payload: str, more: Headers, length: str) -> socket.socket:
        self._socket = line = self._client.dial()
        head = self._client.signer().head(method, self._path, self._asked, payload, more)
        line.sendall(f"{head}{length}connection: close\r\n\r\n".encode())
        return line

    def _answer(self, line: socket.socket) -> Answer:
        """The head of the answer and what came with it. Raises OutsideError unless it is a 200."""
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            some = line.recv(_CHUNK)
            if not some or len(data) > _LONGEST_HEAD:
                raise OutsideError(f"the answer of {self._client.host} ended before it began")
            data += some
        head = data[:end]
        if head[9:12] != b"200":
            raise OutsideError(f"{self._client.host} answered {head[9:12].decode('latin-1')}")
        return Answer(200, head, data[end + 4 :], head.lower())

    def close(self) -> None:
        """Let the connection go; another thread may do so to end what waits for it."""
        line, self._socket = self._socket, None
        if line is not None:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()


class Source(_End):
    """One object on its way to us. With `tagged` one that has tags is refused: they are asked for apart."""

    def __init__(self, client: Client, path: str, asked: str, *, tagged: bool) -> None:
        super().__init__(client, path, asked)
        self._tagged = tagged

    def begin(self) -> Read:
        """Its attributes, without its bytes. Raises OutsideError and OSError."""
        self._line = self._ask("GET", EMPTY, [], "")
        answer = self._answer(self._line)
        length = answer.header(b"content-length")
        if not length.isdigit():
            raise OutsideError("the answer has no length, so it cannot be known to be whole")
        if self._tagged and answer.header(b"x-amz-tagging-count") not in ("", "0"):
            raise OutsideError("it has tags, which do not come with it")
        self._rest, self._left = memoryview(answer.body), int(length)
        return attributes.read(answer._replace(body=b""))

    def into(self, view: memoryview) -> int:
        """Some more bytes; 0 at the end. Raises OutsideError where it ends too early."""
        if self._left == 0:
            return 0
        if self._rest:
            count = min(len(self._rest), len(view), self._left)
            view[:count] = self._rest[:count]
            self._rest = self._rest[count:]
        else:
            count = self._line.recv_into(view[: self._left])
            if count == 0:
                raise OutsideError(f"the answer ended {self._left} bytes too early")
        self._left -= count
        return count


class Sink(_End):
    """One object on its way from us; the store holds its bytes to an MD5 that is told before."""

    def begin(self, blob: Blob, size: int, md5: bytes, condition: Headers) -> None:
        """Send its attributes. Raises OSError."""
        more = [*attributes.headers(blob), ("content-md5", base64.b64encode(md5).decode()), *condition]
        self._line = self._ask("PUT", UNSIGNED, more, f"content-length: {size}\r\n")

    def send(self, view: memoryview) -> None:
        """Send some bytes. Raises OSError."""
        self._line.sendall(view)

    def end(self) -> Written:
        """What the store answers. Raises OutsideError and OSError."""
        return answers.written(self._answer(self._line))
