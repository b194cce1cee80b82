"""What readers saw before anybody judged it: plain names and numbers, and no value that could be a secret."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Plain = str | int | float | bool | None

KEPT = frozenset({
    "region", "location", "availability_zone", "zone", "engine", "engine_version", "instance_class", "instance_type",
    "allocated_storage", "multi_az", "load_balancer_type", "launch_type", "customer_master_key_spec",
    "custom_key_store_id", "custom_key_store_type", "origin", "storage_encrypted", "encrypted",
    "versioning_configuration.status", "versioning.enabled", "backup_retention_period", "desired_capacity", "min_size",
    "cidr_block", "deletion_protection", "desired_count",
    "rule.apply_server_side_encryption_by_default.sse_algorithm",
})  # fmt: skip
"""The attributes that are kept of any resource, whoever tells of it; beside them only those of stores.csv."""

KEPT_OF_SOURCE = frozenset({
    "bucket", "db_name", "name", "username", "identifier", "port", "protocol", "health_check.path", "domain_name",
    "cluster_identifier", "image_id", "task_definition", "database_version", "version",
    "rule.apply_server_side_encryption_by_default.kms_master_key_id",
})  # fmt: skip
"""Attributes that are kept where a person wrote them in a file under review, but not of a state or a plan."""


@dataclass
class Seen:
    """One resource as a reader saw it."""

    address: str
    type: str
    reader: str
    file: str
    at: list[int]
    instances: int | None = 1
    region: str | None = None
    attributes: dict[str, Plain] = field(default_factory=dict)
    references: dict[str, list[str]] = field(default_factory=dict)
    unclear: list[str] = field(default_factory=list)
    folder: str = ""


@dataclass
class Called:
    """One module call, with what it is given; `parts` says what each value of an argument that is an object names."""

    address: str
    source: str
    file: str
    at: list[int]
    given: dict[str, Any]
    references: dict[str, list[str]]
    folder: str
    target: str | None
    instances: int | None = 1
    parts: dict[str, dict[str, list[str]]] = field(default_factory=dict)


@dataclass
class Gap:
    """Something that was seen and not understood."""

    what: str
    file: str
    line: int
    why: str
    resources: bool = False


@dataclass
class Told:
    """All that the readers of configuration saw."""

    seen: list[Seen] = field(default_factory=list)
    called: list[Called] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    backends: list[tuple[str, str, int]] = field(default_factory=list)
