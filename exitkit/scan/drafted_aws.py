"""What resources of AWS are in a workload."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exitkit.scan.around import Around
from exitkit.scan.drafting import (
    Plainly,
    Worker,
    gib,
    major,
    mib,
    minor,
    named,
    same,
    seconds,
    sized,
    take,
)
from exitkit.scan.proposals import Proposed, lasting
from exitkit.scan.seen import Seen


def _network(seen: Seen, _: Around) -> Proposed:
    one = named(seen, "network", "name")
    take(one, seen, {"cidr": ("cidr_block", same)})
    if "cidr" not in one.fields:
        one.remarks.append("cidr could not be known; the default stands in for it")
    return one


def _bucket(seen: Seen, around: Around) -> Proposed:
    one = named(seen, "bucket", "bucket", "name")
    versions = around.parts(seen, "aws_s3_bucket_versioning")
    states = [part.attributes.get("versioning_configuration.status") for part in versions]
    own = [seen.attributes.get("versioning.enabled"), seen.attributes.get("versioning_configuration.status")]
    one.fields["versions"] = "Enabled" in [*states, *own] or True in own
    if any(state is None for state in states):
        one.remarks.append("versions could not be known without running it")
    for part in around.parts(seen, "aws_s3_bucket_object_lock_configuration"):
        take(one, part, {"retain-days": ("rule.default_retention.days", same)})
    for part in around.parts(seen, "aws_s3_bucket_lifecycle_configuration"):
        take(one, part, _LIFECYCLE)
        one.remarks.append("its lifecycle was read from the first rule: look at the others")
    if seen.attributes.get("force_destroy") is True:
        one.fields["protected"] = False
    one.remarks.append("size: how much it holds is said nowhere")
    return one


_LIFECYCLE = {
    "archive-after-days": ("rule.transition.days", same),
    "expire-noncurrent-days": ("rule.noncurrent_version_expiration.noncurrent_days", same),
}


def _postgres(seen: Seen, around: Around) -> Proposed | None:
    engine = str(seen.attributes.get("engine", ""))
    if not engine.startswith(("postgres", "aurora-postgresql")):
        return None
    one = named(seen, "postgres", "identifier", "cluster_identifier", "name")
    take(one, seen, _DATABASE)
    size = seen.attributes.get("instance_class")
    if engine.startswith("aurora"):
        nodes = around.parts(seen, "aws_rds_cluster_instance")
        size = next((found for part in nodes if (found := part.attributes.get("instance_class")) is not None), size)
        if nodes:
            one.fields["standby"] = len(nodes) > 1 or nodes[0].instances not in {1, None}
        one.remarks.append("it is Aurora: its storage and its readers are not those of PostgreSQL")
    sized(one, size, around)
    return one


_DATABASE = {
    "release": ("engine_version", major),
    "storage": ("allocated_storage", gib),
    "standby": ("multi_az", same),
    "backup-days": ("backup_retention_period", same),
    "database": ("db_name", same),
    "username": ("username", same),
    "protected": ("deletion_protection", same),
}


def _queue(seen: Seen, around: Around) -> Proposed | None:
    """A queue, with the second one for what nobody could take, which is no component of its own."""
    if any(seen.address in part.references.get("dead_letter", ()) for part in around.parts(seen)):
        return None
    one = named(seen, "queue", "name")
    take(one, seen, _QUEUE)
    one.covers |= set(seen.references.get("dead_letter", ()))
    if seen.attributes.get("fifo_queue") is True:
        one.remarks.append("it keeps an order and drops copies (FIFO), which this kind does not promise")
    return one


_QUEUE = {
    "visibility": ("visibility_timeout_seconds", seconds),
    "keep": ("message_retention_seconds", seconds),
    "tries": ("max_receive_count", same),
}


def _key(seen: Seen, _: Around) -> Proposed | None:
    if seen.attributes.get("key_usage", "ENCRYPT_DECRYPT") != "ENCRYPT_DECRYPT":
        return None
    one = named(seen, "key")
    one.fields["rotate"] = seen.attributes.get("enable_key_rotation") is True
    take(one, seen, {"delete-after-days": ("deletion_window_in_days", same)})
    return one


def _domain(seen: Seen, around: Around) -> Proposed | None:
    if seen.attributes.get("private_zone") is True or "vpc.vpc_id" in seen.references:
        return None
    one = named(seen, "domain")
    zone = str(seen.attributes.get("name", "")).rstrip(".")
    if zone:
        one.fields["zone"] = zone
    for part in around.parts(seen, "aws_route53_record"):
        _record(one, part, zone, around)
    return one


def _record(one: Proposed, part: Seen, zone: str, around: Around) -> None:
    said = part.attributes
    name, kind, value = said.get("name"), said.get("type"), said.get("records")
    if not isinstance(name, str):
        one.remarks.append(f"the record {part.address} could not be known without running it")
        return
    label = name.rstrip(".").removesuffix(zone).rstrip(".") or "@"
    if kind in {"A", "AAAA"} and "alias.name" in part.references:
        one.leads[label] = [other.address for other in around.named(part)]
    elif kind in _RECORDS and isinstance(value, str | int | float):
        one.records[label] = {"type": kind, "value": str(value), "ttl": said.get("ttl", 300)}
    else:
        one.remarks.append(f"the record {label} ({kind or 'of an unknown type'}) is not one this kind holds whole")


_RECORDS = frozenset({"A", "AAAA", "CNAME", "TXT", "MX"})


def _alarm(seen: Seen, around: Around) -> Proposed | None:
    when = _METRICS.get((str(seen.attributes.get("namespace")), str(seen.attributes.get("metric_name"))))
    if when is None or not str(seen.attributes.get("comparison_operator", "")).startswith("GreaterThan"):
        return None
    one = named(seen, "alarm", "alarm_name")
    one.fields["when"] = when
    take(one, seen, {"above": ("threshold", same)})
    period, times = seen.attributes.get("period", 60), seen.attributes.get("evaluation_periods", 1)
    if isinstance(period, int) and isinstance(times, int):
        one.fields["for"] = lasting(period * times)
    mails = [part for topic in around.named(seen, "aws_sns_topic") for part in around.parts(topic, _MAIL)]
    for part in mails:
        if part.attributes.get("protocol") == "email":
            take(one, part, {"notify": ("endpoint", same)})
    one.links["on"] = [other.address for other in around.named(seen) if other.type != "aws_sns_topic"]
    return one


_MAIL = "aws_sns_topic_subscription"
_METRICS = {
    ("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count"): "errors",
    ("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count"): "errors",
    ("AWS/ApplicationELB", "TargetResponseTime"): "latency",
    ("AWS/ApplicationELB", "UnHealthyHostCount"): "unhealthy",
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): "depth",
    ("AWS/RDS", "CPUUtilization"): "cpu",
    ("AWS/EC2", "CPUUtilization"): "cpu",
    ("AWS/ECS", "CPUUtilization"): "cpu",
    ("AWS/ElastiCache", "CPUUtilization"): "cpu",
    ("AWS/ElastiCache", "EngineCPUUtilization"): "cpu",
    ("AWS/ElastiCache", "DatabaseMemoryUsagePercentage"): "storage",
}


def _cache(seen: Seen, around: Around) -> Proposed | None:
    engine, version = str(seen.attributes.get("engine", "redis")), str(seen.attributes.get("engine_version", ""))
    if engine not in {"redis", "valkey"}:
        return None
    one = named(seen, "cache", "replication_group_id", "cluster_id")
    one.fields["release"] = "8.0" if engine == "valkey" and version.startswith("8") else "7.2"
    if engine == "redis" or not version.startswith(("7.2", "8.0")):
        one.remarks.append(f"release: the source has {engine} {version or 'of an unknown version'}")
    nodes, copies = seen.attributes.get("num_cache_clusters"), seen.attributes.get("replicas_per_node_group")
    if isinstance(nodes, int) and nodes > 0:
        one.fields["replicas"] = nodes - 1
    elif isinstance(copies, int):
        one.fields["replicas"] = copies
    sized(one, seen.attributes.get("node_type"), around)
    return one


def _cluster(seen: Seen, around: Around) -> Proposed:
    one = named(seen, "cluster", "name")
    take(one, seen, {"release": ("version", minor)})
    groups = around.parts(seen, "aws_eks_node_group")
    for group in groups[:1]:
        least, most = (group.attributes.get(f"scaling_config.{name}_size") for name in ("min", "max"))
        if isinstance(least, int) and isinstance(most, int):
            one.fields["nodes"] = {"min": max(1, least), "max": most}
        sized(one, group.attributes.get("instance_types"), around)
    if len(groups) != 1:
        one.remarks.append(f"nodes: the source has {len(groups)} groups of them; the first, or a default, stands here")
    return one


def _ecs(seen: Seen, around: Around) -> Proposed:
    """A service of ECS, with the image of the task it names."""
    one = named(seen, "service", "name")
    task = next(iter(around.named(seen, "aws_ecs_task_definition")), None)
    take(one, seen, {"replicas": ("desired_count", same)})
    one.fields["public"] = bool(around.reached([seen], _BALANCED))
    if task is not None:
        take(one, task, {"image": ("image", same), "port": ("container_port", same), "memory": ("memory", mib)})
        cpus = task.attributes.get("cpu")
        if isinstance(cpus, int) or (isinstance(cpus, str) and cpus.isdecimal()):
            one.fields["cpus"] = max(1, -(-int(cpus) // 1024))
        one.covers.add(task.address)
    for group in around.named(seen, *_BALANCED):
        take(one, group, {"health": ("health_check.path", same)})
    parts = [seen, *([task] if task is not None else ())]
    one.works_with = [other.address for part in parts for other in around.named(part)]
    one.remarks.append("hostname, and what it uses by other ways than its task, could not be told from ECS")
    return one


_BALANCED = ("aws_lb_target_group", "aws_alb_target_group", "AWS::ElasticLoadBalancingV2::TargetGroup")


def _container(path_image: str, path_port: str) -> Mapping[str, Any]:
    return {"image": (path_image, same), "port": (path_port, same)}


WORKERS: Mapping[str, Worker] = {
    "aws_vpc": _network,
    "aws_s3_bucket": _bucket,
    "aws_db_instance": _postgres,
    "aws_rds_cluster": _postgres,
    "aws_sqs_queue": _queue,
    "aws_secretsmanager_secret": Plainly("secret", {"description": ("description", same)}),
    "aws_ssm_parameter": Plainly("secret", {"description": ("description", same)}, only={"type": "SecureString"}),
    "aws_kms_key": _key,
    "aws_route53_zone": _domain,
    "aws_cloudwatch_metric_alarm": _alarm,
    "aws_elasticache_replication_group": _cache,
    "aws_elasticache_cluster": _cache,
    "aws_eks_cluster": _cluster,
    "aws_ecs_service": _ecs,
    "aws_apprunner_service": Plainly(
        "service",
        _container(
            "source_configuration.image_repository.image_identifier",
            "source_configuration.image_repository.image_configuration.port",
        ),
        names=("service_name",),
    ),
    "aws_autoscaling_group": Plainly("service", {"replicas": ("desired_capacity", same)}),
}
