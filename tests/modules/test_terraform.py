"""Terraform itself accepts the modules: the real provider for AWS, stand-ins with the genuine schemas for OVHcloud."""

from __future__ import annotations

import base64
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

CERTIFICATE = "arn:aws:acm:eu-west-3:123456789012:certificate/1"
_ENCRYPTION = "aws_s3_bucket_server_side_encryption_configuration"


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
    for template in _of(planned, "aws_launch_template"):
        assert template["metadata_options"][0]["http_tokens"] == "required"
        assert template["block_device_mappings"][0]["ebs"][0]["encrypted"] == "true"
    for queue in _of(planned, "aws_sqs_queue"):
        assert queue["sqs_managed_sse_enabled"]
    (cache,) = _of(planned, "aws_elasticache_replication_group")
    assert cache["at_rest_encryption_enabled"] == "true"
    assert cache["transit_encryption_mode"] == "required"
    (key,) = _of(planned, "aws_kms_key")
    assert key["enable_key_rotation"]
    (cluster,) = _of(planned, "aws_eks_cluster")
    assert not cluster["vpc_config"][0]["endpoint_public_access"]


def test_a_key_encrypts_what_it_is_given_to_on_aws(aws_plan: dict[str, Any]) -> None:
    buckets = [_encryption(each) for each in _of(aws_plan["planned_values"]["root_module"], _ENCRYPTION)]

    assert sorted(each["sse_algorithm"] for each in buckets) == ["AES256", "aws:kms"]
    assert "kms_key_id" in _unknown(aws_plan, "module.register.aws_db_instance.this")


def test_a_secret_is_in_no_part_of_the_plan_on_aws_but_the_variable(aws_plan: dict[str, Any]) -> None:
    assert "a value for the tests" not in json.dumps([aws_plan["planned_values"], aws_plan["resource_changes"]])


def test_a_worker_has_no_entry_on_either_cloud(aws_plan: dict[str, Any], ovh_plan: dict[str, Any]) -> None:
    for plan in (aws_plan, ovh_plan):
        sorts = {each["type"] for each in plan["resource_changes"] if each["address"].startswith("module.worker.")}

        assert not {sort for sort in sorts if "_lb" in sort or "loadbalancer" in sort}
        assert sorts & {"aws_autoscaling_group", "openstack_compute_instance_v2"}


def test_what_cannot_be_watched_is_refused_in_one_line(ovh: Root, tmp_path: Path) -> None:
    root = ovh.copy(tmp_path)
    # Terraform lays this over the root: depth is for queues, and a worker has no load balancer.
    (root.folder / "zz_mistake_override.tf").write_text(
        'module "ill" {\n  when = "depth"\n}\nmodule "busy" {\n  when = "errors"\n}\n', encoding="utf-8"
    )

    said = root.run("plan", "-input=false", "-no-color").stderr

    assert "A service has no depth to watch." in said
    assert "A worker has no load balancer: only its cpu can be watched." in said


def test_a_zone_held_elsewhere_makes_nothing_and_says_what_to_write(other_aws_plan: dict[str, Any]) -> None:
    made = [each for each in other_aws_plan["resource_changes"] if each["address"].startswith("module.names.")]

    assert not made
    # The names of the services are known after the apply only, and with them the map as a whole.
    assert other_aws_plan["output_changes"]["names"]["after"]["_dmarc.shop.example"]["type"] == "TXT"


def test_a_certificate_brings_https_and_a_redirect_on_aws(other_aws_plan: dict[str, Any]) -> None:
    listeners = {each["port"]: each for each in _of(other_aws_plan["planned_values"]["root_module"], "aws_lb_listener")}

    assert listeners[443]["certificate_arn"] == CERTIFICATE
    assert listeners[80]["default_action"][0]["redirect"][0]["status_code"] == "HTTP_301"
    assert _output(other_aws_plan, "url") == "https://shop.example"


def test_the_modules_are_valid_to_the_genuine_ovh_schemas(ovh: Root) -> None:
    ovh.do("validate")


def test_an_argument_the_ovh_schema_does_not_know_is_refused(ovh: Root, tmp_path: Path) -> None:
    root = ovh.copy(tmp_path)
    file = root.folder / "modules" / "bucket" / "main.tf"
    file.write_text(file.read_text().replace("hide_objects = true", "hide_objekts = true"))

    done = root.run("validate", "-no-color")

    assert done.returncode == 1
    assert "hide_objekts" in done.stderr


def test_what_ovh_gives_less_of_than_was_asked_is_not_passed_over(ovh_plan: dict[str, Any]) -> None:
    said = {
        problem["message"]
        for check in ovh_plan["checks"]
        for instance in check.get("instances", [])
        for problem in instance.get("problems", [])
    }

    assert said == {
        "Plan production keeps backups for 14 days, and 21 were asked for.",
        "Object Storage takes no key of its customer: shop-files-4f1d is encrypted with keys of OVHcloud.",
        "Managed databases take no key of their customer: shop-register is encrypted with keys of OVHcloud.",
        "OVHcloud does not rotate keys by itself: make a new key every year, as the README of this module says, "
        "or set rotate to false.",
    }


def test_what_is_applied_at_ovh_is_what_was_asked_for(ovh_state: dict[str, Any]) -> None:
    made, outputs = ovh_state["root_module"], ovh_state["outputs"]

    assert outputs["url"]["value"] == "http://shop.example"
    assert outputs["host"]["value"].endswith(".database.cloud.ovh.net")
    assert {each["availability_zone"] for each in _of(made, "openstack_compute_instance_v2")} == {
        "eu-west-par-a",
        "eu-west-par-b",
    }
    pools = _of(made, "ovh_cloud_project_kube_nodepool")
    assert sorted((each["min_nodes"], each["max_nodes"]) for each in pools) == [(0, 1), (1, 2), (1, 2)]
    assert {each["target"] for each in _of(made, "ovh_domain_zone_record")} >= {
        outputs["address"]["value"],
        "10 mx.mail.example.",
        "status.example.net.",
    }


def test_an_instance_at_ovh_is_told_all_it_needs(ovh_state: dict[str, Any]) -> None:
    for instance in _of(ovh_state["root_module"], "openstack_compute_instance_v2"):
        environment = _environment(instance["user_data"])

        assert base64.b64decode(environment["JOBS_PRIVATE_KEY"]).startswith(b"-----BEGIN PRIVATE KEY-----")
        assert environment["JOBS_TRIES"] == "5"


def test_the_alarm_rule_is_one_prometheus_reads(ovh_state: dict[str, Any]) -> None:
    (group,) = yaml.safe_load(ovh_state["outputs"]["rule"]["value"])["groups"]

    (rule,) = group["rules"]
    assert rule["expr"] == 'count(octavia_member_status{job="shop-web"} == 0) > 0'
    assert rule["for"] == "5m"
    assert rule["labels"] == {"workload": "shop", "component": "shop-web", "notify": "oncall@shop.example"}
    assert ":8088 " in rule["annotations"]["scrape"]


def test_what_is_applied_at_ovh_stays_and_can_be_destroyed(ovh_applied: Root, tmp_path: Path) -> None:
    root = ovh_applied.copy(tmp_path)

    again = root.run("plan", "-input=false", "-detailed-exitcode", "-no-color")
    assert again.returncode == 0, again.stdout

    assert "Destroy complete!" in root.do("destroy", "-input=false", "-auto-approve")


def test_a_protected_bucket_and_a_protected_key_at_ovh_refuse_to_go(ovh: Root, tmp_path: Path) -> None:
    root = ovh.copy(tmp_path)
    _keep_only(root.folder / "main.tf", 'module "scratch"', 'module "seal"')
    now = ("-input=false", "-auto-approve")
    root.do("apply", *now, "-var=deletion_protection=true")

    refused = root.run("destroy", *now, "-no-color")
    kept = root.do("state", "list")
    root.do("apply", *now, "-var=deletion_protection=false")
    root.do("destroy", *now)

    said = refused.stdout + refused.stderr
    assert "This bucket is protected" in said
    assert "This key is protected" in said
    assert "ovh_cloud_project_storage.this" in kept
    assert "ovh_okms_service_key.this" in kept


@pytest.mark.parametrize("cloud", ["aws", "ovh"])
def test_the_first_boot_is_valid_cloud_config(cloud: str, terraform: str, tmp_path: Path) -> None:
    template = MODULES / cloud / "service" / "templates" / "cloud-init.yaml.tftpl"
    values = (
        '{name = "web", image = "r.example/web:1", publish = "", region = "r", environment = "QT0xCg==", secrets = ""}'
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


@pytest.fixture(scope="module")
def other_aws_plan(aws: Root) -> dict[str, Any]:
    """The same root with a certificate, and its zone held elsewhere."""
    return aws.plan(f"-var=certificate={CERTIFICATE}", "-var=hosted=false")


def _environment(user_data: str) -> dict[str, str]:
    """What the container of an instance finds."""
    (file,) = [each for each in yaml.safe_load(user_data)["write_files"] if each["path"] == "/etc/workload/environment"]
    return dict(line.split("=", 1) for line in base64.b64decode(file["content"]).decode().splitlines())


@pytest.fixture(scope="module")
def ovh_plan(ovh: Root) -> dict[str, Any]:
    """Backups for longer than the plan of the database keeps them."""
    return ovh.plan("-var=backup_days=21")


@pytest.fixture(scope="module")
def ovh_applied(ovh: Root, tmp_path_factory: pytest.TempPathFactory) -> Root:
    root = ovh.copy(tmp_path_factory.mktemp("applied"))
    root.do("apply", "-input=false", "-auto-approve")
    return root


@pytest.fixture(scope="module")
def ovh_state(ovh_applied: Root) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(ovh_applied.run("show", "-json").stdout)["values"]
    return state


def _keep_only(file: Path, *kept: str) -> None:
    """Leave the variables and some blocks of a root."""
    blocks = re.split(r"(?m)^(?=\S.* \{$)", file.read_text(encoding="utf-8"))
    file.write_text("".join(each for each in blocks if each.startswith(("variable", *kept))), encoding="utf-8")


def _encryption(values: dict[str, Any]) -> dict[str, Any]:
    default: dict[str, Any] = values["rule"][0]["apply_server_side_encryption_by_default"][0]
    return default


def _unknown(plan: dict[str, Any], address: str) -> dict[str, Any]:
    """What Terraform will know of a resource after the apply only."""
    (change,) = [each["change"] for each in plan["resource_changes"] if each["address"] == address]
    return {name: each for name, each in change["after_unknown"].items() if each}


def _output(plan: dict[str, Any], name: str) -> Any:
    return plan["planned_values"]["outputs"][name]["value"]


def _of(module: dict[str, Any], sort: str) -> list[dict[str, Any]]:
    return [each["values"] for each in _resources(module) if each["type"] == sort]


def _resources(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from module.get("resources", [])
    for child in module.get("child_modules", []):
        yield from _resources(child)
