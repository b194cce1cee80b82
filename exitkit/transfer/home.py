"""Bring home the objects that were written away since a restore, and write over nothing that home wrote itself."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from hashlib import sha256

from exitkit.errors import NotFound
from exitkit.ports import Flow
from exitkit.transfer.budget import Budget
from exitkit.transfer.copy import Place
from exitkit.transfer.find import EVERYTHING, Listings, Pair, pairs
from exitkit.transfer.journal import REFUSED, Fact, Journal
from exitkit.transfer.one import Mover, Rules
from exitkit.transfer.parts import swept
from exitkit.transfer.threads import flow_of
from exitkit.transfer.together import run

_AT_ONCE = 8


@dataclass
class Homecoming:
    """What became of the objects written away: brought, at home already, written on both sides, kept at home only."""

    written: int = 0
    brought: int = 0
    already: int = 0
    conflicts: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Trail:
    """How a bucket went: from home to the mirror, from there to where it was restored; and the notes of its return.

    `mirrored` and `restored` say by which tags the stores knew each object then; `notes` is added to.
    """

    mirrored: Journal
    restored: Journal
    notes: Journal


def bring_home(away: Place, home: Place, trail: Trail) -> Homecoming:
    """Bring each object that differs from what was restored to a home that still has what was mirrored.

    Home may be in use: an object is written only over the state that was looked at.
    """
    try:
        return run(_brought(away, home, trail))
    finally:
        trail.notes.flush()


async def _brought(away: Place, home: Place, trail: Trail) -> Homecoming:
    flows = flow_of(away.store, away.bucket), flow_of(home.store, home.bucket)
    mover = Mover(*flows, Rules(guarded=True), Budget(), trail.notes)
    try:
        await swept(flows[1], trail.notes)
        return await _Return(*flows, mover, trail).all()
    finally:
        mover.close()
        await asyncio.gather(*(flow.close() for flow in flows))


class _Return:
    """One pass over both listings."""

    def __init__(self, away: Flow, home: Flow, mover: Mover, trail: Trail) -> None:
        self._away, self._home, self._mover, self._trail = away, home, mover, trail
        self._hands = asyncio.Semaphore(min(_AT_ONCE, away.traits.most_at_once, home.traits.most_at_once))
        self._told = Homecoming()

    async def all(self) -> Homecoming:
        async for page in pairs(self._away, self._home, self._trail.restored, EVERYTHING, Listings()):
            mirrored = self._trail.mirrored.find([pair.key for pair in page])
            noted = self._trail.notes.find([pair.key for pair in page])
            await asyncio.gather(*(self._one(p, mirrored.get(p.key), noted.get(p.key)) for p in page))
        self._told.conflicts.sort()
        self._told.kept.sort()
        return self._told

    async def _one(self, pair: Pair, mirrored: Fact | None, noted: Fact | None) -> None:
        told, restored = self._told, pair.known if pair.known is not None and pair.known.known else None
        if pair.here is None:
            if restored is not None and pair.there is not None:
                told.kept.append(f"{pair.key}: removed there, and stays at home")
            return
        if restored is not None and restored.there == pair.here.etag:
            return
        told.written += 1
        async with self._hands:
            if noted is not None and pair._replace(known=noted).settled:  # by a try that did not see its end
                told.already += 1
            elif (why := self._against(pair, mirrored)) == "":
                await self._move(pair)
            elif pair.there is not None and await self._same(pair):
                told.already += 1
            else:
                told.conflicts.append(f"{pair.key}: {why}")

    @staticmethod
    def _against(pair: Pair, mirrored: Fact | None) -> str:
        """Why it may not be written at home; nothing where home has what was mirrored of it, or never had it."""
        copied = mirrored is not None and mirrored.known
        if pair.there is None:
            return "changed there, and home has it no more" if copied else ""
        if mirrored is not None and copied and mirrored.here == pair.there.etag:
            return ""
        return "changed on both sides, home keeps its own" if copied else "both sides wrote an object of this key"

    async def _move(self, pair: Pair) -> None:
        seen = Fact(pair.key, there=pair.there.etag if pair.there is not None else "")
        fact = await self._mover.move(pair._replace(known=seen))
        if fact.outcome == REFUSED:
            self._told.conflicts.append(f"{pair.key}: not written over what home has by now, or not readable there")
            return
        self._trail.notes.add(fact)
        self._told.brought += 1

    async def _same(self, pair: Pair) -> bool:
        """Whether both sides have the same bytes under a key."""
        try:
            reads = await asyncio.gather(
                self._away.read(pair.key, size=pair.ours.size), self._home.read(pair.key, size=pair.theirs.size)
            )
        except NotFound:
            return False
        here, there = (sha256(read.blob.body).hexdigest() for read in reads)
        if here == there:
            self._trail.notes.add(Fact(pair.key, pair.ours.size, here, reads[0].etag, reads[1].etag, proof="read"))
        return here == there
