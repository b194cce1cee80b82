"""Put the facts of a report in the order they are read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from exitkit.model.evidence import Basis, Evidence, Verdict
from exitkit.model.finding import Finding, Suppression
from exitkit.model.placement import Kept, Loss
from exitkit.model.report import CostLine, Exercised, Measurements, ObjectiveMet, Report, StepMeasure, SwitchingCost
from exitkit.report.render.language import Language

MARKS = {Verdict.PASS: "✓", Verdict.FAIL: "✕", Verdict.UNKNOWN: "?"}
"""What stands beside the word of a verdict, never instead of it."""

HARDEST_FIRST = (Kept.LOST, Kept.UNKNOWN, Kept.DEGRADED, Kept.EMULATED, Kept.KEPT)
_UNSEEN = re.compile(r"[ \x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_CODE = re.compile(r"(?P<words>.+) \((?P<code>[A-Z]+\d+)\)\.")
_ADDRESS = re.compile(r"(https?://[^\s<>\"']+[^\s<>\"'.,;:)\]])")


def one_line(text: str) -> str:
    """Text on one line, without the characters that would speak to a terminal or turn the reading direction."""
    return " ".join(part for part in _UNSEEN.split(text) if part).strip()


def untried(report: Report) -> tuple[Exercised, ...]:
    """The capabilities nobody has tried at the target."""
    return tuple(one for one in report.exercised if one.verdict is Verdict.UNKNOWN)


def tried(report: Report) -> tuple[Exercised, ...]:
    """The capabilities the run did try, whatever came of it."""
    return tuple(one for one in report.exercised if one.verdict is not Verdict.UNKNOWN)


def held(report: Report) -> tuple[Exercised, ...]:
    """The capabilities that were tried and held."""
    return tuple(one for one in report.exercised if one.verdict is Verdict.PASS)


def failed(report: Report) -> tuple[Exercised, ...]:
    """The capabilities that were tried and failed."""
    return tuple(one for one in report.exercised if one.verdict is Verdict.FAIL)


def by_component(ones: Iterable[Exercised], lang: Language) -> str:
    """Capabilities in words, each component once: dossiers (object storage, object versions), names (DNS zone)."""
    listed: dict[str, list[str]] = {}
    for one in ones:
        listed.setdefault(one.component, []).append(lang.name("capability", one.capability.value))
    return ", ".join(f"{component} ({', '.join(names)})" for component, names in listed.items())


def trial_words(report: Report, lang: Language) -> tuple[tuple[Verdict, str, str], ...]:
    """What was tried and held, tried and failed, and not tried: a verdict, the count, and what it counts."""
    total = str(len(report.exercised))
    told = []
    for verdict, key, ones in (
        (Verdict.PASS, "untested.held", held(report)),
        (Verdict.FAIL, "untested.failed", failed(report)),
    ):
        if ones:
            count = lang.say(key, count=str(len(ones)), total=total)
            told.append((verdict, count, lang.say("page.colon") + by_component(ones, lang)))
    parts, nothing = by_component((one for one in untried(report) if one.seen), lang), untouched(report)
    more = lang.say("untested.in_part", parts=parts) if parts else ""
    more += lang.say("untested.nothing_of", parts=", ".join(nothing)) if nothing else ""
    return (*told, (Verdict.UNKNOWN, untried_words(report, lang), more))


def why(one: Exercised, lang: Language) -> str:
    """Why a capability counts as it does, and what was seen of it, in one line."""
    seen = ", ".join(f"{lang.speak(fact.what)}{lang.say('page.colon')}{lang.evidence(fact)}" for fact in one.seen)
    return f"{lang.speak(one.why)} ({seen})" if seen else lang.speak(one.why)


def untried_words(report: Report, lang: Language) -> str:
    """How much was not tried, counted."""
    if not report.exercised:
        return lang.say("untested.count_none")
    return lang.say("untested.count", untried=str(len(untried(report))), total=str(len(report.exercised)))


def untouched(report: Report) -> tuple[str, ...]:
    """The components of which nothing at all was tried, nor seen in part."""
    touched = {one.component for one in (*tried(report), *(one for one in untried(report) if one.seen))}
    return tuple(dict.fromkeys(one.component for one in untried(report) if one.component not in touched))


def coded(text: str) -> tuple[str, str]:
    """A sentence without the code of the rule it ends with, and that code; empty where it ends with none."""
    ended = _CODE.fullmatch(text)
    return (f"{ended['words']}.", ended["code"]) if ended else (text, "")


def first_of_code(report: Report) -> dict[str, Finding]:
    """The first finding of each rule, in the order they are read: where a link to the rule leads."""
    return {one.code: one for one in reversed(findings(report))}


def unknown_writes(report: Report) -> Evidence | None:
    """The acknowledged writes of which nobody could tell whether they are there; None where there is none."""
    found = report.measurements.unknown if report.measurements is not None else None
    return found if found is not None and found.value else None


def changed_since(report: Report, lang: Language) -> str:
    """What changed since the rehearsal, in one line; that it is not known, where nobody could look."""
    if report.changed_since is None:
        return lang.say("verdict_section.changed_unknown")
    return "; ".join(map(one_line, report.changed_since)) or lang.say("verdict_section.unchanged")


def objective(report: Report, name: str) -> ObjectiveMet | None:
    """The objective of that name, if the workload sets it."""
    return next((met for met in report.objectives if objective_key(met) == name), None)


def objective_key(met: ObjectiveMet) -> str:
    """An objective's name as it is written in a workload file."""
    return met.name.strip().lower().replace("_", "-").replace(" ", "-")


def is_measured(met: ObjectiveMet) -> bool:
    """Whether the objective has anything to be held against."""
    return met.found is not None


def found(met: ObjectiveMet, lang: Language) -> str:
    """What an objective was held against, in words."""
    shown = lang.evidence(met.found) if met.found is not None else lang.say("page.not_measured")
    return f"{shown} ({one_line(lang.speak(met.note))})" if met.note else shown


def was_timed(step: StepMeasure) -> bool:
    """Whether a step's seconds say anything: one that did not run took no time, rather than none."""
    return step.state == "ok" or (step.state != "not run" and step.seconds > 0)


def duration(step: StepMeasure, report: Report, lang: Language) -> Evidence | None:
    """The time a step took, as evidence; None where it was not measured."""
    if not was_timed(step) or report.measurements is None:
        return None
    return Evidence(
        what=lang.say("register.duration_of", step=step.id),
        value=step.seconds,
        unit="s",
        basis=Basis.MEASURED,
        sources=(lang.say("register.step_source", run=report.measurements.run, step=step.id),),
    )


def interruptions(run: Measurements, lang: Language) -> Evidence:
    """How often the run was interrupted, as evidence."""
    return Evidence(
        what=lang.say("tested.interruptions"),
        value=Decimal(run.interruptions),
        unit="interruptions",
        basis=Basis.MEASURED,
        sources=(lang.say("register.run_source", run=run.run),),
    )


def losses(report: Report) -> tuple[Loss, ...]:
    """The losses, the hardest to keep first."""
    return tuple(sorted(report.losses, key=lambda loss: HARDEST_FIRST.index(loss.outcome)))


def outcomes(report: Report) -> tuple[tuple[Kept, int], ...]:
    """How many capabilities there are of each outcome that occurs, the hardest to keep first."""
    counted = Counter(loss.outcome for loss in report.losses)
    return tuple((kept, counted[kept]) for kept in HARDEST_FIRST if counted[kept])


def findings(report: Report) -> tuple[Finding, ...]:
    """The findings, those that weigh most first, those somebody accepted last among their equals."""
    return tuple(sorted(report.findings, key=lambda one: (-one.severity.rank, one.accepted is not None, one.code)))


def outcome_words(kept: Kept, count: int, lang: Language) -> str:
    """How many capabilities there are of one outcome."""
    return lang.say("holds.counted", count=str(count), outcome=lang.name("outcome", kept.value))


def outcomes_words(report: Report, lang: Language) -> str:
    """How many capabilities there are of each outcome; empty where nothing was compared."""
    return ", ".join(outcome_words(kept, count, lang) for kept, count in outcomes(report))


def acceptance(accepted: Suppression, report: Report, lang: Language) -> str:
    """Until when a finding is accepted, or since when it no longer is."""
    key = "holds.accepted" if accepted.until >= report.as_of else "holds.accepted_past"
    return lang.say(key, date=lang.date(accepted.until))


def total(cost: SwitchingCost, lang: Language) -> CostLine | None:
    """The total as a line, as weak as its weakest part; None where no line was estimated."""
    return _whole(cost, lang, "total")


def days(cost: SwitchingCost, lang: Language) -> CostLine | None:
    """The calendar days as a line, as weak as the weakest part; None where no line was estimated."""
    return _whole(cost, lang, "days")


def measured_share(cost: SwitchingCost, lang: Language) -> Evidence | None:
    """The share of the cost that rests on measurement, out of a hundred; None where no line was estimated."""
    if not cost.lines:
        return None
    return Evidence(
        what=lang.say("cost.share"),
        value=cost.measured_share * Decimal(100),
        unit="%",
        basis=weakest(cost.lines),
        sources=(lang.say("cost.total_source"),),
    )


def weakest(lines: Iterable[CostLine]) -> Basis:
    """The weakest way any of these is known."""
    return max((line.basis for line in lines), key=lambda basis: basis.rank)


def pieces(source: str) -> tuple[tuple[str, bool], ...]:
    """A source cut into plain text and web addresses; only http and https count as addresses."""
    return tuple((part, bool(_ADDRESS.fullmatch(part))) for part in _ADDRESS.split(source) if part)


def numbers(report: Report) -> dict[str, int]:
    """The number of each section that comes and goes; the first five are always there."""
    alternatives, articles = bool(report.alternatives), bool(report.compliance)
    later = (
        ("alternatives", alternatives),
        ("articles", articles),
        ("trend", len(report.trend) > 1),
        ("register", True),
    )
    return {name: number for number, name in enumerate((name for name, there in later if there), start=6)}


def in_a_lab(report: Report) -> bool:
    """Whether the rehearsal took place in a lab."""
    return "lab" in report.place.lower()


def _whole(cost: SwitchingCost, lang: Language, which: str) -> CostLine | None:
    if not cost.lines:
        return None
    return CostLine(
        name=lang.say(f"cost.{which}"),
        unit="EUR" if which == "total" else "days",
        interval=cost.total if which == "total" else cost.days,
        basis=weakest(cost.lines),
        formula=lang.say("cost.total_formula", draws=lang.number(Decimal(cost.draws)), seed=str(cost.seed)),
        sources=(lang.say("cost.total_source"),),
    )
