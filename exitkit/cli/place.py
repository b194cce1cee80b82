"""The verbs that place a workload: place, generate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exitkit.cli import words
from exitkit.cli.console import console
from exitkit.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from exitkit.api.placed import Generated


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the root."""
    for verb in (place, generate):
        app.command(epilog=words.EPILOG)(verb)


def place(
    workload: words.Workload = words.WORKLOAD,
    on: Annotated[
        str, typer.Option("--on", help="Providers, such as aws,ovh; losses are from the first to each other one.")
    ] = "aws,ovh",
    form: Annotated[str, typer.Option("--format", "-f", help="table, json or md.")] = "table",
    diff: Annotated[
        tuple[Path, Path] | None,
        typer.Option("--diff", help="Two workload files: what the change does on each provider.", metavar="OLD NEW"),
    ] = None,
) -> None:
    """Show where each part would land, and the ledger of what is kept, emulated, degraded, lost or unknown."""
    from exitkit import api
    from exitkit.cli import ledger

    providers = [name.strip() for name in on.split(",") if name.strip()]
    if not providers or len(set(providers)) < len(providers):
        raise UsageError("name each provider once, such as --on aws,ovh")
    if diff is not None:
        before, after = (api.validate(file) for file in diff)
        console.answer(ledger.show_changes(api.difference(before, after, providers), form))
        return
    console.answer(ledger.show(api.place(api.validate(workload), providers), form))


def generate(
    workload: words.Workload = words.WORKLOAD,
    provider: Annotated[str, typer.Option("--for", help="The provider.", autocompletion=words.provider_names)] = "ovh",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The folder; infra/PROVIDER if left out.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; say no if a file is stale.")] = False,
    form: words.Format = "table",
) -> None:
    """Write Terraform that stands alone: its owner needs no exitkit."""
    from exitkit import api
    from exitkit.model.evidence import Verdict

    folder = out if out is not None else Path("infra") / provider
    made = api.generate(api.validate(workload), provider, folder, check_only=check)
    console.answer(_generated_json(made) if form == "json" else _generated(made, check=check))
    if check and made.stale:
        raise typer.Exit(int(ExitCode.NO))
    if made.mistakes:
        raise typer.Exit(int(ExitCode.NO))
    if made.checked is not None and made.checked.verdict is Verdict.FAIL:
        raise typer.Exit(int(ExitCode.THEM))


def _generated(made: Generated, *, check: bool) -> str:
    from exitkit.model.evidence import Verdict

    if check:
        if not made.stale:
            return "\n".join([f"{made.folder}   {made.files} files, all as they would be written", *_schema(made)])
        count = "1 file is" if len(made.stale) == 1 else f"{len(made.stale)} files are"
        stale = [f"{made.folder}   {count} stale", *(f"  {path}" for path in made.stale)]
        return "\n".join([*stale, *_schema(made)])
    written = f"{made.folder}   {made.files} files, {len(made.modules)} modules copied in, no secrets"
    checked = made.checked
    if checked is None:
        return "\n".join([written, *_schema(made)])
    words = {Verdict.PASS: "ok", Verdict.FAIL: "failed", Verdict.UNKNOWN: "unknown"}
    lines = [written, *_schema(made)]
    if checked.program and all(one.verdict is Verdict.PASS for one in checked.checks):
        lines.append(f"terraform   {', '.join(f'{one.name} ok' for one in checked.checks)}")
    else:
        for one in checked.checks:
            why = f": {one.why}" if one.why and one.verdict is not Verdict.PASS else ""
            lines.append(f"terraform   {one.name} {words[one.verdict]}{why}")
            lines += [f"            {line}" for line in one.diagnostics if line not in one.why]
    lines.append("This tree is yours. It does not need exitkit.")
    return "\n".join(lines)


def _schema(made: Generated) -> list[str]:
    """What the genuine schemas say of it."""
    if made.mistakes is None:
        return ["schema      unknown: pip install 'exitkit[read]'"]
    if not made.mistakes:
        return ["schema      ok"]
    lines = [f"schema      {len(made.mistakes)} mistakes"]
    for one in made.mistakes:
        meant = f"; {one.suggestion}" if one.suggestion else ""
        lines.append(f"            {one.file}:{one.line}:{one.column}: {one.message}{meant}")
    return lines


def _generated_json(made: Generated) -> str:
    told = {
        "format_version": 1,
        "folder": str(made.folder),
        "files": made.files,
        "modules": list(made.modules),
        "changed": list(made.stale),
        "schema": [vars(one) for one in made.mistakes] if made.mistakes is not None else None,
        "terraform": made.checked.model_dump(mode="json") if made.checked else None,
    }
    return json.dumps(told, indent=2)
