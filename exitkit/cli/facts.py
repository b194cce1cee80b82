"""The verbs on dated facts: list, check, refresh."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from exitkit.cli import words
from exitkit.cli.console import console, table
from exitkit.errors import ExitCode

app_of_facts = typer.Typer(
    help="The dated facts that figures rest on.", no_args_is_help=True, rich_markup_mode=None, epilog=words.EPILOG
)


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the root."""
    for verb in (list_facts, check, refresh):
        app_of_facts.command(verb.__name__.removesuffix("_facts"), epilog=words.EPILOG)(verb)
    app.add_typer(app_of_facts, name="facts")


def list_facts(
    where: Annotated[str, typer.Argument(help="Only files whose name has this in it, such as ovh or egress.")] = "",
    form: words.Format = "table",
) -> None:
    """List every fact: what it says, its unit, how it is known, when and where it was read."""
    from exitkit.api import facts

    found = [one for one in facts.rows() if where in one.file]
    if form == "json":
        console.answer(
            json.dumps({"format_version": 1, "facts": [asdict(one) for one in found]}, indent=2, default=str)
        )
        return
    rows = [[one.file, one.name, one.value, one.unit, one.basis, str(one.read or "-")] for one in found]
    console.answer(table(rows, header=["file", "name", "value", "unit", "basis", "read"]))


def check() -> None:
    """Say which facts are stale: prices after 90 days, others after a year; no where there is one."""
    from exitkit.api import facts

    today = datetime.now(UTC).date()
    found = facts.rows()
    stale = [one for one in found if one.stale(today)]
    for one in stale:
        age = f"read {one.read}, {(today - one.read).days} days ago" if one.read else "no day is given"
        console.answer(f"{one.file}  {one.name}  {age}")
    console.answer(f"{len(stale)} of {len(found)} facts are stale")
    if stale:
        raise typer.Exit(int(ExitCode.NO))


def refresh(
    provider: Annotated[str, typer.Argument(help="Only this provider's list; all if left out.")] = "",
) -> None:
    """Read the providers' public price lists and compare them with the shipped prices; nothing is changed."""
    from exitkit.api import pricelists

    for read in pricelists.refresh(only=provider):
        of = f"  published {read.published}" if read.published else ""
        console.answer(f"{read.provider}  {read.url}{of}  SHA-256 {read.sha256}")
        console.answer(f"  {read.same} prices as shipped, {len(read.changes)} changed, {len(read.not_found)} not found")
        for one in read.changes:
            shipped = "not shipped" if one.shipped is None else str(one.shipped)
            console.answer(f"  {one.name}  {shipped} → {one.published} {one.currency}/{one.unit}")
        for name in read.not_found:
            console.answer(f"  {name}  not in this list")
