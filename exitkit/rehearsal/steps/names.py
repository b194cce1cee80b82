"""Copy a zone, prove it record by record, and let names be remembered for a short while before a switch."""

from __future__ import annotations

import json
from collections.abc import Mapping

from exitkit.errors import OutsideError
from exitkit.model.evidence import Verdict
from exitkit.model.journal import Result
from exitkit.model.kinds.domain import Domain
from exitkit.model.kinds.service import Service
from exitkit.model.names import LowerTtl, RestoreTtl
from exitkit.model.plan import Provision, Verify
from exitkit.rehearsal.world import World, names_of

_LISTED = 100


def copy_zone(step: Provision, domain: Domain, world: World) -> Result:
    """Let the target's name server hold what the source's holds, or, where that is gone, what the mirror kept of it."""
    mirror = world.plan.mirror
    origin = world.plan.source if world.plan.source in world.reachable or mirror is None else mirror
    records = world.side(origin).names.records(domain.zone)
    if records is None:
        raise OutsideError(f"the name server at {origin} has no zone {domain.zone}")
    world.side(step.at).names.adopt(domain.zone, records)
    return Result(evidence=(world.measured("records copied", len(records), "records", step.id),))


def verify(step: Verify, world: World) -> Result:
    """Every record on both name servers: name, seconds, type and text. Each server's own SOA and NS are left out."""
    domain = world.part(step.component, Domain)
    ours, theirs = (set(world.side(at).names.records(domain.zone) or ()) for at in (step.origin, step.to))
    differing = [f"{line}: missing" for line in sorted(ours - theirs)]
    differing += [f"{line}: not in the source" for line in sorted(theirs - ours)]
    evidence = (
        world.measured("records equal", len(ours & theirs), "records", step.id),
        world.measured("records differing", len(differing), "records", step.id),
    )
    verdict = Verdict.FAIL if differing else Verdict.PASS if ours else Verdict.UNKNOWN
    return Result(evidence=evidence, verdict=verdict, details=tuple(differing[:_LISTED]))


def lower(step: LowerTtl, world: World) -> Result:
    """Let a service's names be remembered so long only, on every name server; what they had is kept in a file."""
    service = world.part(step.component, Service)
    at = world.side(step.at).names
    known = {name: told.ttl for name in names_of(world.plan.workload, service) if (told := at.ask(name))}
    file = world.ttls(service.name)
    if not file.exists():
        staging = file.with_suffix(".new")
        staging.write_text(json.dumps(known, sort_keys=True))
        staging.replace(file)
    had = _kept(world, service.name)
    world.crowd_hears(tuple(known))
    _set_everywhere({name: min(step.ttl, ttl) for name, ttl in had.items()}, world)
    evidence = tuple(
        world.measured(what, seconds, "s", step.id)
        for what, seconds in (("TTL before", max(had.values(), default=0)), ("TTL", step.ttl))
    )
    return Result(evidence=evidence, details=tuple(f"{name}: {ttl} s before" for name, ttl in sorted(had.items())))


def restore(step: RestoreTtl, world: World) -> Result:
    """Let them be remembered as long as they were; harmless where nothing was lowered."""
    _set_everywhere(_kept(world, step.component), world)
    return Result()


def _set_everywhere(wanted: Mapping[str, int], world: World) -> None:
    for side in world.reachable.values():
        for name, seconds in sorted(wanted.items()):
            told = side.names.ask(name)
            if told is not None and told.ttl != seconds:
                side.names.set_ttl(name, seconds)


def longest(world: World, service: str) -> int:
    """The most seconds that a resolver may have been told to remember one of a service's names for."""
    names = names_of(world.plan.workload, world.part(service, Service))
    told = [answer.ttl for side in world.reachable.values() for name in names if (answer := side.names.ask(name))]
    return max((*told, *_kept(world, service).values()), default=0)


def _kept(world: World, service: str) -> dict[str, int]:
    file = world.ttls(service)
    return dict(json.loads(file.read_text())) if file.exists() else {}
