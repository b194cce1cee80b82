"""One exit scenario as data: phases, and the kinds of step each takes, in order."""

from __future__ import annotations

from pydantic import Field

from exitkit.model.base import Frozen, Slug


class Gate(Frozen):
    """What must hold before a phase is left; `criterion` is what a person reads."""

    id: str
    criterion: str


class Phase(Frozen):
    """A stretch of the exit with one purpose."""

    name: Slug
    purpose: str
    steps: tuple[str, ...] = Field(min_length=1, description="Kinds of step, in order.")
    gate: Gate | None = None


class Playbook(Frozen):
    """One exit scenario."""

    name: Slug
    title: str
    scenario: str = Field(description="When it applies, and what help the source still gives.")
    phases: tuple[Phase, ...] = Field(min_length=1)
