"""What resources of Azure, Google Cloud, OVHcloud and OpenStack are in a workload."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from exitkit.scan.around import Around
from exitkit.scan.drafting import Plainly, Worker, gib, major, mib, minor, named, same, seconds, sized, take, truth
from exitkit.scan.proposals import Proposed
from exitkit.scan.seen import Seen


def _ends(*endings: str) -> Any:  # noqa: ANN401 - an attribute in, true or false out
    return lambda value: str(value).endswith(endings)


def _bare(value: Any) -> str:  # noqa: ANN401 - an attribute
    return str(value).rstrip(".")


def _valkey(value: Any) -> str:  # noqa: ANN401 - an attribute
    return "8.0" if re.search(r"(?:^|_)8", str(value)) else "7.2"


def _copy(value: Any) -> int:  # noqa: ANN401 - an attribute
    return 1 if str(value) in {"STANDARD_HA", "Premium"} else 0


def _google_postgres(seen: Seen, around: Around) -> Proposed | None:
    if not str(seen.attributes.get("database_version", "")).startswith("POSTGRES"):
        return None
    one = named(seen, "postgres", "name")
    take(one, seen, _CLOUD_SQL)
    tier = str(seen.attributes.get("settings.tier", ""))
    if found := re.fullmatch(r"db-custom-(\d{1,3})-(\d{1,7})", tier):
        one.fields["cpus"], one.fields["memory"] = int(found[1]), mib(int(found[2]))
    else:
        sized(one, tier, around)
    return one


_CLOUD_SQL = {
    "release": ("database_version", major),
    "storage": ("settings.disk_size", gib),
    "standby": ("settings.availability_type", _ends("REGIONAL")),
    "protected": ("deletion_protection", truth),
}


def _gke(seen: Seen, around: Around) -> Proposed:
    one = named(seen, "cluster", "name")
    take(one, seen, {"release": ("min_master_version", minor)})
    _pool(
        one,
        around.parts(seen, "google_container_node_pool"),
        "autoscaling.{}_node_count",
        "node_config.machine_type",
        around,
    )
    return one


def _aks(seen: Seen, around: Around) -> Proposed:
    one = named(seen, "cluster", "name")
    take(one, seen, {"release": ("kubernetes_version", minor)})
    _pool(one, [seen], "default_node_pool.{}_count", "default_node_pool.vm_size", around)
    return one


def _mks(seen: Seen, around: Around) -> Proposed:
    one = named(seen, "cluster", "name")
    take(one, seen, {"release": ("version", minor)})
    _pool(one, around.parts(seen, "ovh_cloud_project_kube_nodepool"), "{}_nodes", "flavor_name", around)
    return one


def _pool(one: Proposed, pools: list[Seen], counts: str, size: str, around: Around) -> None:
    for pool in pools[:1]:
        least, most = (pool.attributes.get(counts.format(name)) for name in ("min", "max"))
        if isinstance(least, int) and isinstance(most, int):
            one.fields["nodes"] = {"min": max(1, least), "max": most}
        sized(one, pool.attributes.get(size), around)
    if len(pools) != 1:
        one.remarks.append(f"nodes: the source has {len(pools)} pools of them; the first, or a default, stands here")


def _azure_cache(seen: Seen, _: Around) -> Proposed:
    one = named(seen, "cache", "name")
    take(one, seen, {"replicas": ("sku_name", _copy), "release": ("redis_version", _valkey)})
    family, capacity = seen.attributes.get("family"), seen.attributes.get("capacity")
    sizes = {"C": ("256 MiB", "1 GiB", "2560 MiB", "6 GiB", "13 GiB", "26 GiB", "53 GiB"),
             "P": ("", "6 GiB", "13 GiB", "26 GiB", "53 GiB", "120 GiB")}.get(str(family), ())  # fmt: skip
    if isinstance(capacity, int) and 0 <= capacity < len(sizes) and sizes[capacity]:
        one.fields["memory"] = sizes[capacity]
    one.remarks.append("release: the source has Redis")
    return one


def _ovh_database(seen: Seen, around: Around) -> Proposed | None:
    engine = str(seen.attributes.get("engine", ""))
    if engine == "postgresql":
        one = named(seen, "postgres", "description")
        take(one, seen, {"release": ("version", major), "storage": ("disk_size", gib)})
        if isinstance(plan := seen.attributes.get("plan"), str):
            one.fields["standby"] = plan != "essential"
    elif engine in {"redis", "valkey"}:
        one = named(seen, "cache", "description")
        take(one, seen, {"release": ("version", _valkey)})
    else:
        return None
    sized(one, seen.attributes.get("flavor"), around)
    return one


def _zone(seen: Seen, around: Around) -> Proposed | None:
    """A public zone, with the records that stand whole in the source."""
    name = _bare(seen.attributes.get("dns_name" if seen.type == "google_dns_managed_zone" else "name"))
    if seen.attributes.get("visibility") == "private":
        return None
    one = named(seen, "domain", "name")
    if name and name != "None":
        one.fields["zone"] = name
    for part in around.parts(seen):
        label, kind, value = (part.attributes.get(path) for path in _RECORD.get(part.type, ("", "", "")))
        kind = kind if kind is not None else _AZURE_RECORDS.get(part.type)
        if isinstance(label, str) and kind in {"A", "AAAA", "CNAME", "TXT", "MX"} and isinstance(value, str):
            short = _bare(label).removesuffix(name).rstrip(".") or "@"
            one.records[short] = {"type": kind, "value": value, "ttl": part.attributes.get("ttl", 300)}
        elif part.type in _RECORD:
            one.remarks.append(f"the record {part.address} could not be told whole")
    return one


_RECORD = {
    "google_dns_record_set": ("name", "type", "rrdatas"),
    "ovh_domain_zone_record": ("subdomain", "fieldtype", "target"),
    "azurerm_dns_a_record": ("name", "", "records"),
    "azurerm_dns_aaaa_record": ("name", "", "records"),
    "azurerm_dns_cname_record": ("name", "", "record"),
}
_AZURE_RECORDS = {"azurerm_dns_a_record": "A", "azurerm_dns_aaaa_record": "AAAA", "azurerm_dns_cname_record": "CNAME"}

WORKERS: Mapping[str, Worker] = {
    "google_compute_network": Plainly("network", remark="cidr could not be known; the default stands in for it"),
    "google_storage_bucket": Plainly("bucket", {"versions": ("versioning.enabled", truth)}),
    "google_sql_database_instance": _google_postgres,
    "google_secret_manager_secret": Plainly("secret", names=("secret_id",)),
    "google_kms_crypto_key": Plainly("key", only={"purpose": "|ENCRYPT_DECRYPT"}),
    "google_dns_managed_zone": _zone,
    "google_redis_instance": Plainly(
        "cache",
        {"memory": ("memory_size_gb", gib), "replicas": ("tier", _copy), "release": ("redis_version", _valkey)},
        remark="release: the source has Redis",
    ),
    "google_container_cluster": _gke,
    "google_pubsub_subscription": Plainly(
        "queue",
        {
            "visibility": ("ack_deadline_seconds", seconds),
            "keep": ("message_retention_duration", seconds),
            "tries": ("dead_letter_policy.max_delivery_attempts", same),
        },
        remark="it is a subscription of Pub/Sub: one topic may have several, a queue has one",
    ),
    "google_cloud_run_v2_service": Plainly(
        "service",
        {
            "image": ("template.containers.image", same),
            "port": ("template.containers.ports.container_port", same),
        },
    ),
    "azurerm_virtual_network": Plainly("network", {"cidr": ("address_space", same)}),
    "azurerm_storage_container": Plainly("bucket", remark="it speaks no S3: what writes to it changes"),
    "azurerm_postgresql_flexible_server": Plainly(
        "postgres",
        {
            "release": ("version", major),
            "storage": ("storage_mb", mib),
            "backup-days": ("backup_retention_days", same),
            "username": ("administrator_login", same),
            "standby": ("high_availability.mode", bool),
        },
        size="sku_name",
    ),
    "azurerm_key_vault_secret": Plainly("secret"),
    "azurerm_key_vault_key": Plainly("key", {"rotate": ("rotation_policy.automatic.time_before_expiry", bool)}),
    "azurerm_dns_zone": _zone,
    "azurerm_redis_cache": _azure_cache,
    "azurerm_kubernetes_cluster": _aks,
    "azurerm_servicebus_queue": Plainly(
        "queue",
        {
            "visibility": ("lock_duration", seconds),
            "keep": ("default_message_ttl", seconds),
            "tries": ("max_delivery_count", same),
        },
    ),
    "azurerm_container_app": Plainly(
        "service", {"image": ("template.container.image", same), "port": ("ingress.target_port", same)}
    ),
    "openstack_networking_network_v2": Plainly("network", remark="cidr stands in its subnet"),
    "openstack_objectstorage_container_v1": Plainly("bucket", {"versions": ("versioning", truth)}),
    "ovh_cloud_project_network_private": Plainly("network", remark="cidr stands in its subnet"),
    "ovh_cloud_project_storage": Plainly("bucket", {"versions": ("versioning.status", _ends("nabled"))}),
    "ovh_cloud_project_database": _ovh_database,
    "ovh_cloud_project_kube": _mks,
    "ovh_okms_secret": Plainly("secret", names=("path",)),
    "ovh_okms_service_key": Plainly("key", {"rotate": ("enable_key_rotation", truth)}),
    "ovh_domain_zone": _zone,
}
