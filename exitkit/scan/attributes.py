"""What is kept of a resource in source: a few plain attributes, and what they and all others name."""

from __future__ import annotations

from collections.abc import Sequence

from exitkit.scan.evaluate import Unknown, Value, references
from exitkit.scan.instance import Instance
from exitkit.scan.naming import names, refs_of
from exitkit.scan.readers.expressions import BlockRead, Expression
from exitkit.scan.seen import Plain, Seen
from exitkit.scan.text import shown


def tell_attributes(here: Instance, block: BlockRead, seen: Seen, kept: Sequence[str]) -> None:
    """Fill in the attributes of these paths, as far as they are known, and what the block names."""
    for path in kept:
        if "." not in path and path not in block["a"]:
            continue
        value = here.attribute(block, path)
        if value is None:
            continue
        if isinstance(value, Unknown):
            expression = here.expression(block, path)
            seen.references[path] = list(value.refs or (f"{here.prefix}{one}" for one in references(expression)))
        elif isinstance(one := _only(value), str | int | float | bool):
            seen.attributes[path] = _plain(one)
    if (containers := _encoded(block, "container_definitions")) is not None:
        _container(here.value(containers), seen)
    if (redrive := _encoded(block, "redrive_policy")) is not None:
        _redrive(here, redrive, seen)
    seen.names = names(here, block)


def _only(value: Value) -> Value:
    """The one value of a list that has one."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _encoded(block: BlockRead, name: str) -> Expression | None:
    """What `jsonencode` is given in an attribute."""
    said = block["a"].get(name)
    return said[0][2][0] if said and said[0][:2] == ["c", "jsonencode"] and len(said[0][2]) == 1 else None


def _redrive(here: Instance, policy: Expression, seen: Seen) -> None:
    """How often a queue tries, and the queue for what nobody could take."""
    for key, value in policy[1] if policy[0] == "o" else ():
        worth = here.value(value)
        if key == ["v", "maxReceiveCount"] and isinstance(worth, int):
            seen.attributes["max_receive_count"] = worth
        elif key == ["v", "deadLetterTargetArn"]:
            seen.references["dead_letter"] = list(refs_of(worth))


def _container(worth: Value, seen: Seen) -> None:
    """The image and the port of the first container of a task."""
    first = worth[0] if isinstance(worth, list) and worth else None
    if not isinstance(first, dict):
        return
    if isinstance(first.get("image"), str):
        seen.attributes["image"] = shown(first["image"])
    ports = first.get("portMappings")
    port = ports[0].get("containerPort") if isinstance(ports, list) and ports and isinstance(ports[0], dict) else None
    if isinstance(port, int):
        seen.attributes["container_port"] = port


def _plain(value: str | float) -> Plain:
    return shown(value) if isinstance(value, str) else value
