"""The verb that keeps copies no cloud holds: mirror."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from exitkit.cli import words
from exitkit.cli.console import console, table
from exitkit.errors import ExitCode


def add_to(app: typer.Typer) -> None:
    """Add this verb to the root."""
    app.command(epilog=words.EPILOG)(mirror)


def mirror(
    workload: words.Workload = words.WORKLOAD,
    check: Annotated[bool, typer.Option("--check", help="Copy nothing; say no if one of the ten is missing.")] = False,
    form: words.Format = "table",
) -> None:
    """Keep what is needed when the source is gone: ten things, each with its SHA-256, where no cloud holds them."""
    from exitkit import api
    from exitkit.model.mirror import MEANT
    from exitkit.units import Bytes

    found = api.mirror(workload, check_only=check)
    there = [one for one in found.stock if one.there]
    if form == "json":
        told = {
            "format_version": 1,
            "folder": str(found.folder),
            "things": [{**vars(one), "there": one.there} for one in found.stock],
        }
        console.answer(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        rows = [
            [one.thing, one.wrong or f"{one.files} files, {Bytes(one.size)}", one.sha256[:12], MEANT[one.thing]]
            for one in found.stock
        ]
        console.answer(f"{found.folder}   {len(there)} of {len(found.stock)}\n\n{table(rows, indent=2)}")
    if len(there) < len(found.stock):
        raise typer.Exit(int(ExitCode.NO))
