"""Write a report as Markdown, short enough for the summary of a CI step."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from exitkit.model.evidence import Evidence, Verdict
from exitkit.model.report import CostLine, Report
from exitkit.report.render import reading
from exitkit.report.render.language import Language

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~!])")


def render(report: Report, lang: Language) -> str:
    """The answer first, then what holds it up and what is missing."""
    parts = (_answer, _figures, _objectives, _untried, _findings, _left_over, _decisions, _seals)
    blocks = ["\n".join(lines) for lines in (list(part(report, lang)) for part in parts) if lines]
    return "\n\n".join(blocks) + "\n"


def escape(text: str) -> str:
    """Text that Markdown and HTML leave as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", reading.one_line(text).replace("&", "&amp;").replace("<", "&lt;"))


def _answer(report: Report, lang: Language) -> Iterator[str]:
    question = lang.say("page.question", source=report.source_title, target=report.target_title)
    yield f"## {escape(report.workload)}{lang.say('page.colon')}{escape(question)}"
    yield ""
    yield f"**{reading.MARKS[report.verdict]} {lang.name('answer', report.verdict.value)}**"
    yield ""
    yield from (f"- {escape(lang.speak(reason))}" for reason in report.reasons)
    if report.reasons:
        yield ""
    if not lang.knows(report.reasons) and (english := lang.say("page.data_language")):
        yield f"_{english}_"
        yield ""
    yield _where(report, lang)


def _where(report: Report, lang: Language) -> str:
    if report.measurements is None:
        return lang.say("verdict_section.nothing")
    line = escape(
        lang.say(
            "table.rehearsed",
            date=lang.date(report.rehearsed_on) if report.rehearsed_on else lang.say("page.never"),
            expires=lang.date(report.expires_on) if report.expires_on else lang.say("page.never"),
            place=lang.speak(report.place),
        )
    )
    if report.changed_since is not None:
        since = escape(reading.changed_since(report, lang))
        line += f". {lang.say('verdict_section.changed_since')}{lang.say('page.colon')}{since}"
    return f"{line}. _{lang.say('verdict_section.lab')}_" if reading.in_a_lab(report) else f"{line}."


def _figures(report: Report, lang: Language) -> Iterator[str]:
    run = report.measurements
    whole, days = reading.total(report.cost, lang), reading.days(report.cost, lang)
    unknown = reading.unknown_writes(report)
    rows = (
        ("outage", _measure(run.outage if run else None, lang)),
        ("lost", _measure(run.lost if run else None, lang)),
        *([("unknown_writes", _measure(unknown, lang))] if unknown else []),
        ("cost", _range(whole, lang)),
        ("days", _range(days, lang)),
    )
    heads = [lang.say(f"register.{head}") for head in ("what", "value", "basis", "sources")]
    yield from _table(heads, ((lang.say(f"verdict_section.{name}"), *cells) for name, cells in rows))


def _measure(fact: Evidence | None, lang: Language) -> tuple[str, str, str]:
    if fact is None:
        return lang.say("page.not_measured"), "", ""
    return lang.evidence(fact), lang.name("basis", fact.basis.value), "; ".join(fact.sources)


def _range(line: CostLine | None, lang: Language) -> tuple[str, str, str]:
    if line is None:
        return lang.say("page.not_estimated"), "", ""
    interval = lang.interval(line.interval, line.unit)
    between = f"{lang.say('verdict_section.range')}{lang.say('page.colon')}{interval}"
    return f"{lang.middle(line.interval, line.unit)} ({between})", lang.name("basis", line.basis.value), line.formula


def _objectives(report: Report, lang: Language) -> Iterator[str]:
    if not report.objectives:
        return
    heads = [lang.say(f"tested.{head}") for head in ("objective", "asked", "measured", "verdict")]
    yield from _table(
        heads,
        (
            (
                lang.name("objective", reading.objective_key(met)),
                lang.speak(met.objective),
                reading.found(met, lang),
                _verdict(met.verdict, lang),
            )
            for met in report.objectives
        ),
    )


def _untried(report: Report, lang: Language) -> Iterator[str]:
    yield f"### {lang.say('untested.summary')}"
    yield ""
    for verdict, count, what in reading.trial_words(report, lang):
        yield f"- {reading.MARKS[verdict]} {escape(count + what)}"
    rows = [
        (one.component, lang.name("capability", one.capability.value), reading.why(one, lang))
        for one in reading.untried(report)
    ] + [("–", lang.speak(one.what), lang.speak(one.why)) for one in report.not_exercised]
    if rows:
        heads = [lang.say("tested.component"), lang.say("tested.what"), lang.say("untested.why")]
        yield ""
        yield f"<details><summary>{lang.say('untested.why')} ({len(rows)})</summary>"
        yield ""
        yield from _table(heads, rows)
        yield ""
        yield "</details>"


def _findings(report: Report, lang: Language) -> Iterator[str]:
    counts = reading.outcomes_words(report, lang)
    yield f"### {lang.say('holds.title')}" + (f"{lang.say('page.colon')}{counts}" if counts else "")
    yield ""
    if not report.findings:
        yield lang.say("holds.no_findings")
    for finding in reading.findings(report):
        yield (
            f"- **{escape(finding.code)}** {lang.name('severity', finding.severity.value)}, {escape(finding.component)}"
            f"{lang.say('page.colon')}{escape(lang.speak(finding.message))}"
        )
        yield f"  - {lang.say('holds.way_out')}{lang.say('page.colon')}{escape(lang.speak(finding.way_out))}"
        if finding.accepted:
            until = reading.acceptance(finding.accepted, report, lang)
            yield f"  - {until}{lang.say('page.colon')}{escape(finding.accepted.because)}"


def _left_over(report: Report, lang: Language) -> Iterator[str]:
    for one in report.dimensions:
        if one.residue:
            name = f"{one.code} {escape(lang.speak(one.name))}"
            title = f"{name}{lang.say('page.colon')}{lang.say('measures.residue')}"
            yield f"<details><summary>{title} ({len(one.residue)})</summary>"
            yield ""
            yield from (f"- {escape(lang.speak(left))}" for left in one.residue)
            yield ""
            yield "</details>"


def _decisions(report: Report, lang: Language) -> Iterator[str]:
    yield f"### {lang.say('verdict_section.decisions')}"
    yield ""
    if not report.decisions:
        yield lang.say("verdict_section.no_decisions")
    yield from (f"{n}. {escape(lang.speak(decision))}" for n, decision in enumerate(report.decisions, 1))


def _seals(report: Report, lang: Language) -> Iterator[str]:
    for name, digest in (("plan", report.plan_digest), ("journal", report.journal_digest), ("report", report.digest)):
        shown = f"`{escape(digest)}`" if digest else lang.say("register.no_digest")
        yield f"- {lang.say(f'register.{name}')}{lang.say('page.colon')}{shown}"


def _verdict(verdict: Verdict, lang: Language) -> str:
    return f"{reading.MARKS[verdict]} {lang.name('verdict', verdict.value)}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(escape(head) for head in heads) + " |"
    yield "|" + " --- |" * len(heads)
    yield from ("| " + " | ".join(escape(cell) for cell in row) + " |" for row in rows)
