"""The objects of one bucket over S3, many at once."""

from __future__ import annotations

import base64
import hashlib
from binascii import b2a_base64
from collections.abc import AsyncIterator
from hashlib import sha256
from html import escape

from exitkit.drivers.s3 import answers, attributes, bounds, deleting, tags, uploads
from exitkit.drivers.s3.client import Client
from exitkit.drivers.s3.settings import read_settings
from exitkit.drivers.s3.sign import EMPTY, UNSIGNED, Headers, joined, query, quoted
from exitkit.drivers.s3.stream import Sink, Source
from exitkit.drivers.s3.wire import Answer
from exitkit.errors import Conflict, Damaged, NotFound, OutsideError
from exitkit.ports import Blob, Listed, Read, Traits, Written

PAGE = 1000
LARGE = 8 * 2**20
"""From so many bytes on an object goes in parts."""

LEAST_PART = 8 * 2**20
MOST_PARTS = 10_000


class S3Flow:
    """One bucket. `with_tags` costs two requests more for an object that has some."""

    def __init__(self, client: Client, bucket: str, *, with_tags: bool = False, most_at_once: int = 512) -> None:
        self._client = client
        self._bucket = bucket
        self._root = f"/{bucket}"
        self._with_tags = with_tags
        self._conditions = True
        self._traits = Traits(most_at_once, large=LARGE, part=LEAST_PART, sure=False, ranged=True)

    @property
    def traits(self) -> Traits:
        """How it may be worked with."""
        return self._traits

    @property
    def requests(self) -> int:
        """How many requests were made."""
        return self._client.requests

    @property
    def conditions_kept(self) -> bool:
        """Whether the store takes conditions on writes, as far as we have seen."""
        return self._conditions

    async def bounds(self, wanted: int) -> list[str]:
        """Keys that divide the bucket into about so many ranges."""
        return await bounds.bounds(self._ask_list, wanted)

    async def pages(self, *, after: str = "", until: str = "", versions: bool = False) -> AsyncIterator[list[Listed]]:
        """The objects whose key is above `after` and not above `until`, in order of key, page by page."""
        pages = self._versions(after) if versions else self._objects(after)
        async for page in pages:
            if until and page and page[-1].key > until:
                within = [found for found in page if found.key <= until]
                if within:
                    yield within
                return
            if page:
                yield page

    async def _objects(self, after: str) -> AsyncIterator[list[Listed]]:
        asked = {"start-after": after} if after else {}
        while True:
            page = await self._ask_list(asked)
            yield answers.listed(page)
            if b"<IsTruncated>true" not in page:
                return
            token = answers.field("NextContinuationToken", page)
            if not token or token == asked.get("continuation-token"):
                raise OutsideError(f"the listing of {self._bucket} stops in the middle: it is cut, with no way on")
            asked = {"continuation-token": token}

    async def _ask_list(self, asked: dict[str, str]) -> bytes | bytearray:
        more = {"list-type": "2", "max-keys": str(PAGE), "encoding-type": "url"} | asked
        answer = await self._client.ask("GET", self._root, joined(more))
        if b"</ListBucketResult>" not in answer.body[-64:]:
            raise Damaged(f"a page of the listing of {self._bucket} is not whole")
        return answer.body

    async def _versions(self, after: str) -> AsyncIterator[list[Listed]]:
        """Pages of whole keys: what the last key of a page has may go on in the next one."""
        asked = {"versions": "", "max-keys": str(PAGE), "encoding-type": "url"}
        if after:
            asked["key-marker"] = after
        held: list[Listed] = []
        while True:
            page = (await self._client.ask("GET", self._root, joined(asked))).body
            held += answers.versions(page)
            more = b"<IsTruncated>true" in page
            last = held[-1].key if held and more else None
            whole = [found for found in held if found.key != last and found.key > after]
            held = [found for found in held if found.key == last]
            yield _oldest_first(whole)
            if not more:
                return
            asked["key-marker"] = answers.key_of("NextKeyMarker", page)
            asked["version-id-marker"] = answers.field("NextVersionIdMarker", page)

    async def read(self, key: str, *, version: str = "", size: int = 0) -> Read:
        """One object whole, with its attributes."""
        asked = joined({"versionId": version}) if version else ""
        answer = await self._client.ask("GET", f"{self._root}/{quoted(key)}", asked, expecting=size)
        found = attributes.read(answer)
        if self._with_tags and answer.header(b"x-amz-tagging-count") not in ("", "0"):
            found = await self._tagged(key, asked, found)
        return found

    async def look(self, key: str, *, version: str = "") -> Read:
        """The attributes alone."""
        asked = joined({"versionId": version}) if version else ""
        answer = await self._get("HEAD", key, asked)
        found = attributes.read(answer)
        return await self._tagged(key, asked, found) if self._with_tags else found

    async def _tagged(self, key: str, asked: str, found: Read) -> Read:
        got = await self._get("GET", key, f"tagging=&{asked}" if asked else "tagging=")
        blob = found.blob
        whole = Blob(
            blob.body, blob.content_type, blob.metadata, blob.headers, blob.storage_class, tags.parse(got.body)
        )
        return found._replace(blob=whole)

    async def read_range(self, key: str, start: int, size: int, *, etag: str, version: str = "") -> bytes:
        """Some bytes of one state of an object."""
        asked = joined({"versionId": version}) if version else ""
        more = [("range", f"bytes={start}-{start + size - 1}"), ("if-match", f'"{etag}"')]
        answer = await self._get("GET", key, asked, more=more, size=size)
        if attributes.read(answer).etag != etag:
            raise Conflict(f"{self._bucket}/{key} changed while it was read")
        if answer.status != 206 or len(answer.body) != size:
            raise Damaged(f"a range of {size} bytes of {self._bucket}/{key} came as {len(answer.body)}")
        return answer.body  # type: ignore[return-value] # bytes or bytearray: read only

    async def _get(self, method: str, key: str, asked: str, *, more: Headers | None = None, size: int = 0) -> Answer:
        path = f"{self._root}/{quoted(key)}"
        return await self._client.ask(method, path, asked, more=more, expecting=size)

    async def write(self, key: str, blob: Blob, *, sha256: str = "", md5: str = "", over: str | None = None) -> Written:
        """Write one object whole. The store refuses it where the bytes are not those that were hashed and signed."""
        more = attributes.headers(blob)
        if self._with_tags:
            more += tags.header(blob.tags)
        if not md5 and any(name.startswith("x-amz-object-lock") for name in blob.headers):
            md5 = hashlib.md5(blob.body, usedforsecurity=False).hexdigest()  # S3 wants one beside a lock
        if md5:
            more.append(("content-md5", b2a_base64(bytes.fromhex(md5), newline=False).decode()))
        answer = await self._conditionally(
            "PUT", key, "", blob.body, payload=sha256 or _hashed(blob.body), more=more, over=over
        )
        return answers.written(answer)

    async def _conditionally(
        self, method: str, key: str, asked: str, body: bytes, *, payload: str, more: Headers, over: str | None
    ) -> Answer:
        path = f"{self._root}/{quoted(key)}"
        again = self._client.again
        condition = _condition(over) if self._conditions else []
        try:
            return await self._client.ask(method, path, asked, payload=payload, more=[*more, *condition], body=body)
        except Conflict:
            # Asked twice, the first may have gone well and its answer been lost: then what is there is ours.
            if self._client.again == again or (await self._look_for(key, body)) is None:
                raise
            head = f'http/1.1 200\r\netag: "{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'.encode()
            return Answer(200, head, b"", head)
        except OutsideError as error:
            if not condition or "NotImplemented" not in error.message:
                raise
            self._conditions = False
            return await self._conditionally(method, key, asked, body, payload=payload, more=more, over=None)

    async def _look_for(self, key: str, body: bytes) -> Read | None:
        found = await self.look(key)
        return found if found.etag == hashlib.md5(body, usedforsecurity=False).hexdigest() else None

    async def admitted(self, *, write: bool) -> None:
        """Wait for a turn, where the store counts requests."""
        await self._client.admitted(write=write)

    def source(self, key: str, *, version: str = "") -> Source:
        """An object to be read in a thread."""
        asked = joined({"versionId": version}) if version else ""
        return Source(self._client, f"{self._root}/{quoted(key)}", asked, tagged=self._with_tags)

    def sink(self, key: str) -> Sink:
        """An object to be written in a thread."""
        return Sink(self._client, f"{self._root}/{quoted(key)}", "")

    def condition(self, over: str | None) -> Headers:
        """What says over which state may be written, where the store takes that."""
        return _condition(over) if self._conditions else []

    async def there(self) -> bool:
        """Whether there is such a bucket. Raises OutsideError where the account may not ask."""
        try:
            await self._client.ask("GET", self._root, "location=")
        except NotFound:
            return False
        return True

    async def settings(self) -> dict[str, str | None]:
        """The bucket's own settings, each as text."""
        return await read_settings(self._client, self._bucket)

    async def begin(self, key: str, blob: Blob) -> str:
        """Begin to write an object in parts."""
        more = [*attributes.headers(blob), *tags.header(blob.tags if self._with_tags else None)]
        path = f"{self._root}/{quoted(key)}"
        answer = await self._client.ask("POST", path, "uploads=", more=more)
        return answers.field("UploadId", answer.body)

    async def part(self, key: str, upload: str, number: int, body: bytes | bytearray, *, md5: bytes) -> str:
        """Write one part; the store refuses it where its MD5 is another."""
        path = f"{self._root}/{quoted(key)}"
        asked = query(partNumber=str(number), uploadId=upload)
        more = [("content-md5", base64.b64encode(md5).decode())]
        answer = await self._client.ask("PUT", path, asked, payload=UNSIGNED, more=more, body=body)
        return answers.tag(answer.header(b"etag"))

    async def finish(self, key: str, upload: str, parts: list[str], *, over: str | None = None) -> Written:
        """Join the parts into the object."""
        told = "".join(
            f'<Part><PartNumber>{number}</PartNumber><ETag>"{escape(etag)}"</ETag></Part>'
            for number, etag in enumerate(parts, start=1)
        )
        body = f"<CompleteMultipartUpload>{told}</CompleteMultipartUpload>".encode()
        again = self._client.again
        try:
            answer = await self._conditionally(
                "POST", key, query(uploadId=upload), body, payload=_hashed(body), more=[], over=over
            )
        except (Conflict, NotFound):
            # Asked twice, the first may have gone well and its answer been lost: then what is there is ours.
            etag = self.joined([bytes.fromhex(one) for one in parts if answers.is_md5(one)])
            if self._client.again == again or (await self.look(key)).etag != etag:
                raise
            return Written(etag, plain=False)
        if b"<Error>" in answer.body:  # S3 may have begun to answer 200 before it knew
            raise OutsideError(f"{self._bucket}/{key} could not be joined: {answers.field('Code', answer.body)}")
        return Written(answers.tag(answers.field("ETag", answer.body)), answer.header(b"x-amz-version-id"), plain=False)

    def joined(self, parts: list[bytes]) -> str:
        """The tag that an object has whose parts have these MD5s: the MD5 of the MD5s, and how many."""
        return f"{hashlib.md5(b''.join(parts), usedforsecurity=False).hexdigest()}-{len(parts)}"

    async def abort(self, key: str, upload: str) -> None:
        """Forget an upload and its parts."""
        try:
            await self._client.ask("DELETE", f"{self._root}/{quoted(key)}", query(uploadId=upload))
        except NotFound:
            return

    async def leftover(self) -> tuple[int, int]:
        """Parts of uploads that did not end: how many, and their bytes."""
        return await uploads.leftover(self._client, self._bucket)

    async def remove(self, key: str) -> None:
        """Remove one object; harmless where there is none."""
        await self._client.ask("DELETE", f"{self._root}/{quoted(key)}")

    async def emptied(self) -> int:
        """Remove every object and every earlier version; answers how many objects those were."""
        objects = 0
        async for page in self.pages(versions=True):
            objects += len({found.key for found in page})
            await deleting.remove_all(self._client, self._bucket, page)
        return objects

    async def close(self) -> None:
        """Let every connection go."""
        await self._client.close()


def _hashed(body: bytes) -> str:
    return sha256(body).hexdigest() if body else EMPTY


def _condition(over: str | None) -> Headers:
    if over is None:
        return []
    return [("if-match", f'"{over}"')] if over else [("if-none-match", "*")]


def _oldest_first(found: list[Listed]) -> list[Listed]:
    """Versions come with the newest of a key first; written one after the other they must go in from the oldest."""
    turned = found[::-1]
    turned.sort(key=lambda one: one.key)
    return turned
