"""Read a CloudFormation template: its resources, and what its functions are worth where a default tells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from exitkit.scan.readers import places
from exitkit.scan.readers.ties import Lines
from exitkit.scan.seen import KEPT, KEPT_OF_SOURCE, MOST_NAMES
from exitkit.scan.text import shown

_SNAKE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SUB = re.compile(r"\$\{(!?)([\w:.]{1,120})\}")
_SAME = {
    "db_instance_class": "instance_class",
    "bucket_name": "bucket",
    "kms_key_identifier": "kms_key_id",
    "visibility_timeout": "visibility_timeout_seconds",
    "message_retention_period": "message_retention_seconds",
    "redrive_policy.max_receive_count": "max_receive_count",
    "redrive_policy.dead_letter_target_arn": "dead_letter",
    "pending_window_in_days": "deletion_window_in_days",
    "master_username": "username",
    "cache_node_type": "node_type",
    "fifo_queue": "fifo_queue",
    "load_balancer_type": "load_balancer_type",
    "type": "load_balancer_type",
}
_FURTHER = frozenset({"size", "storage_capacity", "max_receive_count", "dead_letter"})
_NOT_KNOWN = object()


def is_template(document: Any) -> bool:  # noqa: ANN401 - whatever a file holds
    """Whether this is a template: it has resources, and one of them is of AWS."""
    resources = document.get("Resources") if isinstance(document, dict) else None
    if not isinstance(resources, dict):
        return False
    return "AWSTemplateFormatVersion" in document or any(
        isinstance(one, dict) and str(one.get("Type", "")).startswith("AWS::") for one in resources.values()
    )


def read(document: Mapping[str, Any], content: bytes) -> dict[str, Any]:
    """The resources of a template as plain records."""
    resources = document["Resources"]
    spots = getattr(resources, "places", None) or places.keys(content, Lines(content))
    records, odd = [], 0
    for name, one in resources.items():
        if not isinstance(one, dict) or not isinstance(one.get("Type"), str):
            odd += 1
            continue
        properties = one.get("Properties")
        attributes, references = _properties(properties if isinstance(properties, dict) else {}, document)
        at = spots.get(name, [1, 1, 0])
        record = {
            "address": shown(str(name), 120),
            "type": shown(one["Type"], 120),
            "at": at,
            "instances": 1,
            "region": None,
            "attributes": attributes,
            "references": references,
            "names": _all_named(properties),
        }
        if "Condition" in one:
            record["instances"] = None
            record["unclear"] = [f"how many: its condition {shown(str(one['Condition']), 60)}"]
        records.append(record)
    return {"seen": records, "partial": f"without a type: {odd} of the resources" if odd else ""}


def _properties(given: Mapping[str, Any], document: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    attributes: dict[str, Any] = {}
    references: dict[str, list[str]] = {}
    for said, value in _flat(given):
        path = _SAME.get(said, said)
        key = path.endswith(("kms_key_id", "kms_master_key_id", "kms_key_arn", "kms_key"))
        if path not in KEPT and path not in KEPT_OF_SOURCE and path not in _FURTHER and not key:
            continue
        worth = _worth(value, document, 0)
        if worth is _NOT_KNOWN or isinstance(worth, list | dict):
            references[path] = _named(value)
        elif worth is not None:
            attributes[path] = _number(worth)
    return attributes, references


def _flat(given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Properties in the words of Terraform, and those of the objects among them by dotted path."""
    for name, value in given.items():
        snake = _SNAKE.sub("_", str(name)[:80]).lower()
        yield snake, value
        if isinstance(value, dict) and not any(str(key) == "Ref" or "::" in str(key) for key in value):
            yield from ((f"{snake}.{_SNAKE.sub('_', str(key)[:80]).lower()}", one) for key, one in value.items())


def _all_named(properties: Any) -> list[str]:  # noqa: ANN401 - whatever a template holds
    """The resources that are named anywhere in the properties; a part that stands in many places is looked at once."""
    found: dict[str, None] = {}
    met: set[int] = set()
    waiting = [properties]
    while waiting and len(found) < MOST_NAMES and len(met) < _MOST_PARTS:
        one = waiting.pop()
        if not isinstance(one, dict | list) or id(one) in met:
            continue
        met.add(id(one))
        if isinstance(one, dict):
            found |= dict.fromkeys(_named(one))
            if isinstance(text := one.get("Fn::Sub"), str):
                names = (name for escaped, name in _SUB.findall(text) if not escaped)
                found |= dict.fromkeys(shown(name.split(".")[0], 120) for name in names)
        waiting.extend(one.values() if isinstance(one, dict) else one)
    return list(found)


_MOST_PARTS = 20_000


def _number(value: Any) -> Any:  # noqa: ANN401 - a plain value
    if isinstance(value, str):
        return int(value) if value.isdecimal() and len(value) < 16 else shown(value)
    return value


def _worth(value: Any, document: Mapping[str, Any], depth: int) -> Any:  # noqa: ANN401 - whatever a template holds
    """A value with its functions worked out, or that it is not known."""
    if not isinstance(value, dict) or depth > 10:
        return value if depth <= 10 else _NOT_KNOWN
    match value:
        case {"Ref": str(name)}:
            parameters = document.get("Parameters")
            parameter = parameters.get(name) if isinstance(parameters, dict) else None
            return parameter["Default"] if isinstance(parameter, dict) and "Default" in parameter else _NOT_KNOWN
        case {"Fn::Sub": str(text)}:
            names = [match for match in _SUB.findall(text) if not match[0]]
            worths = {name: _worth({"Ref": name}, document, depth + 1) for _, name in names[:50]}
            if any(not isinstance(one, str | int) for one in worths.values()):
                return _NOT_KNOWN
            return _SUB.sub(lambda found: str(worths.get(found[2], found[0])), text)[:500]
        case {"Fn::Join": [str(between), list(parts)]} if len(parts) < 100:
            made = [_worth(one, document, depth + 1) for one in parts]
            return between.join(map(str, made))[:500] if all(isinstance(one, str | int) for one in made) else _NOT_KNOWN
        case _:
            return _NOT_KNOWN


def _named(value: Any) -> list[str]:  # noqa: ANN401 - whatever a template holds
    """The resources a value names."""
    match value:
        case {"Ref": str(name)}:
            return [shown(name, 120)]
        case {"Fn::GetAtt": [str(name), *_]}:
            return [shown(name, 120)]
        case {"Fn::GetAtt": str(dotted)}:
            return [shown(dotted.split(".")[0], 120)]
        case _:
            return []
