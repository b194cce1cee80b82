"""What the steps of a run work with: the ports of both sides, the names things have there, the run's folder."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal, TypeVar

from exitkit.errors import OutsideError
from exitkit.model.evidence import Basis, Evidence
from exitkit.model.journal import Result
from exitkit.model.kinds.bucket import Bucket
from exitkit.model.kinds.domain import Domain
from exitkit.model.kinds.postgres import Postgres
from exitkit.model.kinds.service import Service
from exitkit.model.placement import Landing, Literally
from exitkit.model.plan import AnyStep, Plan
from exitkit.model.workload import Component, Workload
from exitkit.ports import Access, Compute, Database, Machine, Names, ObjectStore, Secret
from exitkit.ports.carried import Queues, Secrets
from exitkit.ports.drill import Drill
from exitkit.ports.sealer import Sealer
from exitkit.ports.tree import Trees
from exitkit.rehearsal.resolvers import Crowd, Resolver
from exitkit.transfer.copy import Place

K = TypeVar("K", Bucket, Postgres, Service, Domain)

SOURCE_MARK = "the source"
"""What a database that was there before any run is marked with, in the lab."""


@dataclass(frozen=True)
class Side:
    """One provider in a run: its landing and its open ports.

    `known` keeps what services were told: asking again ends the password that another service has.
    """

    landing: Landing
    objects: ObjectStore
    databases: Database
    compute: Compute
    names: Names
    mark: str
    queues: Queues | None = None
    vault: Secrets | None = None
    known: dict[str, Access] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class World:
    """Both sides of a run. `progress` takes a step's words on how far it is.

    `drill` is what a lab can do to its clouds, None where there is no lab; `kept` is where the workload's mirror is.
    `trees` looks at Terraform.
    `key_service` seals with the source's keys, `own_key` with one that no cloud has.
    `static` are the services that get static credentials at the target, and at the source have an identity instead.
    `pace` is how many seconds of a DNS record's time pass in one second of this world. `around` is what every step is
    done in, and `now` its clock: where faults are rehearsed, that is where they happen.
    """

    plan: Plan
    sides: Mapping[str, Side]
    folder: Path
    progress: Callable[[str], None] = lambda _words: None
    drill: Drill | None = None
    kept: ObjectStore | None = None
    trees: Trees | None = None
    key_service: Sealer | None = None
    own_key: Sealer | None = None
    static: frozenset[str] = frozenset()
    pace: float = 1.0
    around: Callable[[AnyStep, Callable[[], Result], World], Result] = lambda _step, act, _world: act()
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _crowd: list[Crowd] = field(default_factory=list, repr=False, compare=False)

    def side(self, provider: str) -> Side:
        """One side. Raises OutsideError where the run has no such provider."""
        try:
            return self.sides[provider]
        except KeyError:
            raise OutsideError(f"this run has no provider {provider}") from None

    @property
    def reachable(self) -> dict[str, Side]:
        """The sides that were not cut off."""
        gone = [name for name in self.sides if self.drill is not None and self.drill.is_cut(name)]
        return {name: side for name, side in self.sides.items() if name not in gone}

    def component(self, name: str) -> Component:
        """One component of the workload."""
        return self.plan.workload.component(name)

    def part(self, name: str, kind: type[K]) -> K:
        """One component that is of that kind. Raises OutsideError where it is of another."""
        found = self.component(name)
        if not isinstance(found, kind):
            raise OutsideError(f"{name} is a {found.kind}, which this step is not for")
        return found

    def place(self, provider: str, bucket: str) -> Place:
        """Where a bucket's objects are on one side."""
        side = self.side(provider)
        return Place(provider, side.objects, placed_name(side.landing, bucket))

    def moved(self, bucket: str, *between: str) -> Path:
        """The journal of a bucket's objects; those of a mirror have one of their own."""
        return self.folder / f"objects-{bucket}{self._leg(between)}.sqlite"

    def manifest(self, bucket: str, *between: str) -> Path:
        """The same as lines of text, whole once a step has ended: what an evidence bundle carries."""
        return self.folder / f"objects-{bucket}{self._leg(between)}.jsonl"

    def _leg(self, between: Iterable[str]) -> str:
        """What tells a way to or from the mirror from the way between source and target."""
        places = sorted(between)
        return "-" + "-".join(places) if self.plan.mirror in places else ""

    def ttls(self, service: str) -> Path:
        """The file of how long a service's names could be remembered before they were touched."""
        return self.folder / f"ttl-{service}.json"

    def resolver(self) -> Resolver:
        """A resolver of one's own, which asks both sides' name servers."""
        return Resolver([side.names for side in self.sides.values()], self.pace)

    @property
    def crowd(self) -> Crowd:
        """The resolvers that a switch is watched by; they live as long as this world."""
        if not self._crowd:
            self._crowd.append(Crowd([side.names for side in self.sides.values()], self.pace))
        return self._crowd[0]

    def crowd_hears(self, names: Iterable[str]) -> None:
        """Let every resolver ask for these names, and remember what it is told."""
        for name in names:
            self.crowd.share(name, "")

    def link(self, database: str, way: Literal["out", "back"]) -> str:
        """What following a database is called on the servers: the same for one run, another for the next."""
        told = hashlib.sha256(f"{self.folder.name} {database}".encode()).hexdigest()
        return f"exitkit_{told[:12]}_{way}"

    def home(self, component: str) -> Path:
        """The file of what was not as it should be at home, before it was written again: a database's rows, objects."""
        return self.folder / f"home-{component}.json"

    def rows(self, database: str) -> Path:
        """The file of the rows a copy brought."""
        return self.folder / f"rows-{database}.jsonl"

    def measured(self, what: str, value: Decimal | float, unit: str, source: str) -> Evidence:
        """A number this run measured; `source` is a file of the run or a step's id."""
        exact = Decimal(str(round(value, 6))) if isinstance(value, float) else Decimal(value)
        return Evidence(what=what, value=exact, unit=unit, basis=Basis.MEASURED, sources=(source,))


def placed_name(landing: Landing, component: str) -> str:
    """The name a component has where it landed."""
    given = landing.placement(component).inputs.get("name")
    return str(given.value) if isinstance(given, Literally) else component


def machine(world: World, provider: str, service: Service) -> Machine:
    """What to run for a service on one side, told how to reach what it uses there."""
    return machine_for(world.side(provider), service, {c.name: c for c in world.plan.workload.components})


def machine_for(side: Side, service: Service, components: Mapping[str, Component]) -> Machine:
    """The same, without a run."""
    environment, secrets = dict(service.environment), dict[str, Secret]()
    for name in service.uses:
        access = _access(side, components[name])
        prefix = environment_prefix(name)
        environment |= {f"{prefix}_{key}": value for key, value in access.values.items()}
        secrets |= {f"{prefix}_{key}": secret for key, secret in access.secrets.items()}
    size = side.landing.placement(service.name).inputs.get("size")
    return Machine(
        name=service.name,
        image=service.image,
        size=str(size.value) if isinstance(size, Literally) else "",
        port=service.port,
        health=service.health,
        environment=environment,
        secrets=secrets,
    )


def environment_prefix(component: str) -> str:
    """What the settings of a used component begin with: its name in capitals."""
    return re.sub(r"[^A-Z0-9]", "_", component.upper())


def _access(side: Side, component: Component) -> Access:
    """What a service is told of a component; nothing where the lab has no such thing."""
    if isinstance(component, Bucket):
        return side.objects.access(placed_name(side.landing, component.name))
    if isinstance(component, Postgres):
        if component.name not in side.known:
            side.known[component.name] = side.databases.access(component.database)
        return side.known[component.name]
    return Access()


def names_of(workload: Workload, service: Service) -> tuple[str, ...]:
    """Every name that leads to a service: the one clients know it by, and those that a zone's records give it."""
    entries = (
        domain.zone if label == "@" else f"{label}.{domain.zone}"
        for domain in workload.of(Domain)
        if domain.hosted
        for label, record in domain.records.items()
        if record.to == service.name
    )
    return tuple(dict.fromkeys((name_of(service), *entries)))


def name_of(service: Service) -> str:
    """The name that clients know a service by."""
    return service.hostname or service.name
