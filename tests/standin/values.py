"""Walk the values Terraform sends, side by side with their schema."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgpack
from tf.gen import tfplugin_pb2 as wire

UNKNOWN = msgpack.ExtType(0, b"\x00")

# Given where an attribute stands, its schema and its value: the value it shall have.
Where = tuple[str | int, ...]
Decide = Callable[[Where, wire.Schema.Attribute, Any], Any]


def unknown(value: object) -> bool:
    """Whether Terraform does not know the value yet."""
    return isinstance(value, msgpack.ExtType)


def pack(value: object) -> wire.DynamicValue:
    return wire.DynamicValue(msgpack=msgpack.packb(value))


def unpack(value: wire.DynamicValue) -> Any:
    if value.msgpack:
        # ExtType is handed back as it came: it may carry what Terraform already knows of an unknown.
        return msgpack.unpackb(value.msgpack, ext_hook=msgpack.ExtType, strict_map_key=False)
    return json.loads(value.json) if value.json else None


def walk(schema: wire.Schema.Block | wire.Schema.Object, value: Any, decide: Decide, at: Where = ()) -> Any:
    """A copy of the value in which `decide` has had its say about every attribute."""
    if value is None or unknown(value):
        return value
    copy = {}
    for attribute in schema.attributes:
        here = (*at, attribute.name)
        decided = decide(here, attribute, value.get(attribute.name))
        if attribute.HasField("nested_type"):
            decided = _members(attribute.nested_type.nesting, attribute.nested_type, decided, decide, here)
        copy[attribute.name] = decided
    for nested in getattr(schema, "block_types", ()):
        inside = value.get(nested.type_name)
        copy[nested.type_name] = _members(nested.nesting, nested.block, inside, decide, (*at, nested.type_name))
    return copy


def _members(nesting: int, schema: Any, value: Any, decide: Decide, at: Where) -> Any:
    if value is None or unknown(value):
        return value
    mode = wire.Schema.NestedBlock.NestingMode
    if nesting in (mode.SINGLE, mode.GROUP):
        return walk(schema, value, decide, at)
    if nesting == mode.MAP:
        return {key: walk(schema, each, decide, (*at, key)) for key, each in value.items()}
    return [walk(schema, each, decide, (*at, position)) for position, each in enumerate(value)]
