"""Set the stage of a run: the lab, the source standing in it, the ports of both sides open."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from exitkit import registry
from exitkit.api.runs import Run
from exitkit.errors import OutsideError
from exitkit.lab import recipe as recipes
from exitkit.lab.lab import Lab
from exitkit.model.kinds.bucket import Bucket
from exitkit.model.kinds.postgres import Postgres
from exitkit.model.kinds.service import Service
from exitkit.model.plan import Plan
from exitkit.placing import place
from exitkit.ports import Compute, Database, Machine, Names, ObjectStore
from exitkit.rehearsal.world import SOURCE_MARK, Side, World, machine_for, name_of, placed_name

if TYPE_CHECKING:
    from exitkit.model.workload import Workload

STAYING_LAB = Path(".exitkit/lab")
"""Where the lab that `exitkit lab up` starts keeps its state."""


class Told(Protocol):
    """Who is told what is being set up."""

    def said(self, words: str) -> None:
        """Something worth knowing."""

    def progress(self, words: str) -> None:
        """How far a step is."""


@contextmanager
def stage(run: Run, told: Told, *, count: int | None = None, seed: int | None = None) -> Iterator[World]:
    """The world of a run. A lab of its own ends with it; one that was up stays up."""
    lab = Lab(run.lab)
    with lab:
        recipe = recipes.read(run.workload_folder)
        recipes.tell_guests(recipe, run.workload_folder, lab.folder)
        sides = {
            name: open_side(lab, run.plan.workload, name, mark=run.name if name == run.plan.target else SOURCE_MARK)
            for name in (run.plan.source, run.plan.target)
        }
        _stand(run.plan, sides[run.plan.source], lab, recipe, run.workload_folder, told, (count, seed))
        yield World(plan=run.plan, sides=sides, folder=run.folder, progress=told.progress)


def open_side(lab: Lab, workload: Workload, name: str, *, mark: str) -> Side:
    """One provider's ports, opened on its stand-in in the lab."""
    provider, settings = registry.get(name), lab.settings(name)
    return Side(
        landing=place(workload, provider),
        objects=provider.open(ObjectStore, settings),  # type: ignore[type-abstract]
        databases=provider.open(Database, settings),  # type: ignore[type-abstract]
        compute=provider.open(Compute, settings),  # type: ignore[type-abstract]
        names=provider.open(Names, settings),  # type: ignore[type-abstract]
        mark=mark,
    )


def _stand(
    plan: Plan,
    side: Side,
    lab: Lab,
    recipe: recipes.Recipe,
    beside: Path,
    told: Told,
    wanted: tuple[int | None, int | None],
) -> None:
    """Let the source stand in the lab as it would on its cloud, filled, with its services running; once per lab."""
    marker = lab.folder / f"stood-{plan.source}-{plan.workload.digest[:12]}.json"
    if marker.exists():
        return
    told.said(f"standing {plan.workload.name} up on {plan.source} in the lab")
    for component in plan.workload.components:
        if isinstance(component, Bucket):
            side.objects.create(placed_name(side.landing, component.name), versions=component.versions)
        if isinstance(component, Postgres):
            side.databases.create(component.database, owner=component.username, mark=SOURCE_MARK)
    parts = {part.name: part for part in plan.workload.components}
    idle = recipes.unknown_workers(plan.workload, recipe)
    services = [service for service in plan.workload.of(Service) if service.name not in idle]
    machines = {service.name: machine_for(side, service, parts) for service in services}
    for service in services:
        side.names.point(name_of(service), side.compute.start(machines[service.name]))
    _fill(recipe, machines, lab, beside, told, wanted)
    marker.write_text(json.dumps({"workload": plan.workload.name, "provider": plan.source}))


def _fill(
    recipe: recipes.Recipe,
    machines: dict[str, Machine],
    lab: Lab,
    beside: Path,
    told: Told,
    wanted: tuple[int | None, int | None],
) -> None:
    if recipe.fill is None:
        told.said("there is no [fill] in lab.toml beside the workload: the source is empty")
        return
    machine = machines.get(recipe.fill.service)
    if machine is None:
        raise OutsideError(f"lab.toml fills for `{recipe.fill.service}`, which is no service of this workload")
    count = recipe.fill.count if wanted[0] is None else wanted[0]
    seed = recipe.fill.seed if wanted[1] is None else wanted[1]
    told.said(f"filling it with {count:,} (seed {seed})")
    recipes.fill(recipe.fill, machine, beside=beside, count=count, seed=seed, log=lab.folder / "fill.log")
