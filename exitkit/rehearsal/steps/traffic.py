"""Point a service's name elsewhere, and read back there what clients were told was written."""

from __future__ import annotations

import time
from collections.abc import Iterator
from decimal import Decimal
from functools import reduce
from http.client import HTTPException
from operator import and_
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import urlopen

from exitkit.errors import OutsideError
from exitkit.model.evidence import Verdict
from exitkit.model.journal import Result, Seen
from exitkit.model.kinds.service import Canary, Service
from exitkit.model.plan import Plan, Probe, SwitchTraffic
from exitkit.rehearsal.clients import outages, read_seen
from exitkit.rehearsal.resolvers import ENOUGH
from exitkit.rehearsal.steps import home, names, probes
from exitkit.rehearsal.world import World, name_of, names_of
from exitkit.transfer.many import each

_LISTED = 100
_TRIES = 8
_OUTAGES = {
    (False, False): "outage",
    (False, True): "outage on the way back",
    (True, False): "outage before the switch",
    (True, True): "outage before the switch",
}
_PAUSE_SECONDS = 0.4
"""Between two asks for a write that was not answered: a server that is away for a moment has lost nothing."""


def switch(step: SwitchTraffic, world: World) -> Result:
    """Point a service's names at the other side, on every name server that has them, and wait for the resolvers.

    Every resolver has asked just before, which is the worst case. Raises OutsideError where nothing runs there.
    """
    address = world.side(step.to).compute.running().get(step.component)
    if address is None:
        raise OutsideError(f"{step.component} does not run at {step.to}, so no traffic is sent there")
    service = world.part(step.component, Service)
    known = names_of(world.plan.workload, service)
    world.crowd_hears(known)
    remembered = names.longest(world, service.name)
    pointed = [_point(name, address, world, first=step.to) for name in known]
    heard = [world.crowd.await_address(name, address, longest=remembered) for name in known]
    share, seconds = min(share for share, _ in heard), max(spent for _, spent in heard)
    evidence = (
        world.measured("resolvers answering with the new place", share * 100, "%", step.id),
        world.measured("time until resolvers had heard", seconds, "s", step.id),
        world.measured("name servers changed", sum(pointed), "servers", step.id),
    )
    told = tuple(f"{name} points at {step.to}" for name in known)
    return Result(evidence=evidence, verdict=None if share >= ENOUGH else Verdict.FAIL, details=told)


def _point(name: str, address: str, world: World, *, first: str) -> int:
    """Change a name wherever it is kept, the new home first; answers on how many servers that was."""
    sides = sorted(world.reachable.items(), key=lambda one: one[0] != first)
    having = [side for _, side in sides if side.names.ask(name) is not None] or [world.side(first)]
    for side in having:
        side.names.point(name, address)
    return len(having)


def points_there(step: SwitchTraffic, world: World) -> bool:
    """Whether every name points at the other side, on every name server that has it."""
    address = world.side(step.to).compute.running().get(step.component)
    known = names_of(world.plan.workload, world.part(step.component, Service))
    told = [
        answer for name in known for side in world.reachable.values() if (answer := side.names.ask(name)) is not None
    ]
    return address is not None and bool(told) and all(answer.address == address for answer in told)


def probe(step: Probe, world: World) -> Result:
    """Ask what the service declares, read back what clients were told was written, look for objects left behind."""
    parts = (probes.ask(step, world), _read_back(step, world), home.left_behind(step, world))
    verdicts = [part.verdict for part in parts if part.verdict is not None]
    return Result(
        evidence=tuple(one for part in parts for one in part.evidence),
        verdict=reduce(and_, verdicts) if verdicts else None,
        details=tuple(line for part in parts for line in part.details),
    )


def _read_back(step: Probe, world: World) -> Result:
    """Read back what clients were told was written, from where traffic goes now.

    The outage is the longest time during which no write of theirs was answered well.
    """
    service = world.part(step.component, Service)
    if service.canary is None:
        return Result(verdict=Verdict.UNKNOWN, details=(f"{service.name} declares no canary, so nothing was probed",))
    seen = read_seen(world.folder, service.name)
    written = [one for one in seen if one.outcome == "written"]
    address = world.resolver().resolve(name_of(service))
    canary = service.canary
    asked = [one for one in written if not step.own or one.served_by == step.at]
    lost = [w for w in each(asked, lambda one: _lost(address, canary, one, step.at), workers=4) if w is not None]
    at_home = step.at == world.plan.source
    counted = _since_the_switch(seen, world.plan.target) if at_home and not step.before else seen
    longest = max((gap.seconds for gap in outages(counted)), default=Decimal(0))
    source = f"clients-{service.name}.jsonl"
    evidence = (
        world.measured("writes acknowledged", len(written), "writes", source),
        world.measured("writes refused", sum(one.outcome == "refused" for one in seen), "writes", source),
        world.measured("writes without answer", sum(one.outcome == "no answer" for one in seen), "writes", source),
        world.measured("writes lost", len(lost), "writes", source),
        world.measured("loss", _span(lost, written), "s", source),
        world.measured(_OUTAGES[step.before, at_home], longest, "s", source),
        *(world.measured(what, value, unit, source) for what, value, unit in pace(seen, world.plan)),
    )
    wrong = sorted(f"write {one.n} ({one.identifier}) was acknowledged and cannot be read back" for one in lost)
    most = step.may_lose or 0
    verdict = Verdict.FAIL if _span(lost, written) > most or (wrong and not most) else Verdict.PASS
    left = len(written) - len(asked)
    scope = [f"read back from {step.at}", *([f"{left} acknowledged elsewhere are not looked for"] if left else [])]
    return Result(evidence=evidence, verdict=verdict if asked else Verdict.UNKNOWN, details=(*wrong[:_LISTED], *scope))


def pace(seen: list[Seen], plan: Plan) -> Iterator[tuple[str, Decimal, str]]:
    """What clients saw beside outage and loss: (what, value, unit).

    How long nineteen of twenty good answers took at most, from each side; and how often one identifier was answered
    to two writes, which each had a key of their own.
    """
    written = [one for one in seen if one.outcome == "written"]
    for at in (plan.source, plan.target):
        took = sorted(one.seconds for one in written if one.served_by == at)
        if took:
            yield f"time of a write at {at}, 95 % within", took[-1 - len(took) // 20], "s"
    yield "writes answered as one", Decimal(len(written) - len({one.identifier for one in written})), "writes"


def _since_the_switch(seen: list[Seen], target: str) -> list[Seen]:
    """What clients saw from the first write that the target answered."""
    first = next((number for number, one in enumerate(seen) if one.served_by == target), len(seen))
    return seen[first:]


def _span(lost: list[Seen], written: list[Seen]) -> Decimal:
    """Data loss as time: from the first write that was lost to the last one the same side acknowledged, in seconds."""
    if not lost:
        return Decimal(0)
    sides = {one.served_by for one in lost}
    first = min(one.at for one in lost)
    last = max(one.at for one in written if one.served_by in sides)
    return Decimal(str(round((last - first).total_seconds(), 3)))


def _lost(address: str | None, canary: Canary, written: Seen, at: str) -> Seen | None:
    """The write, where it cannot be read back from the side that should serve it; else None."""
    path = canary.read.replace("{identifier}", quote(written.identifier, safe=""))
    for tried in range(_TRIES):
        if tried:
            time.sleep(_PAUSE_SECONDS)
        try:
            with urlopen(f"http://{address}{path}", timeout=15) as answer:
                served = answer.headers.get("X-Served-By", at)
                return None if answer.status == 200 and served == at else written
        except HTTPError as error:
            if error.code < 500:
                return written
        except (URLError, OSError, HTTPException):
            continue
    return written
