"""Genuine provider schemas, vendored, and the enums they leave out; SOURCE.md says where from."""

from __future__ import annotations

import gzip
import json
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal, TypeAlias

from exitkit.model.base import Frozen

Schema: TypeAlias = Mapping[str, Any]
"""A block, as `terraform providers schema -json` prints it: `attributes` and `block_types`."""

_FILES = ("aws-5.100.0.json.gz", "ovh-2.19.0_openstack-3.4.0.json.gz")
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
    for name in _FILES:
        packed = files(__name__).joinpath(name).read_bytes()
        found |= {address.rsplit("/", 1)[-1]: one for address, one in _schemas(packed).items()}
    return found


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
def rules() -> Mapping[str, Rule]:
    """What may stand in an argument, by its way: `type.argument.argument`."""
    table = tomllib.loads(files(__name__).joinpath("enums.toml").read_text(encoding="utf-8"))
    return {way: rule for row in table["rule"] for rule in [Rule.model_validate(row)] for way in rule.at}
