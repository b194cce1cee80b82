"""The verbs that place a workload: place, generate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exitkit.cli import words
from exitkit.cli.console import console, table
from exitkit.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from exitkit.api.placed import Generated, Placed


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the root."""
    for verb in (place, generate):
        app.command(epilog=words.EPILOG)(verb)


def place(
    workload: words.Workload = words.WORKLOAD,
    on: Annotated[
        str, typer.Option("--on", help="Providers, such as aws,ovh; losses are from the first to each other one.")
    ] = "aws,ovh",
    form: words.Format = "table",
) -> None:
    """Show where each part would land, and what is missing there."""
    from exitkit import api

    names = [name.strip() for name in on.split(",") if name.strip()]
    if not names or len(set(names)) < len(names):
        raise UsageError("name each provider once, such as --on aws,ovh")
    placed = api.place(api.validate(workload), names)
    console.answer(_as_json(placed) if form == "json" else _as_table(placed))


def _as_json(placed: Placed) -> str:
    told = {
        "format_version": 1,
        "workload": placed.workload.name,
        "landings": [landing.model_dump(mode="json") for landing in placed.landings],
        "losses": {name: [loss.model_dump(mode="json") for loss in lost] for name, lost in placed.losses.items()},
    }
    return json.dumps(told, indent=2, ensure_ascii=False)


def _as_table(placed: Placed) -> str:
    from exitkit import registry
    from exitkit.model.capability import Support

    names = [landing.provider for landing in placed.landings]
    worst = [Support.UNMAPPED, Support.ABSENT, Support.WORKAROUND, Support.NATIVE]
    rows = []
    for part in placed.workload.components:
        claims = [[registry.get(name).claims[need] for need in part.capabilities()] for name in names]
        rows.append([part.name, part.kind, *(min((c.support for c in have), key=worst.index).value for have in claims)])
    lines = [table(rows, header=["component", "kind", *names])]
    for name, lost in placed.losses.items():
        for loss in lost:
            if loss.outcome != "kept":
                weaker = ", weakens security" if loss.weakens_security else ""
                lines.append(f"\n{loss.component} on {name}: {loss.capability} is {loss.outcome}{weaker}: {loss.why}")
                lines.append(f"    {loss.source}")
    for landing in placed.landings:
        told = {loss.capability.value for loss in placed.losses.get(landing.provider, ()) if loss.outcome != "kept"}
        for one in landing.placements:
            notes = [note for note in one.notes if note.split(":")[0] not in told]
            lines += [f"\n{one.component} on {landing.provider}: {note}" for note in notes]
    return "\n".join(lines)


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
    if made.checked is not None and made.checked.verdict is Verdict.FAIL:
        raise typer.Exit(int(ExitCode.THEM))


def _generated(made: Generated, *, check: bool) -> str:
    from exitkit.model.evidence import Verdict

    if check:
        if not made.stale:
            return f"{made.folder}   {made.files} files, all as they would be written"
        count = "1 file is" if len(made.stale) == 1 else f"{len(made.stale)} files are"
        return "\n".join([f"{made.folder}   {count} stale", *(f"  {path}" for path in made.stale)])
    written = f"{made.folder}   {made.files} files, {len(made.modules)} modules copied in, no secrets"
    checked = made.checked
    if checked is None:
        return written
    words = {Verdict.PASS: "ok", Verdict.FAIL: "failed", Verdict.UNKNOWN: "unknown"}
    lines = [written]
    if checked.program and all(one.verdict is Verdict.PASS for one in checked.checks):
        lines.append(f"terraform   {', '.join(f'{one.name} ok' for one in checked.checks)}")
    else:
        for one in checked.checks:
            why = f": {one.why}" if one.why and one.verdict is not Verdict.PASS else ""
            lines.append(f"terraform   {one.name} {words[one.verdict]}{why}")
            lines += [f"            {line}" for line in one.diagnostics if line not in one.why]
    lines.append("This tree is yours. It does not need exitkit.")
    return "\n".join(lines)


def _generated_json(made: Generated) -> str:
    told = {
        "format_version": 1,
        "folder": str(made.folder),
        "files": made.files,
        "modules": list(made.modules),
        "changed": list(made.stale),
        "terraform": made.checked.model_dump(mode="json") if made.checked else None,
    }
    return json.dumps(told, indent=2)
