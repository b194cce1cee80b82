"""A proxy that stands before an object store, and breaks what passes through it as a test asks."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

STORM = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"


@dataclass
class Between:
    """Where it listens. `fault` takes a request's line and says what befalls it.

    "reset" before anything is done, "storm" (503), "lose" (done, and its answer lost), "cut" (in the middle of the
    answer), "flip" (one byte of the answer's end), "stall"; None is nothing.
    """

    upstream: tuple[str, int]
    url: str = ""
    fault: Callable[[str], str | None] = lambda _line: None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                while await self._one(reader, writer):
                    pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        sizes = [line.partition(":")[2] for line in lines if line.lower().startswith("content-length:")]
        body = await reader.readexactly(int(sizes[0]) if sizes else 0)
        what = self.fault(lines[0])
        if what == "reset":
            writer.transport.abort()
            return False
        if what == "storm":
            writer.write(STORM)
            return True
        if what == "stall":
            await asyncio.sleep(2)
            return False
        answer = await self._asked(head, body)
        if what == "lose":
            writer.transport.abort()
            return False
        if what == "flip":
            answer = answer[:-1] + bytes([answer[-1] ^ 1])
        writer.write(answer[: len(answer) // 2] if what == "cut" else answer)
        await writer.drain()
        return False

    async def _asked(self, head: bytes, body: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(*self.upstream)
        try:
            writer.write(head.replace(b"\r\n", b"\r\nconnection: close\r\n", 1) + body)
            return await reader.read()
        finally:
            writer.close()


@contextmanager
def between(url: str) -> Iterator[Between]:
    """One before that address, on a thread of its own."""
    split = urlsplit(url)
    found = Between((split.hostname or "", split.port or 80))
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(found.serve, "127.0.0.1", 0, limit=2**20))
    found.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(_ended(asyncio.all_tasks(loop)))
        loop.close()


async def _ended(tasks: set[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(0)
