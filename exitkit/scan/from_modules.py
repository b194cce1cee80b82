"""Draft components from calls of exitkit's own modules, by the inputs of terraform/CONTRACT.md."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from exitkit.scan.proposals import Proposed, Shapes, known, lasting, shape, slug
from exitkit.scan.seen import Called

_NEEDED = {
    "network": {"cidr"},
    "bucket": {"versions"},
    "postgres": {"network", "release", "size", "storage_gib"},
    "service": {"network", "image", "size", "replicas"},
    "queue": {"visibility_seconds", "keep_seconds", "tries"},
    "secret": {"description", "value"},
    "key": set[str](),
    "domain": {"zone"},
    "alarm": {"target", "when", "above", "notify"},
    "cache": {"network", "release", "size", "replicas"},
    "cluster": {"network", "release", "size", "nodes_min", "nodes_max"},
}
"""What a module of a kind cannot be called without, besides `name` and `location`."""

_SAME: Mapping[str, Mapping[str, str]] = {
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
        "public": "public",
        "port": "port",
        "health_path": "health",
        "hostname": "hostname",
        "environment": "environment",
    },
    "queue": {"tries": "tries"},
    "secret": {"description": "description"},
    "key": {"rotate": "rotate", "delete_after_days": "delete-after-days", "deletion_protection": "protected"},
    "domain": {"zone": "zone", "hosted": "hosted"},
    "alarm": {"when": "when", "above": "above", "notify": "notify"},
    "cache": {"release": "release", "replicas": "replicas"},
    "cluster": {"release": "release"},
}
"""The inputs that a field of the kind says in the same words."""

_USED = ("buckets", "databases", "caches", "queues", "secrets", "keys")
"""The inputs of a service that say what it uses, in the order the field `uses` names them."""

_OTHERS = frozenset({
    "name", "location", "tags", "network", "key", "size", "plan", "release", "storage_gib", "certificate", "value",
    "edition", "visibility_seconds", "keep_seconds", "for_seconds", "target", "records", "services", "nodes_min",
    "nodes_max", *_USED,
})  # fmt: skip
"""The inputs that are read in a way of their own; what is in none of these tables is a setting of one provider."""

INPUTS: Mapping[str, frozenset[str]] = {kind: _OTHERS | same.keys() for kind, same in _SAME.items()}
"""By kind, the inputs that a draft reads; of another one it makes a setting of the provider."""

_PATH = re.compile(r"(?:module\.[\w-]+\.)*module\.[\w-]+")


def kind_of(call: Called) -> str | None:
    """The kind of component a module call makes, where the module keeps exitkit's contract."""
    kind = call.source.rstrip("/").rpartition("/")[2]
    needed = _NEEDED.get(kind)
    return kind if needed is not None and call.given.keys() >= {"name", "location", *needed} else None


def proposed(calls: Iterable[Called], shapes: Shapes, providers: Mapping[str, str]) -> list[Proposed]:
    """One component for each such call; `providers` says by address whose resources a module makes."""
    return [
        _one(call, kind, shapes, providers)
        for call in calls
        if (kind := kind_of(call)) is not None and call.instances != 0
    ]


def workload_name(calls: Iterable[Called]) -> str | None:
    """What the tags of such calls say the workload is called."""
    for call in calls:
        tags = call.given.get("tags")
        name = tags.get("Workload") if isinstance(tags, dict) and kind_of(call) else None
        if isinstance(name, str):
            return slug(name, "estate")
    return None


def _one(call: Called, kind: str, shapes: Shapes, providers: Mapping[str, str]) -> Proposed:
    one = Proposed(slug(call.address.rpartition(".")[2], kind), kind, f"{call.file}:{call.at[0]}", {call.address})
    one.folder = call.folder
    if call.instances != 1:
        one.remarks.append(f"it stands for {call.instances or 'an unknown number of'} calls of its module")
    for given, wanted in _SAME[kind].items():
        if given in call.given:
            one.fields[wanted] = call.given[given]
    for link, given in (("network", "network"), ("key", "key"), ("on", "target")):
        if named := _modules(call, given):
            one.links[link] = named
    if "size" in call.given:
        _sized(one, call.given["size"], shapes)
    if worker := _WORKERS.get(kind):
        worker(one, call)
    _hatch(one, call, providers)
    return one


def _sized(one: Proposed, size: Any, shapes: Shapes) -> None:  # noqa: ANN401 - what a module was given
    found = shape(size, shapes)
    if found is None:
        one.remarks.append(f"cpus and memory: the size {size!r} is not one the catalogue knows"[:120])
    elif one.kind == "cache":
        one.fields["memory"] = found[1]
    elif one.kind == "cluster":
        one.fields["nodes"] = {"cpus": found[0], "memory": found[1]}
    else:
        one.fields["cpus"], one.fields["memory"] = found


def _postgres(one: Proposed, call: Called) -> None:
    one.fields["release"] = _whole(call.given["release"])
    storage = _whole(call.given["storage_gib"])
    one.fields["storage"] = f"{storage} GiB" if isinstance(storage, int) else storage


def _service(one: Proposed, call: Called) -> None:
    if one.fields.get("public") is not False:
        one.fields["tls"] = call.given.get("certificate", "") != ""
    one.works_with = [module for word in _USED for module in _modules(call, word)]


def _queue(one: Proposed, call: Called) -> None:
    one.fields["visibility"] = lasting(call.given["visibility_seconds"])
    one.fields["keep"] = lasting(call.given["keep_seconds"])


def _secret(one: Proposed, _: Called) -> None:
    """Where nothing was said of a secret, its module is told whose it is; that says nothing."""
    if one.fields.get("description") == f"{one.name}, given to services":
        del one.fields["description"]


def _domain(one: Proposed, call: Called) -> None:
    records = call.given.get("records", {})
    if isinstance(records, dict):
        for label, held in records.items():
            if isinstance(held, dict) and known(held):
                one.records[label] = {"value" if name == "target" else name: said for name, said in held.items()}
            else:
                one.remarks.append(f"the record {label} could not be known without running it")
    else:
        one.remarks.append("records could not be known without running it")
    for label, named in call.parts.get("services", {}).items():
        one.leads[label] = [found[0] for one in named if (found := _PATH.match(one))]


def _alarm(one: Proposed, call: Called) -> None:
    if "for_seconds" in call.given:
        one.fields["for"] = lasting(call.given["for_seconds"])


def _cluster(one: Proposed, call: Called) -> None:
    one.fields["nodes"] = {"min": call.given["nodes_min"], "max": call.given["nodes_max"], **one.fields["nodes"]}


_WORKERS: Mapping[str, Callable[[Proposed, Called], None]] = {
    "postgres": _postgres,
    "service": _service,
    "queue": _queue,
    "secret": _secret,
    "domain": _domain,
    "alarm": _alarm,
    "cluster": _cluster,
}


def _hatch(one: Proposed, call: Called, providers: Mapping[str, str]) -> None:
    """Inputs beyond the contract are settings of the provider whose resources the module makes."""
    further = {name: value for name, value in call.given.items() if name not in INPUTS[one.kind]}
    provider = providers.get(call.address)
    if plain := {name: value for name, value in further.items() if known(value)}:
        if provider is not None:
            one.fields["hatch"] = {provider: plain}
        else:
            one.remarks.append(f"given besides, for a provider that is not known: {', '.join(plain)}")
    for name in further.keys() - plain.keys():
        one.remarks.append(f"{name} could not be known without running it")


def _modules(call: Called, given: str) -> list[str]:
    """The module calls an argument leads to: `module.net.attachment` to `module.net`."""
    return [found[0] for one in call.references.get(given, ()) if (found := _PATH.match(one))]


def _whole(value: Any) -> Any:  # noqa: ANN401 - what a module was given
    return int(value) if isinstance(value, str) and value.isdecimal() else value
