"""Copy every version of every object, and the markers that hide them, in the order they were made."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from itertools import groupby

from exitkit.errors import Refused
from exitkit.ports import Flow, Listed, Settled
from exitkit.transfer.budget import Budget
from exitkit.transfer.copy import Place, Progress, Tally
from exitkit.transfer.crew import Backlog, worked
from exitkit.transfer.find import Pair
from exitkit.transfer.journal import FLUSH_SECONDS, REFUSED, REMOVED, Fact, Journal, told
from exitkit.transfer.one import PLAIN, Mover, Rules, possible
from exitkit.transfer.parts import swept
from exitkit.transfer.threads import flow_of
from exitkit.transfer.together import run, ticking


def copy_versions(
    origin: Place,
    to: Place,
    journal: Journal,
    *,
    rules: Rules = PLAIN,
    progress: Progress = lambda _objects, _bytes: None,
) -> Tally:
    """Every version and marker that the journal does not show, the oldest of a key first.

    The target must keep versions, or only the last of each will be there. The versions of one key are written one after
    the other; a version that is refused ends its key, for what follows would be out of order.
    """
    try:
        return run(_copied(origin, to, journal, rules, progress))
    finally:
        journal.flush()


async def _copied(origin: Place, to: Place, journal: Journal, rules: Rules, progress: Progress) -> Tally:
    here, there = flow_of(origin.store, origin.bucket), flow_of(to.store, to.bucket)
    try:
        await _must_keep_versions(there, to)
        rules = await possible(rules, there)
        left = await swept(there, journal)
        done = await _History(here, there, journal, Mover(here, there, rules, Budget(), journal), progress).all()
        return replace(done, swept=left)
    finally:
        await asyncio.gather(here.close(), there.close())


async def _must_keep_versions(flow: Flow, to: Place) -> None:
    """Without versions a marker would remove what is there, and only the last of each would stay. Raises Refused."""
    kept = (await flow.settings())["versioning"] if isinstance(flow, Settled) else None
    if kept is not None and "Enabled" not in kept:
        raise Refused(f"{to.bucket} keeps no versions", hint="turn versioning on there, or leave out --versions")


@dataclass
class _History:
    """One pass over every version."""

    origin: Flow
    to: Flow
    journal: Journal
    mover: Mover
    progress: Progress

    async def all(self) -> Tally:
        """Everything there is to do."""
        self._done, began = Tally(), time.monotonic()
        self._backlog: Backlog[tuple[Fact | None, list[Listed]]] = Backlog()
        most = min(self.origin.traits.most_at_once, self.to.traits.most_at_once)
        async with ticking(self.journal.flush, FLUSH_SECONDS):
            await worked([self._look], self._backlog, self._one, most=most, fillers=1)
        return replace(self._done, seconds=time.monotonic() - began)

    async def _look(self) -> None:
        pages: AsyncIterator[list[Listed]] = self.origin.pages(versions=True)
        async for page in pages:
            done = self.journal.versions({found.key for found in page}) if page else set()
            left = [found for found in page if (found.key, found.version) not in done]
            self._done += Tally(skipped=len(page) - len(left), listed=len(page))
            known = self.journal.find({found.key for found in left}) if done else {}
            await self._backlog.put([
                (known.get(key), list(group)) for key, group in groupby(left, key=lambda found: found.key)
            ])  # fmt: skip

    async def _one(self, todo: tuple[Fact | None, list[Listed]]) -> None:
        """Each on top of what we wrote before: nothing else may be there, where nothing newer is to be written over."""
        known, versions = todo
        for found in versions:
            if found.deleted:
                await self.to.remove(found.key)
                marked = told({"marker": "yes"})
                self.journal.add(Fact(found.key, outcome=REMOVED, version=found.version, attributes=marked))
                self._done += Tally(removed=1)
                known = None
                continue
            there = Listed(known.key, known.size, known.there) if known is not None and known.known else None
            known = fact = await self.mover.move(Pair(found.key, found, there, known))
            self.journal.add(fact)
            if fact.outcome == REFUSED:
                left = len(versions) - versions.index(found)
                self._done += Tally(refused=(f"{found.key} {found.version}: {fact.attributes}",), refusals=left)
                return
            self._done += Tally(objects=1, bytes=fact.size)
            self.progress(self._done.objects, self._done.bytes)
