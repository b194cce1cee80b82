"""The verb that tells a plan to people: runbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from exitkit.cli import words
from exitkit.cli.console import console, deliver
from exitkit.errors import UsageError

_BY_EXTENSION = {".html": "html", ".htm": "html", ".md": "md", ".json": "json"}


def add_to(app: typer.Typer) -> None:
    """Add this verb to the root."""
    app.command(epilog=words.EPILOG)(runbook)


def runbook(
    plan_file: Annotated[Path, typer.Argument(help="The plan.", metavar="PLAN")],
    form: Annotated[str | None, typer.Option("--format", "-f", help="html, md or json.")] = None,
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
    deliver(renderer.render(book, chosen), out)
    if out is not None:
        console.say(f"{out}   {chosen}, {out.stat().st_size / 1024:.0f} KiB")
