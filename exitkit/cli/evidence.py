"""The verbs for those who must not take our word for it: seal, verify-evidence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exitkit.cli import words
from exitkit.cli.console import console
from exitkit.errors import ExitCode

if TYPE_CHECKING:
    from exitkit.api import Looked

_MOST_SHOWN = 50


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the root."""
    app.command(epilog=words.EPILOG)(seal)
    app.command("verify-evidence", epilog=words.EPILOG)(verify_evidence)


def seal(
    run: Annotated[
        str | None, typer.Argument(help="The run; the newest if left out.", autocompletion=words.run_names)
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write.")] = Path("evidence.zip"),
    key: Annotated[Path | None, typer.Option("--key", help="Sign with this Ed25519 key (PEM).")] = None,
    timestamp: Annotated[
        str, typer.Option("--timestamp", help="A timestamp authority's token, kept as it is given, not checked.")
    ] = "",
) -> None:
    """Put the evidence of a run into one file that anybody can verify; the answer is its seal."""
    from exitkit import api

    sealed = api.seal(api.find_run(run) if run is not None else api.newest_run(), out, key=key, timestamp=timestamp)
    signed = ", signed (Ed25519)" if key is not None else ""
    console.say(f"{sealed.file}   {sealed.count} files, {sealed.size / 1024:,.0f} KiB{signed}")
    console.say("publish the seal where it cannot be changed: it stands for every byte")
    console.answer(f"seal  {sealed.seal}")


def verify_evidence(
    file: Annotated[Path, typer.Argument(help="The evidence bundle.")],
    public_key: Annotated[
        Path | None, typer.Option("--public-key", help="Who has to have signed it: an Ed25519 public key (PEM).")
    ] = None,
    form: words.Format = "table",
) -> None:
    """Check an evidence bundle, offline: every hash, the journal's chain, every figure of the report."""
    from exitkit import api

    looked = api.verify_evidence(file, public_key=public_key)
    if form == "json":
        told = {
            "format_version": 1,
            "holds": not looked.problems,
            "seal": looked.seal,
            "problems": [{"place": one.place, "says": one.says} for one in looked.problems],
            "notes": list(looked.notes),
        }
        console.answer(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        console.answer("\n".join(_told(looked)))
    if looked.problems:
        raise typer.Exit(int(ExitCode.NO))


def _told(looked: Looked) -> list[str]:
    if looked.problems:
        shown = [f"{one.place}: {one.says}" for one in looked.problems[:_MOST_SHOWN]]
        left = len(looked.problems) - len(shown)
        counted = f"it does not hold: {len(looked.problems)} problem{'s' if len(looked.problems) > 1 else ''}"
        return [*shown, *([f"… and {left} more"] if left else []), "", counted]
    index = looked.index
    if index is None:
        return []
    return [
        f"run      {index.run}, exitkit {index.exitkit}",
        f"files    {len(index.files)}, each with the SHA-256 of the index",
        f"journal  {index.entries} entries, each after the one it names",
        "report   every figure told again from the journal and the facts, all the same",
        *(f"note     {one}" for one in looked.notes),
        f"seal     {looked.seal}",
        "",
        "it holds; that it was not made up from start to end, only a seal published at the time shows",
    ]
