"""The verbs that rehearse an exit: plan, rehearse, rollback."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exitkit.cli import words
from exitkit.cli.console import console, deliver, table
from exitkit.errors import ExitCode

if TYPE_CHECKING:
    from exitkit.model.plan import AnyStep, Plan

_Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]
_Resume = Annotated[str | None, typer.Option("--resume", help="Go on with this run.", autocompletion=words.run_names)]
_Faults = Annotated[
    str | None, typer.Option("--faults", help="Let things go wrong, drawn from a seed.", metavar="seed:N")
]
_Playbook = Annotated[
    str | None, typer.Option("--playbook", help="Plan workload.yaml by this playbook, and rehearse that.")
]
_Dossiers = Annotated[
    int | None, typer.Option("--dossiers", min=0, help="How much to fill the source with; lab.toml says if left out.")
]
_Times = Annotated[int, typer.Option("--times", min=1, max=99, help="Rehearse so often; the worst run is told.")]


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the root."""
    for verb in (plan, rehearse, rollback):
        app.command(epilog=words.EPILOG)(verb)


def plan(
    workload: words.Workload = words.WORKLOAD,
    source: Annotated[
        str | None,
        typer.Option(
            "--from", help="The provider to leave; the playbook's, or aws.", autocompletion=words.provider_names
        ),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(
            "--to", help="The provider to go to; the playbook's, or ovh.", autocompletion=words.provider_names
        ),
    ] = None,
    playbook: Annotated[str, typer.Option("--playbook", help="A playbook's name, or a file.")] = "orderly",
    out: words.Out = None,
    form: words.Format = "table",
) -> None:
    """Decide every step of an exit, before anything is touched."""
    from exitkit import api

    made = api.plan(api.validate(workload), spec=workload, source=source, target=target, playbook=playbook)
    if out is not None:
        deliver(made.model_dump_json(indent=2), out)
    if form == "json":
        console.answer(made.model_dump_json(indent=2))
        return
    console.answer(_told(made))
    if out is not None:
        console.say(f"next: exitkit rehearse {out}")


def _told(made: Plan) -> str:
    from exitkit.rehearsal.explain import explain_plan, outage_sentence

    rows = [[f"{w.number:>2}", w.kind, w.component, w.where, w.much] for w in explain_plan(made)]
    back = made.way_back(step.id for step in made.steps)
    head = f"plan {made.short}   {len(made.steps)} steps; the way back has {len(back)}"
    return f"{head}\n\n{table(rows, indent=2)}\n\n{outage_sentence(made)}"


def rehearse(
    plan_file: Annotated[Path | None, typer.Argument(help="The plan.", metavar="PLAN")] = None,
    resume: _Resume = None,
    playbook: _Playbook = None,
    dry_run: _DryRun = False,
    until: Annotated[str | None, typer.Option("--until", help="Stop after this step.")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Stay over: do not come back.")] = False,
    dossiers: _Dossiers = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Seed of what the source is filled with.")] = None,
    faults: _Faults = None,
    times: _Times = 1,
    yes: _Yes = False,
) -> None:
    """Go there and back again, in the lab; clients write throughout, and what they see is the outage."""
    from exitkit import api
    from exitkit.cli.watch import Watch, ended, stopped
    from exitkit.errors import ExitkitError

    _one_of(plan_file, resume, playbook)
    drawn = _drawn(faults, alone=resume is None and until is None and not keep)
    run = api.find_run(resume) if resume is not None else None
    made = run.plan if run is not None else _plan(plan_file, playbook)
    if dry_run:
        console.answer(_told(made))
        return
    _ask(f"rehearse plan {made.short}: {len(made.steps)} steps from {made.source} to {made.target}, in the lab", yes)
    if run is None and (drawn is not None or times > 1):
        raise typer.Exit(int(_otherwise(made, drawn, times, dossiers, seed)))
    watch = Watch(made)
    watch.tried = {entry.step for entry in run.journal} if run is not None else set()
    try:
        if run is not None:
            done = api.resume(run, watch, until=until, keep=keep)
        else:
            done = api.rehearse(made, watch, until=until, keep=keep, count=dossiers, seed=seed)
    except (ExitkitError, KeyboardInterrupt):
        stopped(watch)
        raise
    raise typer.Exit(int(ended(done, watch, stayed=keep)))


def _otherwise(made: Plan, drawn: int | None, times: int, dossiers: int | None, seed: int | None) -> ExitCode:
    """Rehearse under faults, or several times."""
    from exitkit.cli.again import again

    if drawn is not None:
        return _under_faults(made, drawn, dossiers, seed)
    return again(made, times, count=dossiers, seed=seed)


def _one_of(*given: object) -> None:
    from exitkit.errors import UsageError

    if sum(one is not None for one in given) != 1:
        raise UsageError(
            "rehearse takes a plan, or --resume with a run, or --playbook", hint="exitkit rehearse exit.plan.json"
        )


def _drawn(faults: str | None, *, alone: bool) -> int | None:
    """The seed that faults are drawn from. Raises UsageError where it is none, or other wishes do not go with it."""
    from exitkit.errors import UsageError

    if faults is None:
        return None
    word, _, number = faults.partition(":")
    if word != "seed" or not number.isdecimal():
        raise UsageError(f"`{faults}` is no source of faults", hint="--faults seed:7")
    if not alone:
        raise UsageError("a rehearsal under faults goes all the way: no --resume, --until or --keep with --faults")
    return int(number)


def _under_faults(made: Plan, drawn: int, dossiers: int | None, seed: int | None) -> ExitCode:
    """Rehearse while things go wrong; say what did, and how it ended."""
    from exitkit import api
    from exitkit.cli.watch import Watch, ended

    watch = Watch(made)
    done = api.rehearse_faulted(made, watch, seed=drawn, count=dossiers, filled=seed)
    for fault in done.schedule.faults:
        struck = "happened" if fault.number in done.happened else "never came to it"
        console.say(f"fault   {fault.told}   {struck}")
    console.say(f"ends that were not wanted: {done.kills} by a kill, {done.failures} with an error")
    return ended(done.run, watch)


def _plan(file: Path | None, playbook: str | None) -> Plan:
    """A saved plan, or one made now of the workload in this folder."""
    from exitkit import api

    if playbook is None:
        return api.read_plan(file or Path())
    return api.plan(api.validate(words.WORKLOAD), spec=words.WORKLOAD, playbook=playbook)


def rollback(
    run: Annotated[str, typer.Argument(help="The run.", autocompletion=words.run_names)],
    dry_run: _DryRun = False,
    yes: _Yes = False,
) -> None:
    """Come back: undo every step of a run that was so much as started, last first."""
    from exitkit import api
    from exitkit.cli.watch import Watch, ended, stopped
    from exitkit.errors import ExitkitError

    found = api.find_run(run)
    steps = api.way_back(found)
    if dry_run or not steps:
        console.answer(_back(found.name, steps))
        return
    _ask(f"roll back {found.name}: {len(steps)} steps", yes)
    watch = Watch(found.plan)
    try:
        done = api.rollback(found, watch)
    except (ExitkitError, KeyboardInterrupt):
        stopped(watch)
        raise
    raise typer.Exit(int(ended(done, watch)))


def _back(run: str, steps: tuple[AnyStep, ...]) -> str:
    from exitkit.rehearsal.explain import explain

    if not steps:
        return f"{run} has nothing left to undo"
    shown = [explain(step, number) for number, step in enumerate(steps, start=1)]
    rows = [[f"{w.number:>2}", w.kind, w.component, w.where] for w in shown]
    return f"rolling {run} back takes {len(steps)} steps\n\n{table(rows, indent=2)}"


def _ask(question: str, yes: bool) -> None:
    import sys

    from exitkit.errors import UsageError

    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("this changes things, and nobody is there to ask", hint="say --yes")
    if not typer.confirm(question, err=True):
        raise typer.Exit(int(ExitCode.NO))
