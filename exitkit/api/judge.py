"""Score an exit, and report on it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from exitkit import __version__, registry
from exitkit.api.runs import Run
from exitkit.model.bill import Bill
from exitkit.model.report import Measurements, Report
from exitkit.model.workload import Workload
from exitkit.placing import losses
from exitkit.rehearsal.measure import measure
from exitkit.report.build import Facts, build
from exitkit.units import Bytes


def report_of(run: Run, *, as_of: date | None = None) -> Report:
    """The report of a run, rebuilt from its files alone; the same files and the same day give the same report."""
    measured = measure(run.plan, run.name, run.journal)
    ended = measured.ended.date() if measured.ended is not None else run.setting.began.date()
    workload = _sized(run.plan.workload, measured)
    facts = _facts(workload, run.plan.source, run.plan.target, as_of or ended)
    size = Bytes(int(measured.bytes_copied.value)) if measured.bytes_copied is not None else None
    source = registry.get(run.plan.source)
    known = Facts(
        **{
            **vars(facts),
            "setting": run.setting,
            "measurements": measured,
            "journal_digest": run.journal_digest,
            "plan_digest": run.plan.digest,
            "exitkit": run.setting.exitkit,
            **({"egress": source.egress(size)} if size is not None else {}),
        }
    )
    return build(known)


def _sized(workload: Workload, measured: Measurements) -> Workload:
    """The workload with the sizes a run measured, where it declares none."""
    found = {
        step.component: Bytes(int(one.value))
        for step in measured.steps
        for one in step.evidence
        if step.kind == "verify" and one.what == "bytes equal"
    }
    parts = tuple(
        part.model_copy(update={"size": found[part.name]})
        if part.name in found and getattr(part, "size", None) is None
        else part
        for part in workload.components
    )
    return workload.model_copy(update={"components": parts})


def score(workload: Workload, *, source: str, target: str, run: Run | None = None) -> Report:
    """What is known of leaving one provider for another, with or without a rehearsal."""
    if run is not None:
        return report_of(run, as_of=datetime.now(UTC).date())
    return build(_facts(workload, source, target, datetime.now(UTC).date()))


def _facts(workload: Workload, source: str, target: str, today: date) -> Facts:
    here, there = registry.get(source), registry.get(target)
    bills = [there.bill(component, workload) for component in workload.components]
    sizes = [size for part in workload.components if (size := getattr(part, "size", None)) is not None]
    out = here.egress(Bytes(sum(sizes))) if sizes else Bill(unpriced=("egress: no size is declared or measured",))
    return Facts(
        workload=workload,
        source=source,
        source_title=here.title,
        target=target,
        target_title=there.title,
        losses=losses(workload, here, there),
        run_rate=Bill(
            lines=tuple(line for bill in bills for line in bill.lines),
            unpriced=tuple(name for bill in bills for name in bill.unpriced),
        ),
        egress=out,
        exitkit=__version__,
        today=today,
    )
