"""What readers saw before anybody judged it: plain names and numbers, and no value that could be a secret."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MOST_NAMES = 60
"""The most addresses that are kept of what one resource names."""

Plain = str | int | float | bool | None

KEPT = frozenset({
    "region", "location", "availability_zone", "zone", "engine", "engine_version", "instance_class", "instance_type",
    "allocated_storage", "multi_az", "load_balancer_type", "launch_type", "customer_master_key_spec",
    "custom_key_store_id", "custom_key_store_type", "origin", "storage_encrypted", "encrypted",
    "versioning_configuration.status", "versioning.enabled", "backup_retention_period", "desired_capacity", "min_size",
    "cidr_block", "deletion_protection", "desired_count", "max_size",
    "rule.apply_server_side_encryption_by_default.sse_algorithm", "rule.default_retention.days",
    "rule.transition.days", "rule.noncurrent_version_expiration.noncurrent_days", "force_destroy",
    "visibility_timeout_seconds", "message_retention_seconds", "fifo_queue", "key_usage", "enable_key_rotation",
    "deletion_window_in_days", "node_type", "num_cache_clusters", "replicas_per_node_group",
    "scaling_config.min_size", "scaling_config.max_size", "namespace", "metric_name", "comparison_operator",
    "threshold", "period", "evaluation_periods", "cpu", "memory", "kubernetes_version", "min_master_version",
    "default_node_pool.min_count", "default_node_pool.max_count", "default_node_pool.vm_size", "min_nodes", "max_nodes",
    "autoscaling.min_node_count", "autoscaling.max_node_count", "node_config.machine_type", "flavor_name", "flavor",
    "plan", "disk_size", "storage_mb", "sku_name", "family", "capacity", "redis_version", "memory_size_gb", "tier",
    "settings.tier", "settings.disk_size", "settings.availability_type", "database_version", "backup_retention_days",
    "high_availability.mode", "versioning.status", "lock_duration", "default_message_ttl", "max_delivery_count",
    "ack_deadline_seconds", "message_retention_duration", "dead_letter_policy.max_delivery_attempts", "purpose",
})  # fmt: skip
"""The attributes that are kept of any resource, whoever tells of it; beside them only those of stores.csv.

They are numbers, switches and words out of short lists: nothing that anybody would keep secret.
"""

KEPT_OF_TYPE = {
    "aws_route53_zone": ("name",),
    "azurerm_dns_zone": ("name",),
    "google_dns_managed_zone": ("dns_name", "visibility"),
    "ovh_domain_zone": ("name",),
    "aws_eks_cluster": ("version",),
    "ovh_cloud_project_kube": ("version",),
    "ovh_cloud_project_database": ("version",),
    "azurerm_postgresql_flexible_server": ("version",),
    "aws_ssm_parameter": ("type",),
}
"""Further attributes that are kept of some types: versions, and names that stand in the DNS for all to see."""

KEPT_OF_SOURCE = frozenset({
    "bucket", "db_name", "name", "username", "identifier", "port", "protocol", "health_check.path", "domain_name",
    "cluster_identifier", "image_id", "task_definition", "version", "description", "type", "ttl", "records",
    "alias.name", "private_zone", "vpc.vpc_id", "instance_types", "endpoint", "alarm_name", "replication_group_id",
    "cluster_id", "service_name", "secret_id", "path", "address_space", "administrator_login", "dns_name", "visibility",
    "rrdatas", "subdomain", "fieldtype", "target", "record", "versioning", "template.containers.image",
    "template.containers.ports.container_port", "template.container.image", "ingress.target_port",
    "source_configuration.image_repository.image_identifier",
    "source_configuration.image_repository.image_configuration.port",
    "rotation_policy.automatic.time_before_expiry",
    "rule.apply_server_side_encryption_by_default.kms_master_key_id",
})  # fmt: skip
"""Attributes that are kept where a person wrote them in a file under review, but not of a state or a plan."""


@dataclass
class Seen:
    """One resource as a reader saw it; `names` are the addresses of what it names."""

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
    names: list[str] = field(default_factory=list)


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
