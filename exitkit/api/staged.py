"""Set the stage of a run: the lab, the source standing in it, the ports of both sides open."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Protocol

from exitkit import registry
from exitkit.api.runs import Run
from exitkit.api.trouble import Trouble
from exitkit.drivers.sealing import own_key
from exitkit.drivers.tree import TerraformTrees
from exitkit.errors import OutsideError, Unsupported, UsageError
from exitkit.lab import recipe as recipes
from exitkit.lab.drill import LabDrill
from exitkit.lab.lab import Lab
from exitkit.model.capability import Capability
from exitkit.model.custody import PlantSealed
from exitkit.model.kinds.bucket import Bucket
from exitkit.model.kinds.domain import Domain, first_records
from exitkit.model.kinds.postgres import Postgres
from exitkit.model.kinds.queue import Queue
from exitkit.model.kinds.secret import Secret as SecretPart
from exitkit.model.kinds.service import Service
from exitkit.model.placement import Kept
from exitkit.placing import losses, place
from exitkit.ports import Compute, Database, Machine, Names, ObjectStore, P, Provider, Secret, Settings
from exitkit.ports.carried import Message, Queues, Secrets
from exitkit.ports.sealer import Sealer
from exitkit.rehearsal.build import MIRROR
from exitkit.rehearsal.world import SOURCE_MARK, Side, World, machine_for, names_of, placed_name

if TYPE_CHECKING:
    from exitkit.model.plan import Plan
    from exitkit.model.workload import Workload

PACE = 60.0
"""Seconds of a DNS record's time that pass in one second of the lab: a minute's memory lasts a second there."""

STAYING_LAB = Path(".exitkit/lab")
"""Where the lab that `exitkit lab up` starts keeps its state."""


class Told(Protocol):
    """Who is told what is being set up."""

    def said(self, words: str) -> None:
        """Something worth knowing."""

    def progress(self, words: str) -> None:
        """How far a step is."""


@contextmanager
def stage(run: Run, told: Told) -> Iterator[World]:
    """The world of a run. A lab of its own ends with it; one that was up stays up.

    Where the run's folder holds a schedule of faults, both sides are reached over wires on which they happen.
    """
    with Lab(run.lab) as lab, closing(Trouble(run.folder, LabDrill(lab.folder))) as trouble:
        recipe = recipes.read(run.workload_folder)
        recipes.tell_guests(recipe, run.workload_folder, lab.folder)
        sides = {
            name: open_side(
                trouble.through(name, lab.settings(name)),
                run.plan.workload,
                name,
                mark=run.name if name == run.plan.target else SOURCE_MARK,
            )
            for name in (run.plan.source, run.plan.target)
        }
        _Source(run, lab, sides[run.plan.source], recipe, told).stand()
        drill = LabDrill(lab.folder)
        if run.plan.mirror is not None:
            drill.open_mirror()
            sides[run.plan.mirror] = open_mirror(lab, run.plan.workload, run.plan.mirror, mark=run.name)
        yield World(
            plan=run.plan,
            sides=sides,
            folder=run.folder,
            progress=told.progress,
            static=_static(run.plan),
            pace=PACE,
            around=trouble.around,
            now=trouble.now,
            drill=drill,
            key_service=_key_service(lab, run.plan.source),
            own_key=own_key(lab.folder / "own.key") if _seals(run.plan) else None,
            kept=kept_of(run.plan.workload, run.workload_folder),
            trees=TerraformTrees(),
        )


def open_side(settings: Settings, workload: Workload, name: str, *, mark: str) -> Side:
    """One provider's ports, opened on its stand-in in the lab."""
    provider = registry.get(name)
    return Side(
        landing=place(workload, provider),
        objects=provider.open(ObjectStore, settings),  # type: ignore[type-abstract]
        databases=provider.open(Database, settings),  # type: ignore[type-abstract]
        compute=provider.open(Compute, settings),  # type: ignore[type-abstract]
        names=provider.open(Names, settings),  # type: ignore[type-abstract]
        mark=mark,
        queues=_opened(provider, Queues, settings),  # type: ignore[type-abstract]
        vault=_opened(provider, Secrets, settings),  # type: ignore[type-abstract]
    )


def _opened(provider: Provider, port: type[P], settings: Settings) -> P | None:
    """A port, or None where a provider has none that we know to speak to: what needs it then says so."""
    try:
        return provider.open(port, settings)
    except Unsupported:
        return None


def open_mirror(lab: Lab, workload: Workload, name: str, *, mark: str) -> Side:
    """The copy that no cloud holds: it keeps objects and databases, and runs nothing."""
    provider, settings = registry.get(name), lab.settings(name)
    return Side(
        landing=place(workload, provider),
        objects=provider.open(ObjectStore, settings),  # type: ignore[type-abstract]
        databases=provider.open(Database, settings),  # type: ignore[type-abstract]
        compute=Idle(),
        names=provider.open(Names, settings),  # type: ignore[type-abstract]
        mark=mark,
    )


def _static(plan: Plan) -> frozenset[str]:
    """The services whose machines lose an identity of their own on the way, as the providers claim."""
    lost = losses(plan.workload, registry.get(plan.source), registry.get(plan.target))
    return frozenset(
        one.component for one in lost if one.capability is Capability.SERVICE_IDENTITY and one.outcome is not Kept.KEPT
    )


def _seals(plan: Plan) -> bool:
    return any(isinstance(step, PlantSealed) for step in plan.steps)


def _key_service(lab: Lab, provider: str) -> Sealer | None:
    """What seals with a cloud's own keys; None where its stand-in has no key service."""
    try:
        return registry.get(provider).open(Sealer, lab.settings(provider))  # type: ignore[type-abstract]
    except Unsupported:
        return None


def kept_of(workload: Workload, beside: Path) -> ObjectStore | None:
    """Where a workload's mirror is, through the local provider; None where it names none."""
    if workload.mirror is None:
        return None
    folder = beside / workload.mirror.folder
    return registry.get(MIRROR).open(ObjectStore, Settings({"folder": str(folder)}))  # type: ignore[type-abstract]


class Idle:
    """A mirror runs no machine."""

    def start(self, machine: Machine) -> str:
        """Raises OutsideError."""
        raise OutsideError(f"a mirror runs nothing, so not {machine.name} either")

    def stop(self, name: str) -> None:
        """There is nothing to stop."""

    def running(self) -> Mapping[str, str]:
        """Nothing."""
        return {}


@dataclass(frozen=True)
class _Source:
    """The source as it would stand on its cloud: filled, with its services running; once per lab."""

    run: Run
    lab: Lab
    side: Side
    recipe: recipes.Recipe
    told: Told

    def stand(self) -> None:
        plan = self.run.plan
        marker = self.lab.folder / f"stood-{plan.source}-{plan.workload.digest[:12]}.json"
        if marker.exists():
            return
        if len(self.run.journal):
            raise OutsideError("the lab this run began in is gone, and what it held with it", hint="rehearse again")
        self.told.said(f"standing {plan.workload.name} up on {plan.source} in the lab")
        self._ground()
        self._fill(self._start())
        marker.write_text(json.dumps({"workload": plan.workload.name, "provider": plan.source}))

    def _ground(self) -> None:
        for component in self.run.plan.workload.components:
            if isinstance(component, Bucket):
                self.side.objects.create(placed_name(self.side.landing, component.name), versions=component.versions)
            if isinstance(component, Postgres):
                self.side.databases.create(component.database, owner=component.username, mark=SOURCE_MARK)
            if isinstance(component, Domain) and component.hosted:
                self.side.names.adopt(component.zone, first_records(component))
            if isinstance(component, Queue) and self.side.queues is not None:
                self._messages(component, self.side.queues)
            if isinstance(component, SecretPart) and self.side.vault is not None:
                value = Secret.of(token_urlsafe(24))
                self.side.vault.put(placed_name(self.side.landing, component.name), value)

    def _messages(self, queue: Queue, queues: Queues) -> None:
        """A queue with as many messages in it as lab.toml says."""
        name = placed_name(self.side.landing, queue.name)
        queues.create(name)
        count = self.recipe.messages.get(queue.name, 0) - queues.waiting(name)
        told = (Message(f"{queue.name}-{n}", json.dumps({"of": queue.name, "nth": n})) for n in range(max(count, 0)))
        queues.send(name, told)

    def _start(self) -> dict[str, Machine]:
        """Start every service the lab can run; what a killed start left running has credentials that no longer hold."""
        workload = self.run.plan.workload
        parts = {part.name: part for part in workload.components}
        idle = recipes.unknown_workers(workload, self.recipe)
        services = [service for service in workload.of(Service) if service.name not in idle]
        machines = {service.name: machine_for(self.side, service, parts) for service in services}
        for service in services:
            self.side.compute.stop(service.name)
            self._point(service, self.side.compute.start(machines[service.name]))
        return machines

    def _point(self, service: Service, address: str) -> None:
        """Let a service's names lead to it, each remembered as long as its zone says."""
        workload = self.run.plan.workload
        for name in names_of(workload, service):
            self.side.names.point(name, address)
        for domain in workload.of(Domain):
            for label, record in domain.records.items():
                if domain.hosted and record.to == service.name:
                    self.side.names.set_ttl(domain.zone if label == "@" else f"{label}.{domain.zone}", record.ttl)

    def _fill(self, machines: dict[str, Machine]) -> None:
        fill, filling = self.recipe.fill, self.run.filling
        if fill is None:
            self.told.said("there is no [fill] in lab.toml beside the workload: the source is empty")
            return
        machine = machines.get(fill.service)
        if machine is None:
            raise UsageError(f"lab.toml fills for `{fill.service}`, which is no service of this workload")
        count = fill.count if filling.count is None else filling.count
        seed = fill.seed if filling.seed is None else filling.seed
        self.told.said(f"filling it with {count:,} (seed {seed})")
        log = self.lab.folder / "fill.log"
        recipes.fill(fill, machine, beside=self.run.workload_folder, count=count, seed=seed, log=log)
