"""Copy a bucket's objects to another store, skipping what is already there, and bring over what changed since."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from exitkit.errors import OutsideError
from exitkit.ports import Flow, ObjectStore
from exitkit.transfer.budget import Budget
from exitkit.transfer.crew import Backlog, worked
from exitkit.transfer.find import EVERYTHING, Listings, Pair, Range, pairs, ranges
from exitkit.transfer.journal import FLUSH_SECONDS, REFUSED, REMOVED, Fact, Journal
from exitkit.transfer.one import PLAIN, Mover, Rules, possible
from exitkit.transfer.parts import swept
from exitkit.transfer.threads import flow_of
from exitkit.transfer.together import run, ticking

Progress = Callable[[int, int], None]
"""Takes the objects and bytes done so far."""

Found = Callable[[int, int, bool], None]
"""Takes how many objects there are to copy and their bytes, and whether that is all of them."""

NAMED = 1000
"""How many refused keys a tally names; the count is always whole, and so is the journal."""

_LISTERS = 12
_HOPELESS = 50


@dataclass(frozen=True)
class Place:
    """A bucket in one provider's object store."""

    provider: str
    store: ObjectStore
    bucket: str


@dataclass(frozen=True)
class Tally:
    """What a copy did: objects and bytes written, objects found already there, keys removed, keys refused with why.

    `swept` counts uploads of an earlier pass that a kill had ended, whose parts were removed. `changes` are bytes a
    second that changed at the origin since the pass before began, `carries` those that a pass copies; 0 for a first.
    """

    objects: int = 0
    bytes: int = 0
    skipped: int = 0
    removed: int = 0
    refused: tuple[str, ...] = ()
    refusals: int = 0
    changed: int = 0
    changed_bytes: int = 0
    listed: int = 0
    seconds: float = 0.0
    swept: int = 0
    changes: float = 0.0
    carries: float = 0.0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.objects + other.objects,
            self.bytes + other.bytes,
            self.skipped + other.skipped,
            self.removed + other.removed,
            tuple(sorted({*self.refused, *other.refused})[:NAMED]),
            self.refusals + other.refusals,
            self.changed + other.changed,
            self.changed_bytes + other.changed_bytes,
            self.listed + other.listed,
            max(self.seconds, other.seconds),
            self.swept + other.swept,
            self.changes + other.changes,
            self.carries + other.carries,
        )


def copy(
    origin: Place,
    to: Place,
    journal: Journal,
    *,
    prune: bool = False,
    rules: Rules = PLAIN,
    within: Sequence[Range] | None = None,
    progress: Progress = lambda _objects, _bytes: None,
    found: Found = lambda _objects, _bytes, _all: None,
) -> Tally:
    """Copy every object that the journal does not show as already there in its present state.

    With `prune` objects that the origin no longer has are removed at the other end; guarded, only those that we brought
    and nobody changed since. A key that cannot be carried is refused, not dropped: it is in the tally with its reason,
    and a later verify finds it missing. `within` keeps to some ranges of keys.
    """
    work = partial(Copying, journal=journal, prune=prune, rules=rules, within=within, progress=progress, found=found)
    try:
        return run(_copied(origin, to, work))
    finally:
        journal.flush()


async def _copied(origin: Place, to: Place, work: Callable[..., Copying]) -> Tally:
    here, there = flow_of(origin.store, origin.bucket), flow_of(to.store, to.bucket)
    try:
        return await work(here, there).all()
    finally:
        await asyncio.gather(here.close(), there.close())


@dataclass
class Copying:
    """One pass over a bucket."""

    origin: Flow
    to: Flow
    journal: Journal
    prune: bool
    rules: Rules
    within: Sequence[Range] | None
    progress: Progress
    found: Found
    _todo: int = 0
    _todo_bytes: int = 0
    _ranges_done: int = 0
    _objects: int = 0
    _bytes: int = 0
    _skipped: int = 0
    _removed: int = 0
    _refusals: int = 0
    _refused: list[str] = field(default_factory=list)
    _changed: int = 0
    _changed_bytes: int = 0
    _listings: Listings = field(default_factory=Listings)

    async def all(self) -> Tally:
        """Everything there is to do."""
        began = time.monotonic()
        self.rules = await possible(self.rules, self.to)
        left = await swept(self.to, self.journal)
        self._mover = Mover(self.origin, self.to, self.rules, Budget(), self.journal, tell=self._tell)
        self._backlog: Backlog[Pair] = Backlog()
        self._empty = await _is_empty(self.to)
        ranged = self.origin.traits.ranged and (self._empty or self.to.traits.ranged)
        if self.within is None:
            self.within = await ranges(self.origin) if ranged else [EVERYTHING]
        most = min(self.origin.traits.most_at_once, self.to.traits.most_at_once)
        fill = [partial(self._look, one) for one in self.within]
        try:
            async with ticking(self.journal.flush, FLUSH_SECONDS):
                await worked(fill, self._backlog, self._one, most=most, fillers=_LISTERS)
        finally:
            self._mover.close()
        return Tally(
            self._objects, self._bytes, self._skipped, self._removed, tuple(sorted(self._refused)), self._refusals,
            self._changed, self._changed_bytes, self._listings.here, time.monotonic() - began, left,
        )  # fmt: skip

    async def _look(self, within: Range) -> None:
        """Find what is to be done in one range."""
        to = None if self._empty else self.to
        async for page in pairs(self.origin, to, self.journal, within, self._listings):
            todo: list[Pair] = []
            for pair in page:
                if pair.here is None:
                    if self.prune and (pair.brought or not self.rules.guarded):
                        todo.append(pair)
                elif pair.settled or (self.rules.homeward and pair.untouched):
                    self._skipped += 1
                else:
                    if pair.known is not None and pair.known.known and pair.known.here != pair.here.etag:
                        self._changed += 1
                        self._changed_bytes += pair.here.size
                    todo.append(pair)
            if todo:
                self._todo += len(todo)
                self._todo_bytes += sum(pair.here.size for pair in todo if pair.here is not None)
                self.found(self._todo, self._todo_bytes, False)
                await self._backlog.put(todo)
        self._ranges_done += 1
        self.found(self._todo, self._todo_bytes, self._ranges_done == len(self.within or ()))

    async def _one(self, pair: Pair) -> None:
        if pair.here is None:
            await self.to.remove(pair.key)
            self.journal.add(Fact(pair.key, outcome=REMOVED))
            self._removed += 1
            return
        fact = await self._mover.move(pair)
        self.journal.add(fact)
        if fact.outcome == REFUSED:
            self._refuse(fact)
            return
        self._objects += 1
        self._bytes += fact.size
        self._tell()

    def _tell(self) -> None:
        self.progress(self._objects, self._bytes + self._mover.on_its_way)

    def _refuse(self, fact: Fact) -> None:
        import json

        self._refusals += 1
        why = json.loads(fact.attributes)["why"]
        if len(self._refused) < NAMED:
            self._refused.append(f"{fact.key}: {why}")
        if self._refusals >= _HOPELESS and not self._objects and not self._skipped:
            raise OutsideError(f"the first {_HOPELESS} objects were all refused, the last with: {why}")


async def _is_empty(flow: Flow) -> bool:
    async for _ in flow.pages():
        return False
    return True
