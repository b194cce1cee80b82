"""What stands around a resource: what it names, what names it, and what it leads to."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from exitkit.scan.proposals import Shapes
from exitkit.scan.seen import Seen

FARTHEST = 4
"""Steps from a resource to what it leads to, such as a database, its subnet group, a subnet, a network."""

MOST_MET = 300
"""The most resources that are met on the way; where everything names everything, nothing is near."""

_TERRAFORM = {
    "AWS::EC2::VPC": "aws_vpc",
    "AWS::S3::Bucket": "aws_s3_bucket",
    "AWS::RDS::DBInstance": "aws_db_instance",
    "AWS::RDS::DBCluster": "aws_rds_cluster",
    "AWS::SQS::Queue": "aws_sqs_queue",
    "AWS::SecretsManager::Secret": "aws_secretsmanager_secret",
    "AWS::KMS::Key": "aws_kms_key",
    "AWS::Route53::HostedZone": "aws_route53_zone",
    "AWS::ElastiCache::ReplicationGroup": "aws_elasticache_replication_group",
    "AWS::ElastiCache::CacheCluster": "aws_elasticache_cluster",
    "AWS::EKS::Cluster": "aws_eks_cluster",
    "AWS::EKS::Nodegroup": "aws_eks_node_group",
    "AWS::ECS::Service": "aws_ecs_service",
    "AWS::ECS::TaskDefinition": "aws_ecs_task_definition",
    "AWS::CloudWatch::Alarm": "aws_cloudwatch_metric_alarm",
}


def kind_of(seen: Seen) -> str:
    """The type as Terraform spells it, where a draft knows both spellings."""
    return _TERRAFORM.get(seen.type, seen.type)


class Around:
    """The resources of an estate, by what they name."""

    def __init__(self, all_seen: Sequence[Seen], shapes: Shapes) -> None:
        self.shapes = shapes
        self._by = {(one.folder, one.address): one for one in all_seen}
        self._naming: dict[tuple[str, str], list[Seen]] = {}
        for one in all_seen:
            for address in one.names:
                if (one.folder, address) in self._by and address != one.address:
                    self._naming.setdefault((one.folder, address), []).append(one)

    def named(self, seen: Seen, *types: str) -> list[Seen]:
        """What it names, of some types; of any, where none is given."""
        found = (self._by.get((seen.folder, address)) for address in seen.names)
        return [one for one in found if one is not None and (not types or kind_of(one) in types)]

    def parts(self, seen: Seen, *types: str) -> list[Seen]:
        """What names it, of some types; of any, where none is given."""
        found = self._naming.get((seen.folder, seen.address), ())
        return [one for one in found if not types or kind_of(one) in types]

    def reached(self, starts: Iterable[Seen], types: Collection[str]) -> list[str]:
        """The addresses of the nearest resources of some types that these lead to, themselves left out."""
        first = list(starts)
        met = {id(one) for one in first}
        level = first
        for _ in range(FARTHEST):
            following = [other for one in level for other in self.named(one) if id(other) not in met]
            level = list({id(one): one for one in following}.values())
            met |= {id(one) for one in level}
            if len(met) > MOST_MET:
                return []
            if found := [one.address for one in level if kind_of(one) in types]:
                return found
        return []


HELPERS = {
    "network": re.compile(
        r"aws_(?:subnet|route|route_table.*|main_route.*|internet_gateway|egress_only.*|nat_gateway|eip|network_acl.*"
        r"|vpc_.*|security_group.*|flow_log|default_.*)|AWS::EC2::(?:Subnet.*|Route.*|InternetGateway|NatGateway|EIP"
        r"|VPC.+|SecurityGroup.*|NetworkAcl.*)|google_compute_(?:subnetwork|router.*|firewall.*|route)"
        r"|azurerm_(?:subnet.*|network_security.*|route.*|nat_gateway.*)|openstack_networking_.*"
        r"|ovh_cloud_project_(?:network|gateway).*"
    ),
    "bucket": re.compile(
        r"aws_s3_(?:bucket_.*|object)|AWS::S3::BucketPolicy|google_storage_bucket_.*|azurerm_storage_account"
    ),
    "postgres": re.compile(
        r"aws_db_(?:subnet_group|parameter_group|option_group|proxy.*)|aws_rds_cluster_(?:instance|parameter_group)"
        r"|AWS::RDS::DB(?:Subnet|Parameter).*|google_sql_(?:database|user|ssl_cert)|azurerm_postgresql_.*"
        r"|ovh_cloud_project_database_.*"
    ),
    "queue": re.compile(r"aws_sqs_queue_.*|AWS::SQS::QueuePolicy|google_pubsub_topic|azurerm_servicebus_namespace"),
    "secret": re.compile(r"aws_secretsmanager_secret_.*|google_secret_manager_secret_.*"),
    "key": re.compile(r"aws_kms_(?:alias|key_policy|grant)|AWS::KMS::Alias|google_kms_key_ring"),
    "domain": re.compile(r"aws_route53_record|google_dns_record_set|azurerm_dns_.*_record|ovh_domain_zone_record"),
    "alarm": re.compile(r"aws_sns_topic.*"),
    "cache": re.compile(r"aws_elasticache_(?:subnet_group|parameter_group|user.*)|ovh_cloud_project_database_.*"),
    "cluster": re.compile(
        r"aws_eks_.*|aws_launch_template|AWS::EKS::.*|google_container_node_pool|azurerm_kubernetes_cluster_node_pool"
        r"|ovh_cloud_project_kube_.*"
    ),
    "service": re.compile(r"aws_ecs_.*|aws_a?lb(?:_.*)?|aws_appautoscaling_.*|aws_cloudwatch_log_group|AWS::ECS::.*"),
}  # fmt: skip
"""The types that configure a component of each kind, and are covered with it."""
