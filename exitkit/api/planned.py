"""Tell a saved plan to people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from exitkit import __version__, registry
from exitkit.api.runs import Run
from exitkit.errors import UsageError
from exitkit.model.plan import Plan
from exitkit.model.runbook import Runbook
from exitkit.rehearsal.measure import measure
from exitkit.rehearsal.runbook import Told, proofs_of, runbook


def runbook_of(plan: Plan, file: Path, *, lang: str, runs: Sequence[Run] = ()) -> Runbook:
    """The runbook of a plan, with what these runs of it measured. Raises UsageError on a run of another plan."""
    strange = [run.name for run in runs if run.plan.digest != plan.digest]
    if strange:
        raise UsageError(f"{', '.join(strange)} did not rehearse plan {plan.short}", hint="name runs of this plan")
    told = Told(
        titles={name: registry.get(name).title for name in (plan.source, plan.target)},
        plan_file=str(file),
        exitkit=__version__,
        lang=lang,
        runs=tuple(measure(run.plan, run.name, run.journal) for run in runs),
        proofs=proofs_of(runs[-1].journal) if runs else {},
    )
    return runbook(plan, told)
