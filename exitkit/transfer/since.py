"""Hold a bucket's listing against the journal of its copy: what was added, was changed or is gone since, unread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from exitkit.transfer.copy import Place
from exitkit.transfer.find import EVERYTHING, pages
from exitkit.transfer.journal import REFUSED, Fact, Journal
from exitkit.transfer.threads import flow_of
from exitkit.transfer.together import run


@dataclass
class Since:
    """How many objects have the tag the journal knows them by, and the keys of those that have not.

    `refused` are objects of the other side that could not be brought here.
    """

    same: int = 0
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def differing(self) -> dict[str, str]:
        """Every key that is not as the journal knows it, with how."""
        told = dict.fromkeys(self.added, "was added") | dict.fromkeys(self.changed, "was changed")
        return told | dict.fromkeys(self.gone, "is gone")


def since(at: Place, journal: Journal) -> Since:
    """What became of a bucket since its last copy; the journal is to be opened with this side as its origin.

    Whoever writes an object gives it another tag, so nothing is read. Raises NotFound where the bucket is gone.
    """
    return run(_walked(at, journal))


async def _walked(at: Place, journal: Journal) -> Since:
    """Walk the listing and the journal side by side: both are in order of key."""
    found, flow = Since(), flow_of(at.store, at.bucket)
    facts = iter(journal)
    fact = next(facts, None)
    try:
        async for page in pages(flow, EVERYTHING):
            for listed in page:
                fact = _passed(fact, facts, listed.key, found)
                if fact is None or fact.key != listed.key:
                    found.added.append(listed.key)
                    continue
                _compared(fact, listed.etag, found)
                fact = next(facts, None)
    finally:
        await flow.close()
    while fact is not None:
        _missed(fact, found)
        fact = next(facts, None)
    return found


def _passed(fact: Fact | None, facts: Iterator[Fact], key: str, found: Since) -> Fact | None:
    """The first fact that is not about a key before this one; those are of objects that are not listed."""
    while fact is not None and fact.key < key:
        _missed(fact, found)
        fact = next(facts, None)
    return fact


def _compared(fact: Fact, etag: str, found: Since) -> None:
    if fact.here == etag:
        found.same += 1
    elif fact.here:
        found.changed.append(fact.key)
    elif fact.outcome == REFUSED:
        found.refused.append(fact.key)
    else:
        found.added.append(fact.key)


def _missed(fact: Fact, found: Since) -> None:
    if fact.here:
        found.gone.append(fact.key)
    elif fact.outcome == REFUSED:
        found.refused.append(fact.key)
