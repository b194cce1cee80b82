"""D1, data gravity: how much there is to take along, how long that takes, and for how long writes must stop."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from exitkit.lockin import formulas
from exitkit.lockin.counted import Counted, dimension, fact, steps_of
from exitkit.model.evidence import Basis, Evidence
from exitkit.model.report import Dimension, Measurements, StepMeasure
from exitkit.units import Bytes

_FORMULA = (
    "t = a + N·h/p + B/β; ρ = χ/β; F = a + B·ρ/β + t_verify + t_switch; q30 = T / 30 d; n without a difference: < 3/n"
)


def gravity(known: Counted) -> Dimension:
    """How much there is to take along, how fast it is copied, and what of it was lost or may differ."""
    run = known.measured
    figures: list[Evidence] = []
    copied = run.bytes_copied if run is not None else None
    took = run.copy_seconds if run is not None else None
    if copied is not None and took is not None and took.value:
        sources = (*copied.sources, *took.sources)
        speed = float(copied.value / took.value)
        figures.append(fact("speed of copying, this rehearsal", speed, "B/s", Basis.MEASURED, *sources))
        figures.append(
            fact("time to copy, of 30 days", formulas.law_ratio(float(took.value)), "share", Basis.MEASURED, *sources)
        )
    if run is not None and run.objects_equal is not None and run.integrity == "pass":
        bound = formulas.rule_of_three(int(run.objects_equal.value))
        figures.append(
            fact("objects that may differ, at most (95 %)", bound, "share", Basis.MEASURED, *run.objects_equal.sources)
        )
    figures += _writes(run)
    sized = [part.name for part in known.workload.components if getattr(part, "size", None) is not None]
    total, basis, sources = _whole(known, sized)
    if sized:
        figures.append(fact("data to take along", Decimal(Bytes(total)), "B", basis, *sources))
    measured_apart, unmeasured = _transfer(known, sized)
    figures += measured_apart
    told, unforeseen = _forecast(known)
    frozen, unfrozen = _freeze(known, total if basis is Basis.DECLARED else 0)
    missing = [*unforeseen, *unmeasured, *unfrozen]
    missing += [] if run or measured_apart else ["a rehearsal, for a speed"]
    return dimension("D1", "data gravity", [*figures, *told, *frozen], _FORMULA, missing)


def _whole(known: Counted, sized: Sequence[str]) -> tuple[int, Basis, tuple[str, ...]]:
    """Bytes to take along, and who says so: the description, or the run's last comparison where that says nothing.

    A size that is the very one a comparison found was found, not declared: facts of a run take it in where the
    description is silent.
    """
    looked = {
        one.component: (int(each.value), f"journal:{one.id}")
        for one in steps_of(known.measured, "verify")
        for each in one.evidence
        if each.what == "bytes equal"
    }
    total, found = 0, True
    sources = []
    for name in sized:
        size = int(getattr(known.workload.component(name), "size", 0))
        seen, source = looked.get(name, (None, ""))
        total += size
        found &= size == seen
        sources.append(source if size == seen else f"spec:{name}.size")
    return total, Basis.MEASURED if sized and found else Basis.DECLARED, tuple(sources)


_APART = {
    "copy-fixed": "time a copy takes at all, measured apart",
    "object-latency": "time an object takes alone, measured apart",
    "streams": "objects copied at once, measured apart",
    "speed": "speed of copying, measured apart",
}


def _transfer(known: Counted, sized: Sequence[str]) -> tuple[list[Evidence], list[str]]:
    """What `move measure` found, how long everything takes by it, and what it does not say."""
    rates = {one.name: one for one in known.declared.transfer}
    figures = [fact(_APART[name], one.mode, one.unit, one.basis, one.source) for name, one in rates.items()]
    if not rates:
        return [], []
    parts = [known.workload.component(name) for name in sized]
    others = [part.name for part in parts if part.kind != "bucket"]
    missing = [f"a speed of {', '.join(others)}: rates are of objects, and are taken for it"] if others else []
    if "speed" not in rates:
        return figures, [*missing, "a speed of copying: the trials showed none, and the assumed one is taken"]
    size = sum(float(getattr(part, "size", 0)) for part in parts)
    objects = sum(float(getattr(part, "objects", None) or 0) for part in parts)
    a, h, p, speed = (float(rates[name].mode) for name in ("copy-fixed", "object-latency", "streams", "speed"))
    took = formulas.copy_seconds(a, objects, h, p, size, speed)
    sources = (*dict.fromkeys(one.source for one in rates.values()), *(f"spec:{name}.size" for name in sized))
    figures.append(fact("time to copy by measured rates", took, "s", Basis.DECLARED, *sources))
    return figures, missing


def _writes(run: Measurements | None) -> list[Evidence]:
    """What clients were told was written and could not be read back at the target, as the last probe of each found it.

    A probe counts every write so far: one before the switch is part of the one after it, and is not counted twice.
    """
    last = {one.component: one for one in steps_of(run, "probe")}
    done = [(one.id, {each.what: each.value for each in one.evidence}) for one in last.values()]
    told = [(name, found) for name, found in done if {"writes acknowledged", "writes lost"} <= set(found)]
    acknowledged = sum(int(found["writes acknowledged"]) for _, found in told)
    if not acknowledged:
        return []
    lost = sum(int(found["writes lost"]) for _, found in told)
    sources = [f"journal:{name}" for name, _ in told]
    share = formulas.share(lost, acknowledged)
    figures = [fact("acknowledged writes that were lost", share, "share", Basis.MEASURED, *sources)]
    if not lost:
        bound = formulas.rule_of_three(acknowledged)
        figures.append(fact("acknowledged writes lost, at most (95 %)", bound, "share", Basis.MEASURED, *sources))
    return figures


def _forecast(known: Counted) -> tuple[list[Evidence], list[str]]:
    """The days of copying where several rehearsals foretell them: only those have an interval."""
    told = next((one for one in known.cost.drivers if one.name == "copying"), None)
    if told is None or told.basis is not Basis.MEASURED or told.interval.p10 == told.interval.p90:
        return [], ["rehearsals at three sizes or more, for a forecast"]
    ends = (("P10", told.interval.p10), ("P50", told.interval.p50), ("P90", told.interval.p90))
    return [fact(f"time to copy, forecast, {name}", value, "days", told.basis, told.source) for name, value in ends], []


def _freeze(known: Counted, whole: int) -> tuple[list[Evidence], list[str]]:
    """What changes while everything is copied, what that leaves to copy, and for how long writes stop for it.

    One pass is taken: what changed during the copy is copied once writes have stopped. `whole` is the declared size in
    bytes, 0 where none is declared; without one the size of the rehearsal stands for it.
    """
    run = known.measured
    churn, copied, took = (run.churn, run.bytes_copied, run.copy_seconds) if run is not None else (None, None, None)
    if churn is None or copied is None or took is None or not took.value or not copied.value:
        return [], ["a rehearsal in which the service writes while objects are copied, for churn and the freeze window"]
    speed = float(copied.value / took.value)
    ratio = formulas.churn_ratio(float(churn.value), speed)
    figures = [
        fact("churn at the source while copying (χ)", churn.value, "B/s", Basis.MEASURED, *churn.sources),
        fact("churn, of the speed of copying (ρ)", ratio, "share", Basis.MEASURED, *churn.sources, *took.sources),
    ]
    missing = []
    if any(part.kind == "postgres" for part in known.workload.components):
        missing.append("churn of databases: replication carries their rows as they come, and it is in no pass")
    verified, switched = _last_look(run), steps_of(run, "switch-traffic")
    if ratio >= 1:
        return figures, [*missing, "a freeze window: writes come in as fast as they are copied, and it never ends"]
    if verified is None or not switched:
        return figures, [*missing, "a rehearsal up to the switch, for the freeze window"]
    if not any(one.name == "copy-fixed" for one in known.declared.transfer):
        missing.append("the time a copy takes at all (a), which the freeze window takes as none: `move measure`")
    return figures + _window(known, whole, ratio, speed, verified, switched), missing


def _last_look(run: Measurements | None) -> tuple[float, StepMeasure] | None:
    """Bytes a second of the last comparison of objects, and that step."""
    for one in reversed(steps_of(run, "verify")):
        compared = next((float(each.value) for each in one.evidence if each.what == "bytes equal"), 0.0)
        if compared and one.seconds:
            return compared / float(one.seconds), one
    return None


def _window(  # noqa: PLR0917 - the letters of the formula, in its order
    known: Counted,
    whole: int,
    ratio: float,
    speed: float,
    verified: tuple[float, StepMeasure],
    switched: Sequence[StepMeasure],
) -> list[Evidence]:
    """F, and what is left to copy in it, at the declared size or else at the rehearsed one."""
    run, (look, step) = known.measured, verified
    size = float(whole or (run.bytes_copied.value if run is not None and run.bytes_copied is not None else 0))
    where, basis = ("declared", Basis.DECLARED) if whole else ("rehearsed", Basis.MEASURED)
    fixed = next((one for one in known.declared.transfer if one.name == "copy-fixed"), None)
    left = formulas.left_after(size, ratio, 1)
    switch = max(float(one.seconds) for one in switched)
    window = formulas.freeze_seconds(float(fixed.mode) if fixed else 0.0, left, speed, size / look, switch)
    sources = [f"journal:{step.id}", *(f"journal:{one.id}" for one in switched), *([fixed.source] if fixed else [])]
    if run is not None and run.churn is not None and run.copy_seconds is not None:
        sources = [*run.churn.sources, *run.copy_seconds.sources, *sources]
    sources = list(dict.fromkeys(sources))
    return [
        fact(f"left to copy when writes stop, at the {where} size (B·ρ)", left, "B", basis, *sources),
        fact(f"writes stop for, at the {where} size (F)", window, "s", basis, *sources),
    ]
