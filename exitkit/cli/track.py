"""The verbs that follow exits over time: trend, forecast, gate."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exitkit.cli import words
from exitkit.cli.console import console, table
from exitkit.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exitkit.api.runs import Run
    from exitkit.api.track import Point, Trend
    from exitkit.model.evidence import Verdict
    from exitkit.model.report import GateResult, Report

Folder = Annotated[Path, typer.Argument(help="The folder of runs.")]
RUNS = Path("runs")
_GATE_FORMATS = words.one_of("table", "json", "sarif")


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the root."""
    for verb in (trend, forecast, gate):
        app.command(epilog=words.EPILOG)(verb)


def trend(folder: Folder = RUNS, form: words.Format = "table") -> None:
    """Show rehearsals in the order they took place, and what was predicted of each from those before it."""
    from exitkit.api import track

    found = track.trend(folder)
    if form == "json":
        told = {"format_version": 1, "runs": [_json(one) for one in found.points]}
        counted: dict[str, object] = {
            "within": found.within,
            "predictions": found.of,
            "mean_error_percent": str(found.error),
        }
        within, of = found.afterwards
        counted |= {"missed": list(found.missed), "afterwards": {"within": within, "predictions": of}}
        console.answer(json.dumps({**told, "coverage": counted}, indent=2, ensure_ascii=False))
        return
    header = ["run", "on", "answer", "outage", "copied in", "predicted", "cost P50", "days P50"]
    console.answer(table([_row(one) for one in found.points], header=header))
    console.answer(f"\n{_coverage(found)}")


def _coverage(found: Trend) -> str:
    """How well predictions held: those that were written down before the run, and apart from them the others."""
    within, of = found.afterwards
    told = []
    if found.of:
        held = f"{found.within} of {found.of} predictions from what was written down when a run began held"
        told.append(f"{held} their P10 to P90; the P50 was off by {found.error} %")
    if of:
        told.append(f"{within} of {of} worked out afterwards would have held; that is hindsight, and not counted")
    if found.missed:
        told.append(f"missed: {', '.join(found.missed)}")
    return "\n".join(told) or "no prediction yet: it takes rehearsals at three sizes, and one more"


def _row(one: Point) -> list[str]:
    from exitkit.api.track import outage_of
    from exitkit.units import human_seconds

    report, outage = one.report, outage_of(one.report)
    predicted = "-"
    if one.predicted is not None:
        span = one.predicted.seconds
        ends = f"{human_seconds(span.p10)} to {human_seconds(span.p90)}"
        held = {True: "held", False: "missed", None: "indicative"}[one.held]
        predicted = f"{ends}, {held}"
    return [
        report.measurements.run if report.measurements else "-",
        str(report.rehearsed_on or "-"),
        report.verdict.value,
        human_seconds(outage.value) if outage else "not measured",
        human_seconds(Decimal(str(round(one.trial.seconds, 3)))) if one.trial else "-",
        predicted,
        f"{report.cost.total.p50:,.0f} EUR",
        f"{report.cost.days.p50:,.0f}",
    ]


def _json(one: Point) -> dict[str, object]:
    return {
        "run": one.report.measurements.run if one.report.measurements else None,
        "on": str(one.report.rehearsed_on or ""),
        "verdict": one.report.verdict.value,
        "total": one.report.cost.total.model_dump(mode="json"),
        "days": one.report.cost.days.model_dump(mode="json"),
        "copied_seconds": one.trial.seconds if one.trial else None,
        "predicted": one.predicted.model_dump(mode="json") if one.predicted else None,
        "held": one.held,
        "written_when_it_began": one.written,
    }


def forecast(
    folder: Folder = RUNS,
    objects: Annotated[int, typer.Option("--objects", help="How many objects the real thing has.", min=0)] = 0,
    size: Annotated[str, typer.Option("--size", help="How large it is, such as 630 GB.")] = "0 B",
) -> None:
    """Say how long copying takes, from rehearsals of several sizes; fewer than three are indicative."""
    from exitkit.api import track
    from exitkit.units import Bytes, human_seconds

    try:
        whole = Bytes.parse(size)
    except ValueError as error:
        raise UsageError(str(error)) from error
    found = track.forecast_of(folder, objects=objects, size=int(whole))
    span = found.seconds
    shown = f"{human_seconds(span.p50)} ({human_seconds(span.p10)} to {human_seconds(span.p90)})"
    console.answer(f"{objects:,} objects, {whole}: {'indicative, at least ' if found.indicative else ''}{shown}")
    console.answer(f"from {found.trials} rehearsals of {found.sizes} sizes, R² {found.fit}")
    for fact in (found.fixed, found.per_object, found.per_byte):
        console.answer(f"  {fact.what:<11} {fact.value} {fact.unit}   {fact.basis}")


def _gates(found: Sequence[GateResult], whole: Verdict, form: str) -> str:
    answer = {"pass": "yes", "fail": "no", "unknown": "not proven"}[whole.value]
    if form == "json":
        gates = [one.model_dump(mode="json") for one in found]
        told = {"format_version": 1, "verdict": whole.value, "answer": answer, "gates": gates}
        return json.dumps(told, indent=2, ensure_ascii=False)
    return table([[one.name, one.verdict.value, one.why] for one in found]) + f"\n{answer}"


def _sarif(run: Run, told: Report, found: Sequence[GateResult]) -> str:
    from exitkit import api
    from exitkit.report.render import sarif

    return sarif.gates(told, found, spec=api.lines_of(run).file).rstrip("\n")


def gate(
    run: Annotated[
        str | None, typer.Argument(help="The run; the newest if left out.", autocompletion=words.run_names)
    ] = None,
    *,
    max_days: Annotated[int | None, typer.Option("--max-days", help="Most days to leave, at P90.", min=0)] = None,
    max_eur: Annotated[str | None, typer.Option("--max-eur", help="Most it may cost in euros, at P90.")] = None,
    max_age: Annotated[str | None, typer.Option("--max-age", help="Oldest rehearsal that counts, as 365d.")] = None,
    permissions: Annotated[
        bool, typer.Option("--permissions", help="Nothing may be allowed at the target that the source denies.")
    ] = False,
    allow_unknown: Annotated[bool, typer.Option("--allow-unknown", help="Let what is not known pass.")] = False,
    form: Annotated[
        str, typer.Option("--format", "-f", help="table, json or sarif.", callback=_GATE_FORMATS)
    ] = "table",
) -> None:
    """Say yes or no, for a pipeline: every bar that is set, and whether the rehearsal went well."""
    from datetime import timedelta

    from exitkit import api
    from exitkit.api import track
    from exitkit.model.evidence import Verdict
    from exitkit.units import Duration

    try:
        most = Decimal(max_eur) if max_eur is not None else None
        age = timedelta(seconds=Duration.parse(max_age)) if max_age is not None else None
    except (InvalidOperation, ValueError) as error:
        raise UsageError(f"--max-eur is a number of euros, --max-age a time such as 365d: {error}") from error
    rehearsed = api.find_run(run) if run is not None else api.newest_run()
    told = api.report_of(rehearsed)
    found = track.gate(told, max_days=max_days, max_eur=most, max_age=age, permissions=permissions)
    whole = track.together(found)
    console.answer(_gates(found, whole, form) if form != "sarif" else _sarif(rehearsed, told, found))
    if whole is Verdict.FAIL or (whole is Verdict.UNKNOWN and not allow_unknown):
        raise typer.Exit(int(ExitCode.NO))
