"""Read the dated facts of a provider's folder: what it claims, what it sells."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from pydantic import Field, ValidationError

from exitkit.errors import Unsupported, UsageError, not_toml
from exitkit.model.base import Frozen
from exitkit.model.capability import UNMAPPED, Capability, Claim, Support
from exitkit.model.evidence import Basis
from exitkit.model.kinds.base import Shape
from exitkit.model.workload import Component

F = TypeVar("F", bound=Frozen)


class _Sold(Frozen):
    """Where and when a price was read, without VAT; `high` is the upper end where the source gives a range."""

    name: str
    high: Decimal | None = None
    currency: Literal["EUR", "USD"]
    unit: str
    region: str
    basis: Basis
    source: str = Field(min_length=1)
    read: date


class Price(_Sold):
    """What one unit costs. A tier begins above so many units a month."""

    what: str
    price: Decimal = Field(ge=0)
    above: Decimal = Decimal(0)


class Size(_Sold):
    """A size machines come in. An unknown price is absent, never zero.

    A `shared` size promises no steady processor. Where databases are sold by plan, the price is that of one node, and
    the plan says how many nodes there are and how long backups are kept.
    """

    vcpus: int = Field(ge=1)
    memory_gib: Decimal = Field(gt=0)
    price: Decimal | None = Field(None, gt=0)
    unit: str = "hour"
    shared: bool = False
    plan: str = ""
    nodes: int = 1
    backup_days: int = 0
    least_storage_gib: int = 0


class Sizes(Frozen):
    """Everything one provider sells that exitkit places on, or counts."""

    machines: tuple[Size, ...] = ()
    databases: tuple[Size, ...] = ()
    caches: tuple[Size, ...] = ()
    prices: tuple[Price, ...] = ()

    def list_of(self, sold_as: Literal["machines", "databases", "caches"]) -> tuple[Size, ...]:
        """The sizes of one list."""
        return {"machines": self.machines, "databases": self.databases, "caches": self.caches}[sold_as]

    def price(self, name: str) -> Price | None:
        """The price of the first tier of that name; None is: not known."""
        return next((price for price in self.prices if price.name == name), None)


@cache
def read_claims(package: str) -> Mapping[Capability, Claim]:
    """What the provider in a package claims: one claim for each capability, unmapped where the file has none."""
    claims = dict.fromkeys(Capability, UNMAPPED)
    for name, row in _table(package, "claims.toml").items():
        if name not in list(Capability):
            raise UsageError(f"{package}: claims.toml claims `{name}`, which is no capability", hint=_nearest(name))
        claims[Capability(name)] = _parsed(Claim, row, f"{package}: claims.toml, {name}")
    return MappingProxyType(claims)


def why_not(component: Component, package: str) -> str:
    """Why the provider in a package has no module for a component: what its first claim says that is not kept."""
    claims = read_claims(package)
    cannot = (Support.ABSENT, Support.UNMAPPED)
    found = (claims[one].why for one in component.capabilities() if claims[one].support in cannot)
    return next(found, f"there is no module for a {component.kind}")


@cache
def read_sizes(package: str) -> Sizes:
    """What the provider in a package sells; what stands at the top of the file holds for each of its rows."""
    table = _table(package, "sizes.toml")
    common = {name: value for name, value in table.items() if not isinstance(value, list)}
    rows = {name: [{**common, **row} for row in value] for name, value in table.items() if name not in common}
    return _parsed(Sizes, rows, f"{package}: sizes.toml")


def smallest(sizes: Iterable[Size], *, cpus: int, memory_gib: Decimal) -> Size | None:
    """The smallest size that holds so much, the cheaper of two alike; None where none does."""
    enough = [size for size in sizes if size.vcpus >= cpus and size.memory_gib >= memory_gib]
    return min(enough, key=_weight, default=None)


def choose(component: Component, sizes: Sizes, *, title: str) -> Size | None:
    """The size a component lands on; None where it asks for none. Raises Unsupported where none is large enough."""
    shape = component.shape()
    return holding(component.name, shape, sizes.list_of(shape.sold_as), title=title) if shape is not None else None


def holding(name: str, shape: Shape, among: Iterable[Size], *, title: str) -> Size:
    """The smallest size that holds a shape. Raises Unsupported where none does."""
    size = smallest(among, cpus=shape.cpus, memory_gib=shape.memory.gib)
    if size is None:
        processors = "" if shape.sold_as == "caches" else f"{shape.cpus} processors and "
        raise Unsupported(
            f"{name} asks for {processors}{shape.memory}: no size of {title} in its sizes.toml holds that",
            hint="ask for less",
        )
    return size


def _weight(size: Size) -> tuple[int, Decimal, bool, Decimal, str]:
    return size.vcpus, size.memory_gib, size.price is None, size.price or Decimal(0), size.name


def _table(package: str, name: str) -> dict[str, Any]:
    text = files(package).joinpath(name).read_text(encoding="utf-8")
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise not_toml(f"{package}: {name}", text, error) from error


def _parsed(kind: type[F], row: object, where: str) -> F:
    try:
        return kind.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        at = ".".join(map(str, first["loc"]))
        raise UsageError(f"{where}: {at}: {first['msg']}") from error


def _nearest(name: str) -> str:
    near = get_close_matches(name, list(Capability), n=1)
    return f"did you mean `{near[0]}`?" if near else ""
