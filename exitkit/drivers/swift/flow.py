"""The objects of one Swift container, many at once.

Source: Object Storage API (Swift), "Object and container operations". A write states the MD5 of its bytes in ETag, and
Swift refuses other bytes (422). An object of segments has a tag that is no MD5 of it.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from exitkit.drivers.s3.answers import tag
from exitkit.drivers.s3.client import Client
from exitkit.drivers.s3.sign import Headers, joined, quoted
from exitkit.drivers.s3.wire import Answer
from exitkit.drivers.swift import attributes
from exitkit.drivers.swift.segments import MOST, Segments
from exitkit.drivers.swift.settings import read_settings
from exitkit.errors import Conflict, Damaged, NotFound, Unsupported
from exitkit.ports import Blob, Listed, Read, Traits, Written

PAGE = 10_000
LARGEST = 5 * 2**30
"""Bytes of one object without segments (Swift, max_file_size; OVHcloud keeps the default)."""

PART = 8 * 2**20
"""From so many bytes on an object goes in parts, and so large is one."""

_NOTHING = hashlib.md5(b"", usedforsecurity=False).hexdigest()
_LOOKS = 16


@dataclass
class _Upload:
    """Attributes of an object that is being written in parts, and the size of each part."""

    blob: Blob
    sizes: dict[int, int] = field(default_factory=dict)


class SwiftFlow:
    """One container of the account that `account` is the path of; `part` and `segments` are for tests."""

    def __init__(
        self,
        client: Client,
        account: str,
        container: str,
        *,
        most_at_once: int = 128,
        part: int = PART,
        segments: int = MOST,
    ) -> None:
        self._client = client
        self._root = f"{account}/{quoted(container)}"
        self._container = container
        self._segments = Segments(client, account, container, most=segments)
        self._uploads: dict[str, _Upload] = {}
        self._static: set[str] = set()
        self._endless: set[str] = set()
        self._traits = Traits(most_at_once, large=part, part=part, sure=False, ranged=True, most_parts=segments**2)

    @property
    def traits(self) -> Traits:
        """How it may be worked with."""
        return self._traits

    async def bounds(self, wanted: int) -> list[str]:  # noqa: ARG002 - ten thousand keys a page are enough
        """None: its pages are long."""
        return []

    async def pages(self, *, after: str = "", until: str = "", versions: bool = False) -> AsyncIterator[list[Listed]]:
        """The objects of a range, in order of key, page by page."""
        if versions:
            raise Unsupported("Swift keeps earlier versions in another container")
        while True:
            asked = {"format": "json", "limit": str(PAGE)} | ({"marker": after} if after else {})
            answer = await self._client.ask("GET", self._root, joined(asked))
            told = [one for one in attributes.listing(answer) if "name" in one]
            within = [one for one in told if not until or str(one["name"]) <= until]
            if within:
                self._static.update(str(one["name"]) for one in within if "slo_etag" in one)
                yield await self._filled([attributes.listed(one) for one in within])
            if len(told) < PAGE or len(within) < len(told):
                return
            after = str(told[-1]["name"])

    async def _filled(self, page: list[Listed]) -> list[Listed]:
        """A listing shows an object that consists of others by their prefix, or a link, as an empty one: ask."""
        turns = iter([at for at, one in enumerate(page) if one.size == 0 and one.etag == _NOTHING])

        async def hand() -> None:
            for at in turns:
                page[at] = await self._asked(page[at])

        await asyncio.gather(*(hand() for _ in range(_LOOKS)))
        return page

    async def _asked(self, one: Listed) -> Listed:
        try:
            answer = await self._client.ask("HEAD", self._path(one.key))
        except NotFound:
            return one
        size = answer.header(b"content-length")
        if not size.isdigit():  # of more segments than one page lists; nobody says how many bytes
            self._endless.add(one.key)
            return one
        return one._replace(size=int(size), etag=tag(answer.header(b"etag")))

    async def read(self, key: str, *, version: str = "", size: int = 0) -> Read:  # noqa: ARG002 - it has no versions
        """One object whole, with its attributes."""
        if key in self._endless:
            raise Unsupported(f"{key} consists of more than {PAGE} segments found by their prefix")
        return attributes.read(await self._got(key, [], 0, None, size))

    async def look(self, key: str, *, version: str = "") -> Read:  # noqa: ARG002
        """The attributes alone."""
        return attributes.read(await self._client.ask("HEAD", self._path(key)))

    async def read_range(self, key: str, start: int, size: int, *, etag: str, version: str = "") -> bytes:  # noqa: ARG002
        """Some bytes of one state of an object: an answer states the tag of the state that its bytes are of."""
        answer = await self._got(key, [("range", f"bytes={start}-{start + size - 1}")], start, start + size, size)
        if etag not in (tag(answer.header(b"etag")), tag(answer.header(b"x-manifest-etag"))):
            raise Conflict(f"{self._container}/{key} changed while it was read")
        if len(answer.body) != size or (answer.status != 206 and start):
            raise Damaged(f"a range of {size} bytes of {self._container}/{key} came as {len(answer.body)}")
        return answer.body  # type: ignore[return-value] # bytes or bytearray: read only

    async def _got(self, key: str, more: Headers, start: int, end: int | None, expecting: int) -> Answer:
        """An answer to GET; where it breaks off over a segment that is not what it was, which one. Raises Damaged."""
        try:
            return await self._client.ask("GET", self._path(key), more=more, expecting=expecting)
        except (Conflict, Damaged) as error:
            why = await self._segments.wrong(self._path(key), start, end)
            if not why:
                raise
            raise Damaged(why) from error

    async def write(
        self,
        key: str,
        blob: Blob,
        *,
        sha256: str = "",  # noqa: ARG002
        md5: str = "",
        over: str | None = None,
    ) -> Written:
        """Write one object whole; Swift holds it to its MD5. Only "nothing may be there" is a condition it knows."""
        if len(blob.body) > LARGEST:
            raise Unsupported(f"{key} has {len(blob.body)} bytes; Swift takes {LARGEST} in one piece")
        hashed = hashlib.md5(blob.body, usedforsecurity=False).hexdigest()
        if md5 and hashed != md5:
            raise Damaged("the bytes are not those that their MD5 is of")
        more = [*attributes.headers(blob), ("etag", hashed), *await self._condition(key, over)]
        old = await self._old(key)
        again = self._client.again
        try:
            answer = await self._client.ask("PUT", self._path(key), more=more, body=blob.body)
        except Conflict:
            # Asked twice, the first may have gone well and its answer been lost: then what is there is ours.
            if self._client.again == again or (await self.look(key)).etag != hashed:
                raise
            return Written(hashed)
        await self._replaced(key, old)
        return Written(tag(answer.header(b"etag")))

    async def _condition(self, key: str, over: str | None) -> Headers:
        """What says that nothing may be there; whether another state is, Swift must be asked before."""
        if over:
            try:
                found = await self.look(key)
            except NotFound as error:
                raise Conflict(f"{self._container}/{key} is gone") from error
            if over not in (found.etag, found.listed):
                raise Conflict(f"{self._container}/{key} is in another state")
        return [("if-none-match", "*")] if over == "" else []

    async def _old(self, key: str) -> set[str]:
        """The uploads that an object consists of, where it was listed as one of segments."""
        return await self._segments.uploads(self._path(key)) if key in self._static else set()

    async def _replaced(self, key: str, old: set[str]) -> None:
        """Remove the segments that an object no longer consists of."""
        self._static.discard(key)
        for upload in old:
            await self._segments.forget(upload)

    async def begin(self, key: str, blob: Blob) -> str:  # noqa: ARG002
        """Begin to write an object in parts: segments in a container beside this one."""
        upload = await self._segments.begin()
        self._uploads[upload] = _Upload(blob)
        return upload

    async def part(self, key: str, upload: str, number: int, body: bytes | bytearray, *, md5: bytes) -> str:  # noqa: ARG002
        """Write one segment; Swift refuses it where its MD5 is another."""
        found = self._uploads[upload]
        found.sizes[number] = len(body)
        more = [("content-type", "application/octet-stream"), ("etag", md5.hex())]
        more += [(name, value) for name, value in found.blob.headers.items() if name == "x-delete-at"]
        return await self._segments.put(upload, number, body, more)

    async def finish(self, key: str, upload: str, parts: list[str], *, over: str | None = None) -> Written:
        """Join the segments into the object, each held to its tag and size."""
        found = self._uploads[upload]
        headers = [*attributes.headers(found.blob), *await self._condition(key, over)]
        sizes = [found.sizes[number] for number in range(1, len(parts) + 1)]
        old = await self._old(key)
        again = self._client.again
        try:
            etag = await self._segments.join(self._path(key), upload, list(zip(parts, sizes, strict=True)), headers)
        except Conflict:
            # As with a write: what is there may be ours.
            if self._client.again == again or upload not in await self._segments.uploads(self._path(key)):
                raise
            etag = self._segments.tag(parts)
        await self._replaced(key, old - {upload})
        self._static.add(key)
        del self._uploads[upload]
        return Written(etag, plain=False)

    def joined(self, parts: list[bytes]) -> str:
        """The tag that an object has here whose parts have these MD5s."""
        return self._segments.tag(one.hex() for one in parts)

    async def abort(self, key: str, upload: str) -> None:
        """Remove the segments of an upload, unless it ended well and nobody heard of it."""
        self._uploads.pop(upload, None)
        if upload not in await self._segments.uploads(self._path(key)):
            await self._segments.forget(upload)

    async def remove(self, key: str) -> None:
        """Remove one object and the segments of ours that it consists of; harmless where there is none."""
        old = await self._segments.uploads(self._path(key))
        try:
            await self._client.ask("DELETE", self._path(key))
        except NotFound:
            return
        await self._replaced(key, old)

    async def leftover(self) -> tuple[int, int]:
        """Segments of ours that no object consists of: how many, and their bytes."""
        found = [(name.split("/")[1], size) async for name, size in self._segments.ours()]
        used: set[str] = set()
        if found:
            async for page in self.pages():
                for one in page:
                    used |= await self._old(one.key)
        left = [size for upload, size in found if upload not in used]
        return len(left), sum(left)

    async def there(self) -> bool:
        """Whether there is such a container."""
        try:
            await self._client.ask("HEAD", self._root)
        except NotFound:
            return False
        return True

    async def settings(self) -> dict[str, str | None]:
        """The container's own settings, each as text."""
        return await read_settings(self._client, self._root)

    async def make(self) -> None:
        """Make it; harmless where it is there."""
        await self._client.ask("PUT", self._root)

    async def unmake(self) -> None:
        """Remove it; it must hold nothing."""
        await self._client.ask("DELETE", self._root)
        await self._segments.unmake()

    async def close(self) -> None:
        """Let every connection go."""
        await self._client.close()

    def _path(self, key: str) -> str:
        return f"{self._root}/{quoted(key)}"
