"""What components cost at list price, from what a provider says it sells."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from exitkit.drivers.facts import Price, Size, Sizes
from exitkit.model.bill import Bill
from exitkit.model.evidence import Basis, Evidence
from exitkit.model.kinds.bucket import Bucket
from exitkit.model.kinds.network import Network
from exitkit.model.kinds.postgres import Postgres
from exitkit.model.kinds.service import Service
from exitkit.model.placement import Literally, Placement
from exitkit.model.workload import Component
from exitkit.units import Bytes

HOURS = Decimal(730)
"""Hours in a month, as both clouds' price pages count."""

_PER_MONTH = {"hour": HOURS, "GB-hour": HOURS, "month": Decimal(1), "GB-month": Decimal(1)}


def bill(component: Component, placement: Placement, sizes: Sizes) -> Bill:
    """A month of one component, without traffic and requests; what has no known price is named."""
    match component:
        case Network():
            return _together(_priced(f"{component.name}: gateway", "gateway", Decimal(1), sizes))
        case Bucket():
            size = component.size
            if size is None:
                return Bill(unpriced=(f"{component.name}: its size is not declared",))
            return _together(_priced(f"{component.name}: storage", "object-storage", _gigabytes(size), sizes))
        case Postgres():
            return _database(component, placement, sizes)
        case Service():
            machine = _size(placement, sizes.machines)
            return _together(
                _sized(f"{component.name}: machines", machine, Decimal(component.replicas)),
                _priced(f"{component.name}: load balancer", "load-balancer", Decimal(1), sizes),
                _priced(f"{component.name}: public address", "public-address", Decimal(1), sizes),
            )


def egress(size: Bytes, sizes: Sizes) -> Bill:
    """Taking so much out to the internet in one month at list price, tier by tier."""
    tiers = sorted((price for price in sizes.prices if price.name == "egress"), key=lambda tier: tier.above)
    if not tiers:
        return Bill(unpriced=("egress",))
    lines, left = [], _gigabytes(size)
    for tier, following in zip(tiers, [*tiers[1:], None], strict=True):
        width = (following.above if following else tier.above + left) - tier.above
        taken = min(left, width)
        left -= taken
        if taken and tier.price:
            lines.append(_line(f"egress, {tier.what}", tier, taken * tier.price, tier.currency))
    return Bill(lines=tuple(lines))


def _database(component: Postgres, placement: Placement, sizes: Sizes) -> Bill:
    size = _size(placement, sizes.databases)
    nodes = Decimal(2 if _said(placement, "standby") else 1)
    parts = [_sized(f"{component.name}: nodes", size, nodes)]
    if any(price.name == "database-storage" for price in sizes.prices):
        disk = Decimal(str(_said(placement, "storage_gib") or 0)) * nodes
        parts.append(_priced(f"{component.name}: disk", "database-storage", disk, sizes))
    return _together(*parts)


def _size(placement: Placement, sizes: Iterable[Size]) -> Size | None:
    name, plan = _said(placement, "size"), _said(placement, "plan") or ""
    return next((size for size in sizes if size.name == name and size.plan == plan), None)


def _said(placement: Placement, name: str) -> object:
    given = placement.inputs.get(name)
    return given.value if isinstance(given, Literally) else None


def _sized(what: str, size: Size | None, count: Decimal) -> Bill:
    if size is None or size.price is None:
        return Bill(unpriced=(f"{what} ({size.name})" if size else what,))
    dearest = size.high or size.price
    value = (size.price + dearest) / 2 * count * _PER_MONTH[size.unit]
    source = f"{size.source} (read {size.read})"
    basis = size.basis if size.high is None else Basis.ASSUMED
    return Bill(lines=(_evidence(what, value, size.currency, basis, source),))


def _priced(what: str, name: str, count: Decimal, sizes: Sizes) -> Bill:
    price = sizes.price(name)
    if price is None:
        return Bill(unpriced=(what,))
    return Bill(lines=(_line(what, price, count * price.price * _PER_MONTH[price.unit], f"{price.currency}/month"),))


def _line(what: str, price: Price, value: Decimal, unit: str) -> Evidence:
    return Evidence(
        what=what,
        value=value.quantize(Decimal("0.01")),
        unit=unit,
        basis=price.basis,
        sources=(f"{price.source} (read {price.read})",),
    )


def _evidence(what: str, value: Decimal, currency: str, basis: Basis, source: str) -> Evidence:
    return Evidence(
        what=what, value=value.quantize(Decimal("0.01")), unit=f"{currency}/month", basis=basis, sources=(source,)
    )


def _gigabytes(size: Bytes) -> Decimal:
    return Decimal(int(size)) / 10**9


def _together(*bills: Bill) -> Bill:
    return Bill(
        lines=tuple(line for one in bills for line in one.lines),
        unpriced=tuple(name for one in bills for name in one.unpriced),
    )
