"""The verbs that look at a plan and change nothing: preflight, runbook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from exitkit.cli import words
from exitkit.cli.console import console, deliver, deliver_bytes, table
from exitkit.errors import ExitCode, UsageError

_BY_EXTENSION = {".html": "html", ".htm": "html", ".md": "md", ".json": "json", ".pdf": "pdf"}


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the root."""
    for verb in (preflight, runbook):
        app.command(epilog=words.EPILOG)(verb)


def preflight(
    plan_file: Annotated[Path, typer.Argument(help="The plan.", metavar="PLAN")],
    allow_unknown: Annotated[bool, typer.Option("--allow-unknown", help="Let what is not known pass.")] = False,
    form: words.Format = "table",
) -> None:
    """Say everything that stands in a plan's way, in one answer, and change nothing."""
    from exitkit import api
    from exitkit.model.evidence import Verdict

    found = api.preflight(api.read_plan(plan_file))
    if form == "json":
        told = {**found.model_dump(mode="json"), "verdict": found.verdict.value}
        console.answer(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        rows = [[one.code, one.severity, one.place, one.what] for one in found.issues]
        console.answer(table(rows) or "nothing stands in the way")
        areas = [[area.value, verdict.value] for area, verdict in found.areas.items()]
        console.answer(f"\n{table(areas, indent=2)}\n")
        console.answer({"pass": "yes", "fail": "no", "unknown": "not proven"}[found.verdict.value])
    if found.verdict is Verdict.FAIL or (found.verdict is Verdict.UNKNOWN and not allow_unknown):
        raise typer.Exit(int(ExitCode.NO))


def runbook(
    plan_file: Annotated[Path, typer.Argument(help="The plan.", metavar="PLAN")],
    form: Annotated[str | None, typer.Option("--format", "-f", help="html, pdf, md or json.")] = None,
    lang: Annotated[str, typer.Option("--lang", help="en or fr.")] = "en",
    run: Annotated[
        list[str] | None,
        typer.Option("--run", help="A run to take times from; of several the worst.", autocompletion=words.run_names),
    ] = None,
    out: words.Out = None,
) -> None:
    """Write the plan for people: roles, gates, commands, when to stop, how to go back."""
    from exitkit import api
    from exitkit.report.render import LANGUAGES
    from exitkit.report.render import runbook as renderer

    if lang not in LANGUAGES:
        raise UsageError(f"a runbook cannot be read in {lang!r}", hint=f"the languages are {', '.join(LANGUAGES)}")
    chosen = form or (_BY_EXTENSION.get(out.suffix) if out is not None else None) or "md"
    book = api.runbook_of(
        api.read_plan(plan_file), plan_file, lang=lang, runs=[api.find_run(name) for name in run or ()]
    )
    if chosen == "pdf":
        if out is None:
            raise UsageError("a PDF goes into a file", hint=f"exitkit runbook {plan_file} -o runbook.pdf")
        deliver_bytes(renderer.render_pdf(book), out)
    else:
        deliver(renderer.render(book, chosen), out)
    if out is not None:
        console.say(f"{out}   {chosen}, {out.stat().st_size / 1024:.0f} KiB")
