"""Say a plan in words."""

from __future__ import annotations

from dataclasses import dataclass

from exitkit.model.gone import CutSource
from exitkit.model.plan import AnyStep, CopyDatabase, CopyObjects, FreezeWrites, Plan, SwitchTraffic


@dataclass(frozen=True)
class Words:
    """One step as people read it: its number, what it does, to what, where, and how much."""

    number: int
    kind: str
    component: str
    where: str
    much: str


def explain(step: AnyStep, number: int) -> Words:
    """One step in words."""
    where = " → ".join(step.places)
    much = str(step.size) if isinstance(step, CopyObjects | CopyDatabase) and step.size is not None else ""
    return Words(number, step.kind, step.component, where, much)


def explain_plan(plan: Plan) -> tuple[Words, ...]:
    """Every step of a plan, in order."""
    return tuple(explain(step, number) for number, step in enumerate(plan.steps, start=1))


def outage_sentence(plan: Plan) -> str:
    """Between which steps users may notice something, and what the objective allows."""
    freezes = [n for n, step in enumerate(plan.steps, 1) if isinstance(step, FreezeWrites | CutSource)]
    switches = [n for n, step in enumerate(plan.steps, 1) if isinstance(step, SwitchTraffic)]
    if not freezes or not switches:
        return "no step of this plan stops writes or switches traffic: an outage is not measured"
    wanted = plan.workload.objectives.outage
    objective = f"objective: at most {wanted}" if wanted is not None else "no objective is set"
    return f"outage counts from step {freezes[0]} to step {switches[-1]}; {objective}"
