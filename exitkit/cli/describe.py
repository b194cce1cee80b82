"""The verbs that describe a workload: init, validate, schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from exitkit.cli import words
from exitkit.cli.console import console


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the root."""
    for verb in (init, validate, schema):
        app.command(epilog=words.EPILOG)(verb)


def init(
    folder: Annotated[Path, typer.Argument(help="Where to write workload.yaml.")] = Path(),
    example: Annotated[str, typer.Option("--example", help="shop or pge-attestation.")] = "shop",
) -> None:
    """Write a commented workload.yaml to start from."""
    from exitkit import api

    file = api.init(folder, example=example)
    workload = api.validate(file)
    console.answer(f"wrote {file}   {len(workload.components)} components, commented")
    console.say("next: exitkit validate" if folder == Path() else f"next: exitkit validate {file}")


def validate(workload: words.Workload = words.WORKLOAD, form: words.Format = "table") -> None:
    """Say whether a workload is sound; every mistake at once, with its place. Needs no network."""
    from exitkit import api
    from exitkit.errors import SpecError

    try:
        found = api.validate(workload)
    except SpecError as error:
        if form != "json":
            raise
        mistakes = [vars(one) for one in error.mistakes]
        console.answer(json.dumps({"format_version": 1, "sound": False, "mistakes": mistakes}, indent=2))
        raise typer.Exit(int(error.exit_code)) from error
    needs = {capability for _, capability in found.capabilities()}
    if form == "json":
        told = {"format_version": 1, "sound": True, "mistakes": [], "workload": found.model_dump(mode="json")}
        console.answer(json.dumps(told, indent=2))
        return
    console.answer(f"{found.name} is sound: {len(found.components)} components, needing {len(needs)} capabilities")


def schema(
    document: Annotated[str, typer.Argument(help="workload, plan, journal, report or inventory.")] = "workload",
) -> None:
    """Print the JSON Schema of a document; editors complete and check workload.yaml with it."""
    from exitkit import api

    console.answer(json.dumps(api.document_schema(document), indent=2, ensure_ascii=False))
