"""Read what `terraform show -json` prints of a plan; only types, names, regions and sizes are kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from exitkit.scan.limits import MOST_RESOURCES
from exitkit.scan.readers import places
from exitkit.scan.readers.state import flat, kept, plain, region
from exitkit.scan.readers.ties import Lines
from exitkit.scan.seen import MOST_NAMES
from exitkit.scan.text import shown

_INDEX = re.compile(r"\[(?:\d+|\"(?:[^\"\\]|\\.)*\")\]")


def read(document: Mapping[str, Any], content: bytes, stores: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """The resources a plan would leave behind, as plain records."""
    if not str(document.get("format_version", "")).startswith(("1.", "0.")):
        return {"refused": f"a plan of format {shown(str(document.get('format_version')), 20)}; format 1 is read"}
    values = document.get("planned_values") or document.get("values")
    top = values.get("root_module") if isinstance(values, dict) else None
    if not isinstance(top, dict):
        return {"refused": "a plan that says nothing of what it would leave behind"}
    spots, usual = places.addresses(content, Lines(content)), _regions(document)
    named = _named(document)
    records: dict[str, dict[str, Any]] = {}
    for one in flat(iter([top])):
        held = one.get("values")
        if one.get("mode") != "managed" or not isinstance(held, dict):
            continue
        whole, kind = str(one.get("address", "")), str(one.get("type", ""))
        address = shown(_INDEX.sub("", whole))
        record = records.get(address)
        store = stores.get(kind, {})
        if record is None:
            record = records[address] = {
                "address": address,
                "type": shown(kind, 100),
                "at": spots.get(whole, [1, 1, 0]),
                "instances": 0,
                "region": region(held) or usual.get(kind.partition("_")[0]),
                "attributes": kept(held, kind),
                "references": {},
                "names": named.get(address, []),
            }
        size = plain(held, store["size"]) if store.get("size") else None
        if isinstance(size, int | float):
            before = record["attributes"].get(store["size"], 0) if record["instances"] else 0
            record["attributes"][store["size"]] = size + before
        if store.get("key") and plain(held, store["key"]) is not None:
            record["references"][store["key"]] = ["a key that the plan names by its value"]
        record["instances"] += 1
    return {"seen": list(records.values()), "partial": ""}


def _regions(document: Mapping[str, Any]) -> dict[str, str]:
    """The region each provider is set to, where it is said plainly."""
    configuration = document.get("configuration")
    providers = configuration.get("provider_config") if isinstance(configuration, dict) else None
    found = {}
    for name, provider in (providers or {}).items() if isinstance(providers, dict) else ():
        said: Any = provider
        for step in ("expressions", "region", "constant_value"):
            said = said.get(step) if isinstance(said, dict) else None
        if isinstance(said, str):
            found[str(name)] = shown(said, 40)
    return found


def _named(document: Mapping[str, Any]) -> dict[str, list[str]]:
    """What each resource of the configuration names in its own module, by address."""
    configuration = document.get("configuration")
    found: dict[str, list[str]] = {}
    waiting = [("", configuration.get("root_module"))] if isinstance(configuration, dict) else []
    while waiting and len(found) < MOST_RESOURCES:
        prefix, module = waiting.pop()
        if not isinstance(module, dict) or prefix.count("module.") > _DEEPEST:
            continue
        resources = module.get("resources")
        for one in resources if isinstance(resources, list) else ():
            if isinstance(one, dict) and isinstance(address := one.get("address"), str):
                found[shown(f"{prefix}{address}")] = [shown(f"{prefix}{name}") for name in _references(one)]
        calls = module.get("module_calls")
        for name, call in calls.items() if isinstance(calls, dict) else ():
            waiting.append((f"{prefix}module.{name}.", call.get("module") if isinstance(call, dict) else None))
    return found


_DEEPEST = 40


def _references(resource: Mapping[str, Any]) -> list[str]:
    """The resources named anywhere in its expressions: what is said of an attribute stands after the whole name."""
    found: dict[str, None] = {}
    waiting: list[Any] = [resource.get("expressions")]
    while waiting and len(found) < MOST_NAMES:
        one = waiting.pop()
        if isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, dict):
            said = one.get("references")
            for name in said if isinstance(said, list) else ():
                parts = name.split(".") if isinstance(name, str) else []
                if len(parts) > 1 and parts[0] not in {"var", "local", "module", "data", "each", "count", "path"}:
                    found[_INDEX.sub("", f"{parts[0]}.{parts[1]}")] = None
            waiting.extend(one.values())
    return list(found)
