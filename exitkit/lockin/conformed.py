"""Conformance κ: how much of what the source keeps of one contract the target keeps, from a rehearsal's journal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from exitkit.lockin import formulas
from exitkit.lockin.counted import fact
from exitkit.model.contract import Checked, Facet, read
from exitkit.model.evidence import Basis, Evidence, Verdict
from exitkit.model.report import Measurements
from exitkit.model.workload import Workload

STEP = "check-contract"
"""The kind of step that holds both sides to a contract."""

NEVER = "a rehearsal that holds both clouds to one contract, for conformance κ"
"""What is said where there is no journal with such a step."""


@dataclass(frozen=True)
class Conformance:
    """Checks by what came of them; one that was tried for several components counts once, as its worst."""

    checks: tuple[Checked, ...]
    sources: tuple[str, ...]

    @property
    def held(self) -> tuple[Checked, ...]:
        """Those the source passed: what κ is a share of."""
        return tuple(one for one in self.checks if one.source is Verdict.PASS)

    @property
    def kept(self) -> int:
        """How many of these the target passed too; one without an answer is not among them."""
        return sum(one.target is Verdict.PASS for one in self.held)

    @property
    def unanswered(self) -> tuple[Checked, ...]:
        """Those without an answer on one side, or on both."""
        return tuple(one for one in self.checks if Verdict.UNKNOWN in (one.source, one.target))


def conformance(run: Measurements | None) -> Conformance | None:
    """What a run's journal says of the contract; None where no step tried any of it."""
    steps = [one for one in run.steps if one.kind == STEP and not one.way_back and one.state == "ok"] if run else []
    tried = [(one, check) for one in steps for check in read(one.details) if check.tried]
    if not tried:
        return None
    sources = dict.fromkeys(f"journal:{step.id}" for step, _ in tried)
    return Conformance(tuple(_once(check for _, check in tried)), tuple(sources))


def _once(checks: Iterable[Checked]) -> Iterator[Checked]:
    """Each check once: it passes on a side where it passes there for every component."""
    named: dict[str, list[Checked]] = defaultdict(list)
    for one in checks:
        named[one.name].append(one)
    for found in named.values():
        source, target = Verdict.PASS, Verdict.PASS
        for one in found:
            source, target = source & one.source, target & one.target
        yield found[0].model_copy(update={"source": source, "target": target})


def figures(found: Conformance) -> Iterator[Evidence]:
    """κ with its interval (Wilson, 95 %), and what fails at the target only, by facet."""
    sources = found.sources
    if found.held:
        share = formulas.share(found.kept, len(found.held))
        low, high = formulas.wilson(found.kept, len(found.held))
        told = "conformance κ: checks the target passes, of those the source passes"
        yield fact(told, share, "share", Basis.MEASURED, *sources)
        yield fact("the same, at least (95 %)", low, "share", Basis.MEASURED, *sources)
        yield fact("the same, at most (95 %)", high, "share", Basis.MEASURED, *sources)
        yield fact("checks the source passes", Decimal(len(found.held)), "checks", Basis.MEASURED, *sources)
    for facet in Facet:
        count = sum(one.only_at_source and one.facet is facet for one in found.checks)
        if count:
            told = f"checks that fail at the target only, {facet}"
            yield fact(told, Decimal(count), "checks", Basis.MEASURED, *sources)


def residue(found: Conformance) -> tuple[str, ...]:
    """Every check that fails at the target only, with its facet, then every one without an answer."""
    failed = [one for one in found.checks if one.only_at_source]
    return tuple(one.model_copy(update={"why": ""}).line for one in (*failed, *found.unanswered))


def missing(found: Conformance | None, workload: Workload) -> list[str]:
    """What is still needed for κ: a run, answers, contracts of other kinds."""
    if found is None:
        return [NEVER]
    names = ", ".join(one.name for one in found.unanswered)
    told = [f"an answer to {names}: without one no check counts as passed"] if names else []
    protocols = {one.name.partition(".")[0] for one in found.checks}
    without = dict.fromkeys(part.kind for part in workload.components if _PROTOCOL.get(part.kind) not in protocols)
    return [*told, f"a contract for {', '.join(without)}: no suite holds both sides to one"] if without else told


_PROTOCOL = {"bucket": "s3", "postgres": "sql", "queue": "queue", "secret": "secret", "domain": "dns"}
"""The contract that components of a kind are held to."""
