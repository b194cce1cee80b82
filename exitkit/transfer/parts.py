"""Move one large object in parts: read side by side, hashed in order, joined at the target or forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import md5, sha256
from typing import TYPE_CHECKING

from exitkit.errors import Conflict, Damaged
from exitkit.ports import Blob, Flow, Listed, Read, Written
from exitkit.transfer.budget import Budget
from exitkit.transfer.journal import Journal
from exitkit.transfer.together import together

if TYPE_CHECKING:
    from hashlib import _Hash

AT_ONCE = 4
"""Parts of one object on their way at one time."""


TRIES = 3
"""How often an object is read whose origin states another MD5 than its bytes have."""


@dataclass(frozen=True)
class Sent:
    """A large object at the target, and how that is known.

    `odd` says that the origin's tag looks like an MD5 of the content and is none, `unchecked` that its tag could not be
    held against what was read.
    """

    written: Written
    sha256: str
    proof: str
    odd: bool = False
    unchecked: bool = False


class InOrder:
    """SHA-256 of parts that come in any order, each after the one before; and MD5, where the origin states one."""

    def __init__(self, *, stated: bool) -> None:
        self._hash: _Hash = sha256()
        self._md5 = md5(usedforsecurity=False) if stated else None
        self._turn = asyncio.Condition()
        self._next = 0

    async def add(self, number: int, body: bytes) -> None:
        """Hash a part, after those before it."""
        async with self._turn:
            await self._turn.wait_for(lambda: self._next == number)
        if self._md5 is None:
            await asyncio.to_thread(self._hash.update, body)
        else:
            await asyncio.gather(asyncio.to_thread(self._hash.update, body), asyncio.to_thread(self._md5.update, body))
        async with self._turn:
            self._next += 1
            self._turn.notify_all()

    @property
    def digest(self) -> str:
        """SHA-256 of all of them."""
        return self._hash.hexdigest()

    def is_of(self, stated: str) -> bool:
        """Whether what the origin states is the MD5 of all of them, or it states none."""
        return self._md5 is None or self._md5.hexdigest() == stated


class Parts:
    """Moves large objects between two buckets; a journal is told of every upload before its first part.

    `on_its_way` is the bytes of parts at the target whose object is not there yet; `tell` is called with each part.
    """

    def __init__(
        self,
        origin: Flow,
        to: Flow,
        budget: Budget,
        journal: Journal | None = None,
        *,
        tell: Callable[[], None] = lambda: None,
    ) -> None:
        self.on_its_way = 0
        self._tell = tell
        self._origin = origin
        self._to = to
        self._budget = budget
        self._journal = journal

    async def copy(self, here: Listed, look: Read, attributes: Blob, *, over: str | None) -> Sent:
        """One object. What the origin states the MD5 of is read again where it is not; twice the same is what it is."""
        seen = ""
        for _ in range(TRIES):
            sent = await self._copied(here, look, attributes, over, seen)
            if isinstance(sent, Sent):
                return sent
            seen = sent
        raise Damaged("it comes changed, however often it is read")

    async def _copied(self, here: Listed, look: Read, attributes: Blob, over: str | None, seen: str) -> Sent | str:
        """One object, or the SHA-256 of what it is not; an upload that does not end well is forgotten at the target."""
        upload = await self._to.begin(here.key, attributes)
        if self._journal is not None:
            self._journal.begun(here.key, upload)
        try:
            tags, hashes, whole = await self._send(here, look, upload)
            odd = not whole.is_of(look.etag)
            if odd and whole.digest != seen:
                await self._forget(here.key, upload)
                return whole.digest
            written = await self._to.finish(here.key, upload, tags, over=over)
        except BaseException:
            await asyncio.shield(self._forget(here.key, upload))
            raise
        if self._journal is not None:
            self._journal.ended(here.key, upload)
        unchecked = not look.plain and look.etag != self._origin.joined(hashes)
        if written.etag == self._to.joined(hashes):
            return Sent(written, whole.digest, "parts", odd, unchecked)
        if await self.digest(self._to, here.key, here.size, written.etag) != whole.digest:
            raise Damaged("it arrived changed")
        return Sent(written, whole.digest, "read", odd, unchecked)

    async def _forget(self, key: str, upload: str) -> None:
        await self._to.abort(key, upload)
        if self._journal is not None:
            self._journal.ended(key, upload)

    async def _send(self, here: Listed, look: Read, upload: str) -> tuple[list[str], list[bytes], InOrder]:
        size = self._part_size(here.size)
        count = -(-here.size // size)
        tags, hashes, sent, whole = [""] * count, [b""] * count, [0] * count, InOrder(stated=look.plain)
        numbers = iter(range(count))

        async def one(number: int) -> None:
            """In a function of its own, so that its bytes are gone when their loan is returned."""
            start = number * size
            length = min(size, here.size - start)
            try:
                body = await self._origin.read_range(here.key, start, length, etag=look.etag, version=here.version)
            except Conflict as error:
                raise Damaged("it changed at the origin while it was read") from error
            hashed, _ = await asyncio.gather(asyncio.to_thread(_md5, body), whole.add(number, body))
            tags[number] = await self._to.part(here.key, upload, number + 1, body, md5=hashed)
            hashes[number] = hashed
            sent[number] = length
            self.on_its_way += length
            self._tell()

        async def work() -> None:
            for number in numbers:
                lent = await self._budget.borrow(min(size, here.size - number * size))
                try:
                    await one(number)
                finally:
                    self._budget.give_back(lent)

        try:
            await together([work() for _ in range(min(AT_ONCE, count))])
        finally:
            self.on_its_way -= sum(sent)
        return tags, hashes, whole

    def _part_size(self, size: int) -> int:
        least = self._to.traits.part
        return least * max(1, -(-size // (least * self._to.traits.most_parts)))

    async def digest(self, flow: Flow, key: str, size: int, etag: str, version: str = "") -> str:
        """SHA-256 of an object read in ranges of one state."""
        step = flow.traits.part
        whole = sha256()
        for start in range(0, size, step):
            length = min(step, size - start)
            lent = await self._budget.borrow(length)
            try:
                # Nothing may hold these bytes once their loan is returned.
                await asyncio.to_thread(
                    whole.update, await flow.read_range(key, start, length, etag=etag, version=version)
                )
            finally:
                self._budget.give_back(lent)
        return whole.hexdigest()


async def swept(to: Flow, journal: Journal) -> int:
    """Remove what uploads left behind that a kill ended, as the journal tells of them; answers how many those were."""
    left = journal.uploads()
    for key, upload in left:
        await to.abort(key, upload)
        journal.ended(key, upload)
    return len(left)


def _md5(body: bytes) -> bytes:
    return md5(body, usedforsecurity=False).digest()
