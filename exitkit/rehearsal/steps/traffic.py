"""Point a service's name elsewhere, and read back there what clients were told was written."""

from __future__ import annotations

from decimal import Decimal
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import urlopen

from exitkit.errors import OutsideError
from exitkit.model.evidence import Verdict
from exitkit.model.journal import Result, Seen
from exitkit.model.kinds.service import Canary, Service
from exitkit.model.plan import Probe, SwitchTraffic
from exitkit.rehearsal.clients import outages, read_seen
from exitkit.rehearsal.world import World, name_of
from exitkit.transfer.many import each

_LISTED = 100


def switch(step: SwitchTraffic, world: World) -> Result:
    """Point the name at the other side. Raises OutsideError where nothing runs there."""
    side = world.side(step.to)
    address = side.compute.running().get(step.component)
    if address is None:
        raise OutsideError(f"{step.component} does not run at {step.to}, so no traffic is sent there")
    side.names.point(name_of(world.part(step.component, Service)), address)
    return Result(details=(f"{name_of(world.part(step.component, Service))} points at {step.to}",))


def points_there(step: SwitchTraffic, world: World) -> bool:
    """Whether the name points at the other side."""
    side = world.side(step.to)
    address = side.compute.running().get(step.component)
    return address is not None and side.names.resolve(name_of(world.part(step.component, Service))) == address


def probe(step: Probe, world: World) -> Result:
    """Read back everything that clients were told was written, from where traffic goes now.

    The outage is the longest time during which no write of theirs was answered well.
    """
    service = world.part(step.component, Service)
    if service.canary is None:
        return Result(verdict=Verdict.UNKNOWN, details=(f"{service.name} declares no canary, so nothing was probed",))
    seen = read_seen(world.folder, service.name)
    written = [one for one in seen if one.outcome == "written"]
    address = world.side(step.at).names.resolve(name_of(service))
    canary = service.canary
    asked = [one for one in written if not step.own or one.served_by == step.at]
    lost = [w for w in each(asked, lambda one: _lost(address, canary, one, step.at), workers=4) if w is not None]
    home = step.at == world.plan.source
    counted = _since_the_switch(seen, world.plan.target) if home else seen
    longest = max((gap.seconds for gap in outages(counted)), default=Decimal(0))
    source = f"clients-{service.name}.jsonl"
    evidence = (
        world.measured("writes acknowledged", len(written), "writes", source),
        world.measured("writes refused", sum(one.outcome == "refused" for one in seen), "writes", source),
        world.measured("writes without answer", sum(one.outcome == "no answer" for one in seen), "writes", source),
        world.measured("writes lost", len(lost), "writes", source),
        world.measured("loss", _span(lost, written), "s", source),
        world.measured("outage on the way back" if home else "outage", longest, "s", source),
    )
    wrong = sorted(f"write {one.n} ({one.identifier}) was acknowledged and cannot be read back" for one in lost)
    most = step.may_lose or 0
    verdict = Verdict.FAIL if _span(lost, written) > most or (wrong and not most) else Verdict.PASS
    left = len(written) - len(asked)
    scope = [f"read back from {step.at}", *([f"{left} acknowledged elsewhere are not looked for"] if left else [])]
    return Result(
        evidence=evidence, verdict=verdict if asked else Verdict.UNKNOWN, details=(*wrong[:_LISTED], *scope)
    )


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
    for _ in range(3):
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
