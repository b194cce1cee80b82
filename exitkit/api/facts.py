"""The dated facts: list them, say which are stale."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from exitkit import registry

PRICES_STALE = timedelta(days=90)
OTHERS_STALE = timedelta(days=365)
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


def rows() -> tuple[Row, ...]:
    """Every fact that is shipped: of the lock-in model and of every provider."""
    found = [
        row
        for file in _sorted(files("exitkit.lockin.facts"))
        for row in _rows(f"lockin/{file.name}", tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal))
    ]
    found += _catalogue()
    for provider in registry.names():
        package = files(type(registry.get(provider)).__module__)
        for file in (package.joinpath(name) for name in ("claims.toml", "sizes.toml")):
            if not file.is_file():
                continue
            table = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
            found += _rows(f"{provider}/{file.name}", table)
    return tuple(found)


def _catalogue() -> Iterator[Row]:
    """Every service of the scan's catalogue: its class and the person-days it takes, as its own file has them."""
    folder = files("exitkit.scan.catalogue")
    sources = tomllib.loads(folder.joinpath("sources.toml").read_text(encoding="utf-8"))
    for table in ("aws-services", "aws-more", "other-services"):
        origin = sources[table]
        for one in csv.DictReader(folder.joinpath(f"{table}.csv").read_text(encoding="utf-8").splitlines()):
            days = " ".join(f"{end} {one[f'person_days_{end}']}" for end in _ENDS if one.get(f"person_days_{end}"))
            said = " ".join(part for part in (one.get("portability_class") or one.get("class") or "", days) if part)
            name, unit = one.get("service") or next(iter(one.values())), "person-days" if days else ""
            yield Row(f"scan/{table}.csv", name, said, unit, origin["basis"], origin["source"], origin["read"], False)


_ENDS = ("low", "mode", "high")


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
