"""Small workloads, and worlds in memory to rehearse them in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path

from exitkit.model.kinds.bucket import Bucket
from exitkit.model.kinds.domain import Domain, first_records
from exitkit.model.kinds.postgres import Postgres
from exitkit.model.kinds.queue import Queue
from exitkit.model.kinds.secret import Secret as SecretPart
from exitkit.model.kinds.service import Service
from exitkit.model.placement import Frame, Landing
from exitkit.model.plan import Plan
from exitkit.model.playbook import Phase, Playbook
from exitkit.model.workload import Component, Workload
from exitkit.placing import settle
from exitkit.ports import Blob, Secret
from exitkit.ports.carried import Message
from exitkit.rehearsal.build import build
from exitkit.rehearsal.world import SOURCE_MARK, Side, World, machine_for, name_of, names_of, placed_name
from exitkit.testing.fake_carried import FakeQueues, FakeSecrets
from exitkit.testing.fake_database import FakeDatabase
from exitkit.testing.fake_drill import FakeDrill, FakeTrees
from exitkit.testing.fake_running import FakeCompute, FakeNames, FakeZones
from exitkit.testing.fakes import FakeStore
from exitkit.testing.fate import Fate
from exitkit.transfer.mirror import keep

HERE, THERE = "here", "there"
"""The two clouds of a world in memory."""

TARGET_MARK = "a run in memory"

_NET = {"kind": "network", "name": "net"}
_FILES = {"kind": "bucket", "name": "files", "size": "3 MiB", "versions": True}
_LEDGER = {"kind": "postgres", "name": "ledger", "release": 16, "network": "net", "database": "ledger"}
_WEB = {"kind": "service", "name": "web", "image": "registry.example/web:1", "network": "net"}


def workload(name: str, *components: Mapping[str, object]) -> Workload:
    """A workload from components as a user would write them."""
    return Workload.model_validate({"name": name, "components": components})


EVERYTHING = workload("everything", _NET, _FILES, _LEDGER, {**_WEB, "uses": ["ledger", "files"], "hostname": "a.test"})
"""A component of every kind, and a service that works with all of them."""

CHAIN = workload(
    "chain",
    _NET,
    _FILES,
    {**_LEDGER, "invariants": [{"name": "items", "sql": "SELECT count(*) FROM item"}]},
    {**_WEB, "uses": ["ledger", "files"], "hostname": "www.a.test"},
    {"kind": "queue", "name": "jobs", "network": "net"},
    {"kind": "secret", "name": "token"},
    {
        "kind": "domain",
        "name": "zone",
        "zone": "a.test",
        "records": {"www": {"to": "web", "ttl": 600}, "@": {"type": "TXT", "value": "hello"}},
    },
)
"""Everything a rehearsal moves."""

SMALL_WORKLOADS = (
    workload("ground", _NET),
    workload("files", _FILES),
    workload("ledger", _NET, _LEDGER),
    workload("web", _NET, {**_WEB, "tls": False, "replicas": 1}),
    EVERYTHING,
)
"""One small workload for each kind, and one with all kinds together."""

ORDERLY = Playbook(
    name="orderly",
    title="Orderly exit",
    scenario="the steps of playbooks/orderly.yaml",
    phases=(
        Phase(name="ground", purpose="make a place", steps=("assess-database", "provision", "check-contract")),
        Phase(name="copy", purpose="copy", steps=("copy-objects", "copy-database")),
        Phase(
            name="stand", purpose="prove and start", steps=("verify", "follow-changes", "copy-secret", "start-service")
        ),
        Phase(name="readiness", purpose="announce", steps=("lower-ttl", "measure-lag")),
        Phase(
            name="switch",
            purpose="switch",
            steps=(
                "freeze-writes",
                "catch-up",
                "move-messages",
                "verify",
                "fall-back",
                "thaw-writes",
                "switch-traffic",
                "probe",
            ),
        ),
    ),
)


def fake_landing(given: Workload, provider: str) -> Landing:
    """Where a workload lands on a cloud that is not there."""
    return Landing(
        workload=given.name,
        provider=provider,
        placements=tuple(settle(component, given, provider) for component in given.components),
        frame=Frame(title=provider, providers=(), variables=()),
    )


def fake_plan(given: Workload, playbook: Playbook = ORDERLY) -> Plan:
    """The plan of an exit between two clouds that are not there."""
    here, there = fake_landing(given, HERE), fake_landing(given, THERE)
    return build(given, spec="workload.yaml", source=here, target=there, playbook=playbook)


@dataclass(frozen=True)
class FakeSide:
    """One side of a world in memory, port by port."""

    objects: FakeStore
    databases: FakeDatabase
    compute: FakeCompute
    names: FakeNames
    queues: FakeQueues
    vault: FakeSecrets

    @property
    def bare(self) -> bool:
        """Whether nothing is left here."""
        left = (self.objects.buckets, self.databases.bases, self.compute.machines, self.names.known, self.names.zones)
        return not any((*left, self.queues.queues, self.vault.known))


@dataclass(frozen=True)
class FakeWorld:
    """A world in memory: the value the steps work with, the sides beneath it, and what may befall them."""

    world: World
    source: FakeSide
    target: FakeSide
    fate: Fate
    mirror: FakeSide | None = None

    def content(self) -> tuple[object, ...]:
        """Everything there is on all sides, to compare; a machine is told by its name, since passwords are fresh."""
        sides = (self.source, self.target, *([self.mirror] if self.mirror is not None else []))
        return tuple(
            (
                side.objects.content(),
                side.databases.content(),
                sorted(side.compute.machines),
                side.names.content(),
                {name: dict(found) for name, found in side.queues.queues.items()},
                dict(side.vault.known),
            )
            for side in sides
        )

    def serves(self, service: Service) -> FakeSide | None:
        """The side a service's name points at."""
        address = self.world.resolver().resolve(name_of(service))
        sides = (self.source, self.target)
        return next((side for side in sides if side.compute.running().get(service.name) == address), None)


def fake_world(plan: Plan, folder: Path, *, landings: Mapping[str, Landing] | None = None) -> FakeWorld:
    """A world in memory for a plan: the source stands, filled and serving; at the target there is nothing."""
    fate = Fate()
    mirror = [plan.mirror] if plan.mirror is not None else []
    fakes = {
        provider: FakeSide(
            FakeStore(provider, fate),
            FakeDatabase(provider, fate),
            FakeCompute(provider, fate),
            FakeZones(provider, fate) if provider in mirror else FakeNames(provider, fate),
            FakeQueues(provider, fate),
            FakeSecrets(provider, fate),
        )
        for provider in (plan.source, plan.target, *mirror)
    }
    given = landings or {provider: fake_landing(plan.workload, provider) for provider in fakes}
    marks = {plan.source: SOURCE_MARK, plan.target: TARGET_MARK, **dict.fromkeys(mirror, TARGET_MARK)}
    sides = {
        name: Side(
            given[name], fake.objects, fake.databases, fake.compute, fake.names, marks[name], fake.queues, fake.vault
        )
        for name, fake in fakes.items()
    }
    _stand(plan.workload, sides[plan.source], fakes[plan.source])
    world = World(plan=plan, sides=sides, folder=folder, pace=inf)
    kept = next((fakes[name] for name in mirror), None)
    if kept is not None:
        world = replace(world, drill=FakeDrill(fate), trees=FakeTrees(fate), kept=_things(plan.workload, folder, fate))
    return FakeWorld(world, fakes[plan.source], fakes[plan.target], fate, kept)


def _things(given: Workload, folder: Path, fate: Fate) -> FakeStore | None:
    """A mirror that holds whatever the workload says it does, one small file each."""
    store = FakeStore("mirror", fate)
    if given.mirror is None:
        return None
    for path in given.mirror.holds.values():
        place = folder / "beside" / path
        place.mkdir(parents=True, exist_ok=True)
        (place / "main.tf").write_text(f"# {path}\n", encoding="utf-8")
    keep(given.mirror, given.name, folder / "beside", store)
    return store


def _stand(given: Workload, side: Side, fake: FakeSide) -> None:
    for component in given.components:
        if isinstance(component, Bucket):
            bucket = placed_name(side.landing, component.name)
            fake.objects.create(bucket)
            for number in range(3):
                fake.objects.put(bucket, f"first/{number}", Blob(f"{component.name} {number}".encode()))
        if isinstance(component, Postgres):
            fake.databases.create(component.database, owner=component.username, mark=SOURCE_MARK)
            for number in range(3):
                fake.databases.write(component.database, "public.item", str(number), f"{component.name} {number}")
            fake.databases.bases[component.database].sequences["public.ticket"] = 3
        _carried(component, side, fake)
        if isinstance(component, Domain) and component.hosted:
            fake.names.adopt(component.zone, first_records(component))
    parts = {part.name: part for part in given.components}
    for service in given.of(Service):
        address = fake.compute.start(machine_for(side, service, parts))
        for name in names_of(given, service):
            side.names.point(name, address)


def _carried(component: Component, side: Side, fake: FakeSide) -> None:
    if isinstance(component, Queue):
        fake.queues.create(placed_name(side.landing, component.name))
        told = [Message(f"m{number}", f"{component.name} {number}") for number in range(3)]
        fake.queues.send(placed_name(side.landing, component.name), told)
    if isinstance(component, SecretPart):
        fake.vault.put(placed_name(side.landing, component.name), Secret.of("hush"))
