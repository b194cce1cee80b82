"""What happened in a run: entries that are only ever added, each naming the one before by its digest."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from exitkit.model.base import FORMAT_VERSION, Frozen, Slug
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


class Tried(Frozen):
    """One capability of one component that a step really tried at the target, and what came of it.

    `verdict` is pass where it held, fail where it did not, unknown where the step could not tell. `seen` are the
    figures it was seen by, each of them among the figures of the step's own entry: what held was seen.
    """

    component: Slug
    capability: Capability
    verdict: Verdict
    seen: tuple[Evidence, ...] = ()

    @model_validator(mode="after")
    def _seen_to_hold(self) -> Tried:
        if self.verdict is Verdict.PASS and not self.seen:
            raise ValueError("what held was seen by a figure")
        return self


class Entry(Frozen):
    """One thing that happened, and what was tried by it.

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
    tried: tuple[Tried, ...] = ()
    previous: str

    @model_serializer(mode="wrap")
    def _as_ever(self, plain: SerializerFunctionWrapHandler) -> dict[str, object]:
        """Entries in which nothing was tried are written as they were before they could say so: chains stay whole."""
        told: dict[str, object] = plain(self)
        return told if self.tried else {name: value for name, value in told.items() if name != "tried"}


class Result(Frozen):
    """What doing a step brought: numbers, for a look what it found, and which capabilities it tried."""

    evidence: tuple[Evidence, ...] = ()
    verdict: Verdict | None = None
    details: tuple[str, ...] = ()
    tried: tuple[Tried, ...] = ()


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
