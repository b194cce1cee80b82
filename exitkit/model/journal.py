"""What happened in a run: entries that are only ever added, each naming the one before by its digest."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import Field

from exitkit.model.base import FORMAT_VERSION, Frozen
from exitkit.model.capability import Capability
from exitkit.model.evidence import Evidence, Verdict

FIRST = "0" * 64
"""What the first entry names as the one before it."""


LOOKED = ("in doubt: looked, it was done",)
"""The details of an entry that a look wrote, not the step: when it was done is not known."""


class Outcome(StrEnum):
    """How a step stands; anything but ok is in doubt."""

    STARTED = "started"
    OK = "ok"
    FAILED = "failed"


class Entry(Frozen):
    """One thing that happened. `clock` is a monotonic reading in seconds, for durations within one process.

    `details` says what a verdict rests on, such as the keys that differ.
    """

    seq: int = Field(ge=0)
    at: datetime
    plan: str
    step: str
    outcome: Outcome
    verdict: Verdict | None = None
    evidence: tuple[Evidence, ...] = ()
    details: tuple[str, ...] = ()
    previous: str


class Result(Frozen):
    """What doing a step brought: numbers, and for a look what it found."""

    evidence: tuple[Evidence, ...] = ()
    verdict: Verdict | None = None
    details: tuple[str, ...] = ()


class NotExercised(Frozen):
    """Something the place of the rehearsal cannot show."""

    what: str
    why: str
    capability: Capability | None = None


class Earlier(Frozen):
    """What an earlier rehearsal copied, and in how many seconds; `journal` is the digest of its last entry."""

    run: str
    journal: str
    objects: Decimal
    size: Decimal
    seconds: Decimal
    source: str


class Setting(Frozen):
    """Where a run took place, and what that place cannot show: written beside the journal when the run begins.

    `earlier` is what was known then of the rehearsals before it, so that what they predict of this one is no hindsight;
    None where nobody wrote it down.
    """

    format_version: Literal[1] = FORMAT_VERSION
    run: str
    place: str
    began: datetime
    exitkit: str
    machine: dict[str, str]
    not_exercised: tuple[NotExercised, ...]
    earlier: tuple[Earlier, ...] | None = None


class Seen(Frozen):
    """What a client saw of one write: when it was asked, how long the answer took, what it was told."""

    n: int
    at: datetime
    seconds: Decimal
    outcome: Literal["written", "refused", "no answer"]
    status: int = 0
    served_by: str = ""
    identifier: str = ""
