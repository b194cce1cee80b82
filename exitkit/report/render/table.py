"""Write a report as plain text for a terminal, at most a hundred columns wide."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from exitkit.model.evidence import Basis, Evidence
from exitkit.model.report import CostLine, ObjectiveMet, Report, StepMeasure
from exitkit.report.render import reading
from exitkit.report.render.language import NBSP, Language
from exitkit.report.render.reading import one_line

WIDTH = 100
SHOWN_DETAILS = 10
"""How many details of one step are printed; the rest are counted."""


def render(report: Report, lang: Language) -> str:
    """The way it is said in a session: what happened, what it comes to, and the answer last."""
    parts = (_opening, _steps, _figures, _objectives, _untried, _holds, _not_counted, _decisions, _ending)
    blocks = ["\n".join(lines) for lines in (list(part(report, lang)) for part in parts) if lines]
    # A terminal needs no unbreakable spaces, and those who cut and paste from it need ordinary ones.
    text = "\n\n".join(blocks).replace(NBSP, " ").replace("\u202f", " ")
    return "".join(line.rstrip() + "\n" for line in text.split("\n"))


def _opening(report: Report, lang: Language) -> Iterator[str]:
    question = one_line(lang.say("page.question", source=report.source_title, target=report.target_title))
    yield from _wrapped(f"{report.workload}{lang.say('page.colon')}{question}")
    if english := lang.say("page.data_language"):
        yield f"({_lowered(english).removesuffix('.')})"
    if report.measurements is None:
        yield lang.say("table.nothing")
        return
    yield from _wrapped(
        f"{_lowered(lang.say('verdict_section.run'))} {report.measurements.run}   "
        + lang.say(
            "table.rehearsed",
            date=lang.date(report.rehearsed_on) if report.rehearsed_on else lang.say("page.never"),
            expires=lang.date(report.expires_on) if report.expires_on else lang.say("page.never"),
            place=one_line(lang.speak(report.place)),
        )
    )
    if report.changed_since is not None:
        since = reading.changed_since(report, lang)
        yield from _wrapped(f"{_lowered(lang.say('verdict_section.changed_since'))}{lang.say('page.colon')}{since}")
    if reading.in_a_lab(report):
        yield from _wrapped(lang.say("table.lab"))


def _steps(report: Report, lang: Language) -> Iterator[str]:
    steps = report.measurements.steps if report.measurements else ()
    rows = [_step(step, report, lang) for step in steps]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(4)]
    turned = False
    for number, (step, row) in enumerate(zip(steps, rows, strict=True), 1):
        if step.way_back and not turned:
            turned = True
            yield lang.say("table.way_back")
        head = (
            f"{number:>4}  {row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]:<{widths[2]}}  {row[3]:>{widths[3]}}"
        )
        yield from _wrapped(row[4], first=head + "   ", rest=" " * (len(head) + 3))
        yield from _details(step, lang)


def _step(step: StepMeasure, report: Report, lang: Language) -> tuple[str, str, str, str, str]:
    took = reading.duration(step, report, lang)
    brought = [
        f"{one_line(lang.speak(fact.what))}{lang.say('page.colon')}{lang.evidence(fact)}" for fact in step.evidence
    ]
    if step.verdict is not None:
        brought.insert(0, lang.name("verdict", step.verdict.value))
    if step.tries > 1:
        brought.append(f"{step.tries} {lang.unit('tries')}")
    duration = lang.evidence(took) if took else lang.say("page.not_measured")
    return step.kind, step.component, lang.name("state", step.state), duration, ", ".join(brought)


def _details(step: StepMeasure, lang: Language) -> Iterator[str]:
    for detail in (shown := step.telling[:SHOWN_DETAILS]):
        yield from _wrapped(one_line(lang.speak(detail)), first=" " * 8, rest=" " * 10)
    if len(step.details) > len(shown):
        yield " " * 8 + lang.say("tested.more", count=str(len(step.details) - len(shown)))


def _figures(report: Report, lang: Language) -> Iterator[str]:
    run = report.measurements
    rows = [
        _measure(lang.say("verdict_section.outage"), run.outage if run else None, lang),
        _measure(lang.say("verdict_section.lost"), run.lost if run else None, lang),
    ]
    if unknown := reading.unknown_writes(report):
        rows.append(_measure(lang.say("verdict_section.unknown_writes"), unknown, lang))
    if run:
        rows += [
            _compared("objects", run.objects_equal, run.objects_differing, lang),
            _compared("rows", run.rows_equal, run.rows_differing, lang),
            _measure(lang.say("tested.way_back"), run.way_back_seconds, lang),
        ]
    rows.append(_range(lang.say("verdict_section.cost"), reading.total(report.cost, lang), lang))
    rows.append(_range(lang.say("verdict_section.days"), reading.days(report.cost, lang), lang))
    yield from _columns([(_lowered(label), *cells) for label, *cells in rows])


def _measure(label: str, fact: Evidence | None, lang: Language) -> tuple[str, str, str, str]:
    if fact is None:
        return label, lang.say("page.not_measured"), "", ""
    return label, lang.evidence(fact), "", _basis(fact.basis, lang)


def _compared(
    which: str, equal: Evidence | None, differing: Evidence | None, lang: Language
) -> tuple[str, str, str, str]:
    label = lang.say(f"tested.{which}")
    known = [fact for fact in (equal, differing) if fact is not None]
    if not known:
        return label, lang.say("page.not_measured"), "", ""
    same = lang.say("table.equal", value=lang.number(equal.value)) if equal else lang.say("page.not_measured")
    other = lang.say("table.differing", value=lang.number(differing.value)) if differing else ""
    return label, same, other, _basis(max((fact.basis for fact in known), key=lambda basis: basis.rank), lang)


def _range(label: str, line: CostLine | None, lang: Language) -> tuple[str, str, str, str]:
    if line is None:
        return label, lang.say("page.not_estimated"), "", ""
    interval = f"{lang.say('verdict_section.range')}{lang.say('page.colon')}{lang.interval(line.interval, line.unit)}"
    return label, lang.middle(line.interval, line.unit), interval, _basis(line.basis, lang)


def _basis(basis: Basis, lang: Language) -> str:
    return lang.name("basis", basis.value)


def _objectives(report: Report, lang: Language) -> Iterator[str]:
    if report.objectives:
        yield lang.say("table.objectives")
        yield from _columns([_objective(met, lang) for met in report.objectives], indent=2)


def _objective(met: ObjectiveMet, lang: Language) -> tuple[str, ...]:
    measured = reading.found(met, lang)
    name = lang.name("objective", reading.objective_key(met))
    return name, lang.name("verdict", met.verdict.value), one_line(lang.speak(met.objective)), measured


def _untried(report: Report, lang: Language) -> Iterator[str]:
    for _, count, what in reading.trial_words(report, lang):
        yield from _wrapped(count + what, rest="  ")
    rows = [(one.component, one.capability.value, one_line(reading.why(one, lang))) for one in reading.untried(report)]
    yield from _columns(rows, indent=2)
    if report.not_exercised:
        yield lang.say("table.place_cannot")
        for one in report.not_exercised:
            yield from _wrapped(
                f"{one_line(lang.speak(one.what))}{lang.say('page.colon')}{one_line(lang.speak(one.why))}",
                first="  ",
                rest="    ",
            )


def _holds(report: Report, lang: Language) -> Iterator[str]:
    counts = reading.outcomes_words(report, lang) or lang.say("holds.no_losses")
    yield from _wrapped(f"{lang.say('table.holds')}   {counts}")
    for finding in reading.findings(report):
        severity = lang.name("severity", finding.severity.value)
        head = f"{finding.code}  {severity}  {finding.component}  "
        yield from _wrapped(one_line(lang.speak(finding.message)), first=head, rest=" " * 7)
        yield from _wrapped(
            f"{_lowered(lang.say('holds.way_out'))}{lang.say('page.colon')}{one_line(lang.speak(finding.way_out))}",
            first=" " * 7,
            rest=" " * 9,
        )
        if finding.accepted:
            until = _lowered(reading.acceptance(finding.accepted, report, lang))
            because = f"{until}{lang.say('page.colon')}{one_line(finding.accepted.because)}"
            yield from _wrapped(because, first=" " * 7, rest=" " * 9)
    if not report.findings:
        yield lang.say("holds.no_findings")


def _not_counted(report: Report, lang: Language) -> Iterator[str]:
    if report.cost.not_counted:
        yield f"{lang.say('table.not_counted')}   {len(report.cost.not_counted)}"
        for left in report.cost.not_counted:
            yield from _wrapped(one_line(left), first="  ", rest="    ")


def _decisions(report: Report, lang: Language) -> Iterator[str]:
    if report.decisions:
        yield lang.say("table.decisions")
        for number, decision in enumerate(report.decisions, 1):
            yield from _wrapped(one_line(decision), first=f"{number:>3}  ", rest=" " * 5)


def _ending(report: Report, lang: Language) -> Iterator[str]:
    for reason in report.reasons:
        yield from _wrapped(one_line(reason))
    yield lang.name("answer", report.verdict.value).lower()


def _columns(rows: Sequence[Sequence[str]], *, indent: int = 0) -> Iterator[str]:
    """Rows in columns as wide as they need; the last one wraps."""
    count = max((len(row) for row in rows), default=0)
    widths = [max(len(row[column]) for row in rows) for column in range(count - 1)]
    for row in rows:
        head = " " * indent + "".join(f"{cell:<{width}}   " for cell, width in zip(row, widths, strict=False) if width)
        yield from _wrapped(row[-1], first=head, rest=" " * min(len(head), WIDTH // 2))


def _wrapped(text: str, *, first: str = "", rest: str = "") -> Iterable[str]:
    """Lines no wider than the page; a head too long for its text stands alone."""
    if len(first) + min(len(text), 20) > WIDTH:
        return [*textwrap.wrap(first.strip(), WIDTH), *textwrap.wrap(text, WIDTH, initial_indent="  ")]
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=rest) or [first]


def _lowered(text: str) -> str:
    """Text as it stands inside a sentence."""
    return text[:1].lower() + text[1:]
