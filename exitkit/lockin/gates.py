"""What passes or does not: gates stand beside the quantities and are never averaged with them."""

from __future__ import annotations

from collections.abc import Iterator

from exitkit.lockin.dimensions import Counted
from exitkit.lockin.formulas import TRANSITION_DAYS
from exitkit.model.evidence import Verdict
from exitkit.model.report import GateResult

# fmt: off
_EU = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})
# fmt: on
_ACT = "Data Act, Regulation (EU) 2023/2854, Article 25(2)(a)"


def gates(known: Counted) -> tuple[GateResult, ...]:
    """Every gate; what was not looked at is unknown, and unknown is no pass."""
    return tuple(_gates(known))


def _gates(known: Counted) -> Iterator[GateResult]:
    run = known.measured
    journal = (f"journal of {run.run}",) if run is not None else ("no rehearsal",)
    integrity = run.integrity if run is not None else Verdict.UNKNOWN
    yield _gate("integrity", integrity, "every object and row that arrived was compared", *journal)
    returned = run.returned if run is not None else Verdict.UNKNOWN
    yield _gate(
        "way back", returned, "everything that was started was undone, and nothing confirmed was missing", *journal
    )
    yield _gate(
        "over-permission", Verdict.UNKNOWN, "nobody has probed what the target allows and the source denies", "no probe"
    )
    yield _keys(known)
    yield _parent(known)
    yield from _clocks(known)


def _keys(known: Counted) -> GateResult:
    if not known.declared.keys:
        return _gate(
            "keys",
            Verdict.UNKNOWN,
            "no custody level is declared, and the source's key service was never off",
            "no [keys] in exit.toml",
        )
    words = ", ".join(f"{name} {level}" for name, level in sorted(known.declared.keys.items()))
    return _gate(
        "keys",
        Verdict.UNKNOWN,
        f"declared: {words}; not shown, for the source's key service was never off",
        known.declared.source,
    )


def _parent(known: Counted) -> GateResult:
    """The policy `parent-outside-eu`: without K4 everywhere, a parent outside the EU is refused where it says so."""
    asked = known.declared.policy.get("parent-outside-eu")
    have = known.given.jurisdictions.get(known.target)
    if asked is None or have is None:
        why = "no policy is declared" if asked is None else f"nobody has looked at who stands behind {known.target}"
        return _gate("jurisdiction", Verdict.UNKNOWN, why, "no [policy] in exit.toml" if asked is None else "no row")
    inside = have.parent_country in _EU
    closed = bool(known.declared.keys) and set(known.declared.keys.values()) == {"K4"}
    passes = asked == "allowed" or inside or (asked == "with-k4" and closed)
    words = f"parent of {known.target}: {have.parent}, {have.parent_country}; policy parent-outside-eu: {asked}"
    return _gate("jurisdiction", Verdict.PASS if passes else Verdict.FAIL, words, have.source, known.declared.source)


def _clocks(known: Counted) -> Iterator[GateResult]:
    days = known.cost.days
    transition = known.declared.days("transition")
    for name, limit, source in (
        ("legal clock: 30 days of transition", TRANSITION_DAYS, _ACT),
        (
            "contract: transition period",
            float(transition) if transition is not None else None,
            known.declared.source or "no transition in exit.toml",
        ),
    ):
        if limit is None:
            yield _gate(name, Verdict.UNKNOWN, "no transition period is declared", source)
            continue
        side = "within" if float(days.p90) <= limit else "above"
        words = f"estimated {days.p50:.0f} days, {days.p90:.0f} at P90: {side} {limit:.0f}; an estimate is no proof"
        yield _gate(name, Verdict.UNKNOWN, words, source, "switching cost, days")


def _gate(name: str, verdict: Verdict, why: str, *sources: str) -> GateResult:
    return GateResult(name=name, verdict=verdict, why=why, sources=tuple(one for one in sources if one))
