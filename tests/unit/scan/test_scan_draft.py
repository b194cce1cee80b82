"""A draft of what people wrote is sound, and says what it covers and what it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from exitkit.api.scanned import draft
from exitkit.model.kinds.bucket import Bucket
from exitkit.model.kinds.postgres import Postgres
from exitkit.model.kinds.service import Service
from exitkit.model.workload import Workload
from exitkit.spec.load import load_text
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
"""
        },
    )

    [bucket], [database], [web] = workload.of(Bucket), workload.of(Postgres), workload.of(Service)
    assert (bucket.name, bucket.versions) == ("images", True)
    assert (database.release, database.cpus, str(database.memory)) == (16, 2, "8.0 GiB")
    assert (str(database.storage), database.standby, database.backup_days) == ("50.0 GiB", True, 7)
    assert (web.image, web.port, web.replicas) == ("registry.example/web:1", 9000, 3)
    assert "# backup-days: Input should be greater than or equal to 1; the source says 0" in text
    assert "# It covers 6 of 7 resources" in text
    assert "#      1  SQS (P4)" in text


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
