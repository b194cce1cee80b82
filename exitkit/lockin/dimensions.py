"""D1 to D9 as far as there is anything to count: figures, how they are computed, and what is still needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from exitkit.lockin import formulas
from exitkit.lockin.assumptions import Given
from exitkit.lockin.declared import Declared
from exitkit.model.capability import Capability
from exitkit.model.evidence import Basis, Evidence
from exitkit.model.placement import Kept, Loss
from exitkit.model.report import Dimension, Measurements, StepMeasure, SwitchingCost
from exitkit.model.workload import Workload
from exitkit.units import Bytes

CLASSES = {Kept.KEPT: "P1", Kept.EMULATED: "P2", Kept.DEGRADED: "P3", Kept.LOST: "P4"}
"""P1 one to one, P2 other settings, P3 another product, P4 rewrite; what nobody looked at has no class."""


@dataclass(frozen=True)
class Counted:
    """What there is to count."""

    workload: Workload
    source: str
    target: str
    losses: tuple[Loss, ...]
    measured: Measurements | None
    declared: Declared
    cost: SwitchingCost
    given: Given


def dimensions(known: Counted) -> tuple[Dimension, ...]:
    """Every dimension, in order."""
    return tuple(one(known) for one in _ALL)


def _fact(what: str, value: float | Decimal, unit: str, basis: Basis, *sources: str) -> Evidence:
    number = value if isinstance(value, Decimal) else Decimal(f"{value:.6g}")
    return Evidence(what=what, value=number + 0, unit=unit, basis=basis, sources=sources)


def _steps(measured: Measurements | None, *kinds: str) -> list[StepMeasure]:
    steps = measured.steps if measured is not None else ()
    return [one for one in steps if one.kind in kinds and one.state == "ok" and not one.way_back]


def _claims(known: Counted) -> str:
    return f"claims of {known.source} and {known.target}: each is a row of section 4, with its source"


def _gravity(known: Counted) -> Dimension:
    run, figures = known.measured, []
    copied = run.bytes_copied if run is not None else None
    took = run.copy_seconds if run is not None else None
    if copied is not None and took is not None and took.value:
        sources = (*copied.sources, *took.sources)
        speed = float(copied.value / took.value)
        figures.append(_fact("speed of copying, this rehearsal", speed, "B/s", Basis.MEASURED, *sources))
        figures.append(
            _fact("time to copy, of 30 days", formulas.law_ratio(float(took.value)), "share", Basis.MEASURED, *sources)
        )
    if run is not None and run.objects_equal is not None and run.integrity == "pass":
        bound = formulas.rule_of_three(int(run.objects_equal.value))
        figures.append(
            _fact("objects that may differ, at most (95 %)", bound, "share", Basis.MEASURED, *run.objects_equal.sources)
        )
    sized = [part.name for part in known.workload.components if getattr(part, "size", None) is not None]
    if sized:
        total = sum(int(getattr(known.workload.component(name), "size", 0)) for name in sized)
        sources = tuple(f"spec:{name}.size" for name in sized)
        figures.append(_fact("data to take along", Decimal(Bytes(total)), "B", Basis.DECLARED, *sources))
    missing = ["rehearsals at three sizes or more, for a forecast"] + ([] if run else ["a rehearsal, for a speed"])
    return _dimension(
        "D1", "data gravity", figures, "t = a + N·h/p + B/β; q30 = T / 30 d; n without a difference: < 3/n", missing
    )


def _service(known: Counted) -> Dimension:
    looked = [one for one in known.losses if one.outcome in CLASSES]
    hard = [one for one in looked if CLASSES[one.outcome] in ("P3", "P4")]
    rewritten = [one for one in looked if CLASSES[one.outcome] == "P4"]
    sources = (_claims(known),)
    figures = []
    if looked:
        share = formulas.share(len(hard), len(looked))
        figures.append(_fact("capabilities in class P3 or P4", share, "share", Basis.DECLARED, *sources))
        figures.append(
            _fact("capabilities in class P4", Decimal(len(rewritten)), "capabilities", Basis.DECLARED, *sources)
        )
    missing = ["the invoice of the source, for the share by spend", "a log of API calls, for the share by calls"]
    return _dimension(
        "D2",
        "proprietary services",
        figures,
        "|P3 ∪ P4| / |capabilities|; kept P1, emulated P2, degraded P3, lost P4",
        missing,
    )


def _rewrite(known: Counted) -> Dimension:
    here = {name for one in known.losses for name in one.source_resources}
    covered = {name for one in known.losses if one.target_resources for name in one.source_resources}
    there = {name for one in known.losses for name in one.target_resources}
    sources = (_claims(known),)
    figures = []
    if here:
        figures.append(
            _fact(
                "resource types with something at the target",
                formulas.share(len(covered), len(here)),
                "share",
                Basis.DECLARED,
                *sources,
            )
        )
        figures.append(
            _fact(
                "resource types there for each covered here",
                formulas.share(len(there), len(covered)),
                "types",
                Basis.DECLARED,
                *sources,
            )
        )
        figures.append(
            _fact("resource types left over", Decimal(len(here - covered)), "types", Basis.DECLARED, *sources)
        )
    return _dimension(
        "D3",
        "rewriting infrastructure",
        figures,
        "γ = covered / all; φ = types there / types covered",
        ["terraform show -json of both plans, for the share of overrides"],
    )


def _identity(known: Counted) -> Dimension:
    own = [one for one in known.losses if one.capability is Capability.SERVICE_IDENTITY]
    static = [one for one in own if one.weakens_security]
    figures = (
        [
            _fact(
                "services that get static keys where they had an identity",
                Decimal(len(static)),
                "services",
                Basis.DECLARED,
                _claims(known),
            )
        ]
        if own
        else []
    )
    return _dimension(
        "D4",
        "identity",
        figures,
        "static secrets after / identities before; agreement = same answers / probes",
        ["a matrix of permission probes on both clouds"],
    )


def _keys(known: Counted) -> Dimension:
    levels: dict[str, float] = {}
    for name, level in known.declared.keys.items():
        part = next((one for one in known.workload.components if one.name == name), None)
        levels[level] = levels.get(level, 0.0) + float(getattr(part, "size", None) or 0)
    figures = []
    if sum(levels.values()):
        source = f"{known.declared.source}: keys"
        figures.append(
            _fact(
                "data the provider can read in use",
                formulas.readable_by_provider(levels),
                "share",
                Basis.DECLARED,
                source,
            )
        )
        figures.append(_fact("data to encrypt again", formulas.to_encrypt_again(levels), "B", Basis.DECLARED, source))
    missing = (
        [] if figures else ["[keys] in exit.toml: the custody level K0 to K4 of each bucket and database, with sizes"]
    )
    return _dimension(
        "D5", "keys", figures, "bytes at K0…K3 / bytes", [*missing, "a rehearsal with the source's key service off"]
    )


def _network(known: Counted) -> Dimension:
    figures = [
        _fact(f"time to switch {one.component}", one.seconds, "s", Basis.MEASURED, f"journal:{one.id}")
        for one in _steps(known.measured, "switch-traffic")
    ]
    partners = known.declared.days("partners")
    if partners is not None:
        figures.append(
            _fact(
                "longest lead time of a partner", partners, "days", Basis.DECLARED, f"{known.declared.source}: partners"
            )
        )
    missing = ["a scan of code and settings for addresses and regions of the source"]
    return _dimension(
        "D6",
        "network",
        figures,
        "max(partners, carrier, TTL)",
        missing + ([] if partners is not None else ["partners in exit.toml"]),
    )


def _skills(known: Counted) -> Dimension:
    run = known.measured
    steps = [one for one in run.steps if not one.way_back and one.state != "not run"] if run else []
    figures = []
    if steps and run is not None:
        done = sum(one.state == "ok" and one.tries <= 1 for one in steps)
        low, high = formulas.wilson(done, len(steps))
        source = f"journal of {run.run}"
        figures.append(
            _fact(
                "steps that went well at the first try",
                formulas.share(done, len(steps)),
                "share",
                Basis.MEASURED,
                source,
            )
        )
        figures.append(_fact("the same, at least (95 %)", low, "share", Basis.MEASURED, source))
        figures.append(_fact("the same, at most (95 %)", high, "share", Basis.MEASURED, source))
    return _dimension(
        "D7",
        "skills",
        figures,
        "steps done without help / steps, Wilson interval",
        ["a rehearsal on real accounts by the own team, with its manual steps"],
    )


def _contract(known: Counted) -> Dimension:
    named = {line.name: line for line in known.cost.lines}
    figures = [
        _fact(f"{name}, P50", named[name].interval.p50, "EUR", named[name].basis, *named[name].sources)
        for name in ("egress", "parallel run", "commitments")
        if name in named
    ]
    for name in ("notice", "transition"):
        days = known.declared.days(name)
        if days is not None:
            figures.append(_fact(name, days, "days", Basis.DECLARED, f"{known.declared.source}: {name}"))
    missing = [
        f"{name} in exit.toml" for name in ("commitments", "notice", "transition") if known.declared.days(name) is None
    ]
    return _dimension(
        "D8",
        "contract and egress",
        figures,
        "max(0, commitment left - usage) + penalty; egress by tier and rule",
        missing,
    )


def _law(known: Counted) -> Dimension:
    have, held = known.given.jurisdictions, known.given.qualifications
    listed = [(name, have[name]) for name in (known.source, known.target) if name in have]
    figures = [
        _fact(
            f"qualifications of {name} that cover what is placed there",
            Decimal(sum(q.covers_placed for q in held if q.provider == name)),
            "qualifications",
            one.basis,
            *dict.fromkeys([one.source, *(q.source for q in held if q.provider == name)]),
        )
        for name, one in listed
    ]
    missing = [f"who stands behind {name}" for name in (known.source, known.target) if name not in have]
    return _dimension(
        "D9",
        "jurisdiction",
        figures,
        "facts side by side, never added up",
        [*missing, "the provider's page under Article 28 of the Data Act"],
    )


def _dimension(code: str, name: str, figures: Sequence[Evidence], formula: str, missing: Sequence[str]) -> Dimension:
    return Dimension(code=code, name=name, figures=tuple(figures), formula=formula, missing=tuple(missing))


_ALL: tuple[Callable[[Counted], Dimension], ...]
_ALL = (_gravity, _service, _rewrite, _identity, _keys, _network, _skills, _contract, _law)
