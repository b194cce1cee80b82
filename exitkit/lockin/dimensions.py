"""D1 to D9 as far as there is anything to count: figures, how they are computed, and what is still needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from exitkit.lockin import formulas
from exitkit.lockin.counted import Counted, dimension, fact
from exitkit.lockin.identity import identity
from exitkit.lockin.rewriting import rewriting
from exitkit.lockin.ties import keys, services
from exitkit.model.evidence import Basis, Evidence
from exitkit.model.report import Dimension, Measurements, StepMeasure
from exitkit.units import Bytes


def dimensions(known: Counted) -> tuple[Dimension, ...]:
    """Every dimension, in order."""
    return tuple(one(known) for one in _ALL)


def _steps(measured: Measurements | None, *kinds: str) -> list[StepMeasure]:
    steps = measured.steps if measured is not None else ()
    return [one for one in steps if one.kind in kinds and one.state == "ok" and not one.way_back]


def _gravity(known: Counted) -> Dimension:
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
    if sized:
        total = sum(int(getattr(known.workload.component(name), "size", 0)) for name in sized)
        sources = tuple(f"spec:{name}.size" for name in sized)
        figures.append(fact("data to take along", Decimal(Bytes(total)), "B", Basis.DECLARED, *sources))
    measured_apart, unmeasured = _transfer(known, sized)
    figures += measured_apart
    missing = ["rehearsals at three sizes or more, for a forecast", *unmeasured]
    missing += [] if run or measured_apart else ["a rehearsal, for a speed"]
    return dimension(
        "D1", "data gravity", figures, "t = a + N·h/p + B/β; q30 = T / 30 d; n without a difference: < 3/n", missing
    )


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
    last = {one.component: one for one in _steps(run, "probe")}
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


def _network(known: Counted) -> Dimension:
    """How long names and partners take to follow: the longest of lead times and times to live."""
    figures = [
        fact(f"time to switch {one.component}", one.seconds, "s", Basis.MEASURED, f"journal:{one.id}")
        for one in _steps(known.measured, "switch-traffic")
    ]
    partners = known.declared.days("partners")
    if partners is not None:
        figures.append(
            fact(
                "longest lead time of a partner", partners, "days", Basis.DECLARED, f"{known.declared.source}: partners"
            )
        )
    missing = ["a scan of code and settings for addresses and regions of the source"]
    return dimension(
        "D6",
        "network",
        figures,
        "max(partners, carrier, TTL)",
        missing + ([] if partners is not None else ["partners in exit.toml"]),
    )


def _skills(known: Counted) -> Dimension:
    """How many steps of a rehearsal went well at the first try, with a Wilson interval."""
    run = known.measured
    steps = [one for one in run.steps if not one.way_back and one.state != "not run"] if run else []
    figures = []
    if steps and run is not None:
        done = sum(one.state == "ok" and one.tries <= 1 for one in steps)
        low, high = formulas.wilson(done, len(steps))
        source = f"journal of {run.run}"
        figures.append(
            fact(
                "steps that went well at the first try",
                formulas.share(done, len(steps)),
                "share",
                Basis.MEASURED,
                source,
            )
        )
        figures.append(fact("the same, at least (95 %)", low, "share", Basis.MEASURED, source))
        figures.append(fact("the same, at most (95 %)", high, "share", Basis.MEASURED, source))
    return dimension(
        "D7",
        "skills",
        figures,
        "steps done without help / steps, Wilson interval",
        ["a rehearsal on real accounts by the own team, with its manual steps"],
    )


def _contract(known: Counted) -> Dimension:
    """What the contract charges for leaving and how long its clocks are: egress, parallel run, commitments, notice."""
    named = {line.name: line for line in known.cost.lines}
    figures = [
        fact(f"{name}, P50", named[name].interval.p50, "EUR", named[name].basis, *named[name].sources)
        for name in ("egress", "parallel run", "commitments")
        if name in named
    ]
    for name in ("notice", "transition"):
        days = known.declared.days(name)
        if days is not None:
            figures.append(fact(name, days, "days", Basis.DECLARED, f"{known.declared.source}: {name}"))
    missing = [
        f"{name} in exit.toml" for name in ("commitments", "notice", "transition") if known.declared.days(name) is None
    ]
    return dimension(
        "D8",
        "contract and egress",
        figures,
        "max(0, commitment left - usage) + penalty; egress by tier and rule",
        missing,
    )


def _law(known: Counted) -> Dimension:
    """Who stands behind each side, and which qualifications cover what is placed there; facts, never added up."""
    have, held = known.given.jurisdictions, known.given.qualifications
    listed = [(name, have[name]) for name in (known.source, known.target) if name in have]
    figures = [
        fact(
            f"qualifications of {name} that cover what is placed there",
            Decimal(sum(q.covers_placed for q in held if q.provider == name)),
            "qualifications",
            one.basis,
            *dict.fromkeys([one.source, *(q.source for q in held if q.provider == name)]),
        )
        for name, one in listed
    ]
    missing = [f"who stands behind {name}" for name in (known.source, known.target) if name not in have]
    return dimension(
        "D9",
        "jurisdiction",
        figures,
        "facts side by side, never added up",
        [*missing, "the provider's page under Article 28 of the Data Act"],
    )


@dataclass(frozen=True)
class Page:
    """What one dimension counts, and how: its function's docstring."""

    code: str
    name: str
    page: str


def pages() -> dict[str, Page]:
    """A page for each dimension, by code."""
    told = zip(_NAMES, _ALL, strict=True)
    return {f"D{place}": Page(f"D{place}", name, one.__doc__ or "") for place, (name, one) in enumerate(told, start=1)}


_NAMES = (
    "data gravity", "proprietary services", "rewriting infrastructure", "identity", "keys", "network", "skills",
    "contract and egress", "jurisdiction",
)  # fmt: skip
_ALL: tuple[Callable[[Counted], Dimension], ...]
_ALL = (_gravity, services, rewriting, identity, keys, _network, _skills, _contract, _law)
