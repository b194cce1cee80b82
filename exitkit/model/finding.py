"""Reasons leaving is hard, each with its way out."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from exitkit.model.base import Frozen, Slug
from exitkit.model.evidence import Evidence


class Severity(StrEnum):
    """How much a finding weighs on the decision, lightest first."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """0 for the lightest."""
        return list(Severity).index(self)


class Suppression(Frozen):
    """A finding somebody accepted: why, and until when. It stays in the report, marked."""

    rule: str = Field(pattern=r"^LK\d{3}$", description="The rule's code, such as LK102.")
    on: Slug | None = None
    because: str = Field(min_length=1, description="Why it is accepted.")
    until: date = Field(description="The last day it is accepted.")


class Finding(Frozen):
    """One reason it is hard to leave, and the way out."""

    code: str
    component: Slug
    severity: Severity
    message: str
    way_out: str
    evidence: tuple[Evidence, ...] = ()
    accepted: Suppression | None = None
