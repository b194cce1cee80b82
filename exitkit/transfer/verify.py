"""Prove that objects arrived: read them back and compare SHA-256, key by key."""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass, field

from exitkit.errors import Conflict, Damaged, NotFound, Unsupported
from exitkit.ports import Flow, Listed, Read
from exitkit.transfer.budget import Budget
from exitkit.transfer.copy import Place, Progress
from exitkit.transfer.crew import Backlog, worked
from exitkit.transfer.find import EVERYTHING, Listings, Pair, pairs, ranges
from exitkit.transfer.journal import BATCH, VERIFIED, Fact, Journal
from exitkit.transfer.parts import Parts
from exitkit.transfer.threads import flow_of
from exitkit.transfer.together import run


@dataclass(frozen=True)
class Compared:
    """What a comparison found: objects and bytes that are equal, and every key that is not, with how it differs.

    `looked` is how many were compared by their bytes; with a sample, the rest is bounded by `unseen`. `left` counts the
    parts at the target that no object consists of, None where nobody could tell.
    """

    equal: int
    bytes: int
    differing: tuple[str, ...]
    looked: int = 0
    of: int = 0
    left: int | None = None
    left_bytes: int = 0

    @property
    def unseen(self) -> float:
        """With 95 % confidence no larger share than this differs: the rule of three, where a sample found nothing."""
        if self.differing or not self.of:
            return 1.0
        return 0.0 if self.looked >= self.of else min(1.0, 3 / self.looked) if self.looked else 1.0


def verify_copied(
    to: Place,
    journal: Journal,
    *,
    passing: Collection[str] = (),
    progress: Progress = lambda _objects, _bytes: None,
) -> Compared:
    """Read back every object the journal says was written here, and compare with the hash of what was sent.

    This needs nothing of the origin, so it holds while the origin is being written to. Keys in `passing` are passed by.
    """
    return run(_with_flows((to,), lambda flows: _Copied(flows[0], to.provider, journal, passing, progress).all()))


def verify_both(
    origin: Place,
    to: Place,
    journal: Journal,
    *,
    sample: int | None = None,
    seed: int = 0,
    again: bool = False,
    progress: Progress = lambda _objects, _bytes: None,
) -> Compared:
    """Compare both sides whole: no key may be on one side only, and each must have one SHA-256 on both.

    An object that was read back before is not read again while both stores still give it the tags they gave it then,
    unless `again`. With `sample` every key is compared by both listings, and about so many by their bytes.
    """
    names = (origin.provider, to.provider)
    return run(
        _with_flows(
            (origin, to),
            lambda flows: _Both(
                flows[0], flows[1], names, journal, sample=sample, seed=seed, again=again, progress=progress
            ).all(),
        )
    )


async def _with_flows(places: tuple[Place, ...], work: Callable[[list[Flow]], Awaitable[Compared]]) -> Compared:
    flows = [flow_of(place.store, place.bucket) for place in places]
    try:
        return await work(flows)
    finally:
        await asyncio.gather(*(flow.close() for flow in flows))


@dataclass
class _Found:
    """What has been compared so far."""

    equal: int = 0
    bytes: int = 0
    looked: int = 0
    of: int = 0
    differing: list[str] = field(default_factory=list)

    def differs(self, key: str, how: str) -> None:
        self.differing.append(f"{key}: {how}")

    def same(self, size: int) -> None:
        self.equal += 1
        self.bytes += size

    @property
    def compared(self) -> Compared:
        return Compared(self.equal, self.bytes, tuple(sorted(self.differing)), self.looked, self.of)


class _Reader:
    """Hashes objects, large ones in ranges."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._budget = Budget()
        self._parts = Parts(flow, flow, self._budget)

    async def hash(self, key: str, size: int, etag: str) -> tuple[str, Read]:
        """SHA-256 of an object, and its attributes; those of the state that was read, or Conflict."""
        large = self._flow.traits.large
        if large is not None and size > large and etag:
            digest = await self._parts.digest(self._flow, key, size, etag)
            look = await self._flow.look(key)
            if etag not in (look.etag, look.listed):
                raise Conflict(f"{key} changed while it was read")
            return digest, look
        lent = await self._budget.borrow(size)
        try:
            read = await self._flow.read(key, size=size)
            return hashlib.sha256(read.blob.body).hexdigest(), read
        finally:
            self._budget.give_back(lent)


class _Copied:
    """Everything a journal says is here, read back."""

    def __init__(self, to: Flow, name: str, journal: Journal, passing: Collection[str], progress: Progress) -> None:
        self._to, self._name, self._journal, self._progress = to, name, journal, progress
        self._passing = passing
        self._reader = _Reader(to)
        self._found = _Found()

    async def all(self) -> Compared:
        backlog: Backlog[Fact] = Backlog()

        async def fill() -> None:
            facts = (fact for fact in self._journal if fact.known and fact.key not in self._passing)
            while some := [fact for _, fact in zip(range(BATCH), facts, strict=False)]:
                await backlog.put(some)

        await worked([fill], backlog, self._one, most=self._to.traits.most_at_once, fillers=1)
        self._journal.flush()
        return self._found.compared

    async def _one(self, fact: Fact) -> None:
        found, name = self._found, self._name
        found.looked, found.of = found.looked + 1, found.of + 1
        try:
            digest, _ = await self._reader.hash(fact.key, fact.size, fact.there)
        except (NotFound, Conflict) as error:
            gone = isinstance(error, NotFound)
            found.differs(fact.key, f"missing at {name}" if gone else f"changed at {name} since it was copied")
            return
        except (Damaged, Unsupported) as error:
            found.differs(fact.key, f"cannot be read whole at {name}: {error.message}")
            return
        if digest != fact.sha256:
            found.differs(fact.key, f"sha256 {digest[:12]}… at {name}, {fact.sha256[:12]}… was sent")
            return
        if fact.outcome != VERIFIED:
            self._journal.add(fact._replace(outcome=VERIFIED, proof="read", at=0))
        found.same(fact.size)
        self._progress(found.equal, found.bytes)


class _Both:
    """Both sides, whole."""

    def __init__(
        self,
        origin: Flow,
        to: Flow,
        names: tuple[str, str],
        journal: Journal,
        *,
        sample: int | None,
        seed: int,
        again: bool,
        progress: Progress,
    ) -> None:
        self._origin, self._to, self._names, self._journal = origin, to, names, journal
        self._sample, self._again, self._progress = sample, again, progress
        self._chance = random.Random(seed)  # noqa: S311 - a sample to repeat, no secret
        self._readers = _Reader(origin), _Reader(to)
        self._found, self._backlog = _Found(), Backlog[Pair]()
        self._drawn: list[Pair] = []
        self._offered = 0

    async def all(self) -> Compared:
        ranged = self._origin.traits.ranged and self._to.traits.ranged
        within = await ranges(self._origin) if ranged else [EVERYTHING]
        most = min(self._origin.traits.most_at_once, self._to.traits.most_at_once)

        async def fill() -> None:
            listings = Listings()
            for one in within:
                async for page in pairs(self._origin, self._to, self._journal, one, listings):
                    await self._backlog.put(list(self._unsure(page)))
            await self._backlog.put(self._drawn)

        await worked([fill], self._backlog, self._one, most=most, fillers=1)
        self._journal.flush()
        return self._found.compared

    def _unsure(self, page: list[Pair]) -> Iterator[Pair]:
        """What must be read to know; the rest is told at once."""
        for pair in page:
            self._found.of += 1
            if pair.here is None or pair.there is None:
                self._found.differs(pair.key, f"missing at {self._names[0 if pair.here is None else 1]}")
            elif pair.here.size != pair.there.size:
                sizes = f"{pair.there.size} bytes at {self._names[1]}, {pair.here.size} at {self._names[0]}"
                self._found.differs(pair.key, sizes)
            elif not self._again and pair.settled and pair.known is not None and pair.known.outcome == VERIFIED:
                self._found.looked += 1
                self._found.same(pair.here.size)
            elif self._sample is None:
                yield pair
            elif (spare := self._draw(pair, self._sample)) is not None:
                self._listed_alike(spare)

    def _draw(self, pair: Pair, sample: int) -> Pair | None:
        """Keep a sample in which each has the same chance, however many come; answers the one that is not in it."""
        self._offered += 1
        if len(self._drawn) < sample:
            self._drawn.append(pair)
            return None
        at = self._chance.randrange(self._offered)
        if at >= sample:
            return pair
        spare, self._drawn[at] = self._drawn[at], pair
        return spare

    def _listed_alike(self, pair: Pair) -> None:
        """What both listings and the journal say of an object that is not read."""
        if pair.settled or (pair.here is not None and pair.there is not None and pair.here.etag == pair.there.etag):
            self._found.same(pair.here.size if pair.here else 0)
        elif pair.known is not None and pair.known.known:
            self._found.differs(pair.key, "changed since it was copied")
        else:
            self._found.differs(pair.key, "not in the journal, and tagged otherwise on both sides")

    async def _one(self, pair: Pair) -> None:
        here, there = pair.ours, pair.theirs
        self._found.looked += 1
        try:
            (ours, left), (theirs, right) = await asyncio.gather(
                self._hashed(0, pair.key, here), self._hashed(1, pair.key, there)
            )
        except (NotFound, Conflict, Damaged) as error:
            gone = f"gone while it was compared ({error.message})"
            self._found.differs(pair.key, error.message if isinstance(error, Damaged) else gone)
            return
        if ours != theirs:
            one, other = self._names
            self._found.differs(pair.key, f"sha256 {theirs[:12]}… at {other}, {ours[:12]}… at {one}")
            return
        fact = (pair.known if pair.settled else None) or Fact(pair.key, here.size)
        fact = fact._replace(sha256=ours, here=here.etag, there=there.etag, outcome=VERIFIED, proof="read", at=0)
        self._journal.add(fact)
        if otherwise := _otherwise(left, right):
            self._found.differs(pair.key, otherwise)
            return
        self._found.same(here.size)
        self._progress(self._found.equal, self._found.bytes)

    async def _hashed(self, side: int, key: str, listed: Listed) -> tuple[str, Read]:
        try:
            return await self._readers[side].hash(key, listed.size, listed.etag)
        except (Damaged, Unsupported) as error:
            raise Damaged(f"cannot be read whole at {self._names[side]}: {error.message}") from error


def _otherwise(left: Read, right: Read) -> str:
    """How attributes that both sides gave differ."""
    one, other = left.blob, right.blob
    if one.content_type != other.content_type:
        return f"content type {other.content_type}, not {one.content_type}"
    if dict(one.metadata) != dict(other.metadata):
        return "other metadata"
    kept = [{name: said for name, said in blob.headers.items() if "lock" not in name} for blob in (one, other)]
    return "other headers" if kept[0] != kept[1] else ""
