"""What passes or does not: gates stand beside the quantities and are never averaged with them."""

from __future__ import annotations

from collections.abc import Iterator

from exitkit.lockin import formulas
from exitkit.lockin.counted import Counted
from exitkit.lockin.formulas import TRANSITION_DAYS
from exitkit.lockin.identity import over_permission
from exitkit.lockin.shown import with_keys_off
from exitkit.model.evidence import Verdict
from exitkit.model.report import GateResult

# fmt: off
_EU = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})
# fmt: on
_ACT = "Data Act, Regulation (EU) 2023/2854, Article 25(2)(a)"

_NEVER = "leaving was never rehearsed"
_COMPARED = {
    Verdict.PASS: "every object and row that arrived was compared, and is the same",
    Verdict.FAIL: "objects or rows at the target differ from those at the source",
    Verdict.UNKNOWN: "not every object and row was compared",
}
_RETURNED = {
    Verdict.PASS: "everything that was started was undone, and nothing confirmed was missing",
    Verdict.FAIL: "the way back failed, or something confirmed was missing",
    Verdict.UNKNOWN: "the way back was not walked to its end",
}


def gates(known: Counted) -> tuple[GateResult, ...]:
    """Every gate; what was not looked at is unknown, and unknown is no pass."""
    return tuple(_gates(known))


def _gates(known: Counted) -> Iterator[GateResult]:
    run = known.measured
    journal = (f"journal of {run.run}",) if run is not None else ("no rehearsal",)
    integrity = run.integrity if run is not None else Verdict.UNKNOWN
    yield _gate("integrity", integrity, _COMPARED[integrity] if run is not None else _NEVER, *journal)
    returned = run.returned if run is not None else Verdict.UNKNOWN
    yield _gate("way back", returned, _RETURNED[returned] if run is not None else _NEVER, *journal)
    yield over_permission(known)
    yield _keys(known)
    yield jurisdiction(known, known.target)
    yield from _clocks(known)


def _keys(known: Counted) -> GateResult:
    """With the source's key service off, everything that is tried has to be readable at the target."""
    looked, levels = with_keys_off(known), known.declared.keys
    held = ", ".join(f"{name} {level}" for name, level in sorted(levels.items()))
    if looked is None:
        words = f"declared: {held}; not shown" if held else "no custody level is declared"
        source = known.declared.source if held else "no [keys] in exit.toml"
        return _gate("keys", Verdict.UNKNOWN, f"{words}, for the source's key service was never off", source)
    counted = f"{looked.readable} of {looked.tried}"
    words = f"{looked.basis}: {counted} readable at the target with the source's key service off"
    if looked.readable == looked.tried:
        words += f"; at most {formulas.rule_of_three(looked.tried):.2%} are not (95 %)"
    if looked.left:
        words += f"; no answer for {', '.join(looked.left)}"
    return _gate("keys", looked.verdict, words, *looked.sources)


def jurisdiction(known: Counted, provider: str) -> GateResult:
    """The policy `parent-outside-eu`: without K4 everywhere, a parent outside the EU is refused where it says so."""
    asked = known.declared.policy.get("parent-outside-eu")
    have = known.given.jurisdictions.get(provider)
    if asked is None or have is None:
        why = "no policy is declared" if asked is None else f"nobody has looked at who stands behind {provider}"
        return _gate("jurisdiction", Verdict.UNKNOWN, why, "no [policy] in exit.toml" if asked is None else "no row")
    words = f"parent of {provider}: {have.parent}, {have.parent_country or 'country not known'}"
    words = f"{words}; policy parent-outside-eu: {asked}"
    closed = bool(known.declared.keys) and set(known.declared.keys.values()) == {"K4"}
    passes = asked == "allowed" or have.parent_country in _EU or (asked == "with-k4" and closed)
    verdict = Verdict.PASS if passes else Verdict.FAIL if have.parent_country else Verdict.UNKNOWN
    return _gate("jurisdiction", verdict, words, have.source, known.declared.source)


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
