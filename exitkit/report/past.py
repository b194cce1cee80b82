"""Tell one rehearsal among others: how it went, how long it copied, what those before it predicted of that."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from exitkit.lockin.forecast import Forecast, Trial, forecast
from exitkit.model.evidence import Basis, Evidence
from exitkit.model.journal import Setting
from exitkit.model.plan import Plan
from exitkit.model.report import CostLine, Measurements, Past
from exitkit.rehearsal.judge import answer, judge


def known_at(setting: Setting) -> list[Trial] | None:
    """The rehearsals that were known when a run began; None where nobody wrote them down."""
    if setting.earlier is None:
        return None
    return [Trial(float(one.objects), float(one.size), float(one.seconds), one.source) for one in setting.earlier]


def past(plan: Plan, measured: Measurements, setting: Setting, before: Sequence[Trial] = ()) -> Past:
    """One rehearsal, predicted from what was written down when it began; else, in hindsight, from `before`."""
    trial, known = trial_of(measured), known_at(setting)
    before = known if known is not None else before
    predicted = forecast(before, objects=trial.objects, size=trial.size) if trial and before else None
    copied = None
    if trial is not None:
        took = Decimal(str(round(trial.seconds, 3)))
        told = {"what": f"copying objects, run {measured.run}", "unit": "s", "basis": Basis.MEASURED}
        copied = Evidence(value=took, sources=(trial.source,), **told)
    return Past(
        run=measured.run,
        on=measured.ended.date() if measured.ended is not None else None,
        playbook=plan.playbook,
        source=plan.source,
        target=plan.target,
        verdict=answer(measured, judge(plan.workload.objectives, measured)),
        outage=measured.outage,
        copied=copied,
        predicted=_line(measured.run, predicted, written=known is not None) if predicted is not None else None,
        held=held(trial, predicted),
        written=known is not None,
    )


def held(trial: Trial | None, predicted: Forecast | None) -> bool | None:
    """Whether the truth lay within P10 to P90; None where nothing was predicted, or only indicatively."""
    if trial is None or predicted is None or predicted.indicative:
        return None
    return predicted.seconds.p10 <= Decimal(str(trial.seconds)) <= predicted.seconds.p90


def trial_of(measured: Measurements) -> Trial | None:
    """What a run says of copying objects; None where it copied none to the end."""
    copies = [one for one in measured.steps if one.kind == "copy-objects" and one.state == "ok" and not one.way_back]
    seconds = sum(float(one.seconds) for one in copies)
    if not copies or seconds <= 0:
        return None

    def counted(what: str) -> float:
        return sum(float(fact.value) for one in copies for fact in one.evidence if fact.what == what)

    source = ", ".join(f"run {measured.run}, journal:{one.id}" for one in copies)
    return Trial(counted("objects copied"), counted("bytes copied"), seconds, source)


def _line(run: str, predicted: Forecast, *, written: bool) -> CostLine:
    word = "indicative: fewer than three sizes before it" if predicted.indicative else f"fitted, R² {predicted.fit}"
    return CostLine(
        name=f"copying objects, predicted of run {run}",
        unit="s",
        interval=predicted.seconds,
        basis=Basis.MEASURED,
        formula=f"t = a + N·h + B/β from {predicted.trials} rehearsals of {predicted.sizes} sizes, {word}"
        + ("; known when it began" if written else "; worked out afterwards"),
        sources=predicted.per_byte.sources,
    )
