"""The objects of one Swift container, many at once.

Source: Object Storage API (Swift), "Object and container operations". A write states the MD5 of its bytes in ETag, and
Swift refuses other bytes (422). Large objects that consist of segments are read whole; their tag is no MD5.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator

from exitkit.drivers.s3.answers import tag
from exitkit.drivers.s3.client import Client
from exitkit.drivers.s3.sign import Headers, joined, quoted
from exitkit.drivers.s3.wire import Answer
from exitkit.errors import Conflict, NotFound, OutsideError, Unsupported
from exitkit.ports import Blob, Listed, Read, Traits, Whole, Written

PAGE = 10_000
LARGEST = 5 * 2**30
"""Bytes of one object without segments (Swift, max_file_size; OVHcloud keeps the default)."""

_KEPT = ("content-disposition", "content-encoding", "content-language", "cache-control", "expires", "x-delete-at")
_META = "x-object-meta-"
_SEGMENTED = ("x-static-large-object", "x-object-manifest")


class SwiftFlow(Whole):
    """One container of the account that `root` is the path of."""

    def __init__(self, client: Client, root: str, container: str, *, most_at_once: int = 128) -> None:
        self._client = client
        self._root = f"{root}/{quoted(container)}"
        self._container = container
        self._traits = Traits(most_at_once, large=None, sure=False, ranged=True)

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
            found = [_listed(one) for one in _told(answer) if "name" in one]
            within = [one for one in found if not until or one.key <= until]
            if within:
                yield within
            if len(found) < PAGE or len(within) < len(found):
                return
            after = found[-1].key

    async def read(self, key: str, *, version: str = "", size: int = 0) -> Read:  # noqa: ARG002 - it has no versions
        """One object whole, with its attributes."""
        return _read(await self._client.ask("GET", self._path(key), expecting=size))

    async def look(self, key: str, *, version: str = "") -> Read:  # noqa: ARG002
        """The attributes alone."""
        return _read(await self._client.ask("HEAD", self._path(key)))

    async def read_range(self, key: str, start: int, size: int, *, etag: str, version: str = "") -> bytes:  # noqa: ARG002
        """Not needed: nothing goes in parts here."""
        raise Unsupported(f"{key} cannot be read in parts here")

    async def write(
        self,
        key: str,
        blob: Blob,
        *,
        sha256: str = "",  # noqa: ARG002
        md5: str = "",  # noqa: ARG002
        over: str | None = None,
    ) -> Written:
        """Write one object whole; Swift holds it to its MD5. Only "nothing may be there" is a condition it knows."""
        if len(blob.body) > LARGEST:
            raise Unsupported(f"{key} has {len(blob.body)} bytes; Swift takes {LARGEST} in one piece")
        hashed = hashlib.md5(blob.body, usedforsecurity=False).hexdigest()
        more = [*_headers(blob), ("etag", hashed)]
        if over:
            if (await self.look(key)).etag != over:
                raise Conflict(f"{self._container}/{key} is in another state")
        elif over == "":
            more.append(("if-none-match", "*"))
        again = self._client.again
        try:
            answer = await self._client.ask("PUT", self._path(key), more=more, body=blob.body)
        except Conflict:
            # Asked twice, the first may have gone well and its answer been lost: then what is there is ours.
            if self._client.again == again or (await self.look(key)).etag != hashed:
                raise
            return Written(hashed)
        return Written(tag(answer.header(b"etag")))

    async def remove(self, key: str) -> None:
        """Remove one object; harmless where there is none."""
        try:
            await self._client.ask("DELETE", self._path(key))
        except NotFound:
            return

    async def there(self) -> bool:
        """Whether there is such a container."""
        try:
            await self._client.ask("HEAD", self._root)
        except NotFound:
            return False
        return True

    async def make(self) -> None:
        """Make it; harmless where it is there."""
        await self._client.ask("PUT", self._root)

    async def unmake(self) -> None:
        """Remove it; it must hold nothing."""
        await self._client.ask("DELETE", self._root)

    async def close(self) -> None:
        """Let every connection go."""
        await self._client.close()

    def _path(self, key: str) -> str:
        return f"{self._root}/{quoted(key)}"


def _told(answer: Answer) -> list[dict[str, object]]:
    try:
        return list(json.loads(bytes(answer.body))) if answer.body else []
    except ValueError as error:
        raise OutsideError("a page of the listing is no JSON") from error


def _listed(one: dict[str, object]) -> Listed:
    etag = str(one.get("slo_etag") or one.get("hash") or "").strip('"')
    return Listed(str(one["name"]), int(str(one["bytes"])), etag, str(one.get("last_modified", "")))


def _read(answer: Answer) -> Read:
    found = {name: value for name, value in answer.headers() if value}
    metadata = {name.removeprefix(_META): value for name, value in found.items() if name.startswith(_META)}
    headers = {name: found[name] for name in _KEPT if name in found}
    blob = Blob(answer.body, found.get("content-type", "application/octet-stream"), metadata, headers)  # type: ignore[arg-type]
    return Read(blob, tag(found.get("etag", "")), "", not any(name in found for name in _SEGMENTED))


def _headers(blob: Blob) -> Headers:
    made = [("content-type", blob.content_type)]
    made += [(name, value) for name, value in blob.headers.items() if name in _KEPT]
    made += [(f"{_META}{name.lower()}", value) for name, value in blob.metadata.items()]
    for name, value in made:
        if "\n" in value or "\r" in value or "\n" in name or ":" in name:
            raise Unsupported(f"the attribute {name!r} holds a line break")
    return made
