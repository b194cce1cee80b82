"""The verbs that tell what there is, and add to it: providers, doctor."""

from __future__ import annotations

import json
import os
from collections import Counter
from functools import partial
from importlib import import_module
from typing import Annotated

import typer

from exitkit.cli import settings, words
from exitkit.cli.console import console, table
from exitkit.errors import ExitCode, UsageError

providers = typer.Typer(
    help="Show the providers there are and what they claim, make one, check one.", no_args_is_help=True
)


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the root."""
    providers.command("list", epilog=words.EPILOG)(list_providers)
    providers.command("show", epilog=words.EPILOG)(show_provider)
    providers.command("new", epilog=words.EPILOG)(new_provider)
    providers.command("check", epilog=words.EPILOG)(check_provider)
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


def new_provider(
    name: Annotated[str, typer.Argument(help="One word in small letters, such as scaleway.")],
) -> None:
    """Write the skeleton of a provider in a checkout: its folder, every claim unmapped, a folder for its modules."""
    from exitkit import api

    written = api.new_provider(name)
    console.answer("\n".join(["wrote", *(f"  {file}" for file in written)]))
    console.say(f"next: exitkit providers check {name}")


def check_provider(
    name: Annotated[str, typer.Argument(help="The provider.", autocompletion=words.provider_names)],
    live: Annotated[bool, typer.Option("--live", help="Also try its ports, on an account of yours.")] = False,
    form: words.Format = "table",
) -> None:
    """Hold a provider to every promise: what is kept, what is broken or stale, and every claim nobody looked at."""
    from exitkit import api

    sheet = api.provider_sheet(name)
    outcomes = _outcomes(name, live=live)
    counts = Counter(str(one["kept"]) for one in outcomes)
    if form == "json":
        told = {"provider": name, "outcomes": outcomes, "unmapped": list(sheet.unmapped)}
        console.answer(json.dumps({"format_version": 1, **told}, indent=2, default=str))
    else:
        rows = [[str(one["tier"]), str(one["kept"]), str(one["check"]), str(one["why"])] for one in outcomes]
        lines = [table(rows, header=["tier", "kept", "promise", "why"])] if rows else []
        lines += [f"unmapped  {one}" for one in sheet.unmapped]
        told_counts = ", ".join(f"{number} {word}" for word, number in counts.items()) or "no promise was tried"
        console.answer(
            "\n".join([*lines, f"{name}: {told_counts}; {len(sheet.unmapped)} of {len(sheet.claims)} unmapped"])
        )
    if counts["broken"] or counts["stale"]:
        raise typer.Exit(int(ExitCode.NO))


def _outcomes(name: str, *, live: bool) -> list[dict[str, object]]:
    """What came of every promise. Raises UsageError where this build has none to try."""
    from exitkit import api, registry

    try:
        checks, bench = (import_module(f"exitkit.testing.{part}") for part in ("checks", "bench"))
    except ModuleNotFoundError as error:
        raise UsageError("this build has no promises to hold a provider to: exitkit.testing is missing") from error
    settings = api.live_settings() if live else None
    on = bench.Bench(registry.get(name), settings, validate=partial(api.sound, cloud=name))
    return [one.model_dump(mode="json") for one in checks.try_all(on)]


def doctor(context: typer.Context, form: words.Format = "table") -> None:
    """Look at this machine: tools, packages, settings and where each was said, credentials (only whether set)."""
    from exitkit import api

    looks = api.doctor()
    in_force = [*context.obj.listed, *settings.from_environment(context.find_root().command, os.environ)]
    if form == "json":
        told = [{**vars(one), "verdict": one.verdict.value} for one in looks]
        said = [vars(one) for one in in_force]
        console.answer(json.dumps({"format_version": 1, "looks": told, "settings": said}, indent=2))
        return
    marks = {"pass": "ok", "fail": "no", "unknown": "-"}
    rows = [[marks[one.verdict.value], one.what, one.found, f"for {one.needed_for}"] for one in looks]
    for one in in_force:
        what = f"{one.verb} {one.option}".strip() or "setting"
        rows.append(["ok" if one.understood else "-", what, one.value, f"said by {one.where}"])
    console.answer(table(rows))
