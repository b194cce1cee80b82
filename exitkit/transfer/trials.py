"""Measure what moving costs between two places: made objects of several sizes, by several hands, thrown away after."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from exitkit.errors import OutsideError, Refused
from exitkit.ports import Blob
from exitkit.transfer.copy import Place, copy
from exitkit.transfer.forecast import Trial
from exitkit.transfer.journal import Journal
from exitkit.transfer.many import each
from exitkit.transfer.threads import flow_of

CLASSES = ((1024, 400), (64 * 1024, 160), (1024 * 1024, 24))
"""Sizes of objects in bytes, and how many of each are made."""

HANDS = (4, 16, 32)
"""How many are moved at once; no more than a crew begins with, so that it is what was measured."""

Opened = Callable[[int], tuple[Place, Place]]
"""Takes how many hands there may be; answers the origin and the target."""


def trials(opened: Opened, *, seed: int = 0, progress: Callable[[str], None] = lambda _words: None) -> Iterator[Trial]:
    """One trial for each size and number of hands. Both buckets must be empty, and are again. Raises Refused."""
    origin, to = opened(HANDS[-1])
    for place in (origin, to):
        if next(place.store.listing(place.bucket), None) is not None:
            raise Refused(f"{place.bucket} holds objects", hint="name two empty buckets: what is made here is removed")
    try:
        for size, count in CLASSES:
            progress(f"{count} objects of {size} bytes")
            made = random.Random(seed)  # noqa: S311 - bytes to move, no secret
            blobs = [(f"trial/{size}/{number:04}", Blob(made.randbytes(size))) for number in range(count)]
            list(each(blobs, lambda one: origin.store.put(origin.bucket, *one), workers=8))
            for hands in HANDS:
                here, there = opened(hands)
                with TemporaryDirectory() as folder, Journal(Path(folder, "trial.sqlite")) as journal:
                    tally = copy(here, there, journal)
                if tally.objects != count:
                    raise OutsideError(f"{tally.objects} of {count} objects were moved: nothing can be said of it")
                yield Trial(tally.objects, tally.bytes, tally.seconds, min(hands, _most(here), _most(there)))
                there.store.empty(there.bucket)
            origin.store.empty(origin.bucket)
    finally:
        for place in (origin, to):
            place.store.empty(place.bucket)


def _most(place: Place) -> int:
    return flow_of(place.store, place.bucket).traits.most_at_once
