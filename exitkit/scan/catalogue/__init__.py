"""What is known of services: dated tables, each with its source in sources.toml, and how to look things up in them."""

from __future__ import annotations

import csv
import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any

from exitkit.model.evidence import Basis
from exitkit.model.inventory import Effort, Portability


@dataclass(frozen=True)
class Service:
    """One service: how hard it is to leave, and what takes its place."""

    provider: str
    name: str
    category: str
    portability: Portability
    counterpart: str | None
    effort: Effort | None
    note: str


_SNAKE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True)
class Type:
    """What a resource type belongs to; `main` says whether it is the thing itself or a part of it."""

    service: Service
    main: bool
    listed: bool


def _rows(name: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(files(__package__).joinpath(name).read_text(encoding="utf-8").splitlines())


class Catalogue:
    """All tables, read once."""

    def __init__(self) -> None:
        self.sources: dict[str, Any] = tomllib.loads(
            files(__package__).joinpath("sources.toml").read_text(encoding="utf-8")
        )
        self.version = str(self.sources["version"])
        self.target = str(self.sources["target"])
        self.next_share = Decimal(str(self.sources["aws-services"]["next_share"]))
        self.services = dict(self._services())
        self.aws_types = frozenset(files(__package__).joinpath("aws-types.txt").read_text(encoding="utf-8").split())
        # A type that is named both ways is the thing itself: `main` comes before `part`, and the last one stays.
        rows = sorted(_rows("terraform.csv"), key=lambda row: row["role"], reverse=True)
        self._exact = {row["match"]: row for row in rows if "*" not in row["match"]}
        self._prefixes = sorted((row for row in rows if "*" in row["match"]), key=lambda row: -len(row["match"]))
        self._types: dict[str, Type | None] = {}
        self._refine: dict[str, list[dict[str, str]]] = {}
        for row in _rows("refine.csv"):
            self._refine.setdefault(row["type"], []).append(row)
        self.stores = {row["type"]: row for row in _rows("stores.csv")}
        self._cloudformation = list(_rows("cloudformation.csv"))
        self.spend = [(re.compile(row["pattern"], re.IGNORECASE), row["service"]) for row in _rows("spend.csv")]
        self.shapes = tuple(_rows("shapes.csv"))
        self.modules = {row["source"]: row for row in _rows("modules.csv")}
        self._calls = {
            (row["provider"], _bare(name)): row for row in _rows("calls.csv") for name in row["names"].split()
        }

    def _services(self) -> Iterator[tuple[tuple[str, str], Service]]:
        source = self.sources["aws-services"]
        for row in _rows("aws-services.csv"):
            effort = Effort(
                low=Decimal(row["person_days_low"]),
                likely=Decimal(row["person_days_mode"]),
                high=Decimal(row["person_days_high"]),
                basis=Basis(source["basis"]),
                source=f"{source['source']} ({source['read']})",
            )
            yield ("aws", row["service"]), _service("aws", row, effort)
        for row in _rows("aws-more.csv"):
            yield ("aws", row["service"]), _service("aws", row, None)
        for row in _rows("other-services.csv"):
            yield (row["provider"], row["service"]), _service(row["provider"], row, None)

    def type_of(self, kind: str) -> Type | None:
        """What a Terraform type belongs to; None where nobody has classed it."""
        if kind not in self._types:
            self._types[kind] = self._type_of(kind)
        return self._types[kind]

    def _type_of(self, kind: str) -> Type | None:
        row = self._exact.get(kind) or next((row for row in self._prefixes if fnmatchcase(kind, row["match"])), None)
        if row is None:
            return None
        listed = row["provider"] != "aws" or kind in self.aws_types
        return Type(self.services[(row["provider"], row["service"])], row["role"] == "main", listed)

    def refined(self, kind: str, attributes: dict[str, Any], found: Service) -> Service:
        """The service an attribute tells more exactly, such as the engine of a database."""
        for row in self._refine.get(kind, ()):
            said = attributes.get(row["attribute"])
            if isinstance(said, str) and re.match(row["pattern"], said):
                return self.services[("aws", row["service"])]
        return found

    def from_cloudformation(self, kind: str) -> tuple[str | None, Type | None]:
        """The Terraform type of a CloudFormation type where there is one, and what it belongs to.

        A type that both spell alike is found by its name; one whose service alone is known belongs to that service.
        """
        row = next((row for row in self._cloudformation if fnmatchcase(kind, row["match"])), None)
        alike = f"aws_{_SNAKE.sub('_', kind.removeprefix('AWS::').replace('::', '_')).lower()}"
        if alike in self.aws_types and (row is None or not row["terraform_type"]):
            return alike, self.type_of(alike)
        if row is None:
            found = self.type_of(f"aws_{kind.split('::')[1].lower()}_") if kind.startswith("AWS::") else None
            return None, Type(found.service, main=False, listed=True) if found else None
        if row["terraform_type"]:
            return row["terraform_type"], self.type_of(row["terraform_type"])
        return None, Type(self.services[("aws", row["service"])], main=False, listed=True)

    def call(self, provider: str, name: str, operation: str | None) -> tuple[Service | None, bool | None]:
        """The service an SDK's name means, and whether the target answers the call."""
        row = self._calls.get((provider, _bare(name)))
        if row is None:
            return None, None
        service = self.services[(provider, row["service"])]
        if row["spoken"] == "no":
            return service, False
        if operation is None:
            return service, None
        return service, _bare(operation.removesuffix("Async")) in {_bare(one) for one in row["spoken"].split("|")}

    @property
    def digest(self) -> str:
        """SHA-256 of every table, in order of name."""
        whole = hashlib.sha256()
        for file in sorted(files(__package__).iterdir(), key=lambda one: one.name):
            if file.name.endswith((".csv", ".toml", ".txt")):
                whole.update(file.read_bytes())
        return whole.hexdigest()


def _service(provider: str, row: dict[str, str], effort: Effort | None) -> Service:
    counterpart = row.get("ovhcloud_native", "none") or "none"
    absent = counterpart.split()[0].rstrip(";") in {"none", "—"}
    return Service(
        provider=provider,
        name=row["service"],
        category=row.get("category", ""),
        portability=Portability(row["portability_class"]),
        counterpart=None if absent else counterpart,
        effort=effort,
        note=row.get("note", ""),
    )


def _bare(name: str) -> str:
    return name.replace("-", "").replace("_", "").lower()


@cache
def catalogue() -> Catalogue:
    """The tables, read once."""
    return Catalogue()
