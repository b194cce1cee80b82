"""Look at both sides through their ports: what may be done there, what is there already, how fast, at what time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from exitkit.errors import ExitkitError
from exitkit.model.kinds.bucket import Bucket
from exitkit.model.kinds.domain import Domain
from exitkit.model.kinds.postgres import Postgres
from exitkit.model.kinds.service import Service
from exitkit.model.plan import Provision
from exitkit.model.preflight import Area, Issue, Weight
from exitkit.ports.room import Roomy
from exitkit.rehearsal.world import Side, World

LOOKS = 10
"""How often a store is asked, to see how fast it answers."""

SLOW = 5.0
"""Answers per second below which a store is too slow, or throttles (experience)."""

REFUSED_SKEW, BLURRED_SKEW = 15 * 60, 5
"""Seconds of skew beyond which signatures are refused (Signature Version 4), and beyond which loss cannot be told."""

_SERVER = "postgres"
_CLOCK = "SELECT extract(epoch FROM clock_timestamp())"
_ROOM = (
    "SELECT current_setting('max_connections')::int - (SELECT count(*) FROM pg_stat_activity),"
    " current_setting('max_replication_slots')::int - (SELECT count(*) FROM pg_replication_slots),"
    " current_setting('wal_level')"
)
_MAY = "SELECT rolcreatedb OR rolsuper, rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user"
_RELEASE = "SELECT current_setting('server_version_num')::int / 10000"
_WEIGHTS: dict[str, Weight] = {"blocks": "error", "by hand": "warning", "note": "note"}


def reach(world: World) -> Iterator[Issue]:
    """Whether the credentials may look at everything, and, where that can be asked, make what the plan makes."""
    for name, side in world.sides.items():
        for what, look in _looks(world, name, side):
            try:
                look()
            except ExitkitError as error:
                yield issue(Area.REACH, 1, "error", f"{name}: {what}", error.message, error.hint)
    target = world.plan.target
    if world.plan.workload.of(Postgres):
        may = _asked(world.side(target), _MAY)
        if may is not None and may != ["True", "True"]:
            what = "may not make a database" if may[0] != "True" else "may not make a role"
            yield issue(Area.REACH, 2, "error", f"{target}: database server", what, "grant CREATEDB and CREATEROLE")
    yield issue(Area.REACH, 3, "note", target, "writing was not tried: a preflight changes nothing")


def collisions(world: World) -> Iterator[Issue]:
    """What is there already where the plan makes something."""
    for step in world.plan.steps:
        if isinstance(step, Provision) and step.at in world.sides and _stands(step, world):
            kind = world.component(step.component).kind
            what = f"there is a {kind} of the name of {step.component} already"
            yield issue(
                Area.COLLISIONS, 1, "error", f"{step.at}: {step.component}", what, "roll the last run back first"
            )


def databases(world: World) -> Iterator[Issue]:
    """What a move of each database has to reckon with: releases, extensions, roles, room for connections."""
    here, there = world.side(world.plan.source), world.side(world.plan.target)
    for part in world.plan.workload.of(Postgres):
        place = f"{world.plan.source} → {world.plan.target}: {part.name}"
        release = _asked(there, _RELEASE)
        if release is not None and int(release[0]) != part.release:
            what = f"the workload names PostgreSQL {part.release}, the server is {release[0]}"
            weight: Weight = "error" if int(release[0]) < part.release else "warning"
            yield issue(Area.VERSIONS, 1, weight, f"{world.plan.target}: {part.name}", what)
        if not here.databases.exists(part.database):
            what = f"the database {part.database} is not there: it could not be assessed"
            yield issue(Area.EXTENSIONS, 1, "unknown", f"{world.plan.source}: {part.name}", what)
            continue
        for one in here.databases.assess(part.database, there.databases):
            area = Area.VERSIONS if one.code == "release" else Area.EXTENSIONS
            yield issue(area, 2, _WEIGHTS[one.weight], place, f"{one.code}: {one.words}")
    if world.plan.workload.of(Postgres):
        yield from _server_room(world)


def _server_room(world: World) -> Iterator[Issue]:
    wanted = sum(service.replicas for service in world.plan.workload.of(Service))
    for name, side in world.sides.items():
        told = _asked(side, _ROOM)
        if told is None:
            continue
        connections, slots, level = int(told[0]), int(told[1]), told[2]
        if connections < wanted:
            what = f"{connections} connections are left, and {wanted} services connect"
            yield issue(Area.QUOTAS, 2, "error", f"{name}: database server", what, "raise max_connections")
        if name == world.plan.source and (level != "logical" or slots < 1):
            what = f"changes cannot be followed: wal_level {level}, {slots} replication slots left"
            yield issue(Area.QUOTAS, 3, "warning", f"{name}: database server", what)


def machines(world: World) -> Iterator[Issue]:
    """Whether the target's quota has room for the machines the plan starts."""
    target = world.plan.target
    compute = world.side(target).compute
    room = compute.room() if isinstance(compute, Roomy) else None
    wanted = sum(service.replicas for service in world.plan.workload.of(Service))
    if room is None:
        yield issue(Area.QUOTAS, 0, "unknown", f"{target}: machines", "no quota could be asked for")
    elif room.most - room.used < wanted:
        what = f"{wanted} machines are wanted; {room.used} of {room.most} are used"
        yield issue(Area.QUOTAS, 1, "error", f"{target}: machines", what, "have the quota raised")


def paces(world: World, clock: Callable[[], float] = time.monotonic) -> Iterator[Issue]:
    """How fast each object store answers a question that changes nothing."""
    buckets = world.plan.workload.of(Bucket)
    for name, side in world.sides.items():
        if not buckets:
            return
        began = clock()
        place = world.place(name, buckets[0].name)
        for _ in range(LOOKS):
            side.objects.exists(place.bucket)
        pace = LOOKS / max(clock() - began, 1e-6)
        if pace < SLOW:
            what = f"answers {pace:.1f} times a second: it throttles, or is far away"
            yield issue(
                Area.RATES, 1, "warning", f"{name}: object store", what, "ask for a higher rate, or plan for it"
            )


def skews(world: World, now: Callable[[], datetime]) -> Iterator[Issue]:
    """What each server's clock says beside ours."""
    buckets = world.plan.workload.of(Bucket)
    for name, side in world.sides.items():
        if world.plan.workload.of(Postgres) and (told := _asked(side, _CLOCK)) is not None:
            yield from _skew(f"{name}: database server", float(told[0]) - now().timestamp())
        if buckets:
            endpoint = side.objects.access(world.place(name, buckets[0].name).bucket).values.get("ENDPOINT", "")
            at = _date_of(endpoint)
            if at is not None:
                yield from _skew(f"{name}: object store", (at - now()).total_seconds())
            elif endpoint.startswith("http"):
                yield issue(Area.SKEW, 0, "unknown", f"{name}: object store", "says no time")


def _skew(place: str, seconds: float) -> Iterator[Issue]:
    if abs(seconds) <= BLURRED_SKEW:
        return
    refused = abs(seconds) > REFUSED_SKEW
    what = f"its clock is {abs(seconds):.0f} s {'ahead' if seconds > 0 else 'behind'}"
    more = ": signatures are refused" if refused else ": loss cannot be told to the second"
    yield issue(Area.SKEW, 1, "error" if refused else "warning", place, what + more, "set the clock (NTP)")


def _date_of(endpoint: str) -> datetime | None:
    """The Date a server answers with, whatever else it answers."""
    if not endpoint.startswith("http"):
        return None
    try:
        with urlopen(endpoint, timeout=10) as answer:  # noqa: S310
            said = answer.headers.get("Date")
    except HTTPError as error:
        said = error.headers.get("Date")
    except (URLError, OSError):
        return None
    return parsedate_to_datetime(said).astimezone(UTC) if said else None


def _looks(world: World, name: str, side: Side) -> Iterator[tuple[str, Callable[[], object]]]:
    for part in world.plan.workload.components:
        match part:
            case Bucket():
                place = world.place(name, part.name)
                yield f"bucket {part.name}", lambda at=place: at.store.exists(at.bucket)  # type: ignore[misc]
            case Postgres():
                base = part.database
                yield f"database {part.name}", lambda base=base: side.databases.exists(base)  # type: ignore[misc]
            case Domain():
                zone = part.zone
                yield f"zone {part.name}", lambda zone=zone: side.names.records(zone)  # type: ignore[misc]
            case _:
                continue
    yield "machines", side.compute.running


def _stands(step: Provision, world: World) -> bool:
    from exitkit.rehearsal.steps.ground import stands

    return stands(step, world)


def _asked(side: Side, query: str) -> list[str] | None:
    """What the server answers, cell by cell; None where it cannot be asked, which `reach` tells."""
    try:
        return side.databases.ask(_SERVER, query).text.split(" | ")
    except ExitkitError:
        return None


def issue(  # noqa: PLR0917 - in the order of a line of the answer
    area: Area, number: int, severity: Weight, place: str, what: str, hint: str = ""
) -> Issue:
    """One issue; its code is the area's number and its own."""
    code = f"PF{area.number}{number:02}"
    return Issue(code=code, area=area, severity=severity, place=place, what=what, hint=hint)
