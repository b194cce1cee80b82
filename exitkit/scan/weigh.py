"""Three shares that are never merged, and what stays behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import reduce

from exitkit.model.evidence import Basis
from exitkit.model.inventory import (
    Call,
    Coverage,
    Effort,
    FileRead,
    Opaque,
    Portability,
    Residue,
    Resource,
    Share,
    State,
)

NEUTRAL = "neutral"
"""Terraform's own tools hold nothing at any provider: they are listed, and counted nowhere."""


def coverage(files: Iterable[FileRead], resources: Iterable[Resource], opaque: Iterable[Opaque]) -> Coverage:
    """What was read and understood, counted."""
    states = Counter(one.state for one in files)
    counted = [one for one in resources if one.provider != NEUTRAL]
    unknown = sum(one.portability is Portability.UNKNOWN for one in counted)
    return Coverage(
        files_read=states[State.READ],
        files_partial=states[State.PARTIAL],
        files_refused=states[State.REFUSED],
        files_skipped=states[State.SKIPPED],
        understood=len(counted) - unknown,
        unknown=unknown,
        opaque=sum(one.resources for one in opaque),
    )


def by_resource(resources: Iterable[Resource], opaque: Iterable[Opaque]) -> Share:
    """The part of all resources that takes another product or another program."""
    counted = [one for one in resources if one.provider != NEUTRAL]
    unknown = sum(one.count for one in counted if one.portability is Portability.UNKNOWN)
    hidden = sum(one.resources for one in opaque)
    held, total = sum(one.count for one in counted if one.portability.holds), sum(one.count for one in counted)
    return Share(
        by="resource",
        held=Decimal(held),
        unknown=Decimal(unknown + hidden),
        total=Decimal(total + hidden),
        unit="resources",
        basis=Basis.ASSUMED,
        why="the classes are expert estimates" if total + hidden else "there are no resources",
    )


def by_call(calls: Sequence[Call]) -> Share:
    """The part of all calls that nothing at the target answers."""
    told = [one for one in calls if one.operation is not None]
    busy = {(one.spot.file, one.service) for one in told}
    silent = {(one.spot.file, one.service): one for one in calls if (one.spot.file, one.service) not in busy}
    counted = [*told, *silent.values()]
    held, unknown = [one for one in counted if one.spoken is False], [one for one in counted if one.spoken is None]
    distinct = {(one.service, one.operation) for one in told}
    missing = {(one.service, one.operation) for one in told if one.spoken is False}
    words = f"{len(missing)} of {len(distinct)} different operations have no answer" if distinct else ""
    return Share(
        by="call",
        held=Decimal(len(held)),
        unknown=Decimal(len(unknown)),
        total=Decimal(len(counted)),
        unit="calls",
        basis=Basis.ASSUMED,
        why=words if counted else "no calls were found in source",
    )


def residue(resources: Iterable[Resource], calls: Iterable[Call]) -> tuple[Residue, ...]:
    """What stays behind, service by service: what has no counterpart, or takes more than settings."""
    counts: dict[tuple[str, str], tuple[Resource, int]] = {}
    for one in resources:
        if one.service is None or one.provider in {NEUTRAL, "ovh"} or one.portability is Portability.UNKNOWN:
            continue
        if one.portability.holds or (one.provider == "aws" and one.counterpart is None):
            first, count = counts.get((one.provider, one.service), (one, 0))
            counts[(one.provider, one.service)] = first, count + one.count
    asked = Counter(one.service for one in calls if one.operation is not None and one.spoken is False)
    found = [
        Residue(
            provider=one.provider,
            service=one.service or "",
            portability=one.portability,
            resources=count,
            calls=asked[one.service or ""],
            counterpart=one.counterpart,
            note=one.note,
        )
        for one, count in counts.values()
        if count
    ]
    return tuple(sorted(found, key=lambda one: (one.portability.value, one.resources), reverse=True))


def effort(resources: Iterable[Resource]) -> tuple[Effort | None, int]:
    """Person-days of all that was estimated, and how many resources that count were not."""
    known = [one.effort for one in resources if one.effort is not None]
    left = sum(
        one.portability is Portability.UNKNOWN or (not one.part and one.effort is None and one.count > 0)
        for one in resources
        if one.provider not in {NEUTRAL, "ovh", "kubernetes", "portable"}
    )
    return (reduce(lambda one, other: one + other, known) if known else None), left
