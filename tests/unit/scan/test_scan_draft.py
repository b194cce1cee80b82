"""A draft of what people wrote is sound, and says what it covers and what it does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from exitkit.api.scanned import draft
from exitkit.model.kinds.bucket import Bucket
from exitkit.model.kinds.cluster import Cluster
from exitkit.model.kinds.domain import Domain
from exitkit.model.kinds.key import Key
from exitkit.model.kinds.postgres import Postgres
from exitkit.model.kinds.queue import Queue
from exitkit.model.kinds.service import Service
from exitkit.model.workload import KINDS, Workload
from exitkit.spec.load import load_text
from exitkit.units import Bytes
from tests.unit.scan.estates import scanned


def drafted(folder: Path, files: dict[str, str | bytes]) -> tuple[str, Workload]:
    """The draft of some files, as text and as the workload it is."""
    text = draft(scanned(folder, files)).text
    return text, load_text(text, "draft", ("aws", "ovh"))


def test_plain_resources_become_components_with_remarks(tmp_path: Path) -> None:
    text, workload = drafted(
        tmp_path,
        {
            "main.tf": """
resource "aws_vpc" "main" { cidr_block = "10.1.0.0/16" }
resource "aws_s3_bucket" "images" {}
resource "aws_s3_bucket_versioning" "images" {
  bucket = aws_s3_bucket.images.id
  versioning_configuration { status = "Enabled" }
}
resource "aws_db_instance" "orders" {
  engine = "postgres"
  engine_version = "16.3"
  instance_class = "db.m6i.large"
  allocated_storage = 50
  multi_az = true
  backup_retention_period = 0
}
resource "aws_ecs_task_definition" "web" {
  container_definitions = jsonencode([{ image = "registry.example/web:1", portMappings = [{ containerPort = 9000 }] }])
}
resource "aws_ecs_service" "web" {
  task_definition = aws_ecs_task_definition.web.arn
  desired_count = 3
}
resource "aws_sqs_queue" "jobs" {}
resource "aws_lambda_function" "resize" {}
"""
        },
    )

    [bucket], [database], [web] = workload.of(Bucket), workload.of(Postgres), workload.of(Service)
    assert (bucket.name, bucket.versions) == ("images", True)
    assert (database.release, database.cpus, str(database.memory)) == (16, 2, "8.0 GiB")
    assert (str(database.storage), database.standby, database.backup_days) == ("50.0 GiB", True, 7)
    assert (web.image, web.port, web.replicas) == ("registry.example/web:1", 9000, 3)
    assert "# backup-days: Input should be greater than or equal to 1; the source says 0" in text
    assert "# It covers 7 of 8 resources" in text
    assert "#      1  Lambda (P4)" in text


def test_what_is_not_understood_is_a_remark_and_not_a_component(tmp_path: Path) -> None:
    text, workload = drafted(
        tmp_path, {"main.tf": 'variable "v" {}\nresource "aws_db_instance" "d" {\n  engine = "postgres"\n}\n'}
    )

    assert workload.of(Postgres) == ()
    assert "#   postgres d (main.tf:2): " in text
    assert "release is needed, and stands nowhere in the source" in text


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"main.tf": 'resource "aws_vpc" "x" {\n  cidr_block = "8.8.8.0/24"\n}\n'},
        {"main.tf": 'resource "aws_s3_bucket" "-" {}\nresource "aws_s3_bucket" "_" {}\n'},
        {"main.tf": 'resource "aws_s3_bucket" "true" {}\nresource "aws_s3_bucket" "on" {}\n'},
        {"main.tf": f'resource "aws_s3_bucket" "{"x" * 90}" {{}}\nresource "aws_s3_bucket" "{"x" * 91}" {{}}\n'},
        {"main.tf": 'resource "aws_vpc" "a\\nname: evil" {}\n'},
        {"main.tf": 'module "n" {\n  source = "./modules/network"\n  name = 1\n  location = {}\n  cidr = [true]\n}\n'},
    ],
)
def test_every_draft_is_accepted(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    folder = tmp_path / "8 strange: name"
    folder.mkdir()

    _, workload = drafted(folder, files)

    assert workload.components


HANDWRITTEN = Path(__file__).parent / "handwritten"


def handwritten(folder: Path, name: str) -> tuple[str, Workload]:
    return drafted(folder, {name: (HANDWRITTEN / name).read_text()})


def parts(workload: Workload, *left: str) -> dict[str, dict[str, object]]:
    """What a draft says of each component, without what is the default."""
    return {
        one.name: one.model_dump(by_alias=True, exclude_defaults=True, exclude={"name", *left})
        for one in workload.components
    }


def test_every_kind_is_drafted_from_resources_of_aws(tmp_path: Path) -> None:
    text, workload = handwritten(tmp_path, "aws.tf")

    assert {part.kind for part in workload.components} == set(KINDS)
    assert parts(workload) == {
        "network": {"kind": "network", "cidr": "10.1.0.0/16"},
        "seal": {"kind": "key", "delete-after-days": 14},
        "token": {"kind": "secret", "description": "Token of the mail service"},
        "files": {"kind": "bucket", "versions": True, "key": "seal"},
        "register": {
            "kind": "postgres",
            "release": 16,
            "network": "network",
            "storage": Bytes.parse("50 GiB"),
            "standby": True,
            "backup-days": 14,
            "key": "seal",
        },
        "jobs": {"kind": "queue", "visibility": 120, "keep": 14 * 86400, "tries": 4},
        "sessions": {"kind": "cache", "network": "network", "memory": Bytes.parse("6533 MiB"), "replicas": 1},
        "batch": {"kind": "cluster", "release": "1.32", "network": "network", "nodes": {"min": 1, "max": 5}},
        "web": {
            "kind": "service",
            "image": "registry.example/web:1",
            "replicas": 3,
            "network": "network",
            "port": 9000,
            "health": "/ready",
            "cpus": 1,
            "memory": Bytes.parse("2 GiB"),
            "uses": ("jobs", "files", "token"),
        },
        "shop": {
            "kind": "domain",
            "zone": "shop.example",
            "records": {"www": {"to": "web"}, "@": {"type": "TXT", "value": "v=spf1 -all", "ttl": 600}},
        },
        "waiting": {
            "kind": "alarm",
            "on": "jobs",
            "when": "depth",
            "above": 1000,
            "for": 900,
            "notify": "on-call@shop.example",
        },
    }
    assert "# It covers 30 of 31 resources" in text


@pytest.mark.parametrize(
    ("name", "kinds", "covered"),
    [
        ("google.tf", set(KINDS) - {"alarm"}, "13 of 13"),
        ("azure.tf", set(KINDS) - {"alarm"}, "12 of 12"),
        ("ovh.tf", set(KINDS) - {"alarm", "queue", "service"}, "10 of 10"),
        ("stack.template", {"network", "key", "secret", "bucket", "postgres", "queue", "domain"}, "10 of 10"),
    ],
)
def test_resources_of_other_clouds_and_templates_are_drafted(
    tmp_path: Path, name: str, kinds: set[str], covered: str
) -> None:
    text, workload = handwritten(tmp_path, name)

    [database], [key] = workload.of(Postgres), workload.of(Key)
    assert {part.kind for part in workload.components} == kinds
    assert (database.name.lower(), database.release, database.standby) == ("register", 16, True)
    assert all(bucket.versions for bucket in workload.of(Bucket)) == (name != "azure.tf")
    assert {queue.tries for queue in workload.of(Queue)} <= {7}
    assert {(one.nodes.most > one.nodes.least, one.nodes.cpus) for one in workload.of(Cluster)} <= {(True, 4)}
    assert key.name == "seal"
    assert f"# It covers {covered} resources" in text


def test_a_state_alone_is_drafted_as_far_as_it_may_be_kept(tmp_path: Path) -> None:
    resources = [
        ("aws_vpc", "main", {"cidr_block": "10.1.0.0/16"}, []),
        ("aws_kms_key", "seal", {"arn": "arn:aws:kms:eu-west-3:1:key/x", "enable_key_rotation": True}, []),
        (
            "aws_db_instance",
            "register",
            {
                "engine": "postgres",
                "engine_version": "16.3",
                "instance_class": "db.m6i.large",
                "allocated_storage": 50,
                "kms_key_id": "arn:aws:kms:eu-west-3:1:key/x",
                "password": "hunter2",
                "username": "pge",
            },
            ["aws_vpc.main", "aws_kms_key.seal"],
        ),
        ("aws_sqs_queue", "dead", {}, []),
        (
            "aws_sqs_queue",
            "jobs",
            {
                "visibility_timeout_seconds": 120,
                "redrive_policy": '{"maxReceiveCount":4,"deadLetterTargetArn":"arn:x"}',
            },
            ["aws_sqs_queue.dead"],
        ),
        ("aws_route53_zone", "shop", {"name": "shop.example"}, []),
        ("aws_secretsmanager_secret", "token", {"description": "of the mail service, hunter2"}, []),
    ]
    state = [
        {"mode": "managed", "type": kind, "name": name, "instances": [{"attributes": held, "dependencies": needs}]}
        for kind, name, held, needs in resources
    ]
    text, workload = drafted(tmp_path, {"a.tfstate": json.dumps({"version": 4, "lineage": "x", "resources": state})})

    [database], [zone] = workload.of(Postgres), workload.of(Domain)
    assert (database.network, database.key, database.release) == ("network", "seal", 16)
    assert (database.username, zone.zone) == ("app", "shop.example")
    assert [(one.name, one.tries) for one in workload.of(Queue)] == [("jobs", 4)]
    assert "hunter2" not in text


def test_a_plan_alone_is_drafted(tmp_path: Path) -> None:
    planned = [
        ("aws_vpc", {"cidr_block": "10.1.0.0/16"}),
        ("aws_db_instance", {"engine": "postgres", "engine_version": "16.3", "password": "hunter2"}),
    ]
    values = [
        {"address": f"{kind}.main", "mode": "managed", "type": kind, "name": "main", "values": held}
        for kind, held in planned
    ]
    expressions = {"db_subnet_group_name": {"references": ["aws_vpc.main.id", "aws_vpc.main"]}}
    plan = {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": values}},
        "configuration": {
            "root_module": {"resources": [{"address": "aws_db_instance.main", "expressions": expressions}]}
        },
    }
    text, workload = drafted(tmp_path, {"plan.json": json.dumps(plan)})

    [database] = workload.of(Postgres)
    assert (database.network, database.release) == ("network", 16)
    assert "network: the first one is assumed" not in text
    assert "hunter2" not in text


def test_two_roots_with_the_same_addresses_are_not_mixed(tmp_path: Path) -> None:
    main = 'resource "aws_vpc" "main" {\n  cidr_block = "10.%d.0.0/16"\n}\nresource "aws_db_instance" "d" {\n  engine = "postgres"\n  engine_version = "16"\n  db_subnet_group_name = aws_vpc.main.id\n}\n'
    _, workload = drafted(tmp_path, {"a/main.tf": main % 1, "b/main.tf": main % 2})

    assert [(one.name, one.network) for one in workload.of(Postgres)] == [("d", "network"), ("d-2", "network-2")]


def test_what_names_a_component_that_left_leaves_its_name(tmp_path: Path) -> None:
    main = (
        (HANDWRITTEN / "aws.tf").read_text().replace('"ApproximateNumberOfMessagesVisible"', '"NumberOfMessagesSent"')
    )
    text, workload = drafted(
        tmp_path, {"main.tf": main.replace('image        = "registry.example/web:1"', "image = 7")}
    )

    [zone] = workload.of(Domain)
    assert workload.of(Service) == ()
    assert list(zone.records) == ["@"]
    assert "the record www leads to what is no service of this draft" in text


def test_a_draft_ends_where_nobody_would_read_on(tmp_path: Path) -> None:
    queues = "".join(f'resource "aws_sqs_queue" "q{number}" {{}}\n' for number in range(1_200))
    text, workload = drafted(tmp_path, {"main.tf": queues})

    assert len(workload.components) == 1_000
    assert "# It covers 1,000 of 1,200 resources" in text
    assert "# Left out: 200 components beyond the first 1,000" in text


def test_an_alarm_on_what_a_worker_has_not_is_left_out_and_said(tmp_path: Path) -> None:
    main = (HANDWRITTEN / "aws.tf").read_text()
    main = main.replace('"AWS/SQS"', '"AWS/ApplicationELB"').replace(
        '"ApproximateNumberOfMessagesVisible"', '"TargetResponseTime"'
    )
    text, workload = drafted(tmp_path, {"main.tf": main})

    assert {part.kind for part in workload.components} == set(KINDS) - {"alarm"}
    assert "#   alarm waiting (main.tf:114): `latency` of jobs cannot be watched: a queue has `depth`" in text
