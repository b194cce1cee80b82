"""Write a report as one page that needs nothing else: a board reads it, a bank prints it, an auditor checks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exitkit.model.report import Report
from exitkit.report.render import clocks, drawings, outlook, reading
from exitkit.report.render.language import Language
from exitkit.report.render.register import Register

if TYPE_CHECKING:
    from jinja2 import Environment

SHOWN_DETAILS = 40
"""How many details of one step are printed; the rest are counted."""

SHOWN_SOURCES = 3
"""How many sources of a cost line stand in the table; the register has them all."""


def render(report: Report, lang: Language) -> str:
    """The page, whole."""
    page = environment(lang)
    total, days = reading.total(report.cost, lang), reading.days(report.cost, lang)
    lines = (*report.cost.lines, *(whole for whole in (total, days) if whole))
    return page.get_template("report.html.j2").render(
        report=report,
        run=report.measurements,
        total=total,
        days=days,
        share=reading.measured_share(report.cost, lang),
        timeline=drawings.timeline(report.measurements.steps if report.measurements else (), lang),
        stack=drawings.stack(reading.outcomes(report)),
        ranges=drawings.ranges(lines, lang),
        waterfall=clocks.waterfall(report.cost, lang),
        clocks=clocks.clocks(report, lang),
        numbers=reading.numbers(report),
        firsts=reading.first_of_code(report),
        shown_details=SHOWN_DETAILS,
        shown_sources=SHOWN_SOURCES,
    )


def environment(lang: Language) -> Environment:
    """Templates that speak a language, every name in them escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    # autoescape is on for every name: the default looks at the ending, and ours is .j2
    made = Environment(
        loader=PackageLoader("exitkit.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    register = Register(lang)
    made.globals.update(
        lang=lang, say=lang.say, reading=reading, outlook=outlook, register=register, cite=register.cite
    )
    return made
