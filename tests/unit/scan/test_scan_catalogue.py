"""The catalogue is whole: every type has a service, every row leads somewhere, and the list is the provider's own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from exitkit.model.inventory import Portability
from exitkit.scan.catalogue import catalogue
from tests.standin.mirror import discover, lay

TABLES = catalogue()
_ROOT = 'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws" }\n  }\n}\n'


def test_every_type_of_the_aws_provider_has_a_service() -> None:
    assert len(TABLES.aws_types) == 1526
    assert [kind for kind in sorted(TABLES.aws_types) if TABLES.type_of(kind) is None] == []


@pytest.mark.parametrize(
    ("kind", "service", "main"),
    [
        ("aws_s3_bucket", "S3", True),
        ("aws_s3_bucket_policy", "S3", False),
        ("aws_cloudwatch_event_rule", "EventBridge", True),
        ("aws_cloudwatch_metric_alarm", "CloudWatch (metrics, logs, alarms)", True),
        ("aws_rds_cluster_instance", "Aurora PostgreSQL/MySQL", False),
        ("aws_ec2_transit_gateway_route", "Transit Gateway", False),
        ("azurerm_linux_virtual_machine_scale_set", "VM Scale Sets", True),
        ("azurerm_mssql_firewall_rule", "SQL Database", False),
        ("google_project_iam_member", "IAM", False),
        ("google_compute_router_nat", "Cloud NAT", True),
        ("random_password", "Terraform's own tools", False),
        ("azurerm_spring_cloud_app", "Spring Apps", False),
        ("azurerm_mongo_cluster", "Cosmos DB for MongoDB", True),
        ("google_memorystore_instance", "Memorystore", True),
        ("keycloak_realm", "Open-source servers", False),
    ],
)
def test_a_type_is_of_the_service_people_would_say(kind: str, service: str, main: bool) -> None:
    found = TABLES.type_of(kind)

    assert found is not None
    assert (found.service.name, found.main) == (service, main)


@pytest.mark.parametrize(
    ("kind", "terraform", "service"),
    [
        ("AWS::S3::Bucket", "aws_s3_bucket", "S3"),
        ("AWS::Connect::Queue", "aws_connect_queue", "Connect"),
        ("AWS::AppMesh::Mesh", None, "App Mesh"),
        ("AWS::MSK::Replicator", "aws_msk_replicator", "MSK"),
        ("AWS::IoTWireless::Destination", None, "IoT"),
        ("AWS::GammaDilithium::Anything", None, None),
        ("AWS::", None, None),
        ("Custom::Thing", None, None),
    ],
)
def test_a_type_of_cloudformation_is_found_by_its_name_or_its_service(
    kind: str, terraform: str | None, service: str | None
) -> None:
    found, of = TABLES.from_cloudformation(kind)

    assert found == terraform
    assert (of.service.name if of else None) == service


def test_the_77_services_keep_their_class_and_person_days() -> None:
    known = [one for one in TABLES.services.values() if one.effort is not None]
    counts = {level: sum(one.portability is level for one in known) for level in Portability}

    assert counts == {
        Portability.P1: 9,
        Portability.P2: 18,
        Portability.P3: 37,
        Portability.P4: 13,
        Portability.UNKNOWN: 0,
    }
    assert all(one.effort.low <= one.effort.likely <= one.effort.high for one in known if one.effort)


def test_every_row_leads_to_a_service() -> None:
    known = set(TABLES.services)

    assert {(row["provider"], row["service"]) for row in TABLES._calls.values()} <= known
    assert {("aws", row["service"]) for rows in TABLES._refine.values() for row in rows} <= known
    assert {("aws", service) for _, service in TABLES.spend} <= known
    assert {("aws", row["service"]) for row in TABLES._cloudformation if row["service"]} <= known
    assert {row["terraform_type"] for row in TABLES._cloudformation if row["terraform_type"]} <= TABLES.aws_types
    assert {kind for kind in TABLES.stores if kind.startswith("aws_")} <= TABLES.aws_types
    assert {kind for kind in TABLES._exact if kind.startswith("aws_")} <= TABLES.aws_types


def test_every_table_says_where_it_is_from() -> None:
    for name in ("aws-services", "aws-more", "other-services", "aws-types", "shapes"):
        source = TABLES.sources[name]
        assert source["source"]
        assert source["read"]
        assert source["basis"]


@pytest.mark.terraform
@pytest.mark.skipif(shutil.which("terraform") is None or discover() is None, reason="needs terraform and its mirror")
def test_the_list_of_types_is_the_provider_s_own(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(_ROOT)
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": str(lay(tmp_path / "mirror")), "CHECKPOINT_DISABLE": "1"}

    for words in (["init", "-no-color"], ["providers", "schema", "-json"]):
        done = subprocess.run(["terraform", *words], cwd=tmp_path, env=environment, capture_output=True, check=True)
    [schema] = json.loads(done.stdout)["provider_schemas"].values()

    assert set(schema["resource_schemas"]) == TABLES.aws_types
