"""One exit scenario as data: phases with steps and acts, gates with criteria, roles, clocks, when to stop."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from exitkit.model.base import Frozen, Slug

Tongue = Literal["en", "fr"]
"""The languages playbooks speak."""

Text = str | dict[Tongue, str]
"""Words: the same in every language, or by language."""

GateId = Annotated[str, StringConstraints(pattern=r"^G[0-9]$")]
Spot = Literal["source", "mirror", "target"]
"""Where a phase's steps start from, or lead to."""

SHARES = ("R", "A", "C", "I", "A/R", "-")
"""Responsible, accountable, consulted, informed; accountable and responsible; none."""


def said(text: Text, tongue: str) -> str:
    """Words in one language; where they are not written in it, in English, else in the one there is."""
    if isinstance(text, str):
        return text
    return next((told for name, told in text.items() if name == tongue), text.get("en") or next(iter(text.values())))


class Criterion(Frozen):
    """What must hold: measured by a run where `measure` names a number, else attested by a person."""

    what: Text
    measure: str = Field("", description="A number that runs measure, such as `objects differing`; empty: attested.")
    at_most: Decimal | Literal["outage", "data-loss"] | None = Field(
        None, alias="at-most", description="The most it may be, or the objective that says so."
    )
    at_least: Decimal | None = Field(None, alias="at-least", description="The least it may be.")
    source: str = ""


class Gate(Frozen):
    """What must hold before a phase is left; `criterion` says it in one line."""

    id: GateId
    title: Text = ""
    when: Text = Field("", description="Days from the switch, such as T-21.")
    criterion: Text = ""
    criteria: tuple[Criterion, ...] = ()
    evidence: Text = ""


class Act(Frozen):
    """Something people do, that no rehearsal does; a one-way act stands only here."""

    id: Slug
    activity: Slug = Field(description="The row of the RACI that says who.")
    what: Text
    precondition: Text = ""
    expected: Text = ""
    check: Text = ""
    abort: Text = ""
    undo: Text = Field("", description="Empty: it cannot be undone, or leaves nothing to undo.")
    one_way: bool = Field(False, alias="one-way")
    command: str = ""


class Phase(Frozen):
    """A stretch of the exit with one purpose: what people do, and the steps a rehearsal takes between two places."""

    name: Slug
    title: Text = ""
    purpose: Text
    acts: tuple[Act, ...] = ()
    steps: tuple[str, ...] = Field((), description="Kinds of step, in order.")
    origin: Spot = Field("source", alias="from")
    to: Spot = "target"
    gate: Gate | None = None

    @model_validator(mode="after")
    def _something_happens(self) -> Phase:
        if not (self.acts or self.steps):
            raise ValueError("a phase has `steps` or `acts`")
        return self


class Clock(Frozen):
    """A time that the law, a contract or the owner sets."""

    id: Slug
    what: Text
    limit: Text
    source: str


class Activity(Frozen):
    """One row of the RACI: who is accountable (one role), responsible, consulted, informed; and its kinds of step."""

    id: Slug
    title: Text
    shares: dict[Slug, Literal["R", "A", "C", "I", "A/R", "-"]]
    steps: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_is_accountable(self) -> Activity:
        if sum(share in ("A", "A/R") for share in self.shares.values()) != 1:
            raise ValueError(f"{self.id}: exactly one role is accountable")
        return self

    @property
    def owner(self) -> str:
        """Who does it: the first role that is responsible, else the one that is accountable."""
        return self._having("R", "A/R", "A")[0]

    @property
    def deputy(self) -> str:
        """Who does it in the owner's place: the next that is responsible, else the accountable, else one consulted."""
        return next((one for one in self._having("R", "A", "A/R", "C") if one != self.owner), "")

    def _having(self, *shares: str) -> list[str]:
        """Roles that belong to the owner's house, by share in the order asked for; a cloud is nobody's deputy."""
        return [
            role for share in shares for role, has in self.shares.items() if has == share and not role.endswith("-csp")
        ]


class StepWords(Frozen):
    """What a runbook says of one kind of step. `{component}`, `{source}`, `{target}` are filled in."""

    kind: str
    what: Text
    precondition: Text
    by_hand: Text = Field(alias="by-hand", description="How it is done without exitkit.")
    expected: Text
    check: Text
    abort: Text
    undo: Text = ""


class Stopping(Frozen):
    """When to stop or go back, who decides, and what must be so for going back to be possible."""

    authority: Slug
    abort: tuple[Criterion, ...] = ()
    rollback: tuple[Criterion, ...] = ()
    preconditions: tuple[Text, ...] = ()


class Playbook(Frozen):
    """One exit scenario, whole: what it shares with others is in it, so that its digest covers every word."""

    name: Slug
    title: Text
    scenario: Text = Field(description="When it applies, and what help the source still gives.")
    cooperation: Literal["full", "partial", "none"] = "full"
    leaves: Slug | None = Field(None, description="The provider it leaves, where none is named.")
    goes_to: Slug | None = Field(None, alias="goes-to", description="The provider it goes to, where none is named.")
    may_lose: bool = Field(False, alias="may-lose", description="Writes may be lost, as far as the objective allows.")
    triggers: tuple[Text, ...] = ()
    clocks: tuple[Clock, ...] = ()
    phases: tuple[Phase, ...] = Field(min_length=1)
    stopping: Stopping | None = None
    roles: dict[Slug, Text] = Field(default_factory=dict)
    activities: tuple[Activity, ...] = ()
    words: tuple[StepWords, ...] = ()
    sources: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _everybody_is_known(self) -> Playbook:
        known = {activity.id for activity in self.activities}
        for activity in self.activities:
            strange = activity.shares.keys() - self.roles.keys()
            if strange:
                raise ValueError(f"activity {activity.id} names {', '.join(sorted(strange))}, which is no role")
        for act in (act for phase in self.phases for act in phase.acts):
            if act.activity not in known:
                raise ValueError(f"act {act.id} is of the activity {act.activity}, which is not in the RACI")
        return self

    @property
    def gates(self) -> tuple[Gate, ...]:
        """The gates, in the order they are come to."""
        return tuple(phase.gate for phase in self.phases if phase.gate is not None)

    def activity(self, identifier: str) -> Activity | None:
        """The row of the RACI of that id."""
        return next((one for one in self.activities if one.id == identifier), None)

    def activity_of(self, kind: str) -> Activity | None:
        """The row of the RACI that a kind of step belongs to."""
        return next((one for one in self.activities if kind in one.steps), None)

    def words_of(self, kind: str) -> StepWords | None:
        """What a runbook says of a kind of step."""
        return next((one for one in self.words if one.kind == kind), None)
