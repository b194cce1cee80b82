"""Turn a report into text: one module per format, none of which decides anything."""

from __future__ import annotations

from collections.abc import Mapping

from exitkit.errors import UsageError
from exitkit.model.report import Report

FORMATS: tuple[str, ...] = ("table", "json", "md", "html", "sarif", "junit")
"""The formats that are text; `render_pdf` writes the one that is not."""
LANGUAGES: tuple[str, ...] = ("en", "fr")


def render(
    report: Report,
    *,
    format: str,  # noqa: A002 - the word users type
    lang: str = "en",
    spec: str = "workload.yaml",
    lines: Mapping[str, int] | None = None,
) -> str:
    """The report in one format and one language. Raises UsageError where exitkit has neither.

    `spec` and `lines` say where its components are written, for findings that appear on their lines.
    """
    if format not in FORMATS:
        raise UsageError(f"a report cannot be written as {format!r}", hint="the formats are " + ", ".join(FORMATS))
    if lang not in LANGUAGES:
        raise UsageError(f"a report cannot be read in {lang!r}", hint="the languages are " + ", ".join(LANGUAGES))
    from exitkit.report.render import html, json, junit, markdown, sarif, table
    from exitkit.report.render.language import Language

    match format:
        case "json":
            return json.render(report)
        case "md":
            return markdown.render(report, Language.load(lang))
        case "sarif":
            return sarif.render(report, spec=spec, lines=lines)
        case "junit":
            return junit.render(report)
        case "html":
            return html.render(report, Language.load(lang))
        case _:
            return table.render(report, Language.load(lang))


def render_pdf(report: Report, *, lang: str = "en") -> bytes:
    """The report as PDF. Raises MissingExtra where typst is not installed, UsageError for another language."""
    if lang not in LANGUAGES:
        raise UsageError(f"a report cannot be read in {lang!r}", hint="the languages are " + ", ".join(LANGUAGES))
    from exitkit.report.render import pdf
    from exitkit.report.render.language import Language

    return pdf.render(report, Language.load(lang))


__all__ = ["FORMATS", "LANGUAGES", "render", "render_pdf"]
