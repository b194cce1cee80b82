"""Genuine provider schemas, vendored, and the enums they leave out; SOURCE.md says where from.

A cloud brings what only it has in its own folder: schemas as `*.json.gz`, and how it spells places in `spellings.toml`.
"""

from __future__ import annotations

import gzip
import json
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal, TypeAlias

from exitkit import registry
from exitkit.model.base import Frozen

Schema: TypeAlias = Mapping[str, Any]
"""A block, as `terraform providers schema -json` prints it: `attributes` and `block_types`."""

_PACKED = ".json.gz"
_LISTS = {"resource": "resource_schemas", "data": "data_source_schemas"}

# Built into Terraform itself.
_BUILT_IN: Schema = {
    "attributes": {
        "id": {"type": "string", "computed": True},
        "input": {"type": "dynamic", "optional": True},
        "output": {"type": "dynamic", "computed": True},
        "triggers_replace": {"type": "dynamic", "optional": True},
    }
}


class Rule(Frozen):
    """What may stand in some arguments, where the schema itself does not say: words, or a pattern and what it means."""

    at: tuple[str, ...]
    values: tuple[str, ...] = ()
    pattern: str = ""
    means: str = ""
    source: str


@cache
def _providers() -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for file in _files():
        for address, one in _schemas(file.read_bytes()).items():
            found.setdefault(address.rsplit("/", 1)[-1], one)
    return found


def _files() -> Iterator[Traversable]:
    """Those of the house first, then those a cloud brings along."""
    clouds = (folder for name in registry.names() if (folder := registry.folder(name)) is not None)
    for folder in (files(__name__), *clouds):
        yield from sorted((one for one in folder.iterdir() if one.name.endswith(_PACKED)), key=lambda one: one.name)


def _schemas(packed: bytes) -> Mapping[str, Any]:
    schemas: Mapping[str, Any] = json.loads(gzip.decompress(packed))["provider_schemas"]
    return schemas


def schema(kind: Literal["resource", "data", "provider"], name: str) -> Schema | None:
    """The schema of a resource type, a data source or a provider; None where it is not known here."""
    if name == "terraform_data":
        return _BUILT_IN
    provider = _providers().get(name.split("_", 1)[0])
    if provider is None:
        return None
    found = provider["provider"] if kind == "provider" else provider[_LISTS[kind]].get(name)
    block: Schema | None = found["block"] if found else None
    return block


def names(kind: Literal["resource", "data", "provider"]) -> tuple[str, ...]:
    """Every name there is a schema for."""
    if kind == "provider":
        return tuple(_providers())
    return tuple(name for provider in _providers().values() for name in provider[_LISTS[kind]])


@cache
def rules(cloud: str = "") -> Mapping[str, Rule]:
    """What may stand in an argument, by its way: `type.argument.argument`; with what one cloud spells its own way."""
    own = registry.folder(cloud)
    lists = [files(__name__).joinpath("enums.toml"), *([own.joinpath("spellings.toml")] if own is not None else [])]
    tables = [tomllib.loads(one.read_text(encoding="utf-8")) for one in lists if one.is_file()]
    rows = [Rule.model_validate(row) for table in tables for row in table["rule"]]
    return {way: rule for rule in rows for way in rule.at}
