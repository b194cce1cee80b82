"""Let a store that does one thing at a time do many, in threads."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from typing import TypeVar, cast

from exitkit.errors import Conflict, Damaged, NotFound, Unsupported
from exitkit.ports import Blob, Flow, Listed, ObjectStore, Pieces, Read, Stored, Streams, Traits, Whole, Written
from exitkit.transfer.many import patiently

R = TypeVar("R")

WORKERS = 8
PIECE = 8 * 2**20
"""From so many bytes on an object is moved in pieces, where the store knows them."""

_PAGE = 1000


def flow_of(store: ObjectStore, bucket: str) -> Flow:
    """The objects of one bucket: the store's own way to do many at once, or threads."""
    if isinstance(store, Streams):
        return store.flow(bucket)
    return InPieces(store, bucket) if isinstance(store, Pieces) else Threads(store, bucket)


class Threads(Whole):
    """One bucket of a store that does one thing at a time. A whole object is in memory at a time, in each thread.

    Where the store knows pieces, see InPieces.
    """

    def __init__(self, store: ObjectStore, bucket: str, *, workers: int = WORKERS) -> None:
        self._store = store
        self._bucket = bucket
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="exitkit")
        self._traits = Traits(most_at_once=workers)

    @property
    def traits(self) -> Traits:
        """How it may be worked with."""
        return self._traits

    async def _do(self, call: Callable[[], R]) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._pool, call)

    async def _patiently(self, call: Callable[[], R]) -> R:
        return await self._do(lambda: patiently(lambda _: call(), None))

    async def bounds(self, wanted: int) -> list[str]:  # noqa: ARG002 - it lists from its beginning to its end
        """None: such a store lists from its beginning to its end."""
        return []

    async def pages(self, *, after: str = "", until: str = "", versions: bool = False) -> AsyncIterator[list[Listed]]:
        """The objects of a range, in order of key, page by page."""
        if versions:
            raise Unsupported("this object store does not list earlier versions")
        listing: Iterator[Stored] = await self._do(lambda: self._store.listing(self._bucket))
        while page := await self._do(lambda: list(islice(listing, _PAGE))):
            within = [
                Listed(found.key, found.size, found.etag)
                for found in page
                if found.key > after and (not until or found.key <= until)
            ]
            if within:
                yield within

    async def read(self, key: str, *, version: str = "", size: int = 0) -> Read:  # noqa: ARG002
        """One object whole."""
        blob = await self._patiently(partial(self._store.get, self._bucket, key))
        return Read(blob, "", plain=False)

    async def look(self, key: str, *, version: str = "") -> Read:
        """Its attributes; such a store has no way to tell them without the bytes."""
        return await self.read(key, version=version)

    async def read_range(self, key: str, start: int, size: int, *, etag: str, version: str = "") -> bytes:  # noqa: ARG002
        """Some bytes of an object."""
        raise Unsupported(f"{key} cannot be read in parts here")

    async def write(
        self,
        key: str,
        blob: Blob,
        *,
        sha256: str = "",  # noqa: ARG002
        md5: str = "",
        over: str | None = None,
    ) -> Written:
        """Write one object whole. Where nothing may be there, we look first: there is no better way here."""
        if md5 and hashlib.md5(blob.body, usedforsecurity=False).hexdigest() != md5:
            raise Damaged("the bytes are not those that their MD5 is of")
        if over == "" and await self._do(lambda: self._there(key)):
            raise Conflict(f"{key} is there already")
        return Written(await self._patiently(partial(self._store.put, self._bucket, key, blob)), plain=False)

    def _there(self, key: str) -> bool:
        try:
            self._store.get(self._bucket, key)
        except NotFound:
            return False
        return True

    async def remove(self, key: str) -> None:
        """Remove one object; harmless where there is none."""
        await self._patiently(partial(self._store.delete, self._bucket, key))

    async def close(self) -> None:
        """Let the threads end."""
        self._pool.shutdown(wait=True, cancel_futures=True)


class InPieces(Threads):
    """One bucket of such a store that reads and writes large objects piece by piece."""

    def __init__(self, store: ObjectStore, bucket: str, *, workers: int = WORKERS) -> None:
        super().__init__(store, bucket, workers=workers)
        self._pieces = cast("Pieces", store)
        self._traits = Traits(most_at_once=workers, large=PIECE, part=PIECE)
        self._blobs: dict[str, Blob] = {}

    async def look(self, key: str, *, version: str = "") -> Read:  # noqa: ARG002
        """Its attributes alone."""
        return await self._patiently(partial(self._pieces.look, self._bucket, key))

    async def read_range(self, key: str, start: int, size: int, *, etag: str, version: str = "") -> bytes:  # noqa: ARG002
        """Some bytes of one state of an object."""
        return await self._do(partial(self._pieces.piece, self._bucket, key, start, size, etag=etag))

    async def begin(self, key: str, blob: Blob) -> str:  # noqa: ARG002
        """Begin to write an object in pieces."""
        upload = secrets.token_hex(8)
        self._blobs[upload] = blob
        return upload

    async def part(self, key: str, upload: str, number: int, body: bytes | bytearray, *, md5: bytes) -> str:  # noqa: ARG002
        """Write one piece."""
        await self._do(partial(self._pieces.put_piece, self._bucket, upload, number, body))
        return ""

    async def finish(self, key: str, upload: str, parts: list[str], *, over: str | None = None) -> Written:  # noqa: ARG002
        """Join the pieces. Which state it is written over is looked at before: there is no better way here."""
        if over is not None and await self._do(lambda: self._tag(key)) != over:
            raise Conflict(f"{key} is in another state")
        blob = self._blobs.pop(upload)
        return Written(await self._do(partial(self._pieces.join, self._bucket, key, upload, blob)))

    async def abort(self, key: str, upload: str) -> None:  # noqa: ARG002
        """Remove the pieces of an upload."""
        self._blobs.pop(upload, None)
        await self._do(partial(self._pieces.forget, self._bucket, upload))

    def _there(self, key: str) -> bool:
        return self._tag(key) != ""

    def _tag(self, key: str) -> str:
        try:
            return self._pieces.look(self._bucket, key).etag
        except NotFound:
            return ""
