"""Large objects of a Swift container: segments in a container beside it, which a static manifest joins.

Source: Swift's documentation, "Static Large Objects": a manifest names 1,000 segments at most, each held to its tag and
size; a manifest may name manifests; its own tag is the MD5 of the tags of its segments, never that of its content.
A manifest that is written over or removed leaves its segments behind: whoever does that has to remove them.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from base64 import b64decode
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import suppress
from hashlib import md5
from typing import Any, NamedTuple

from exitkit.drivers.s3.answers import tag
from exitkit.drivers.s3.client import Client
from exitkit.drivers.s3.sign import Headers, joined, quoted
from exitkit.drivers.s3.wire import Answer
from exitkit.errors import Conflict, Damaged, NotFound, OutsideError

MOST = 1000
"""Segments that one manifest may name (max_manifest_segments, its default)."""

BESIDE = "_segments"
"""What the name of a container's segments ends with, as Swift's own client has it."""

OURS = "exitkit/"
"""What the names of our segments begin with: no others are ever removed."""

_AT_ONCE = 8
_TRIES = 4
_PUT = joined({"multipart-manifest": "put", "heartbeat": "on"})
_GET = joined({"multipart-manifest": "get"})


class Segment(NamedTuple):
    """One piece of a large object, as its manifest has it: `name` is /container/object, `size` that of the whole."""

    name: str
    etag: str
    size: int
    used: int
    nested: bool = False


class Segments:
    """The segments of one container of the account that `account` is the path of."""

    def __init__(self, client: Client, account: str, container: str, *, most: int = MOST) -> None:
        self._client = client
        self._account = account
        self._name = container + BESIDE
        self._root = f"{account}/{quoted(self._name)}"
        self._most = most
        self._made = False

    async def begin(self) -> str:
        """The name of a new upload; nobody else has it."""
        if not self._made:
            await self._client.ask("PUT", self._root)
            self._made = True
        return f"{int(time.time()):010x}-{secrets.token_hex(4)}"

    async def put(self, upload: str, number: int, body: bytes | bytearray, more: Headers) -> str:
        """Write one segment; Swift holds it to the MD5 that `more` states as its ETag. Answers its tag."""
        answer = await self._client.ask("PUT", f"{self._root}/{OURS}{upload}/{number:08}", more=more, body=body)
        return tag(answer.header(b"etag"))

    def tag(self, tags: Iterable[str]) -> str:
        """The tag of an object that is made of segments with these."""
        level = list(tags)
        while len(level) > self._most:
            level = [_of(level[at : at + self._most]) for at in range(0, len(level), self._most)]
        return _of(level)

    async def join(self, path: str, upload: str, parts: list[tuple[str, int]], headers: Headers) -> str:
        """Write the manifest of all segments, each a tag and a size, in their order. Answers its tag.

        Where one manifest cannot name them all, it names others. Raises Conflict, Damaged and OutsideError.
        """
        place = f"/{self._name}/{OURS}{upload}"
        named = [
            {"path": f"{place}/{number:08}", "etag": etag, "size_bytes": size}
            for number, (etag, size) in enumerate(parts, start=1)
        ]
        level = 0
        while len(named) > self._most:
            level += 1
            groups = [named[at : at + self._most] for at in range(0, len(named), self._most)]
            named = [
                await self._inner(f"{place}/level-{level}-{number:08}", group) for number, group in enumerate(groups)
            ]
        return await self._manifest(path, named, headers)

    async def _inner(self, place: str, group: list[dict[str, Any]]) -> dict[str, Any]:
        etag = await self._manifest(f"{self._account}{quoted(place)}", group, [])
        return {"path": place, "etag": etag, "size_bytes": sum(one["size_bytes"] for one in group)}

    async def _manifest(self, path: str, named: list[dict[str, Any]], headers: Headers) -> str:
        wanted = _of([one["etag"] for one in named])
        more = [*headers, ("etag", wanted), ("accept", "application/json")]
        body = json.dumps(named).encode()
        for attempt in range(1, _TRIES + 1):
            answer = await self._client.ask("PUT", path, _PUT, more=more, body=body)
            if answer.status != 202:  # a Swift too old to tell that it is still at it
                return tag(answer.header(b"etag"))
            status, why = _told(answer)
            if status == 201:
                return wanted
            if status == 412:
                raise Conflict("the object is in another state")
            if status < 500:
                raise Damaged(f"its segments cannot be joined: {status} {why}")
            if attempt < _TRIES:
                await asyncio.sleep(2**attempt * self._client.patience.first)
        raise OutsideError(f"the object store at {self._client.host} could not join segments: {status} {why}")

    async def named(self, path: str) -> list[Segment]:
        """The segments that the manifest of an object names; none where it has no static one, or is not there."""
        try:
            head = await self._client.ask("HEAD", path)
            if head.header(b"x-static-large-object").lower() != "true":
                return []
            answer = await self._client.ask("GET", path, _GET)
            return [_segment(one) for one in json.loads(bytes(answer.body))]
        except NotFound:
            return []
        except (ValueError, KeyError) as error:
            raise OutsideError("a manifest of segments cannot be read") from error

    async def uploads(self, path: str) -> set[str]:
        """The uploads of ours that an object consists of."""
        ours = f"/{self._name}/{OURS}"
        names = (one.name for one in await self.named(path) if one.name.startswith(ours))
        return {name.removeprefix(ours).partition("/")[0] for name in names}

    async def forget(self, upload: str) -> None:
        """Remove what was written of an upload; harmless where there is nothing."""
        while names := [name async for name, _ in self.ours(upload)]:
            turns = iter(names)
            await asyncio.gather(*(self._remove(turns) for _ in range(min(_AT_ONCE, len(names)))))

    async def _remove(self, names: Iterator[str]) -> None:
        for name in names:
            with suppress(NotFound):
                await self._client.ask("DELETE", f"{self._root}/{quoted(name)}")

    async def ours(self, upload: str = "") -> AsyncIterator[tuple[str, int]]:
        """The name and bytes of every segment of ours, or of one upload."""
        asked = {"format": "json", "prefix": f"{OURS}{upload}/" if upload else OURS}
        try:
            while found := json.loads(bytes((await self._client.ask("GET", self._root, joined(asked))).body) or b"[]"):
                for one in found:
                    yield str(one["name"]), int(one["bytes"])
                asked["marker"] = found[-1]["name"]
        except NotFound:
            return

    async def unmake(self) -> None:
        """Remove the container of segments, where it is there and holds nothing."""
        try:
            await self._client.ask("DELETE", self._root)
        except (NotFound, Conflict):
            return

    async def wrong(self, path: str, start: int, end: int | None) -> str:
        """Which segment of a range is not what the manifest says; empty where all are, or it has none."""
        at, named = 0, await self.named(path)
        for number, one in enumerate(named, start=1):
            if at + one.used > start and (end is None or at < end) and one.name:
                which = f"segment {number} of {len(named)}, {one.name},"
                there = f"{self._account}{quoted(one.name)}"
                try:
                    head = await self._client.ask("HEAD", there)
                except NotFound:
                    return f"{which} is gone"
                if tag(head.header(b"etag")) != one.etag or int(head.header(b"content-length") or -1) != one.size:
                    return f"{which} is not what its manifest says"
                if one.nested and (why := await self.wrong(there, start - at, None if end is None else end - at)):
                    return why
            at += one.used
        return ""


def _of(tags: list[str]) -> str:
    return md5("".join(tags).encode(), usedforsecurity=False).hexdigest()


def _segment(one: dict[str, Any]) -> Segment:
    if "data" in one:
        size = len(b64decode(one["data"]))
        return Segment("", "", size, size)
    size = used = int(one["bytes"])
    if one.get("range"):
        first, _, last = str(one["range"]).partition("-")
        used = int(last) - int(first) + 1
    return Segment(str(one["name"]), str(one["hash"]), size, used, bool(one.get("sub_slo")))


def _told(answer: Answer) -> tuple[int, str]:
    """The status that comes after the blanks which tell that Swift is still at it, and what was wrong."""
    try:
        told = json.loads(bytes(answer.body))
        return int(str(told["Response Status"])[:3]), "; ".join(": ".join(map(str, one)) for one in told["Errors"])
    except (ValueError, KeyError, TypeError) as error:
        raise OutsideError("the answer to a manifest of segments cannot be read") from error
