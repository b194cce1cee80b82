"""Start a service where it is to run, and stop it."""

from __future__ import annotations

from exitkit.model.journal import Result
from exitkit.model.kinds.service import Service
from exitkit.model.plan import StartService, StopService
from exitkit.rehearsal.world import World, machine


def start(step: StartService, world: World) -> Result:
    """Start it with that side's settings, and wait until it says it is well."""
    service = world.part(step.component, Service)
    compute = world.side(step.at).compute
    compute.stop(service.name)  # one that a kill left half started has credentials that no longer hold
    told = machine(world, step.at, service)
    address = compute.start(told)
    appear = len(told.secrets) if step.at == world.plan.target and service.name in world.static else 0
    evidence = (
        world.measured("services in good health", 1, "services", step.id),
        world.measured("static credentials that appear", appear, "credentials", step.id),
    )
    return Result(evidence=evidence, details=(f"{service.name} is well at {address}",))


def stop(step: StopService, world: World) -> Result:
    """Stop it; harmless where it does not run."""
    world.side(step.at).compute.stop(step.component)
    return Result()


def runs(step: StartService | StopService, world: World) -> bool:
    """Whether it runs there."""
    return step.component in world.side(step.at).compute.running()
