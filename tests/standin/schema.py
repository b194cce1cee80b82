"""Turn what `terraform providers schema -json` prints back into what a provider answers."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from tf.gen import tfplugin_pb2 as wire

VENDORED = Path(__file__).with_name("schemas") / "ovh-2.19.0_openstack-3.4.0.json.gz"

_FLAGS = ("required", "optional", "computed", "sensitive", "deprecated")
_NESTING = {"single": 1, "list": 2, "set": 3, "map": 4, "group": 5}


def vendored(source: str) -> wire.GetProviderSchema.Response:
    """The genuine schema of one provider, such as registry.terraform.io/ovh/ovh."""
    with gzip.open(VENDORED, "rt", encoding="utf-8") as file:
        document: dict[str, Any] = json.load(file)["provider_schemas"][source]
    return wire.GetProviderSchema.Response(
        provider=_schema(document["provider"]),
        resource_schemas={name: _schema(each) for name, each in document["resource_schemas"].items()},
        data_source_schemas={name: _schema(each) for name, each in document["data_source_schemas"].items()},
        # Terraform starts a provider several times in one run; this spares it all schemas but the first.
        server_capabilities=wire.ServerCapabilities(get_provider_schema_optional=True),
    )


def _schema(document: dict[str, Any]) -> wire.Schema:
    return wire.Schema(version=document.get("version", 0), block=_block(document["block"]))


def _block(document: dict[str, Any]) -> wire.Schema.Block:
    return wire.Schema.Block(
        attributes=_attributes(document),
        block_types=[_nested_block(name, each) for name, each in sorted(document.get("block_types", {}).items())],
    )


def _nested_block(name: str, document: dict[str, Any]) -> wire.Schema.NestedBlock:
    return wire.Schema.NestedBlock(
        type_name=name,
        block=_block(document["block"]),
        nesting=_NESTING[document["nesting_mode"]],
        min_items=document.get("min_items", 0),
        max_items=document.get("max_items", 0),
    )


def _attributes(document: dict[str, Any]) -> list[wire.Schema.Attribute]:
    return [_attribute(name, each) for name, each in sorted(document.get("attributes", {}).items())]


def _attribute(name: str, document: dict[str, Any]) -> wire.Schema.Attribute:
    attribute = wire.Schema.Attribute(name=name, **{flag: document.get(flag, False) for flag in _FLAGS})
    nested = document.get("nested_type")
    if nested is None:
        attribute.type = json.dumps(document["type"]).encode()
    else:
        nesting = _NESTING[nested["nesting_mode"]]
        attribute.nested_type.CopyFrom(wire.Schema.Object(attributes=_attributes(nested), nesting=nesting))
    return attribute
