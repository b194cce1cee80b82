"""What components cost at list price, from what a provider says it sells."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from exitkit.drivers.facts import Price, Size, Sizes
from exitkit.model.bill import Bill
from exitkit.model.evidence import Basis, Evidence
from exitkit.model.kinds.bucket import Bucket
from exitkit.model.kinds.postgres import Postgres
from exitkit.model.placement import Literally, Placement
from exitkit.model.workload import Component
from exitkit.units import Bytes

HOURS = Decimal(730)
"""Hours in a month, as both clouds' price pages count."""

_PER_MONTH = {"hour": HOURS, "GB-hour": HOURS, "month": Decimal(1), "GB-month": Decimal(1)}


def bill(component: Component, placement: Placement, sizes: Sizes) -> Bill:
    """A month of one component, without traffic and requests; what has no known price is named."""
    name, shape = component.name, component.shape()
    parts = []
    if isinstance(component, Bucket):
        parts.append(_storage(component, sizes))
    if shape is not None:
        what = "machines" if shape.sold_as == "machines" else "nodes"
        size = _size(placement, sizes.list_of(shape.sold_as))
        parts.append(_sized(f"{name}: {what}", size, Decimal(_count(placement, shape.count))))
    if isinstance(component, Postgres) and sizes.price("database-storage") is not None:
        disk = Decimal(str(_said(placement, "storage_gib") or 0)) * _count(placement, 1)
        parts.append(_priced(f"{name}: disk", "database-storage", disk, sizes))
    parts += [_priced(f"{name}: {_words(charge)}", charge, Decimal(1), sizes) for charge in component.charges()]
    return _together(*parts)


def _storage(bucket: Bucket, sizes: Sizes) -> Bill:
    if bucket.size is None:
        return Bill(unpriced=(f"{bucket.name}: its size is not declared",))
    return _priced(f"{bucket.name}: storage", "object-storage", _gigabytes(bucket.size), sizes)


def _count(placement: Placement, asked: int) -> int:
    """The machines there are: a plan may come with more than was asked for."""
    standby, replicas = _said(placement, "standby"), _said(placement, "replicas")
    if isinstance(standby, bool):
        return 2 if standby else 1
    return replicas + 1 if placement.kind == "cache" and isinstance(replicas, int) else asked


def _words(price: str) -> str:
    return price.replace("-", " ")


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
