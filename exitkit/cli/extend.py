"""The verbs that tell what there is: providers, doctor."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from exitkit.cli import words
from exitkit.cli.console import console, table

providers = typer.Typer(help="Show the providers there are, and what they claim.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the root."""
    providers.command("list", epilog=words.EPILOG)(list_providers)
    providers.command("show", epilog=words.EPILOG)(show_provider)
    app.add_typer(providers, name="providers")
    app.command(epilog=words.EPILOG)(doctor)


def list_providers(form: words.Format = "table") -> None:
    """List every provider, with how many capabilities it has natively, by a workaround, not, or unmapped."""
    from exitkit import api
    from exitkit.model.capability import Support

    sheets = [api.provider_sheet(name) for name in api.provider_names()]
    counts = {s.name: {w.value: sum(c.support is w for c in s.claims.values()) for w in Support} for s in sheets}
    if form == "json":
        console.answer(json.dumps({"format_version": 1, "providers": counts}, indent=2))
        return
    rows = [[s.name, s.title, *map(str, counts[s.name].values())] for s in sheets]
    console.answer(table(rows, header=["provider", "title", *(word.value for word in Support)]))


def show_provider(
    name: Annotated[str, typer.Argument(help="The provider.", autocompletion=words.provider_names)],
    form: words.Format = "table",
) -> None:
    """Show every claim of one provider: what it can do, why, and where that is written."""
    from exitkit import api

    sheet = api.provider_sheet(name)
    if form == "json":
        claims = {capability.value: claim.model_dump(mode="json") for capability, claim in sheet.claims.items()}
        console.answer(json.dumps({"format_version": 1, "name": name, "claims": claims}, indent=2, ensure_ascii=False))
        return
    lines = [f"{sheet.name}   {sheet.title}", ""]
    for capability, claim in sheet.claims.items():
        weaker = ", weakens security" if claim.weakens_security else ""
        lines += [f"{capability.value:<22} {claim.support.value}{weaker}", f"    {claim.why}", f"    {claim.source}"]
    console.answer("\n".join(lines))


def doctor(form: words.Format = "table") -> None:
    """Look at this machine: tools, packages, credentials (only whether they are set). Changes nothing."""
    from exitkit import api

    looks = api.doctor()
    if form == "json":
        told = [{**vars(one), "verdict": one.verdict.value} for one in looks]
        console.answer(json.dumps({"format_version": 1, "looks": told}, indent=2))
        return
    marks = {"pass": "ok", "fail": "no", "unknown": "-"}
    rows = [[marks[one.verdict.value], one.what, one.found, f"for {one.needed_for}"] for one in looks]
    console.answer(table(rows))
