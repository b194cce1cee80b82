"""Decide every step of a rehearsal, before anything is touched."""

from __future__ import annotations

from collections.abc import Callable, Collection

from exitkit.errors import UsageError
from exitkit.model.carried import CopySecret, MoveMessages
from exitkit.model.contract import CheckContract
from exitkit.model.custody import PlantSealed, ReadEverything, TurnOffKeys
from exitkit.model.following import AssessDatabase, FallBack, FollowChanges, MeasureLag
from exitkit.model.gone import BuildTree, CutSource, KeepApart, TakeStock
from exitkit.model.kinds.bucket import Bucket
from exitkit.model.kinds.domain import Domain
from exitkit.model.kinds.key import Key
from exitkit.model.kinds.postgres import Postgres
from exitkit.model.kinds.queue import Queue
from exitkit.model.kinds.secret import Secret
from exitkit.model.kinds.service import Service
from exitkit.model.names import LowerTtl
from exitkit.model.placement import Landing
from exitkit.model.plan import (
    AnyStep,
    CatchUp,
    CopyDatabase,
    CopyObjects,
    FreezeWrites,
    Plan,
    Probe,
    Provision,
    StartService,
    SwitchTraffic,
    ThawWrites,
    Verify,
)
from exitkit.model.playbook import Playbook
from exitkit.model.workload import Component, Workload

Made = Callable[[Component, str, str, str], AnyStep]
"""Takes a component, an id, the source and the target; answers the step."""

# Which components a kind of step is for, and how it is made. Order within a kind is the workload's.
_STEPS: dict[str, tuple[tuple[type, ...], Made]] = {
    "lower-ttl": ((Service,), lambda c, i, s, _t: LowerTtl(id=i, component=c.name, at=s)),
    "provision": ((Bucket, Postgres, Domain), lambda c, i, _s, t: Provision(id=i, component=c.name, at=t)),
    "copy-objects": ((Bucket,), lambda c, i, s, t: CopyObjects(id=i, component=c.name, origin=s, to=t, size=_size(c))),
    "copy-database": (
        (Postgres,),
        lambda c, i, s, t: CopyDatabase(id=i, component=c.name, origin=s, to=t, size=_size(c)),
    ),
    "assess-database": ((Postgres,), lambda c, i, s, t: AssessDatabase(id=i, component=c.name, origin=s, to=t)),
    "check-contract": (
        (Bucket, Postgres, Queue, Secret, Domain),
        lambda c, i, s, t: CheckContract(id=i, component=c.name, origin=s, to=t),
    ),
    "follow-changes": ((Postgres,), lambda c, i, s, t: FollowChanges(id=i, component=c.name, origin=s, to=t)),
    "measure-lag": ((Postgres,), lambda c, i, s, t: MeasureLag(id=i, component=c.name, origin=s, to=t)),
    "fall-back": ((Postgres,), lambda c, i, s, t: FallBack(id=i, component=c.name, origin=s, to=t)),
    "keep-apart": ((Bucket, Postgres), lambda c, i, s, t: KeepApart(id=i, component=c.name, origin=s, to=t)),
    "move-messages": ((Queue,), lambda c, i, s, t: MoveMessages(id=i, component=c.name, origin=s, to=t)),
    "copy-secret": ((Secret,), lambda c, i, s, t: CopySecret(id=i, component=c.name, origin=s, to=t)),
    "start-service": ((Service,), lambda c, i, _s, t: StartService(id=i, component=c.name, at=t)),
    "verify": ((Bucket, Postgres, Domain), lambda c, i, s, t: Verify(id=i, component=c.name, origin=s, to=t)),
    "freeze-writes": ((Postgres,), lambda c, i, s, _t: FreezeWrites(id=i, component=c.name, at=s)),
    "thaw-writes": ((Postgres,), lambda c, i, _s, t: ThawWrites(id=i, component=c.name, at=t)),
    "catch-up": ((Bucket, Postgres), lambda c, i, s, t: CatchUp(id=i, component=c.name, origin=s, to=t)),
    "plant-sealed": ((Key,), lambda c, i, s, _t: PlantSealed(id=i, component=c.name, at=s)),
    "read-everything": ((Bucket, Postgres, Secret), lambda c, i, _s, t: ReadEverything(id=i, component=c.name, at=t)),
    "switch-traffic": ((Service,), lambda c, i, s, t: SwitchTraffic(id=i, component=c.name, origin=s, to=t)),
    "probe": ((Service,), lambda c, i, _s, t: Probe(id=i, component=c.name, at=t)),
}


# What is about the workload as a whole, and so happens once.
_ONCE: dict[str, Callable[[str, str, str, str], AnyStep]] = {
    "cut-source": lambda w, i, s, _t: CutSource(id=i, component=w, at=s),
    "turn-off-keys": lambda w, i, s, _t: TurnOffKeys(id=i, component=w, at=s),
    "build-tree": lambda w, i, _s, t: BuildTree(id=i, component=w, at=t),
    "take-stock": lambda w, i, s, _t: TakeStock(id=i, component=w, at=s),
}

MIRROR = "local"
"""The provider that keeps a copy no cloud holds."""

# What only a service that answers somebody has.
_FOR_THE_PUBLIC = ("lower-ttl", "switch-traffic", "probe")


def build(
    workload: Workload,
    *,
    spec: str,
    source: Landing,
    target: Landing,
    playbook: Playbook,
    left_out: Collection[str] = (),
) -> Plan:
    """The plan of one exit. Raises UsageError where the playbook names a step nobody knows, or leaves nothing to do.

    `left_out` are components that cannot be tried where the rehearsal takes place.
    """
    if source.provider == target.provider:
        raise UsageError(f"an exit needs two providers; both are {source.provider}")
    _own_database_each(workload)
    phases = {
        phase: tuple(_tolerant(step, workload, playbook) for step in steps if step.component not in left_out)
        for phase, steps in _phases(workload, source.provider, target.provider, playbook).items()
    }
    phases = _asked_before(phases, workload)
    steps = tuple(step for own in phases.values() for step in own)
    if not steps:
        raise UsageError(f"{workload.name} has nothing to move: no bucket, database or service")
    return Plan(
        workload=workload,
        spec=spec,
        source=source.provider,
        target=target.provider,
        playbook=playbook.name,
        playbook_digest=playbook.digest,
        landings={source.provider: source.digest, target.provider: target.digest},
        steps=steps,
        mirror=MIRROR if any(MIRROR in step.places for step in steps) else None,
        phases={phase: tuple(step.id for step in own) for phase, own in phases.items()},
        book=playbook,
    )


def _tolerant(step: AnyStep, workload: Workload, playbook: Playbook) -> AnyStep:
    """Where a playbook may lose writes, as many seconds of them as the objective allows; none where there is none."""
    if not isinstance(step, Probe) or not playbook.may_lose:
        return step
    allowed = workload.objectives.data_loss
    return step.model_copy(update={"may_lose": int(allowed) if allowed is not None else 0})


def _asked_before(phases: dict[str, tuple[AnyStep, ...]], workload: Workload) -> dict[str, tuple[AnyStep, ...]]:
    """Before writes stop or traffic goes elsewhere, ask each service that declares probes where it still is.

    A source that is cut off cannot be asked.
    """
    every = [step for steps in phases.values() for step in steps]
    if any(isinstance(step, CutSource) for step in every):
        return phases
    asked = {service.name for service in workload.of(Service) if service.probes}
    leaves = {step.component: step.origin for step in every if isinstance(step, SwitchTraffic)}
    looks = tuple(
        Probe(id=f"before-probe-{name}", component=name, at=at, before=True)
        for name, at in leaves.items()
        if name in asked
    )
    for phase, steps in phases.items():
        stop = next((n for n, step in enumerate(steps) if isinstance(step, FreezeWrites | SwitchTraffic)), None)
        if stop is not None:
            return {**phases, phase: (*steps[:stop], *looks, *steps[stop:])}
    return phases


def kinds_of_step() -> tuple[str, ...]:
    """The kinds of step that a playbook may name."""
    return (*_STEPS, *_ONCE)


def _own_database_each(workload: Workload) -> None:
    """A database is copied, marked and dropped by its name, so two components may not share one."""
    named: dict[str, str] = {}
    for postgres in workload.of(Postgres):
        other = named.setdefault(postgres.database, postgres.name)
        if other != postgres.name:
            raise UsageError(
                f"{other} and {postgres.name} are both the database `{postgres.database}`",
                hint="give one of them another `database`",
            )


def _phases(workload: Workload, source: str, target: str, playbook: Playbook) -> dict[str, list[AnyStep]]:
    """The steps of each phase, in the order of the playbook; those of a kind in the order of the workload."""
    used: dict[str, int] = {}
    found: dict[str, list[AnyStep]] = {}
    spots = {"source": source, "target": target, "mirror": MIRROR}
    for phase in playbook.phases:
        own = found.setdefault(phase.name, [])
        here, there = spots[phase.origin], spots[phase.to]
        for kind in phase.steps:
            if kind in _ONCE:
                own.append(_ONCE[kind](workload.name, _unused(kind, used), here, there))
                continue
            if kind not in _STEPS:
                raise UsageError(
                    f"playbook {playbook.name}, phase {phase.name}: there is no step `{kind}`",
                    hint=f"steps: {', '.join(kinds_of_step())}",
                )
            kinds, made = _STEPS[kind]
            for component in workload.components:
                if isinstance(component, kinds) and _is_for(kind, component):
                    own.append(made(component, _unused(f"{kind}-{component.name}", used), here, there))
    return found


def _unused(name: str, used: dict[str, int]) -> str:
    """A step's id: its name, with a number from the second on."""
    used[name] = used.get(name, 0) + 1
    return name if used[name] == 1 else f"{name}-{used[name]}"


def _is_for(step: str, component: Component) -> bool:
    if isinstance(component, Domain):
        return component.hosted
    return step not in _FOR_THE_PUBLIC or not isinstance(component, Service) or component.public


def _size(component: Component) -> object:
    return getattr(component, "size", None)
