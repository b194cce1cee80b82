"""The verbs that judge: score, report, explain."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exitkit.cli import words
from exitkit.cli.console import console, deliver, deliver_bytes
from exitkit.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from exitkit.api import Run
    from exitkit.lockin.assumptions import Assumption
    from exitkit.model.report import Report
    from exitkit.model.workload import Workload as WorkloadModel

_BY_EXTENSION = {
    ".html": "html",
    ".htm": "html",
    ".json": "json",
    ".md": "md",
    ".txt": "table",
    ".pdf": "pdf",
    ".sarif": "sarif",
    ".xml": "junit",
}


_SCORE_FORMATS = words.one_of("table", "json", "sarif", "html", "md")
_SCORE_FORMAT = typer.Option(
    "--format", "-f", help="table, json, sarif, or the report as html or md.", callback=_SCORE_FORMATS
)
_ScoreFormat = Annotated[str, _SCORE_FORMAT]
_Rates = Annotated[Path | None, typer.Option("--rates", help="Rates of copying that `move measure -f json` wrote.")]
_PLAN = typer.Option("--terraform-plan", metavar="PROVIDER=FILE", help="A plan that `terraform show -json` printed.")
_Plans = Annotated[list[str] | None, _PLAN]


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
        list[str] | None,
        typer.Option(
            "--run", help="A rehearsal to take numbers from; several forecast.", autocompletion=words.run_names
        ),
    ] = None,
    rates: _Rates = None,
    plan: _Plans = None,
    fail_on: Annotated[
        str | None, typer.Option("--fail-on", help="Say no at a finding of this severity: info, low, medium or high.")
    ] = None,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Say yes whatever is found.")] = False,
    form: _ScoreFormat = "table",
    lang: Annotated[str, typer.Option("--lang", help="en or fr, for html and md.")] = "en",
) -> None:
    """Measure the lock-in, in euros and days, with an interval and a basis for every line."""
    from exitkit import api

    bar = words.severity(fail_on)
    several = [api.find_run(one) for one in run or ()]
    found = _of(several, workload, source, target)
    said = api.declared_beside(workload.parent)
    parts = api.validate(workload)
    copying = _forecast(several, parts, rates) if len(several) > 1 else None
    plans = {**api.plans_beside(said, workload.parent), **_plans(plan or (), (source, target))}
    scored = api.score(
        parts, source=source, target=target, run=found, said=said, copying=copying, measured=rates, plans=plans
    )
    console.answer(_written(scored, form, workload, lang))
    over = [one for one in scored.findings if bar is not None and one.severity.rank >= bar and one.accepted is None]
    if over and not exit_zero:
        raise typer.Exit(int(ExitCode.NO))


def _plans(said: Sequence[str], sides: tuple[str, str]) -> dict[str, Path]:
    """The file of a plan for each side that has one. Raises UsageError on anything else."""
    found: dict[str, Path] = {}
    for one in said:
        name, _, file = one.partition("=")
        if name not in sides or not file or name in found:
            wrong = f"a second plan for {name}" if name in found else f"no plan of {' or '.join(sides)}: `{one}`"
            raise UsageError(f"--terraform-plan: {wrong}", hint=f"--terraform-plan {sides[1]}={sides[1]}-plan.json")
        found[name] = Path(file)
    return found


def _of(several: list[Run], workload: Path, source: str, target: str) -> Run | None:
    """The last of these runs. Raises UsageError where it rehearsed something else."""
    from exitkit import api

    if not several:
        return None
    found = several[-1]
    if (found.plan.source, found.plan.target) != (source, target):
        raise UsageError(f"run {found.name} went from {found.plan.source} to {found.plan.target}")
    if api.validate(workload).digest != found.plan.workload.digest:
        raise UsageError(f"run {found.name} rehearsed another state of {workload}", hint="rehearse again")
    return found


def _written(scored: Report, form: str, workload: Path, lang: str) -> str:
    from exitkit import api
    from exitkit.report.render import render, sarif
    from exitkit.report.render import score as words_of

    match form:
        case "json":
            return _as_json(scored)
        case "sarif":
            lines = api.lines_in(workload)
            return sarif.render(scored, spec=lines.file, lines=lines.of)
        case "html" | "md":
            return render(scored, format=form, lang=lang)
        case _:
            return words_of.render(scored)


def _forecast(several: list[Run], workload: WorkloadModel, rates: Path | None) -> Assumption:
    """The days of copying the whole workload, from several rehearsals; its size is what the workload declares."""
    from exitkit.api import track

    if rates is not None:
        raise UsageError("several runs forecast copying, and --rates says it as well", hint="give one run, or no rates")
    buckets = [one for one in workload.components if one.kind == "bucket"]
    if not buckets or any(one.size is None or one.objects is None for one in buckets):
        raise UsageError(
            "several runs forecast copying, for which each bucket declares its `size` and its `objects`",
            hint="exitkit forecast RUNS --objects 630000 --size '630 GB' says it for any size",
        )
    objects, size = sum(int(one.objects or 0) for one in buckets), sum(int(one.size or 0) for one in buckets)
    return track.copying(several, objects=objects, size=size)


def _as_json(scored: Report) -> str:
    told = {
        "format_version": 1,
        "workload": scored.workload,
        "source": scored.source,
        "target": scored.target,
        "cost": scored.cost.model_dump(mode="json"),
        "dimensions": [one.model_dump(mode="json") for one in scored.dimensions],
        "gates": [one.model_dump(mode="json") for one in scored.gates],
        "findings": [one.model_dump(mode="json") for one in scored.findings],
    }
    return json.dumps(told, indent=2, ensure_ascii=False)


def report(
    run: Annotated[
        list[str] | None,
        typer.Argument(
            help="The run, with others to see it beside; the one that began last is told; the newest if left out.",
            autocompletion=words.run_names,
        ),
    ] = None,
    form: Annotated[
        str | None, typer.Option("--format", "-f", help="html, pdf, md, json, sarif, junit or table.")
    ] = None,
    out: words.Out = None,
    lang: Annotated[str, typer.Option("--lang", help="en or fr.")] = "en",
) -> None:
    """Tell a run to its readers; the format is that of the file's extension if it is left out."""
    from exitkit import api
    from exitkit.report.render import render, render_pdf

    chosen = form or (_BY_EXTENSION.get(out.suffix) if out is not None else None) or "table"
    *before, found = api.runs_in_order([api.find_run(one) for one in run]) if run else [api.newest_run()]
    told = api.report_of(found, before=before)
    if chosen == "pdf":
        if out is None:
            raise UsageError("a PDF goes into a file", hint="exitkit report RUN -o exit.pdf")
        deliver_bytes(render_pdf(told, lang=lang), out)
    else:
        lines = api.lines_of(found) if chosen == "sarif" else api.Lines()
        deliver(render(told, format=chosen, lang=lang, spec=lines.file, lines=lines.of), out)
    if out is not None:
        console.say(f"{out}   {chosen}, {out.stat().st_size / 1024:.0f} KiB")


def explain(
    code: Annotated[
        str, typer.Argument(help="A rule, such as LK101, or a dimension: D1 to D9.", autocompletion=words.rule_codes)
    ],
) -> None:
    """Explain a rule and the way out, or a dimension."""
    from inspect import cleandoc

    from exitkit import api

    found = api.explain(code)
    console.answer(f"{found.code}  {found.name}\n\n{cleandoc(found.page)}")
