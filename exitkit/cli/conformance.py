"""The verb that holds two clouds to the same contract, check by check."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from exitkit.cli import words
from exitkit.cli.console import console, table
from exitkit.errors import ExitCode


def add_to(app: typer.Typer) -> None:
    """Add the verb to the root."""
    app.command(epilog=words.EPILOG)(conformance)


def conformance(
    plan_file: Annotated[Path, typer.Argument(help="The plan.", metavar="PLAN")],
    live: Annotated[
        bool, typer.Option("--live", help="On accounts of yours: EXITKIT_LIVE_AWS_S3_REGION and so on.")
    ] = False,
    allow_unknown: Annotated[bool, typer.Option("--allow-unknown", help="Let what got no answer pass.")] = False,
    form: words.Format = "table",
) -> None:
    """Hold both clouds to the same contract: S3, PostgreSQL and the rest as programs use them, check by check.

    It writes, on the source too, and removes what it wrote. For each bucket of the workload: one bucket beside it,
    named exitkit-contract-..., and another ending in -kept where versions or locks are asked for; a hundred objects or
    so, 6 MiB, below exitkit-contract/. No object that is there already is read or changed, and no event, replication or
    lifecycle of your buckets is set off. In each database: temporary tables and sequences that end with their session,
    an advisory lock, a notification, one sign-in with a wrong password. Beside each queue and secret one more, named
    exitkit-contract-... too. A zone is only asked. What a killed try leaves, the next one removes; a bucket of such a
    name that holds anything else is left alone.
    """
    from exitkit import api
    from exitkit.model.evidence import Verdict

    found = api.conformance(api.read_plan(plan_file), live=live)
    if form == "json":
        told = {**found.model_dump(mode="json"), "verdict": found.verdict.value}
        console.answer(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        for name, checks in found.components.items():
            tried = [one for one in checks if one.tried]
            rows = [[one.source, one.target, one.need, one.facet, one.name, one.why] for one in tried]
            header = [f"{name} at {found.source}", f"at {found.target}", "need", "facet", "check", "why"]
            console.answer(table(rows, header=header))
            counted = Counter(f"{one.source} → {one.target}" for one in tried)
            counts = [f"{count} {state}" for state, count in counted.items()]
            console.answer(f"{', '.join(counts)}, {len(checks) - len(tried)} not asked for\n")
        if found.without:
            console.answer(f"without a contract: {', '.join(found.without)}")
        console.answer({"pass": "yes", "fail": "no", "unknown": "not proven"}[found.verdict.value])
    if found.verdict is Verdict.FAIL or (found.verdict is Verdict.UNKNOWN and not allow_unknown):
        raise typer.Exit(int(ExitCode.NO))
