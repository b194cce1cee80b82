"""What each of several rehearsals showed, and what those before it predicted of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal

from exitkit.api import runs
from exitkit.api.runs import Run
from exitkit.errors import ExitkitError, UsageError
from exitkit.lockin.forecast import Trial
from exitkit.model.journal import Earlier
from exitkit.model.plan import Plan
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
        rows.append(past.past(run.plan, measured, run.setting, trials))
        trial = past.trial_of(measured)
        trials += [trial] if trial else []
    return tuple(rows)


_MOST_EARLIER = 30


def earlier_of(plan: Plan) -> tuple[Earlier, ...]:
    """What rehearsals of the same way copied so far, oldest first: to be written down before the next one begins."""
    found: list[Earlier] = []
    for name in reversed(runs.names()):
        with suppress(ExitkitError):
            run = runs.find(name)
            same = (run.plan.workload.name, run.plan.source, run.plan.target)
            if same == (plan.workload.name, plan.source, plan.target) and trial_of(run) is not None:
                found.append(noted(run))
        if len(found) == _MOST_EARLIER:
            break
    return tuple(reversed(found))


def noted(run: Run) -> Earlier:
    """What a rehearsal copied, as a later one writes it down. Raises UsageError where it copied nothing to the end."""
    trial = trial_of(run)
    if trial is None:
        raise UsageError(f"run {run.name} copied no objects to the end")
    numbers = {"objects": trial.objects, "size": trial.size, "seconds": trial.seconds}
    exact = {name: Decimal(str(value)) for name, value in numbers.items()}
    return Earlier(run=run.name, journal=run.journal_digest, source=trial.source, **exact)


def before(run: Run, trials: Sequence[Trial]) -> Sequence[Trial]:
    """What a run is predicted from: what was written down when it began, else the rehearsals given."""
    known = past.known_at(run.setting)
    return known if known is not None else trials


def trial_of(run: Run) -> Trial | None:
    """What a run says of copying objects; None where it copied none to the end."""
    return past.trial_of(measure(run.plan, run.name, run.journal))
