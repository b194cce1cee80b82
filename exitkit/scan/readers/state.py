"""Read a Terraform state, version 4: types, names, regions and sizes; every other value is dropped where it is read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from exitkit.scan.readers import places
from exitkit.scan.readers.ties import Lines
from exitkit.scan.seen import KEPT, KEPT_OF_TYPE, MOST_NAMES
from exitkit.scan.text import shown

_REGION = re.compile(r"[a-z]{2,3}(?:-[a-z]+)+-\d+")
_ZONE = re.compile(r"([a-z]{2,3}(?:-[a-z]+)+-\d+)[a-f]?\Z")
_KEYS = frozenset({"aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key", "aws_kms_replica_external_key"})


def read(document: Mapping[str, Any], content: bytes, stores: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """The resources of a state, as plain records; `stores` says where sizes and keys stand, by type."""
    version = document.get("version")
    if version != 4:
        return {"refused": f"a state of version {shown(str(version), 20)}; version 4 is read"}
    resources = [one for one in _list(document.get("resources")) if isinstance(one, dict)]
    keys = _keys(resources)
    spots = iter(places.resources(content, Lines(content)))
    records = []
    for one in resources:
        kind, name = str(one.get("type", "")), str(one.get("name", ""))
        at = next((place for found, called, place in spots if (found, called) == (kind, name)), [1, 1, 0])
        if one.get("mode") == "managed":
            records.append(_record(one, kind, name, at, keys, stores.get(kind, {})))
    return {"seen": records, "partial": ""}


def _record(
    one: Mapping[str, Any], kind: str, name: str, at: list[int], keys: Mapping[str, str], store: Mapping[str, str]
) -> dict[str, Any]:
    module = f"{one['module']}." if isinstance(one.get("module"), str) else ""
    instances = [
        inner["attributes"]
        for inner in _list(one.get("instances"))
        if isinstance(inner, dict) and isinstance(inner.get("attributes"), dict)
    ]
    first = instances[0] if instances else {}
    attributes = kept(first, kind)
    if size := store.get("size"):
        sizes = [value for inner in instances if isinstance(value := plain(inner, size), int | float)]
        if sizes:
            attributes[size] = sum(sizes)
    references = {}
    if key := store.get("key"):
        said = _inner(first, key)
        if isinstance(said, str) and said:
            references[key] = [keys.get(said, "a key that this state does not hold")]
    depends = _depends(one)
    if kind == "aws_sqs_queue" and "max_receive_count" in attributes:
        references["dead_letter"] = [address for address in depends if "aws_sqs_queue." in address]
    return {
        "address": shown(f"{module}{kind}.{name}"),
        "type": shown(kind, 100),
        "at": at,
        "instances": len(_list(one.get("instances"))),
        "region": region(first),
        "attributes": attributes,
        "references": references,
        "names": depends,
    }


def kept(held: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """The attributes that are kept of a resource of this type."""
    paths = (*KEPT, *KEPT_OF_TYPE.get(kind, ()))
    found = {path: value for path in paths if (value := plain(held, path)) is not None}
    if kind == "aws_sqs_queue" and isinstance(policy := held.get("redrive_policy"), str) and len(policy) < 2_000:
        with suppress(ValueError, RecursionError):
            times = json.loads(policy)
            if isinstance(times, dict) and isinstance(times.get("maxReceiveCount"), int):
                found["max_receive_count"] = times["maxReceiveCount"]
    return found


def _depends(one: Mapping[str, Any]) -> list[str]:
    """The addresses that a resource of a state hangs on."""
    first = next((inner for inner in _list(one.get("instances")) if isinstance(inner, dict)), {})
    return [shown(address) for address in _list(first.get("dependencies")) if isinstance(address, str)][:MOST_NAMES]


def _keys(resources: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The address of each key, by the names it goes under."""
    found = {}
    for one in resources:
        if str(one.get("type")) not in _KEYS:
            continue
        for inner in _list(one.get("instances")):
            held = inner.get("attributes") if isinstance(inner, dict) else None
            for name in ("arn", "key_id", "id"):
                if isinstance(held, dict) and isinstance(held.get(name), str):
                    found[held[name]] = f"{one.get('module', '')}.{one['type']}.{one.get('name')}".strip(".")
    return found


def plain(attributes: Mapping[str, Any], path: str) -> str | int | float | bool | None:
    """One plain attribute, also inside nested blocks."""
    value = _inner(attributes, path)
    if isinstance(value, str):
        return shown(value, 80) if value else None
    return value if isinstance(value, int | float) else None


def _inner(attributes: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401 - whatever a state holds
    value: Any = attributes
    for step in path.split("."):
        if isinstance(value, list):
            value = value[0] if value else None
        value = value.get(step) if isinstance(value, dict) else None
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def region(attributes: Mapping[str, Any]) -> str | None:
    """Where a resource stands, by what it says itself: its region, its zone, or its ARN; only the region is kept."""
    for name in ("region", "location"):
        said = attributes.get(name)
        if isinstance(said, str) and 0 < len(said) < 40:
            return shown(said, 40)
    zone = attributes.get("availability_zone")
    if isinstance(zone, str) and (found := _ZONE.match(zone[:40])):
        return found[1]
    arn = attributes.get("arn")
    parts = arn.split(":", 5) if isinstance(arn, str) else []
    return parts[3] if len(parts) > 4 and _REGION.fullmatch(parts[3]) else None


def _list(value: Any) -> list[Any]:  # noqa: ANN401 - whatever a state holds
    return value if isinstance(value, list) else []


def flat(modules: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Resources of modules and of the modules inside them, without recursion."""
    waiting = list(modules)
    while waiting:
        module = waiting.pop()
        yield from (one for one in _list(module.get("resources")) if isinstance(one, dict))
        waiting.extend(one for one in _list(module.get("child_modules")) if isinstance(one, dict))
