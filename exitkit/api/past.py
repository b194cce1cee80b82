"""What each of several rehearsals showed, and what those before it predicted of it."""

from __future__ import annotations

from collections.abc import Sequence

from exitkit.api.runs import Run
from exitkit.lockin.forecast import Trial
from exitkit.model.report import Past
from exitkit.rehearsal.measure import measure
from exitkit.report import past


def in_order(found: Sequence[Run]) -> list[Run]:
    """Runs in the order they began."""
    return sorted(found, key=lambda run: (run.setting.began, run.name))


def trend(found: Sequence[Run]) -> tuple[Past, ...]:
    """Every rehearsal in order, each predicted from the ones before it that copied objects to the end."""
    rows: list[Past] = []
    trials: list[Trial] = []
    for run in in_order(found):
        measured = measure(run.plan, run.name, run.journal)
        rows.append(past.past(run.plan, measured, trials))
        trial = past.trial_of(measured)
        trials += [trial] if trial else []
    return tuple(rows)


def trial_of(run: Run) -> Trial | None:
    """What a run says of copying objects; None where it copied none to the end."""
    return past.trial_of(measure(run.plan, run.name, run.journal))
