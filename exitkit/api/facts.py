"""The dated facts: list them, say which are stale, hold them against what providers publish today."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from exitkit import registry
from exitkit.errors import OutsideError

PRICES_STALE = timedelta(days=90)
OTHERS_STALE = timedelta(days=365)
_LARGEST = 64 * 2**20
_READ = re.compile(r"\(read (\d{4}-\d{2}-\d{2})\)|read (\d{4}-\d{2}-\d{2})")
_VALUES = ("price", "low", "mode", "high", "support", "parent-country", "scope", "left")


@dataclass(frozen=True)
class Row:
    """One fact: its file, its name, what it says, its unit, its basis, its source and the day that was read."""

    file: str
    name: str
    value: str
    unit: str
    basis: str
    source: str
    read: date | None
    is_price: bool

    def stale(self, today: date) -> bool:
        """Whether it should be read again; a fact without a day always is."""
        limit = PRICES_STALE if self.is_price else OTHERS_STALE
        return self.read is None or today - self.read > limit


@dataclass(frozen=True)
class Change:
    """One price that a provider publishes otherwise than the shipped file says."""

    provider: str
    name: str
    shipped: Decimal
    published: Decimal
    currency: str


@dataclass(frozen=True)
class Read:
    """A price list that was read: where, its hash, how many shipped prices it confirms, and those it changes."""

    provider: str
    url: str
    sha256: str
    same: int
    changes: tuple[Change, ...]


def rows() -> tuple[Row, ...]:
    """Every fact that is shipped: of the lock-in model and of every provider."""
    found = [
        row
        for file in _sorted(files("exitkit.lockin.facts"))
        for row in _rows(f"lockin/{file.name}", tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal))
    ]
    for provider in registry.names():
        package = files(type(registry.get(provider)).__module__)
        for file in (package.joinpath(name) for name in ("claims.toml", "sizes.toml")):
            if not file.is_file():
                continue
            table = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
            found += _rows(f"{provider}/{file.name}", table)
    return tuple(found)


def _sorted(folder: Traversable) -> list[Traversable]:
    return sorted((one for one in folder.iterdir() if one.name.endswith(".toml")), key=lambda one: one.name)


def _rows(file: str, table: Mapping[str, Any]) -> Iterator[Row]:
    origin = table.get("source") if isinstance(table.get("source"), dict) else None
    for name, value in table.items():
        if isinstance(value, list):
            yield from (_row(file, str(one.get("name", name)), one, origin) for one in value if isinstance(one, dict))
        elif name == "rows":
            yield from (_row(file, each, one, origin) for each, one in value.items())
        elif isinstance(value, dict) and value is not origin:
            yield _row(file, name, value, origin)


def _row(file: str, name: str, one: Mapping[str, Any], origin: Mapping[str, Any] | None) -> Row:
    source = str(one.get("source") or (origin or {}).get("what", ""))
    day = one.get("read") or (origin or {}).get("read") or _day(source)
    told = " ".join(f"{key} {one[key]}" for key in _VALUES if key in one)
    unit = " ".join(str(one[key]) for key in ("currency", "unit") if key in one)
    basis = str(one.get("basis") or (origin or {}).get("basis") or ("declared" if "support" in one else ""))
    return Row(file, name, told, unit, basis, source, day if isinstance(day, date) else None, "price" in one)


def _day(source: str) -> date | None:
    found = _READ.search(source)
    return date.fromisoformat(next(group for group in found.groups() if group)) if found else None


Fetch = Callable[[str], bytes]


def refresh(fetch: Fetch | None = None) -> tuple[Read, ...]:
    """Read the public price lists and compare. Raises OutsideError, in one sentence, where there is no network."""
    table = tomllib.loads(files("exitkit.lockin.facts").joinpath("pricelists.toml").read_text(encoding="utf-8"))
    return tuple(_compared(name, row["url"], (fetch or _fetch)(row["url"])) for name, row in table.items())


def _fetch(url: str) -> bytes:
    try:
        with urlopen(url, timeout=30) as answer:  # noqa: S310 - the addresses are shipped, and https
            body = bytes(answer.read(_LARGEST + 1))
    except (URLError, OSError) as error:
        host = url.split("/")[2]
        raise OutsideError(
            f"{host} cannot be reached, so no price was read; the shipped prices stay as they are",
            hint="exitkit facts check says how old they are",
        ) from error
    if len(body) > _LARGEST:
        raise OutsideError(f"{url} answers with more than {_LARGEST} bytes")
    return body


def _compared(provider: str, url: str, body: bytes) -> Read:
    try:
        published = dict(_catalogue(json.loads(body)))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise OutsideError(f"{url} is not the price list that this version reads") from error
    package = files(type(registry.get(provider)).__module__)
    table = tomllib.loads(package.joinpath("sizes.toml").read_text(encoding="utf-8"), parse_float=Decimal)
    shipped = {row["name"]: row for row in table.get("machines", ()) if "price" in row}
    known = {name: row for name, row in shipped.items() if name in published}
    changes = tuple(
        Change(provider, name, row["price"], published[name], row.get("currency") or table["currency"])
        for name, row in known.items()
        if published[name] != Decimal(row["price"])
    )
    return Read(provider, url, hashlib.sha256(body).hexdigest(), len(known) - len(changes), changes)


def _catalogue(told: Mapping[str, Any]) -> Iterator[tuple[str, Decimal]]:
    """Prices by the hour of an order catalogue: plans named `<size>.consumption`, in hundred-millionths."""
    for plan in told["addons"]:
        name, _, rest = str(plan["planCode"]).partition(".")
        prices = [one for one in plan.get("pricings", ()) if "consumption" in one.get("capacities", ())]
        if rest == "consumption" and prices:
            yield name, (Decimal(prices[0]["price"]) / 10**8).normalize()
