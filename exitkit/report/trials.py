"""Hold what a journal says was tried, and how checks came out, against what its own entries say they were seen by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exitkit.model.contract import CheckContract, counted, read, whole
from exitkit.model.journal import LOOKED, Entry, Outcome, Tried
from exitkit.model.plan import AnyStep, Plan
from exitkit.rehearsal.tried import counted as by_capability
from exitkit.rehearsal.tried import tried
from exitkit.report.bundle import Problem


def trials(plan: Plan, journal: Sequence[Entry], name: str) -> Iterator[Problem]:
    """Every claim of an entry, in the file of that name, that does not follow from the entry itself."""
    steps = {step.id: step for step in plan.steps}
    for number, entry in enumerate(journal, start=1):
        if isinstance(steps.get(entry.step), CheckContract) and entry.outcome is Outcome.OK:
            yield from (Problem(f"{name}:{number}", words) for words in _miscounted(entry))
        for one in entry.tried:
            if words := _wrong(one, entry, steps.get(entry.step), plan):
                yield Problem(f"{name}:{number}", f"says that it tried {one.capability} of {one.component}, {words}")


def _wrong(one: Tried, entry: Entry, step: AnyStep | None, plan: Plan) -> str:
    if step is None or entry.outcome is not Outcome.OK:
        return "and was no step of the way there that ended well"
    if any(figure not in entry.evidence for figure in one.seen):
        return "by a figure that it does not have"
    if (one.component, one.capability) not in plan.workload.capabilities():
        return "which the workload does not need"
    known = {(own.component, own.capability): own for own in tried(step, plan, entry.evidence, entry.verdict)}
    if known.get((one.component, one.capability), one) != one:
        return f"{one.verdict}; its own figures do not show that"
    return ""


def _miscounted(entry: Entry) -> Iterator[str]:
    """Where the figures or the verdict of an entry are not those of the checks that it lists."""
    checks = tuple(read(entry.details))
    if entry.details == LOOKED or not (checks or entry.evidence):
        return
    said = {one.what: int(one.value) for one in entry.evidence}
    if said != counted(checks) | dict(by_capability(checks)):
        yield "counts checks otherwise than it lists them"
    if entry.verdict is not whole(checks):
        yield f"says {entry.verdict}; the checks that it lists say {whole(checks)}"
