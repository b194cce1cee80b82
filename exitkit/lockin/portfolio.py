"""Look at several exits together: where they concentrate, and how many fit at once in what they share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Literal

from pydantic import Field

from exitkit.lockin import formulas
from exitkit.lockin.jurisdictions import Jurisdiction
from exitkit.model.base import FORMAT_VERSION, Frozen, Slug
from exitkit.model.evidence import Basis, Evidence, Interval

RESOURCES = ("people", "link", "cpus", "memory")
"""What exits share: people, bytes a second, processors and bytes of memory at the target."""


class Exit(Frozen):
    """One exit among others. `spend` is a month at the source, `needs` what it takes while it goes on, by resource."""

    workload: Slug
    source: Slug
    target: Slug
    spend: Evidence | None
    data: Evidence | None
    effort: Evidence
    cost: Interval
    days: Interval
    basis: Basis
    needs: dict[str, Evidence]


class Concentration(Frozen):
    """How much stands on one provider, parent or country, now or after every exit; None is: nothing to divide."""

    by: Literal["provider", "parent", "country"]
    name: str
    when: Literal["now", "after"]
    workloads: Evidence
    spend: Evidence | None
    data: Evidence | None


class Fit(Frozen):
    """How many exits one resource carries: whichever they are, and at most, the smallest first."""

    resource: str
    there: Evidence
    whichever: int
    at_most: int


class Portfolio(Frozen):
    """Several exits, seen together. `whichever` and `at_most` are those of the resource that binds first."""

    format_version: Literal[1] = FORMAT_VERSION
    exits: tuple[Exit, ...]
    concentrations: tuple[Concentration, ...]
    fits: tuple[Fit, ...]
    whichever: int | None = Field(description="How many fit at once whichever they are; none without a resource.")
    at_most: int | None = Field(description="How many fit at once at most: no choice of exits goes above it.")
    people_days: Evidence | None
    link_days: Evidence | None
    missing: tuple[str, ...] = ()


def portfolio(
    exits: Sequence[Exit], *, there: Mapping[str, Evidence], available: Evidence, parties: Mapping[str, Jurisdiction]
) -> Portfolio:
    """Several exits together. `there` is what can be shared, by resource; `available` the share of time people have."""
    fits = tuple(_fit(name, there[name], exits) for name in RESOURCES if name in there)
    return Portfolio(
        exits=tuple(exits),
        concentrations=tuple(_concentrations(exits, parties)),
        fits=fits,
        whichever=min((one.whichever for one in fits), default=None),
        at_most=min((one.at_most for one in fits), default=None),
        people_days=_people_days(exits, there.get("people"), available),
        link_days=_link_days(exits, there.get("link")),
        missing=tuple(_missing(exits, there, parties)),
    )


def _fit(name: str, there: Evidence, exits: Sequence[Exit]) -> Fit:
    needs = sorted(one.needs[name].value for one in exits if name in one.needs)
    return Fit(
        resource=name,
        there=there,
        whichever=_carried(list(reversed(needs)), there.value),
        at_most=_carried(needs, there.value),
    )


def _carried(needs: Sequence[Decimal], capacity: Decimal) -> int:
    """How many of these needs, in this order, a capacity carries before the first one it does not."""
    left = capacity
    for number, need in enumerate(needs):
        left -= need
        if left < 0:
            return number
    return len(needs)


def _concentrations(exits: Sequence[Exit], parties: Mapping[str, Jurisdiction]) -> Iterator[Concentration]:
    def named(by: str, provider: str) -> str:
        party = parties.get(provider)
        if by == "provider":
            return provider
        if party is None:
            return "not known"
        return party.parent if by == "parent" else party.parent_country or "not known"

    for when in ("now", "after"):
        for by in ("provider", "parent", "country"):
            groups: dict[str, list[Exit]] = {}
            for one in exits:
                groups.setdefault(named(by, one.source if when == "now" else one.target), []).append(one)
            for name, group in sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0])):
                yield Concentration(
                    by=by,
                    name=name,
                    when=when,
                    workloads=_share(f"workloads with {name}", [Decimal(1) for _ in group], len(exits), group),
                    spend=_part(f"spend with {name}", "spend", group, exits),
                    data=_part(f"data with {name}", "data", group, exits),
                )


def _share(what: str, parts: Sequence[Decimal], whole: Decimal | int, group: Sequence[Exit]) -> Evidence:
    value = Decimal(f"{formulas.share(float(sum(parts)), float(whole)):.6g}") + 0
    named = tuple(f"portfolio: {one.workload}" for one in group)
    return Evidence(what=what, value=value, unit="share", basis=Basis.DECLARED, sources=named)


def _part(what: str, field: Literal["spend", "data"], group: Sequence[Exit], exits: Sequence[Exit]) -> Evidence | None:
    """The share of a group where every exit is known; one that is not leaves the share unknown, not smaller."""
    known = [getattr(one, field) for one in exits]
    if not known or any(one is None for one in known) or not sum(one.value for one in known):
        return None
    share = _share(what, [getattr(one, field).value for one in group], sum(one.value for one in known), group)
    basis = max((one.basis for one in known), key=lambda one: one.rank)
    return share.model_copy(update={"basis": basis})


def _people_days(exits: Sequence[Exit], people: Evidence | None, available: Evidence) -> Evidence | None:
    if people is None or not people.value or not exits:
        return None
    whole = sum((one.effort.value for one in exits), Decimal(0))
    days = formulas.work_days(float(whole), float(people.value), float(available.value))
    return Evidence(
        what="days these people need for every exit, P50 of each effort",
        value=Decimal(f"{days:.6g}"),
        unit="days",
        basis=max((people.basis, available.basis, *(one.effort.basis for one in exits)), key=lambda one: one.rank),
        sources=(*people.sources, *available.sources, *(f"portfolio: {one.workload}, effort" for one in exits)),
    )


def _link_days(exits: Sequence[Exit], link: Evidence | None) -> Evidence | None:
    """Days the link needs for everything; None where the data of one is not known."""
    sizes = [one.data for one in exits]
    if link is None or not link.value or not sizes or any(one is None for one in sizes):
        return None
    whole = sum(float(one.value) for one in sizes if one is not None)
    return Evidence(
        what="days this link needs for the data of every exit, at full speed",
        value=Decimal(f"{whole / float(link.value) / formulas.DAY:.6g}"),
        unit="days",
        basis=max((link.basis, *(one.basis for one in sizes if one is not None)), key=lambda one: one.rank),
        sources=(*link.sources, *(source for one in sizes if one is not None for source in one.sources)),
    )


def _missing(
    exits: Sequence[Exit], there: Mapping[str, Evidence], parties: Mapping[str, Jurisdiction]
) -> Iterator[str]:
    yield from (f"{name} in the portfolio's file" for name in RESOURCES if name not in there)
    yield from (
        f"a price for {one.workload} on {one.source}, for shares by spend" for one in exits if one.spend is None
    )
    yield from (f"sizes in {one.workload}, for shares by data" for one in exits if one.data is None)
    unknown = {name for one in exits for name in (one.source, one.target)} - set(parties)
    yield from (f"who stands behind {name}" for name in sorted(unknown))
