"""Terraform itself accepts the modules: the real provider for AWS, stand-ins with the genuine schemas for OVHcloud."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.modules.conftest import MODULES, Root

pytestmark = pytest.mark.terraform


def test_the_modules_are_written_as_terraform_fmt_writes(terraform: str) -> None:
    done = subprocess.run(
        [terraform, "fmt", "-check", "-recursive", MODULES], capture_output=True, text=True, check=False
    )

    assert done.stdout == ""


def test_the_modules_are_valid_to_the_real_aws_provider(aws: Root) -> None:
    aws.do("validate")


def test_the_modules_plan_on_aws_without_an_account(aws_plan: dict[str, Any]) -> None:
    actions = {tuple(change["change"]["actions"]) for change in aws_plan["resource_changes"]}

    assert actions == {("create",)}
    assert _output(aws_plan, "url") == "http://shop.example"


def test_what_holds_data_on_aws_is_encrypted_and_private(aws_plan: dict[str, Any]) -> None:
    planned = aws_plan["planned_values"]["root_module"]

    (database,) = _of(planned, "aws_db_instance")
    assert database["storage_encrypted"]
    assert not database["publicly_accessible"]
    assert database["manage_master_user_password"]
    for block in _of(planned, "aws_s3_bucket_public_access_block"):
        assert block["block_public_acls"]
        assert block["block_public_policy"]
        assert block["ignore_public_acls"]
        assert block["restrict_public_buckets"]
    (template,) = _of(planned, "aws_launch_template")
    assert template["metadata_options"][0]["http_tokens"] == "required"
    assert template["block_device_mappings"][0]["ebs"][0]["encrypted"] == "true"


def test_a_certificate_brings_https_and_a_redirect_on_aws(aws: Root) -> None:
    certificate = "arn:aws:acm:eu-west-3:123456789012:certificate/1"

    plan = aws.do("plan", "-input=false", f"-var=certificate={certificate}")

    assert re.search(rf'certificate_arn +=\s"{certificate}"', plan)
    assert re.search(r'status_code += "HTTP_301"', plan)
    assert re.search(r'url += "https://shop.example"', plan)


def test_the_modules_are_valid_to_the_genuine_ovh_schemas(ovh: Root) -> None:
    ovh.do("validate")


def test_an_argument_the_ovh_schema_does_not_know_is_refused(ovh: Root, tmp_path: Path) -> None:
    root = ovh.copy(tmp_path)
    file = root.folder / "modules" / "bucket" / "main.tf"
    file.write_text(file.read_text().replace("hide_objects = true", "hide_objekts = true"))

    done = root.run("validate", "-no-color")

    assert done.returncode == 1
    assert "hide_objekts" in done.stderr


def test_a_plan_that_keeps_backups_for_less_time_is_not_passed_over(ovh: Root) -> None:
    plan = ovh.do("plan", "-input=false", "-var=backup_days=21")

    assert "Plan production keeps backups for 14 days, and 21 were asked for." in plan


def test_what_is_applied_at_ovh_stays_and_can_be_destroyed(ovh: Root, tmp_path: Path) -> None:
    root = ovh.copy(tmp_path)

    root.do("apply", "-input=false", "-auto-approve")
    state = json.loads(root.run("show", "-json").stdout)["values"]
    assert state["outputs"]["url"]["value"] == "http://shop.example"
    assert state["outputs"]["host"]["value"].endswith(".database.cloud.ovh.net")
    assert {each["availability_zone"] for each in _of(state["root_module"], "openstack_compute_instance_v2")} == {
        "eu-west-par-a",
        "eu-west-par-b",
    }

    again = root.run("plan", "-input=false", "-detailed-exitcode", "-no-color")
    assert again.returncode == 0, again.stdout

    assert "Destroy complete!" in root.do("destroy", "-input=false", "-auto-approve")


def test_a_protected_bucket_at_ovh_refuses_to_go(ovh: Root, tmp_path: Path) -> None:
    root = ovh.copy(tmp_path)
    only = ("-target=module.scratch", "-input=false", "-auto-approve")
    root.do("apply", *only, "-var=deletion_protection=true")

    refused = root.run("destroy", *only, "-no-color")
    kept = root.do("state", "list")
    root.do("apply", *only, "-var=deletion_protection=false")
    root.do("destroy", *only)

    assert "This bucket is protected" in refused.stdout + refused.stderr
    assert "ovh_cloud_project_storage.this" in kept


@pytest.mark.parametrize("cloud", ["aws", "ovh"])
def test_the_first_boot_is_valid_cloud_config(cloud: str, terraform: str, tmp_path: Path) -> None:
    template = MODULES / cloud / "service" / "templates" / "cloud-init.yaml.tftpl"
    values = (
        '{name = "web", image = "r.example/web:1", port = 80, region = "r", environment = "QT0xCg==", secrets = ""}'
    )
    asked = f'jsonencode(templatefile("{template}", {values}))\n'
    done = subprocess.run([terraform, "console"], cwd=tmp_path, input=asked, capture_output=True, text=True, check=True)

    text = json.loads(json.loads(done.stdout))

    assert text.startswith("#cloud-config\n")
    for file in yaml.safe_load(text)["write_files"]:
        if file["content"].startswith("#!/bin/sh"):
            subprocess.run(["/bin/sh", "-n"], input=file["content"], text=True, check=True)


@pytest.fixture(scope="module")
def aws_plan(aws: Root) -> dict[str, Any]:
    return aws.plan()


def _output(plan: dict[str, Any], name: str) -> Any:
    return plan["planned_values"]["outputs"][name]["value"]


def _of(module: dict[str, Any], sort: str) -> list[dict[str, Any]]:
    return [each["values"] for each in _resources(module) if each["type"] == sort]


def _resources(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from module.get("resources", [])
    for child in module.get("child_modules", []):
        yield from _resources(child)
