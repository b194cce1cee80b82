"""Draft components from plain resources of a cloud, as far as their attributes tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from exitkit.scan.proposals import Proposed, Shapes, shape, slug
from exitkit.scan.seen import Seen

_MAJOR = re.compile(r"(?:POSTGRES_)?(\d+)(?:\D|$)")


def proposed(all_seen: Sequence[Seen], shapes: Shapes) -> list[Proposed]:
    """One component for each resource that is one; what configures it is read with it."""
    found = []
    for seen in all_seen:
        worker = _WORKERS.get(seen.type)
        made = worker(seen, all_seen, shapes) if worker is not None and seen.instances != 0 else None
        if made is None:
            continue
        if seen.instances != 1:
            made.remarks.append(f"it stands for {seen.instances or 'an unknown number of'} resources")
        made.covers |= {seen.address} | {one.address for one in _parts_of(seen, all_seen)}
        found.append(made)
    return found


def _parts_of(seen: Seen, all_seen: Iterable[Seen]) -> list[Seen]:
    """Resources that name this one."""
    return [
        one
        for one in all_seen
        if one is not seen
        and one.folder == seen.folder
        and any(seen.address in names for names in one.references.values())
    ]


def _named(seen: Seen, kind: str, *paths: str) -> Proposed:
    said = next((value for path in paths if isinstance(value := seen.attributes.get(path), str)), None)
    parts = seen.address.split(".")
    module = parts[-3] if len(parts) > 3 else ""
    name = parts[-1] if parts[-1] not in {"this", "main", "default"} else said or module or kind
    return Proposed(slug(name, kind), kind, f"{seen.file}:{seen.at[0]}", folder=seen.folder)


def _network(seen: Seen, _: Sequence[Seen], __: Shapes) -> Proposed:
    one = _named(seen, "network", "name")
    cidr = seen.attributes.get("cidr_block")
    if cidr is not None:
        one.fields["cidr"] = cidr
    else:
        one.remarks.append("cidr could not be known; the default stands in for it")
    return one


def _bucket(seen: Seen, all_seen: Sequence[Seen], _: Shapes) -> Proposed:
    one = _named(seen, "bucket", "bucket", "name")
    states = [
        part.attributes.get("versioning_configuration.status")
        for part in _parts_of(seen, all_seen)
        if part.type == "aws_s3_bucket_versioning"
    ]
    one.fields["versions"] = "Enabled" in states or seen.attributes.get("versioning.enabled") is True
    if any(state is None for state in states):
        one.remarks.append("versions could not be known without running it")
    one.remarks.append("size: how much it holds is said nowhere")
    return one


def _postgres(seen: Seen, _: Sequence[Seen], shapes: Shapes) -> Proposed | None:
    said = seen.attributes
    engine = str(said.get("engine", said.get("database_version", "")))
    if seen.type.startswith("aws_") and not engine.startswith(("postgres", "aurora-postgresql")):
        return None
    one = _named(seen, "postgres", "identifier", "cluster_identifier", "name")
    major = _MAJOR.match(str(said.get("engine_version", said.get("version", ""))))
    if major is not None:
        one.fields["release"] = int(major[1])
    if engine.startswith("aurora"):
        one.remarks.append("it is Aurora: its storage and its readers are not those of PostgreSQL")
    storage = said.get("allocated_storage")
    if isinstance(storage, int | float) and not isinstance(storage, bool):
        one.fields["storage"] = f"{int(storage)} GiB"
    for given, wanted in (("multi_az", "standby"), ("backup_retention_period", "backup-days"), ("db_name", "database"),
                          ("username", "username"), ("deletion_protection", "protected")):  # fmt: skip
        if isinstance(said.get(given), str | int | bool):
            one.fields[wanted] = said[given]
    found = shape(said.get("instance_class"), shapes)
    if found is not None:
        one.fields["cpus"], one.fields["memory"] = found[0], found[1]
    else:
        one.remarks.append("cpus and memory could not be known; the defaults stand in for them")
    return one


def _service(seen: Seen, all_seen: Sequence[Seen], _: Shapes) -> Proposed | None:
    """A service of ECS, with the image of the task it names."""
    wanted = seen.references.get("task_definition", ())
    task = next((one for one in all_seen if one.address in wanted and one.folder == seen.folder), None)
    one = _named(seen, "service", "name")
    for given, field in (("image", "image"), ("container_port", "port")):
        if task is not None and task.attributes.get(given) is not None:
            one.fields[field] = task.attributes[given]
    if isinstance(seen.attributes.get("desired_count"), int):
        one.fields["replicas"] = seen.attributes["desired_count"]
    if task is not None:
        one.covers.add(task.address)
    one.remarks.append("health, hostname and what it uses could not be told from ECS; say them here")
    return one


_WORKERS: dict[str, Callable[[Seen, Sequence[Seen], Shapes], Proposed | None]] = {
    "aws_vpc": _network,
    "google_compute_network": _network,
    "azurerm_virtual_network": _network,
    "aws_s3_bucket": _bucket,
    "google_storage_bucket": _bucket,
    "azurerm_storage_container": _bucket,
    "aws_db_instance": _postgres,
    "aws_rds_cluster": _postgres,
    "google_sql_database_instance": _postgres,
    "azurerm_postgresql_flexible_server": _postgres,
    "aws_ecs_service": _service,
}


def kinds() -> frozenset[str]:
    """The types that are drafted."""
    return frozenset(_WORKERS)


def networks(all_seen: Iterable[Seen]) -> list[Any]:
    """The networks among them, in order."""
    return [one for one in all_seen if one.type in {"aws_vpc", "google_compute_network", "azurerm_virtual_network"}]
