"""Make an empty place for a component, and take it away."""

from __future__ import annotations

from exitkit.errors import OutsideError
from exitkit.model.journal import Result
from exitkit.model.kinds.bucket import Bucket
from exitkit.model.kinds.domain import Domain
from exitkit.model.kinds.postgres import Postgres
from exitkit.model.plan import Destroy, Plan, Provision
from exitkit.rehearsal.steps import names
from exitkit.rehearsal.world import World


def preflight(plan: Plan, world: World) -> tuple[str, ...]:
    """What stands in the way at the target, all of it, found without changing anything."""
    found: list[str] = []
    for step in plan.steps:
        if not isinstance(step, Provision):
            continue
        component = world.component(step.component)
        if isinstance(component, Bucket):
            place = world.place(step.at, component.name)
            if place.store.exists(place.bucket):
                found.append(f"{step.at} already has a bucket {place.bucket}")
        if isinstance(component, Postgres) and world.side(step.at).databases.exists(component.database):
            found.append(f"{step.at} already has a database {component.database}")
        if isinstance(component, Domain) and world.side(step.at).names.records(component.zone) is not None:
            found.append(f"{step.at} already has a zone {component.zone}")
    return tuple(found)


def provision(step: Provision, world: World) -> Result:
    """Make an empty bucket or database, or a zone that says what the source's says."""
    component = world.component(step.component)
    side = world.side(step.at)
    if isinstance(component, Bucket):
        place = world.place(step.at, component.name)
        side.objects.create(place.bucket, versions=component.versions)
    elif isinstance(component, Postgres):
        side.databases.create(component.database, owner=component.username, mark=side.mark)
    elif isinstance(component, Domain):
        return names.copy_zone(step, component, world)
    return Result()


def destroy(step: Destroy, world: World) -> Result:
    """Remove the bucket, database or zone that a provision made, with whatever a copy left in it.

    A database goes only if it bears this run's mark, and a bucket or a zone only at the plan's target or its mirror.
    """
    component = world.component(step.component)
    side = world.side(step.at)
    if isinstance(component, Bucket | Domain) and step.at not in (world.plan.target, world.plan.mirror):
        raise OutsideError(f"a rehearsal never removes a {component.kind} at {step.at}")
    if isinstance(component, Bucket):
        place = world.place(step.at, component.name)
        if side.objects.exists(place.bucket):
            side.objects.empty(place.bucket)
            side.objects.remove(place.bucket)
    elif isinstance(component, Postgres):
        side.databases.drop(component.database, mark=side.mark)
    elif isinstance(component, Domain):
        side.names.forget(component.zone)
    return Result()


def stands(step: Provision | Destroy, world: World) -> bool:
    """Whether the place is there."""
    component = world.component(step.component)
    if isinstance(component, Bucket):
        place = world.place(step.at, component.name)
        return place.store.exists(place.bucket)
    if isinstance(component, Postgres):
        return world.side(step.at).databases.exists(component.database)
    if isinstance(component, Domain):
        return world.side(step.at).names.records(component.zone) is not None
    return False
