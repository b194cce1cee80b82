"""Write a runbook: one page that needs nothing else, Markdown, JSON, or PDF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from exitkit.errors import UsageError
from exitkit.model.evidence import Evidence
from exitkit.model.runbook import Held, Line, Runbook
from exitkit.report.render.language import Language
from exitkit.report.render.reading import MARKS

FORMATS = ("html", "md", "json")
"""The formats that are text; `render_pdf` writes the one that is not."""


def render(book: Runbook, form: str) -> str:
    """The runbook in one format of text, in its own language. Raises UsageError on a format there is none of."""
    lang = Language.load(book.lang)
    match form:
        case "html":
            return _page(book, lang)
        case "md":
            return "\n".join(_markdown(book, lang)) + "\n"
        case "json":
            return book.model_dump_json(indent=2) + "\n"
        case _:
            raise UsageError(f"there is no format `{form}` here", hint=f"formats: {', '.join(FORMATS)}, pdf")


def render_pdf(book: Runbook) -> bytes:
    """The runbook as PDF, in its own language. Raises MissingExtra where typst is not installed."""
    from exitkit.report.render import runbook_pdf

    return runbook_pdf.render(book)


def _page(book: Runbook, lang: Language) -> str:
    from exitkit.report.render.html import environment

    return environment(lang).get_template("runbook.html.j2").render(book=book, seconds=Decimal)


def _markdown(book: Runbook, lang: Language) -> Iterator[str]:
    say = lang.say
    names = {"workload": book.workload, "source": book.source, "target": book.target}
    yield from (f"# {say('runbook.question', title=book.title, **names)}", "", book.scenario, "")
    yield from (
        f"- {lang.name('objective', name.replace('_', '-'))}{say('page.colon')}{lang.duration(Decimal(value))}"
        for name, value in book.objectives
    )
    runs = f"{', '.join(book.runs)}. {say('runbook.runs_note')}" if book.runs else say("runbook.no_runs")
    yield from ("", f"{say('runbook.runs')}{say('page.colon')}{runs}" if book.runs else runs, "")
    for title, items in ((say("runbook.triggers"), book.triggers),):
        yield from (f"## {title}", "", *(f"- {one}" for one in items), "")
    yield from _stops(book, lang)
    heads = (say("runbook.clock"), say("runbook.limit"), say("runbook.source"))
    yield from (f"## {say('runbook.clocks')}", "")
    yield from (*_table(heads, ([one.what, one.limit, one.source] for one in book.clocks)), "")
    yield from (f"## {say('runbook.raci')}", "")
    rows = ([row.activity, *row.parts] for row in book.raci)
    yield from (*_table((say("runbook.activity"), *book.roles), rows), "")
    for phase in book.phases:
        yield from ("", f"## {phase.title}", "", phase.purpose, "")
        for line in phase.lines:
            yield from _record(line, lang)
        if phase.gate is not None:
            gate = phase.gate
            yield from ("", f"### {gate.id} {gate.title} ({gate.when})", "")
            yield from (*_criteria(gate.criteria, lang), "")
    yield from ("", f"## {say('runbook.way_back')}", "", say("runbook.way_back_lead"), "")
    for line in book.way_back:
        yield from _record(line, lang)
    yield from ("", f"## {say('runbook.sources')}", "", *(f"- {one}" for one in book.sources), "")
    yield f"{say('runbook.plan')} `{book.plan}`, {say('runbook.playbook')} {book.playbook} `{book.playbook_digest}`"


def _stops(book: Runbook, lang: Language) -> Iterator[str]:
    if book.stops is None:
        return
    say, stops = lang.say, book.stops
    yield from (f"## {say('runbook.stops')}", "")
    yield from (f"{say('runbook.authority')}{say('page.colon')}**{stops.authority}**", "")
    for title, rows in (("abort_title", stops.abort), ("rollback_title", stops.rollback)):
        yield from (f"### {say(f'runbook.{title}')}", "", *_criteria(rows, lang), "")
    yield from (f"### {say('runbook.preconditions')}", "", *(f"- {one}" for one in stops.preconditions), "")


def _record(line: Line, lang: Language) -> Iterator[str]:
    say = lang.say
    how = say("runbook.automated") if line.automated else say("runbook.manual")
    flag = f", **{say('runbook.one_way')}**" if line.one_way else ""
    deputy = f" ({say('runbook.deputy')}{say('page.colon')}{line.deputy})" if line.deputy else ""
    yield f"- [ ] **{line.number}. {line.action}** `{line.id}`: {line.owner}{deputy}; {how}{flag}"
    if line.command:
        yield f"  - `{line.command}`"
    for key in ("precondition", "expected", "check", "abort", "undo"):
        if told := getattr(line, key):
            yield f"  - {say(f'runbook.{key}')}{say('page.colon')}{told}"
    if line.by_hand:
        yield f"  - {say('runbook.by_hand')}{say('page.colon')}`{line.by_hand}`"
    if line.automated:
        times = (f"{say('runbook.planned')}{say('page.colon')}{_took(line.planned, lang)}",
                 f"{say('runbook.actual')}{say('page.colon')}{_took(line.actual, lang)}")  # fmt: skip
        proof = f", {say('runbook.proof')} `{line.proof[:16]}`" if line.proof else ""
        yield f"  - {'; '.join(times)}{proof}"


def _took(fact: Evidence | None, lang: Language) -> str:
    return lang.duration(fact.value) if fact is not None else lang.say("runbook.not_measured")


def _criteria(rows: Sequence[Held], lang: Language) -> Iterator[str]:
    heads = [lang.say(f"runbook.{key}") for key in ("criterion", "wanted", "found", "verdict", "source")]
    return _table(
        heads,
        (
            [
                one.what,
                one.wanted,
                lang.evidence(one.found) if one.found is not None else "–",
                f"{MARKS[one.verdict]} {lang.name('verdict', one.verdict.value)}",
                one.source,
            ]
            for one in rows
        ),
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield "|" + " --- |" * len(heads)
    yield from ("| " + " | ".join(cell.replace("|", "&#124;") for cell in row) + " |" for row in rows)
