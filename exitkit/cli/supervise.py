"""The verbs for those who answer to a supervisor: register, compliance."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from exitkit.cli import words
from exitkit.cli.console import console, deliver, table

Run = Annotated[str | None, typer.Argument(help="The run; the newest if left out.", autocompletion=words.run_names)]


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the root."""
    for verb in (register, compliance):
        app.command(epilog=words.EPILOG)(verb)


def register(
    run: Run = None,
    out: words.Out = None,
    codes: Annotated[Path | None, typer.Option("--codes", help="Your own map from fields to columns, as TOML.")] = None,
) -> None:
    """Draft B_07.01 and B_06.01 of the register of information as CSV, for a named person to accept."""
    from exitkit import api
    from exitkit.errors import UsageError
    from exitkit.report import supervisor

    found = api.find_run(run) if run is not None else api.newest_run()
    try:
        own = codes.read_text(encoding="utf-8") if codes is not None else None
    except OSError as error:
        raise UsageError(f"{codes} cannot be read: {error.strerror}") from error
    told, said = api.report_of(found), api.declared_beside(found.workload_folder)
    deliver(supervisor.as_csv(supervisor.register(told, said, supervisor.codes(own))), out)
    console.say("a draft: somebody with a name accepts each line, or writes another")


def compliance(run: Run = None, form: words.Format = "table") -> None:
    """Say article by article what is asked, which artefact answers it, and whether this run gives it."""
    from exitkit import api

    told = api.report_of(api.find_run(run) if run is not None else api.newest_run())
    if form == "json":
        parts = {"requirements": told.compliance, "scenarios": told.coverage, "pack": told.pack}
        rows = {name: [one.model_dump(mode="json") for one in listed] for name, listed in parts.items()}
        console.answer(json.dumps({"format_version": 1, **rows}, indent=2, ensure_ascii=False))
        return
    rows_of = [[one.article, one.status, one.artefact, one.asks] for one in told.compliance]
    console.answer(table(rows_of, header=["article", "status", "artefact", "asks"]))
    rows_of = [
        [one.name, one.playbook, f"{one.verdict.value}, run {one.run}" if one.run else "never rehearsed", one.article]
        for one in told.coverage
    ]
    console.answer("\n" + table(rows_of, header=["scenario", "playbook", "rehearsed", "article"]))
    rows_of = [[one.code, one.status, one.name, one.files, one.answers] for one in told.pack]
    console.answer("\n" + table(rows_of, header=["", "status", "artefact", "in the bundle", "answers"]))
    console.answer(
        "\nno legal advice, no qualification, no SEAL level: it names what answers, not whether it is enough"
    )
