"""Draft components from calls of exitkit's own modules, by the inputs of terraform/CONTRACT.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from exitkit.scan.evaluate import Unknown
from exitkit.scan.proposals import Proposed, shape, slug
from exitkit.scan.seen import Called

_NEEDED = {
    "network": {"name", "location", "cidr"},
    "bucket": {"name", "location", "versions"},
    "postgres": {"name", "location", "network", "release", "size", "storage_gib"},
    "service": {"name", "location", "network", "image", "size", "replicas"},
}
_SAME = {
    "network": {"cidr": "cidr"},
    "bucket": {
        "versions": "versions",
        "retain_days": "retain-days",
        "archive_after_days": "archive-after-days",
        "expire_noncurrent_days": "expire-noncurrent-days",
        "deletion_protection": "protected",
    },
    "postgres": {
        "standby": "standby",
        "backup_days": "backup-days",
        "database": "database",
        "username": "username",
        "deletion_protection": "protected",
    },
    "service": {
        "image": "image",
        "replicas": "replicas",
        "port": "port",
        "health_path": "health",
        "hostname": "hostname",
        "environment": "environment",
    },
}


def kind_of(call: Called) -> str | None:
    """The kind of component a module call makes, where the module keeps exitkit's contract."""
    kind = call.source.rstrip("/").rpartition("/")[2]
    return kind if kind in _NEEDED and call.given.keys() >= _NEEDED[kind] else None


def proposed(calls: Iterable[Called], shapes: Iterable[Mapping[str, str]]) -> list[Proposed]:
    """One component for each such call."""
    rows = list(shapes)
    return [_one(call, kind, rows) for call in calls if (kind := kind_of(call)) is not None]


def workload_name(calls: Iterable[Called]) -> str | None:
    """What the tags of such calls say the workload is called."""
    for call in calls:
        tags = call.given.get("tags")
        name = tags.get("Workload") if isinstance(tags, dict) and kind_of(call) else None
        if isinstance(name, str):
            return slug(name, "estate")
    return None


def _one(call: Called, kind: str, shapes: list[Mapping[str, str]]) -> Proposed:
    name = call.address.rpartition(".")[2]
    one = Proposed(slug(name, kind), kind, f"{call.file}:{call.at[0]}", covers={call.address})
    for given, wanted in _SAME[kind].items():
        if given not in call.given:
            continue
        value = call.given[given]
        if _is_plain(value):
            one.fields[wanted] = value
        else:
            one.remarks.append(f"{wanted} could not be known without running it")
    if kind == "postgres":
        one.fields["release"] = _whole(call.given["release"])
        storage = _whole(call.given["storage_gib"])
        one.fields["storage"] = f"{storage} GiB" if isinstance(storage, int) else storage
    if kind in {"postgres", "service"}:
        _sized(one, call.given["size"], shapes)
        one.joins = [_module(named) for named in call.references.get("network", ())]
    if kind == "service":
        one.fields["tls"] = "certificate" in call.given
        one.works_with = [
            _module(named) for given in ("buckets", "databases") for named in call.references.get(given, ())
        ]
    return one


def _sized(one: Proposed, size: Any, shapes: list[Mapping[str, str]]) -> None:  # noqa: ANN401 - what a module was given
    found = shape(size, shapes)
    if found is None:
        one.remarks.append(f"cpus and memory: the size {size!r} is not one the catalogue knows"[:120])
    else:
        one.fields["cpus"], one.fields["memory"] = found[0], f"{found[1]} GiB"


def _module(named: str) -> str:
    """The module call a reference leads to: `module.net.attachment` to `module.net`."""
    return ".".join(named.split(".")[:2])


def _whole(value: Any) -> Any:  # noqa: ANN401 - what a module was given
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def _is_plain(value: Any) -> bool:  # noqa: ANN401 - what a module was given
    if isinstance(value, dict):
        return all(isinstance(key, str) and isinstance(one, str) for key, one in value.items())
    return not isinstance(value, Unknown | list | dict)
