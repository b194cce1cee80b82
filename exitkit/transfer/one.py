"""Move one object, and know that it arrived: hashed while its bytes pass, read back where a tag says little."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import md5, sha256

from exitkit.errors import Conflict, Damaged, NotFound, Unsupported
from exitkit.ports import Blob, Flow, Listed, Read, Settled, Written
from exitkit.transfer.budget import Budget
from exitkit.transfer.find import Pair
from exitkit.transfer.journal import COPIED, REFUSED, Fact, Journal, told, told_of
from exitkit.transfer.parts import Parts
from exitkit.transfer.stream import Stream

TRIES = 3
"""How often one object is sent before it is refused as damaged."""

_USUAL = ("", "STANDARD")
"""Storage classes that need no word in a journal."""


@dataclass(frozen=True)
class Rules:
    """How objects are to be moved. `guarded` refuses to write over what is newer at the target and not from us.

    `classes` maps a storage class of the origin to one of the target; what it does not name goes to the target's own
    default. `retention` carries object locks along, to a bucket that has them. `homeward` brings back only what changed
    at the origin since it was moved there: what is at home may be newer by now.
    """

    guarded: bool = False
    homeward: bool = False
    retention: bool = False
    classes: Mapping[str, str] = field(default_factory=dict)


PLAIN = Rules()
"""The origin is the truth, and everything goes to the target's own class."""


async def possible(rules: Rules, to: Flow) -> Rules:
    """The same rules as far as the target can keep them: object locks only where its bucket has them."""
    if not rules.retention or not isinstance(to, Settled):
        return rules
    return replace(rules, retention=bool((await to.settings()).get("object-lock")))


class Mover:
    """Moves objects between two buckets."""

    def __init__(
        self,
        origin: Flow,
        to: Flow,
        rules: Rules,
        budget: Budget,
        journal: Journal | None = None,
        *,
        tell: Callable[[], None] = lambda: None,
    ) -> None:
        self._origin = origin
        self._to = to
        self._rules = rules
        self._budget = budget
        self._parts = Parts(origin, to, budget, journal, tell=tell)
        self._stream = Stream(origin, to, budget, self._fitted)
        both = (origin.traits.large, to.traits.large)
        self._large = max(size for size in both if size is not None) if None not in both else None

    async def move(self, pair: Pair) -> Fact:
        """One object; the answer is what the journal is to remember. Raises OutsideError where a store is at fault."""
        here, budget, lent = pair.ours, self._budget, 0
        try:
            if self._large is not None and here.size > self._large:
                return await self._moved_large(pair, here)
            lent = here.size if budget.lends(here.size) else await budget.borrow(here.size)
            return await self._sent(pair, here)
        except NotFound:
            return _refused(here, "gone before it could be read")
        except Conflict:
            return _refused(here, "something newer is at the target, and stays")
        except (Unsupported, Damaged) as error:
            return _refused(here, error.message)
        finally:
            budget.give_back(lent)

    @property
    def on_its_way(self) -> int:
        """Bytes that are at the target, of objects that are not there yet."""
        return self._parts.on_its_way

    def close(self) -> None:
        """Let its threads end."""
        self._stream.close()

    async def _sent(self, pair: Pair, here: Listed) -> Fact:
        seen = ""
        for _ in range(TRIES):
            read = await self._origin.read(here.key, version=here.version, size=here.size)
            digest = sha256(read.blob.body).hexdigest()
            if read.etag == here.etag and len(read.blob.body) != here.size:
                if seen == digest:
                    raise Damaged(f"listed with {here.size} bytes, it comes with {len(read.blob.body)}")
                seen = digest
                continue
            # The origin's tag is a claim that the target checks. Bytes that it is not the MD5 of may be damaged,
            # and then differ the second time; or it only looks like one, and is not claimed again.
            claimed = read.etag if read.plain and seen != digest else ""
            blob = self._fitted(read.blob)
            hashed = claimed or _md5(blob.body)
            over = self._over(pair, hashed)
            try:
                written = await self._to.write(here.key, blob, sha256=digest, md5=claimed, over=over)
            except Damaged:
                if not claimed:
                    raise
                seen = digest if _md5(blob.body) != claimed else seen
                continue
            tagged = written.plain and written.etag == hashed
            proof = "tag" if tagged else await self._proof(here.key, written, digest)
            if proof and (tagged or not claimed or _md5(blob.body) == claimed):
                return _copied(here, read, written, digest, proof=proof, sent=blob, odd=read.plain and not claimed)
            seen = digest if proof else seen
            pair = pair._replace(there=Listed(here.key, len(blob.body), written.etag))
        raise Damaged("it arrives changed, however often it is sent")

    async def _proof(self, key: str, written: Written, digest: str) -> str:
        """How else than by its tag it is known that the target has what we sent; empty where it has not."""
        if self._to.traits.sure:
            return "signed"
        back = await self._to.read(key, version=written.version)
        return "read" if sha256(back.blob.body).hexdigest() == digest else ""

    def _over(self, pair: Pair, hashed: str) -> str | None:
        """The state the target must be in; None where anything may be written over. Raises Conflict."""
        if not self._rules.guarded:
            return None
        if pair.there is None:
            return ""
        ours = pair.known is not None and pair.known.there == pair.there.etag
        if not ours and pair.there.etag != hashed and _newer(pair):
            raise Conflict(f"{pair.key} is newer at the target")
        return pair.there.etag

    def _fitted(self, blob: Blob) -> Blob:
        """The attributes as the target may take them."""
        if not blob.storage_class and not blob.headers:
            return blob
        locked = not self._rules.retention and any(name.startswith("x-amz-object-lock") for name in blob.headers)
        if not blob.storage_class and not locked:
            return blob
        kept = {n: v for n, v in blob.headers.items() if not locked or not n.startswith("x-amz-object-lock")}
        return replace(blob, storage_class=self._rules.classes.get(blob.storage_class, ""), headers=kept)

    async def _moved_large(self, pair: Pair, here: Listed) -> Fact:
        if self._stream.takes(here) and (not self._rules.guarded or pair.there is None):
            sent = await self._stream.move(here, "" if self._rules.guarded else None)
            if sent is not None:
                return _copied(
                    here, sent.read, sent.written, sent.sha256, proof="tag", sent=self._fitted(sent.read.blob)
                )
            pair = await self._looked_again(pair, here)
        look = await self._origin.look(here.key, version=here.version)
        over: str | None = None
        if self._rules.guarded:
            ours = pair.known is not None and pair.there is not None and pair.known.there == pair.there.etag
            if pair.there is not None and not ours and _newer(pair):
                return await self._adopted(pair, here, look)
            over = pair.there.etag if pair.there is not None else ""
        whole = await self._parts.copy(here, look, self._fitted(look.blob), over=over)
        return _copied(
            here, look, whole.written, whole.sha256, proof=whole.proof, sent=self._fitted(look.blob), odd=whole.odd,
            unchecked=whole.unchecked,
        )  # fmt: skip

    async def _looked_again(self, pair: Pair, here: Listed) -> Pair:
        """After a stream of which nobody knows whether it arrived: what the target has now."""
        try:
            there = await self._to.look(here.key)
        except NotFound:
            return pair
        return pair._replace(there=Listed(here.key, here.size, there.etag)) if there.etag == here.etag else pair

    async def _adopted(self, pair: Pair, here: Listed, look: Read) -> Fact:
        """A large object that is there already, and newer: ours from before a kill if it has the same content."""
        there = pair.theirs
        if there.size != here.size:
            raise Conflict(f"{pair.key} is newer at the target")
        ours, theirs = await asyncio.gather(
            self._parts.digest(self._origin, here.key, here.size, look.etag, here.version),
            self._parts.digest(self._to, here.key, there.size, there.etag),
        )
        if ours != theirs:
            raise Conflict(f"{pair.key} is newer at the target")
        return _copied(here, look, Written(there.etag), ours, proof="read", sent=look.blob)


def _md5(body: bytes) -> str:
    return md5(body, usedforsecurity=False).hexdigest()


def _newer(pair: Pair) -> bool:
    """Whether the target's was written after the origin's; where nobody says, it may have been."""
    here, there = pair.ours.modified, pair.theirs.modified
    return not here or not there or there[:19] >= here[:19]


def _refused(here: Listed, why: str) -> Fact:
    return Fact(
        here.key, here.size, here=here.etag, outcome=REFUSED, version=here.version, attributes=told({"why": why})
    )


def _copied(
    here: Listed, read: Read, written: Written, digest: str, *, proof: str, sent: Blob, odd: bool = False,
    unchecked: bool = False,
) -> Fact:  # fmt: skip
    """What is to be remembered; of `odd` and `unchecked` see Sent."""
    size = len(sent.body) or here.size
    etag = here.etag if here.etag and here.etag == read.listed else read.etag or here.etag
    if (
        sent is read.blob
        and proof == "tag"
        and not odd
        and not (sent.headers or sent.tags)
        and here.storage_class in _USUAL
    ):
        said = told_of(sent.content_type, sent.metadata)
        return Fact(here.key, size, digest, etag, written.etag, COPIED, proof, here.version, said)
    kept: dict[str, object] = {"type": sent.content_type, "headers": sent.headers, "metadata": sent.metadata}
    if sent.tags:
        kept["tags"] = sent.tags
    if (kind := here.storage_class or read.blob.storage_class) not in _USUAL:
        kept["class"] = kind
        kept["class there"] = sent.storage_class or "the target's own"
    if left := sorted(read.blob.headers.keys() - sent.headers.keys()):
        kept["not kept"] = left
    if unchecked:
        kept["read"] = "once: the origin's tag is of parts, and could not be held against it"
    if odd:
        kept["tag"] = "not the MD5 it looks like"
    return Fact(here.key, size, digest, etag, written.etag, COPIED, proof, here.version, told(kept))
