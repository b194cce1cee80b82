"""Plan an exit, rehearse it, resume it, roll it back."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from exitkit import registry
from exitkit.api import runs
from exitkit.api.describe import validate
from exitkit.api.playbooks import read_playbook
from exitkit.api.runs import Filling, Run
from exitkit.api.staged import STAYING_LAB, stage
from exitkit.errors import ExitkitError, Halfway, OutsideError, UsageError
from exitkit.model.journal import Entry, Outcome
from exitkit.model.plan import AnyStep, Plan
from exitkit.model.workload import Workload
from exitkit.placing import place
from exitkit.rehearsal.clients import Client
from exitkit.rehearsal.run import run as carry_out
from exitkit.rehearsal.run import touched
from exitkit.rehearsal.steps import do, holds
from exitkit.rehearsal.steps.ground import preflight
from exitkit.rehearsal.world import World, name_of

find_run = runs.find


class Watcher(Protocol):
    """Who is told what happens, as it happens."""

    def began(self, run: str, journal: str) -> None:
        """A run has a name, and a journal in this file; no name: it was taken back, since nothing was done."""

    def said(self, words: str) -> None:
        """Something worth knowing that is no step."""

    def wrote(self, step: AnyStep, entry: Entry, *, number: int, way_back: bool) -> None:
        """An entry was written."""

    def progress(self, words: str) -> None:
        """How far a step is."""


USUAL = ("aws", "ovh")
"""Where an exit leaves from and goes to, where neither the command nor the playbook says so."""


def plan(
    workload: Workload, *, spec: Path, source: str | None = None, target: str | None = None, playbook: str
) -> Plan:
    """Every step of an exit, before anything is touched; a worker the lab cannot run is left out of it."""
    from exitkit.lab import recipe
    from exitkit.rehearsal.build import build

    book = read_playbook(playbook)
    names = (source or book.leaves or USUAL[0], target or book.goes_to or USUAL[1])
    here, there = (place(workload, registry.get(name)) for name in names)
    idle = recipe.unknown_workers(workload, recipe.read(spec.parent))
    return build(workload, spec=str(spec), source=here, target=there, playbook=book, left_out=idle)


def read_plan(file: Path) -> Plan:
    """A saved plan. Raises UsageError where it cannot be read, or what it was made of has changed since."""
    try:
        found = Plan.model_validate_json(file.read_bytes())
    except FileNotFoundError as error:
        raise UsageError(
            f"there is no plan `{file}`", hint="exitkit plan --from aws --to ovh -o exit.plan.json"
        ) from error
    except OSError as error:
        raise UsageError(f"`{file}` cannot be read: {error.strerror}") from error
    except ValidationError as error:
        raise UsageError(
            f"`{file}` is not a plan that this version reads", hint="make it again: exitkit plan"
        ) from error
    _still_true(found)
    return found


def _still_true(found: Plan) -> None:
    """A plan holds for the workload and the landings it was made from, and for no others."""
    again = "make the plan again: exitkit plan"
    if validate(Path(found.spec)).digest != found.workload.digest:
        raise UsageError(f"{found.spec} has changed since plan {found.short} was made", hint=again)
    for provider, digest in found.landings.items():
        if place(found.workload, registry.get(provider)).digest != digest:
            raise UsageError(f"where {found.workload.name} lands on {provider} has changed since", hint=again)


def rehearse(
    found: Plan,
    watcher: Watcher,
    *,
    until: str | None = None,
    keep: bool = False,
    count: int | None = None,
    seed: int | None = None,
) -> Run:
    """There and back again, in the lab. Raises Halfway where a step fails; the journal is good."""
    from exitkit.api.past import earlier_of
    from exitkit.lab.lab import Lab, need_packages
    from exitkit.lab.limits import limits

    need_packages()
    _known_step(found, until)
    lab = STAYING_LAB if Lab(STAYING_LAB).up else None
    spec = Path(found.spec)
    begun = runs.begin(
        found,
        lab=lab,
        workload_folder=spec.parent,
        filling=Filling(count=count, seed=seed),
        limits=limits(),
        now=_now(),
        earlier=earlier_of(found),
    )
    watcher.began(begun.name, str(begun.folder / "journal.jsonl"))
    try:
        return _go_on(begun, watcher, until=until, keep=keep)
    except ExitkitError:
        if not len(begun.journal):  # nothing was done, so there is nothing to resume
            watcher.began("", "")
            if begun.owns_lab:
                Lab(begun.lab).forget()
            shutil.rmtree(begun.folder)
        raise


def resume(found: Run, watcher: Watcher, *, until: str | None = None, keep: bool = False) -> Run:
    """Go on with a run that was stopped or killed."""
    _known_step(found.plan, until)
    watcher.began(found.name, str(found.folder / "journal.jsonl"))
    return _go_on(found, watcher, until=until, keep=keep)


def rollback(found: Run, watcher: Watcher) -> Run:
    """The way back, from the journal: the inverse of every step that was so much as started, last first."""
    watcher.began(found.name, str(found.folder / "journal.jsonl"))
    if way_back(found):
        with runs.held(found), stage(found, watcher) as world:
            _back(found, world, watcher)
        _tidy(found)
    return runs.find(str(found.folder))


def _tidy(found: Run) -> None:
    """A lab of the run's own has served once the run is home; until then it holds what a resume needs."""
    from exitkit.lab.lab import Lab

    if found.owns_lab and not way_back(found):
        Lab(found.lab).forget()


def way_back(found: Run) -> tuple[AnyStep, ...]:
    """What rolling a run back would do, as far as the journal does not show it done."""
    if not len(found.journal):
        return ()
    done = {entry.step for entry in found.journal if entry.outcome is Outcome.OK}
    steps = (*found.plan.way_back(touched(found.journal)), *found.plan.homecoming())
    return tuple(step for step in steps if step.id not in done)


def _go_on(found: Run, watcher: Watcher, *, until: str | None, keep: bool) -> Run:
    going_home = {step.id for step in (*found.plan.way_back(s.id for s in found.plan.steps), *found.plan.homecoming())}
    already_back = any(entry.step in going_home for entry in found.journal)
    if already_back and not way_back(found):
        return found
    with runs.held(found), stage(found, watcher) as world, ExitStack() as clients:
        if not len(found.journal):
            _preflight(found, world)
        for client in _clients(found, world):
            clients.enter_context(client)
        if not already_back:
            steps = _until(found.plan.steps, until)
            _carry_out(found, steps, world, watcher, way_back=False)
            if len(steps) < len(found.plan.steps) and not _failed(found):
                return runs.find(str(found.folder))
        if not keep:
            _back(found, world, watcher)
    _tidy(found)
    return runs.find(str(found.folder))


def _failed(found: Run) -> bool:
    """Whether a look said no, which ends the way there."""
    return any(entry.verdict == "fail" for entry in found.journal)


def _back(found: Run, world: World, watcher: Watcher) -> None:
    steps = (*found.plan.way_back(touched(found.journal)), *found.plan.homecoming())
    _carry_out(found, steps, world, watcher, way_back=True)


def _carry_out(found: Run, steps: Sequence[AnyStep], world: World, watcher: Watcher, *, way_back: bool) -> None:
    numbered = {step.id: (number, step) for number, step in enumerate(steps, start=1)}
    current = None
    try:
        for entry in carry_out(
            found.plan.digest,
            steps,
            found.journal,
            do=lambda step: world.around(step, lambda: do(step, world), world),
            holds=lambda step: holds(step, world),
            clock=world.now,
        ):
            number, current = numbered[entry.step]
            watcher.wrote(current, entry, number=number, way_back=way_back)
    except ExitkitError as error:
        where = f"step {numbered[current.id][0]}, {current.kind} {current.component}" if current else "the first step"
        raise Halfway(f"{where} failed: {error.message}", hint=error.hint) from error
    except OSError as error:
        where = f"step {numbered[current.id][0]}, {current.kind} {current.component}" if current else "the first step"
        raise Halfway(f"{where} failed: {error.strerror or error}") from error


def _preflight(found: Run, world: World) -> None:
    in_the_way = preflight(found.plan, world)
    if in_the_way:
        raise OutsideError(
            "; ".join(in_the_way), hint="a rehearsal starts from nothing at the target: roll the last run back first"
        )


def _clients(found: Run, world: World) -> list[Client]:
    from exitkit.model.kinds.service import Service

    return [
        Client(
            service.canary,
            name=name_of(service),
            resolver=world.resolver(),
            file=found.folder / f"clients-{service.name}.jsonl",
            run=found.name,
            clock=world.now,
        )
        for service in found.plan.workload.of(Service)
        if service.canary is not None
    ]


def _until(steps: Sequence[AnyStep], until: str | None) -> tuple[AnyStep, ...]:
    if until is None:
        return tuple(steps)
    return tuple(steps[: [step.id for step in steps].index(until) + 1])


def _known_step(found: Plan, until: str | None) -> None:
    if until is not None and until not in {step.id for step in found.steps}:
        known = ", ".join(step.id for step in found.steps)
        raise UsageError(f"plan {found.short} has no step `{until}`", hint=f"steps: {known}")


def _now() -> datetime:
    return datetime.now(UTC)
