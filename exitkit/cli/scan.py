"""The verb that reads what exists: scan."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exitkit.cli import words
from exitkit.cli.console import console, deliver
from exitkit.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from exitkit.api.scanned import Scanned
    from exitkit.model.inventory import Inventory, Sighting

_BY_EXTENSION = {".sarif": "sarif", ".xml": "junit", ".html": "html", ".json": "json", ".md": "md", ".txt": "table"}


def add_to(app: typer.Typer) -> None:
    """Add this verb to the root."""
    app.command(epilog=words.EPILOG)(scan)


def scan(
    folder: Annotated[Path, typer.Argument(help="The folder, or one file; nothing outside it is read.")] = Path(),
    form: Annotated[str | None, typer.Option("--format", "-f", help="table, json, md, html, sarif or junit.")] = None,
    out: words.Out = None,
    fail_on: Annotated[
        str | None, typer.Option("--fail-on", help="Say no at a finding of this severity: info, low, medium or high.")
    ] = None,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Say yes whatever is found.")] = False,
    allow_unknown: Annotated[
        bool, typer.Option("--allow-unknown", help="With a bar: let pass what could not be read or classed.")
    ] = False,
    against: Annotated[
        Path | None, typer.Option("--against", help="An earlier scan in JSON: tell only what changed.")
    ] = None,
    draft: Annotated[
        Path | None, typer.Option("--draft", help="Write a workload drafted from what was understood.")
    ] = None,
    spend: Annotated[
        Path | None, typer.Option("--spend", help="A bill: CSV with the columns service and amount.")
    ] = None,
    cache: Annotated[bool, typer.Option("--cache/--no-cache", help="Remember files by their content.")] = True,
) -> None:
    """Read what exists: what is there, what holds it, what was not understood. Needs no credentials and no network."""
    from exitkit import api
    from exitkit.scan.cache import usual_folder
    from exitkit.scan.render import FORMATS

    bar = words.severity(fail_on)
    chosen = form or (_BY_EXTENSION.get(out.suffix) if out is not None else None) or "table"
    if chosen not in FORMATS:
        raise UsageError(f"a scan cannot be written as `{chosen}`", hint=f"formats: {', '.join(FORMATS)}")
    before = api.read_inventory(against) if against is not None else None
    scanned = api.scan(folder, spend=spend, cache=usual_folder() if cache else None, progress=_progress)
    counted = _tell(scanned.inventory, before, chosen, out)
    if out is not None:
        console.say(f"{out}   {chosen}, {len(counted):,} findings; {scanned.inventory.coverage.headline}")
    if draft is not None:
        _draft(scanned, draft)
    if bar is not None and not exit_zero and _over(counted, bar, allow_unknown=allow_unknown):
        raise typer.Exit(int(ExitCode.NO))


def _tell(found: Inventory, before: Inventory | None, chosen: str, out: Path | None) -> tuple[Sighting, ...]:
    """Answer with the estate, or with what changed; returns the findings that count."""
    from exitkit import api
    from exitkit.scan.render import render

    if before is None:
        deliver(render(found, format=chosen), out)
        return found.findings
    difference = api.compare_inventories(before, found)
    table = chosen == "table"
    deliver(_changed(difference.came, difference.went) if table else api.difference_text(difference), out)
    return difference.came


def _over(findings: Iterable[Sighting], bar: int, *, allow_unknown: bool) -> bool:
    """Whether a finding nobody accepted is at the bar; not knowing is not a pass."""
    return any(
        one.severity.rank >= bar or (one.unknown and not allow_unknown) for one in findings if one.accepted is None
    )


def _progress(done: int, total: int) -> None:
    console.progress(f"{done:,} of {total:,} files")


def _changed(came: tuple[Sighting, ...], went: tuple[Sighting, ...]) -> str:
    lines = [f"{len(came)} findings more, {len(went)} less"]
    lines += [f"+ {one.code}  {one.severity.value:<6}  {one.spot}  {one.message}" for one in came]
    lines += [f"- {one.code}  {one.severity.value:<6}  {one.spot}  {one.message}" for one in went]
    return "\n".join(lines)


def _draft(scanned: Scanned, file: Path) -> None:
    from exitkit import api

    if file.exists():
        raise UsageError(f"{file} is there already", hint="name another file; a draft replaces nothing")
    drafted = api.draft(scanned)
    deliver(drafted.text, file)
    console.say(f"{file}   {drafted.components} components, {drafted.headline}")
