"""The verbs that judge: score, report, explain."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from exitkit.cli import words
from exitkit.cli.console import console, deliver, table
from exitkit.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from exitkit.model.finding import Finding
    from exitkit.model.report import Report

_BY_EXTENSION = {".html": "html", ".htm": "html", ".json": "json", ".md": "md", ".txt": "table"}


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the root."""
    for verb in (score, report, explain):
        app.command(epilog=words.EPILOG)(verb)


def score(
    workload: words.Workload = words.WORKLOAD,
    source: Annotated[
        str, typer.Option("--on", "--from", help="The provider it is on.", autocompletion=words.provider_names)
    ] = "aws",
    target: Annotated[
        str, typer.Option("--to", help="The provider it would go to.", autocompletion=words.provider_names)
    ] = "ovh",
    run: Annotated[
        str | None, typer.Option("--run", help="A rehearsal to take numbers from.", autocompletion=words.run_names)
    ] = None,
    fail_on: Annotated[
        str | None, typer.Option("--fail-on", help="Say no at a finding of this severity: info, low, medium or high.")
    ] = None,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Say yes whatever is found.")] = False,
    form: words.Format = "table",
) -> None:
    """Measure the lock-in, in euros and days, with an interval and a basis for every line."""
    from exitkit import api

    found = api.find_run(run) if run is not None else None
    bar = words.severity(fail_on)
    if found is not None and (found.plan.source, found.plan.target) != (source, target):
        raise UsageError(f"run {found.name} went from {found.plan.source} to {found.plan.target}")
    if found is not None and api.validate(workload).digest != found.plan.workload.digest:
        raise UsageError(f"run {found.name} rehearsed another state of {workload}", hint="rehearse again")
    scored = api.score(api.validate(workload), source=source, target=target, run=found)
    console.answer(_as_json(scored) if form == "json" else _as_table(scored))
    over = [one for one in scored.findings if bar is not None and one.severity.rank >= bar and one.accepted is None]
    if over and not exit_zero:
        raise typer.Exit(int(ExitCode.NO))


def _as_json(scored: Report) -> str:
    told = {
        "format_version": 1,
        "workload": scored.workload,
        "source": scored.source,
        "target": scored.target,
        "cost": scored.cost.model_dump(mode="json"),
        "findings": [one.model_dump(mode="json") for one in scored.findings],
    }
    return json.dumps(told, indent=2, ensure_ascii=False)


def _as_table(scored: Report) -> str:
    from exitkit.report.build import headline

    cost = scored.cost
    rows = [
        [
            line.name,
            f"{line.interval.p10:,.0f}",
            f"{line.interval.p50:,.0f}",
            f"{line.interval.p90:,.0f}",
            line.unit,
            line.basis.value,
        ]
        for line in cost.lines
    ]
    rows.append(["total", *(f"{one:,.0f}" for one in vars(cost.total).values()), "EUR", ""])
    rows.append(["calendar", *(f"{one:,.0f}" for one in vars(cost.days).values()), "days", ""])
    lines = [
        f"{scored.workload}, from {scored.source} to {scored.target}: {headline(cost)}",
        "",
        table(rows, header=["line", "P10", "P50", "P90", "unit", "basis"], indent=2),
        "",
        f"measured: {cost.measured_share * 100:.0f} % of the total; percentiles of lines do not add up",
        *(f"not counted: {one}" for one in cost.not_counted),
        "",
        *(_finding(one) for one in scored.findings),
    ]
    return "\n".join(lines)


def _finding(one: Finding) -> str:
    until = f"   accepted until {one.accepted.until}: {one.accepted.because}" if one.accepted else ""
    return f"{one.code}  {one.severity.value:<6}  {one.component:<10} {one.message}{until}"


def report(
    run: Annotated[
        str | None, typer.Argument(help="The run; the newest if left out.", autocompletion=words.run_names)
    ] = None,
    form: Annotated[str | None, typer.Option("--format", "-f", help="html, md, json or table.")] = None,
    out: words.Out = None,
    lang: Annotated[str, typer.Option("--lang", help="en or fr.")] = "en",
) -> None:
    """Tell a run to its readers; the format is that of the file's extension if it is left out."""
    from exitkit import api
    from exitkit.report.render import render

    chosen = form or (_BY_EXTENSION.get(out.suffix) if out is not None else None) or "table"
    told = api.report_of(api.find_run(run) if run is not None else api.newest_run())
    deliver(render(told, format=chosen, lang=lang), out)
    if out is not None:
        console.say(f"{out}   {chosen}, {out.stat().st_size / 1024:.0f} KiB")


def explain(
    code: Annotated[str, typer.Argument(help="A rule, such as LK101.", autocompletion=words.rule_codes)],
) -> None:
    """Say what a rule means, and the way out."""
    from inspect import cleandoc

    from exitkit import api

    found = api.explain(code)
    console.answer(f"{found.code}  {found.name}\n\n{cleandoc(found.page)}")
