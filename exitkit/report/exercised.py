"""Which capabilities a rehearsal tried and which it did not, from what its journal says step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from exitkit.model.capability import Capability
from exitkit.model.evidence import Evidence, Verdict
from exitkit.model.journal import NotExercised, Tried
from exitkit.model.report import Exercised, StepMeasure
from exitkit.report.facts import Facts


@dataclass(frozen=True)
class _Fact:
    """What one step says of one capability."""

    step: StepMeasure
    tried: Tried


def every_capability(facts: Facts) -> tuple[Exercised, ...]:
    """Every capability the workload needs: tried at the target and held, tried and failed, or not tried, and why.

    It held where every step that was to try it says so. What the place of the rehearsal cannot show was not tried,
    however well a step went: what stood in is not the thing. A failure counts wherever it was seen.
    """
    steps = facts.measurements.steps if facts.measurements is not None else ()
    told: dict[tuple[str, Capability], list[_Fact]] = {}
    for step in steps:
        for one in () if step.way_back else step.tried:
            told.setdefault((one.component, one.capability), []).append(_Fact(step, one))
    limits = {limit.capability: limit for limit in (facts.setting.not_exercised if facts.setting else ())}
    return tuple(
        _told(name, need, told.get((name, need), ()), limits.get(need)) for name, need in facts.workload.capabilities()
    )


def _told(name: str, need: Capability, facts: Sequence[_Fact], limit: NotExercised | None) -> Exercised:
    verdict = Verdict.PASS if facts else Verdict.UNKNOWN
    for one in facts:
        verdict = verdict & one.tried.verdict
    if limit is not None and verdict is not Verdict.FAIL:
        verdict = Verdict.UNKNOWN
    short = [one.step.id for one in facts if one.tried.verdict is not Verdict.PASS]
    if verdict is not Verdict.UNKNOWN:
        why = ", ".join(one.step.id for one in facts)
    elif limit is not None:
        why = limit.why
    else:
        why = f"not shown by {', '.join(short)}" if facts else "no step of this rehearsal tried it"
    return Exercised(component=name, capability=need, verdict=verdict, why=why, seen=_seen(facts))


def _seen(facts: Sequence[_Fact]) -> tuple[Evidence, ...]:
    """The last figure of each sort; where a step failed, its own."""
    ordered = sorted(facts, key=lambda one: one.tried.verdict is Verdict.FAIL)
    return tuple({figure.what: figure for one in ordered for figure in one.tried.seen}.values())
