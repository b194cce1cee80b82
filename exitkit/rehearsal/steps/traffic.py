"""Point a service's name elsewhere, and read back there what clients were told was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import and_

from exitkit.errors import OutsideError
from exitkit.model.evidence import Verdict
from exitkit.model.journal import Result, Seen
from exitkit.model.kinds.service import Service
from exitkit.model.plan import Plan, Probe, SwitchTraffic
from exitkit.rehearsal.clients import outages, read_seen
from exitkit.rehearsal.resolvers import ENOUGH
from exitkit.rehearsal.steps import home, names, probes, readback
from exitkit.rehearsal.steps.readback import Fate, Looked
from exitkit.rehearsal.world import World, name_of, names_of

_LISTED = 100
_OUTAGES = {
    (False, False): "outage",
    (False, True): "outage on the way back",
    (True, False): "outage before the switch",
    (True, True): "outage before the switch",
}


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
    """Read back what clients were told was written, from where traffic goes now; look up what had no answer.

    The outage is the longest time during which no write of theirs was answered well. A write is lost where the service
    says that it is not there; where it says nothing, or another side answers, that is unknown, and never a pass.
    """
    service = world.part(step.component, Service)
    canary = service.canary
    if canary is None:
        return Result(verdict=Verdict.UNKNOWN, details=(f"{service.name} declares no canary, so nothing was probed",))
    seen = read_seen(world.folder, service.name)
    address = world.resolver().resolve(name_of(service))
    written = [one for one in seen if one.outcome == "written"]
    asked = [one for one in written if not step.own or one.served_by == step.at]
    silent = [one for one in seen if one.outcome == "no answer"]
    back = _Back(
        written,
        tuple(zip(asked, readback.read_back(address, canary, asked, at=step.at), strict=True)),
        tuple(zip(silent, readback.look_up(address, canary, silent, run=world.folder.name, at=step.at), strict=True)),
    )
    source = f"clients-{service.name}.jsonl"
    at_home = step.at == world.plan.source
    counted = _since_the_switch(seen, world.plan.target) if at_home and not step.before else seen
    longest = max((gap.seconds for gap in outages(counted)), default=Decimal(0))
    evidence = (
        world.measured("writes acknowledged", len(written), "writes", source),
        world.measured("writes refused", sum(one.outcome == "refused" for one in seen), "writes", source),
        world.measured("writes without answer", len(silent), "writes", source),
        *(world.measured(what, count, "writes", source) for what, count in back.counts()),
        world.measured("loss", _span(back.lost, written), "s", source),
        world.measured(_OUTAGES[step.before, at_home], longest, "s", source),
        *(world.measured(what, value, unit, source) for what, value, unit in pace(seen, world.plan)),
    )
    left = len(written) - len(asked)
    scope = [f"read back from {step.at}", *([f"{left} acknowledged elsewhere are not looked for"] if left else [])]
    return Result(evidence=evidence, verdict=back.verdict(step.may_lose or 0), details=(*back.lines(), *scope))


@dataclass(frozen=True)
class _Back:
    """What was written; what was found of what was asked for, and of the writes that had no answer."""

    written: list[Seen]
    asked: tuple[tuple[Seen, Looked], ...]
    silent: tuple[tuple[Seen, Looked], ...]

    @property
    def lost(self) -> list[Seen]:
        """The acknowledged writes that are seen to be missing."""
        return [one for one, found in self.asked if found.fate is Fate.MISSING]

    def counts(self) -> Iterator[tuple[str, int]]:
        """How many of each fate; of writes without an answer, where there are any."""
        for what, fate in (("read back", Fate.THERE), ("lost", Fate.MISSING), ("unknown", Fate.UNKNOWN)):
            yield f"writes {what}", sum(found.fate is fate for _, found in self.asked)
        for what, fate in (("there", Fate.THERE), ("not there", Fate.MISSING), ("unknown", Fate.UNKNOWN)):
            if self.silent:
                yield f"writes without answer, {what}", sum(found.fate is fate for _, found in self.silent)

    def verdict(self, may_lose: int) -> Verdict:
        """No where more is lost than may be; unknown where it cannot be told of one, or none was asked for."""
        if _span(self.lost, self.written) > may_lose or (self.lost and not may_lose):
            return Verdict.FAIL
        unknown = any(found.fate is Fate.UNKNOWN for _, found in self.asked)
        return Verdict.PASS if self.asked and not unknown else Verdict.UNKNOWN

    def lines(self) -> Iterator[str]:
        """The writes that are not there, then those of which it cannot be told, then those that had no answer."""
        wrong = [(one, found) for one, found in self.asked if found.fate is not Fate.THERE]
        wrong.sort(key=lambda pair: (pair[1].fate is not Fate.MISSING, pair[0].n))
        for one, found in wrong[:_LISTED]:
            gone = f"cannot be read back: {found.why}" if found.why else "is not there"
            words = gone if found.fate is Fate.MISSING else f"may be there or not: {found.why}"
            yield f"write {one.n} ({one.identifier}) was acknowledged and {words}"
        alike: dict[str, list[int]] = {}
        for one, found in self.silent:
            words = {Fate.THERE: "there", Fate.MISSING: "not there"}.get(found.fate, f"unknown, {found.why}")
            alike.setdefault(words, []).append(one.n)
        for words, numbers in alike.items():
            yield f"{len(numbers)} writes without answer are {words}: {_runs_of(numbers)}"


def _runs_of(numbers: list[int]) -> str:
    """Numbers in order, with those that follow one another as one: 3, 7-12, 40."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    told = ["-".join(map(str, run)) for run in runs]
    return ", ".join(told[:_LISTED]) + (f" and {len(told) - _LISTED} more" if len(told) > _LISTED else "")


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
