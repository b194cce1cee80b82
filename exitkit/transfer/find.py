"""Find what is to be done: both listings side by side, range by range, and what the journal knows of each key."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from exitkit.errors import OutsideError
from exitkit.ports import Flow, Listed
from exitkit.transfer.journal import Fact, Journal

Range = tuple[str, str]
"""Keys above the first and not above the second; "" is without end."""

EVERYTHING: Range = ("", "")


class Pair(NamedTuple):
    """One key: what the origin lists, what the target lists, what the journal knows."""

    key: str
    here: Listed | None
    there: Listed | None
    known: Fact | None

    @property
    def ours(self) -> Listed:
        """What the origin lists; to be asked only where it lists something."""
        if self.here is None:
            raise ValueError(self.key)
        return self.here

    @property
    def theirs(self) -> Listed:
        """What the target lists; to be asked only where it lists something."""
        if self.there is None:
            raise ValueError(self.key)
        return self.there

    @property
    def brought(self) -> bool:
        """Whether the target has what we wrote there, as we wrote it."""
        known = self.known
        return known is not None and known.known and self.there is not None and known.there == self.there.etag

    @property
    def untouched(self) -> bool:
        """Whether the origin still has what the journal says it had, whatever the target has."""
        known = self.known
        return known is not None and known.known and self.here is not None and known.here == self.here.etag

    @property
    def settled(self) -> bool:
        """Whether both stores still have what the journal says they have."""
        known = self.known
        return (
            known is not None
            and known.known
            and self.here is not None
            and self.there is not None
            and known.size == self.here.size
            and known.here == self.here.etag
            and known.there == self.there.etag
        )


@dataclass
class Listings:
    """How much was listed on either side."""

    here: int = 0
    there: int = 0


async def ranges(flow: Flow, *, wanted: int = 16) -> list[Range]:
    """The bucket as ranges of keys that may be worked on side by side."""
    ends = await flow.bounds(wanted)
    return list(pairwise(["", *ends, ""]))


async def pages(flow: Flow, within: Range) -> AsyncIterator[list[Listed]]:
    """Pages of one range; strictly in order, or the comparison could miss a key. Raises OutsideError."""
    last = ""
    async for page in flow.pages(after=within[0], until=within[1]):
        keys = [last, *(found.key for found in page)]
        if any(a >= b for a, b in pairwise(keys)) and not (keys[0] == keys[1] == ""):
            raise OutsideError(f"the store lists its keys out of order, near {keys[1]!r}: nothing can be compared")
        last = keys[-1]
        yield page


class Beside:
    """The other side's listing, read as far as ours."""

    def __init__(self, listed: AsyncIterator[list[Listed]] | None) -> None:
        self._pages = listed
        self._held: list[Listed] = []

    async def more(self) -> dict[str, Listed]:
        """The next page of what is left; empty at the end."""
        if not self._held:
            await self._next()
        held, self._held = self._held, []
        return {one.key: one for one in held}

    async def _next(self) -> None:
        if self._pages is not None:
            try:
                self._held = await anext(self._pages)
            except StopAsyncIteration:
                self._pages = None

    async def up_to(self, key: str) -> dict[str, Listed]:
        """What it lists up to a key, and has not told yet."""
        found: dict[str, Listed] = {}
        while True:
            for at, one in enumerate(self._held):
                if one.key > key:
                    self._held = self._held[at:]
                    return found
                found[one.key] = one
            self._held = []
            await self._next()
            if not self._held:
                return found


async def pairs(
    origin: Flow, to: Flow | None, journal: Journal, within: Range, listings: Listings
) -> AsyncIterator[list[Pair]]:
    """Every key of a range that either side has, page by page. `to` is None where the target is known to be empty."""
    beside = Beside(pages(to, within) if to is not None else None)
    async for page in pages(origin, within):
        listings.here += len(page)
        yield _joined({found.key: found for found in page}, await beside.up_to(page[-1].key), journal, listings)
    while rest := await beside.more():
        yield _joined({}, rest, journal, listings)


def _joined(here: dict[str, Listed], there: dict[str, Listed], journal: Journal, listings: Listings) -> list[Pair]:
    listings.there += len(there)
    keys = list(here) if there.keys() <= here.keys() else sorted(here.keys() | there.keys())
    known = journal.find(keys) if not journal.empty else {}
    return [Pair(key, here.get(key), there.get(key), known.get(key)) for key in keys]
