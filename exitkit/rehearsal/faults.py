"""A schedule of what goes wrong in a rehearsal, drawn from a seed: the same seed and plan draw the same."""

from __future__ import annotations

from random import Random
from typing import Literal

from pydantic import Field

from exitkit.model.base import FORMAT_VERSION, Frozen, Slug
from exitkit.model.plan import Plan

FaultKind = Literal[
    "kill", "network cut", "throttling", "expired credential", "full disk", "full database disk", "full object store",
    "slow database", "half-finished copy", "clock skew", "object store's clock skew", "planted difference",
    "planted loss",
]  # fmt: skip
"""What can go wrong. The last two are no accidents: what they change has to be found."""

PLANTED = ("planted difference", "planted loss")

_ACCIDENTS: tuple[FaultKind, ...] = (
    "kill", "kill", "network cut", "throttling", "expired credential", "full disk", "full database disk",
    "full object store", "slow database", "half-finished copy", "clock skew", "object store's clock skew",
)  # fmt: skip
_LIMITS = {"clock skew": 120.0, "object store's clock skew": 7200.0, "network cut": 1.5}
"""How many seconds a fault of a kind lasts at most, or a clock is off; a second where it is not named."""

_ONE_IN = 8
"""One schedule in so many plants a difference or a loss, and nothing but a no may come of it."""


class Fault(Frozen):
    """One thing that goes wrong, once: at which step, before, during or after its effect."""

    number: int
    kind: FaultKind
    step: str
    moment: Literal["before", "during", "after"]
    side: Slug
    seconds: float = Field(0.0, description="How long it lasts; how far a clock is off.")
    after: int = Field(0, description="Bytes until a copy breaks off, or until a full disk is full.")

    @property
    def told(self) -> str:
        """In words."""
        where = "" if self.kind in ("kill", "full disk", "clock skew") else f" at {self.side}"
        return f"{self.kind}{where}, {self.moment} {self.step}"


class Schedule(Frozen):
    """What goes wrong in one rehearsal. `then` is what is done after the first end that was not wanted."""

    format_version: Literal[1] = FORMAT_VERSION
    seed: int
    faults: tuple[Fault, ...]
    then: Literal["resume", "roll back"]

    @property
    def planted(self) -> bool:
        """Whether something was changed that has to be found."""
        return any(fault.kind in PLANTED for fault in self.faults)


def draw(seed: int, plan: Plan) -> Schedule:
    """The schedule of a seed for a plan: one to three faults, anywhere on the way there or back."""
    chance = Random(seed)  # noqa: S311 - the same for the same seed is the point
    there = [step.id for step in plan.steps]
    steps = there + [step.id for step in plan.way_back(there)]
    if chance.randrange(_ONE_IN) == 0:
        return Schedule(seed=seed, faults=(_planted(chance, plan),), then="resume")
    faults = tuple(_accident(chance, number, steps, plan) for number in range(chance.randint(1, 3)))
    return Schedule(seed=seed, faults=faults, then="roll back" if chance.random() < 0.25 else "resume")


def _accident(chance: Random, number: int, steps: list[str], plan: Plan) -> Fault:
    kind = chance.choice(_ACCIDENTS)
    copies = [step.id for step in plan.steps if step.kind in ("copy-objects", "copy-database", "catch-up")]
    of_copies = (
        "full disk", "full database disk", "full object store", "half-finished copy", "throttling",
        "expired credential", "object store's clock skew",
    )  # fmt: skip
    limit = _LIMITS.get(kind, 1.0)
    return Fault(
        number=number,
        kind=kind,
        step=chance.choice(copies if kind in of_copies and copies else steps),
        moment=chance.choice(("before", "during", "after")) if kind == "kill" else "during",
        side=chance.choice((plan.source, plan.target)),
        seconds=round(chance.uniform(-limit if kind.endswith("clock skew") else 0.05, limit), 3),
        after=chance.randrange(200, 20_000),
    )


def _planted(chance: Random, plan: Plan) -> Fault:
    """After the catch-up a row of the target changes; or, before the probe, a write that was acknowledged is gone."""
    kind = chance.choice(PLANTED)
    wanted = "catch-up" if kind == "planted difference" else "probe"
    found = [step for step in plan.steps if step.kind == wanted]
    databases = [step for step in found if plan.workload.component(step.component).kind != "bucket"]
    step = (databases or found or list(plan.steps))[-1]
    moment: Literal["before", "after"] = "after" if kind == "planted difference" else "before"
    return Fault(number=0, kind=kind, step=step.id, moment=moment, side=plan.target)
