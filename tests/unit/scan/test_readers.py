"""States, plans and templates: names and sizes come out, values stay in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from exitkit.model.inventory import Custody, State
from tests.unit.scan.estates import look, only

SECRET = "correct-horse-battery-staple"

STATE = {
    "version": 4,
    "terraform_version": "1.9.0",
    "serial": 3,
    "lineage": "x",
    "outputs": {"password": {"value": SECRET, "type": "string", "sensitive": True}},
    "resources": [
        {
            "mode": "managed",
            "type": "aws_kms_key",
            "name": "k",
            "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
            "instances": [{"attributes": {"arn": "arn:aws:kms:eu-west-3:123456789012:key/1", "policy": SECRET}}],
        },
        {
            "module": "module.db",
            "mode": "managed",
            "type": "aws_db_instance",
            "name": "d",
            "instances": [
                {
                    "attributes": {
                        "allocated_storage": size,
                        "engine": "postgres",
                        "password": SECRET,
                        "username": SECRET,
                        "identifier": SECRET,
                        "tags": {"note": SECRET},
                        "arn": "arn:aws:rds:eu-west-3:123456789012:db:x",
                        "kms_key_id": "arn:aws:kms:eu-west-3:123456789012:key/1",
                    },
                    "sensitive_attributes": [],
                }
                for size in (20, 30)
            ],
        },
        {"mode": "data", "type": "aws_ami", "name": "a", "instances": [{"attributes": {"id": SECRET}}]},
    ],
}

PLAN = {
    "format_version": "1.2",
    "terraform_version": "1.9.0",
    "variables": {"password": {"value": SECRET}},
    "planned_values": {
        "root_module": {
            "resources": [
                {
                    "address": f'aws_ebs_volume.v["{name}"]',
                    "mode": "managed",
                    "type": "aws_ebs_volume",
                    "name": "v",
                    "values": {"size": 10, "availability_zone": "eu-west-3a", "tags": {"t": SECRET}},
                }
                for name in ("a", "b")
            ],
            "child_modules": [
                {
                    "address": "module.q",
                    "resources": [
                        {
                            "address": "module.q.aws_sqs_queue.q",
                            "mode": "managed",
                            "type": "aws_sqs_queue",
                            "name": "q",
                            "values": {"policy": SECRET},
                        }
                    ],
                }
            ],
        }
    },
    "configuration": {"provider_config": {"aws": {"expressions": {"region": {"constant_value": "eu-west-3"}}}}},
}


def test_a_state_tells_sizes_regions_and_keys_and_no_value(tmp_path: Path) -> None:
    found = look(tmp_path, {"terraform.tfstate": json.dumps(STATE, indent=2)})
    database = only(found, "aws_db_instance")

    assert (database.address, database.instances, database.region) == ("module.db.aws_db_instance.d", 2, "eu-west-3")
    assert str(database.size) == "50.0 GiB"
    assert database.custody is Custody.K1
    assert database.spot.line == 1 + json.dumps(STATE, indent=2).split('"aws_db_instance"')[0].count("\n")
    assert len(found.resources) == 2
    assert SECRET not in found.model_dump_json()
    assert "123456789012" not in found.model_dump_json()


def test_a_plan_tells_what_it_would_leave_behind_and_no_value(tmp_path: Path) -> None:
    found = look(tmp_path, {"plan.json": json.dumps(PLAN, indent=1)})

    volume, queue = only(found, "aws_ebs_volume"), only(found, "aws_sqs_queue")
    assert (volume.address, volume.instances, str(volume.size)) == ("aws_ebs_volume.v", 2, "20.0 GiB")
    assert (queue.address, queue.region) == ("module.q.aws_sqs_queue.q", "eu-west-3")
    assert queue.spot.line > volume.spot.line > 1
    assert SECRET not in found.model_dump_json()


def test_a_state_completes_the_source_beside_it_and_counts_nothing_twice(tmp_path: Path) -> None:
    source = 'variable "n" {}\nmodule "db" {\n source = "./db"\n n = var.n\n}\n'
    module = 'variable "n" {}\nresource "aws_db_instance" "d" {\n count = var.n\n engine = "postgres"\n}\n'
    found = look(tmp_path, {"main.tf": source, "db/main.tf": module, "terraform.tfstate": json.dumps(STATE)})

    database = only(found, "aws_db_instance")
    assert (database.reader, database.instances, str(database.spot)) == ("terraform", 2, "db/main.tf:2")


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("a.tfstate", '{"version": 3}', "a state of version 3; version 4 is read"),
        ("a.tfstate", "[]", "not a state: it is no object"),
        ("a.tfstate", "{", "not valid JSON at line 1"),
        ("a.tfstate", "[" * 100_000, "it is nested too deep"),
        ("a.tf.json", '{"a": ' + "9" * 5000 + "}", "not valid JSON"),
    ],
)
def test_what_is_no_state_is_refused_with_a_reason(tmp_path: Path, name: str, text: str, why: str) -> None:
    [file] = look(tmp_path, {name: text}).files

    assert (file.state, file.why) == (State.REFUSED, why)


TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Size: {Type: Number, Default: 40}
Conditions:
  Big: !Equals [!Ref Size, 40]
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Condition: Big
  # exitkit:ignore LK401 until 2027-01-31: replaced in the spring
  Function:
    Type: AWS::Serverless::Function
    Properties: {Role: !GetAtt Role.Arn, Code: !Sub "${Size}-x"}
  Key: {Type: AWS::KMS::Key}
  Database:
    Type: AWS::RDS::DBInstance
    Properties:
      Engine: postgres
      AllocatedStorage: !Ref Size
      KmsKeyId: !Ref Key
  Odd: {Type: Custom::Thing}
"""


def test_a_template_is_read_with_its_functions_and_places(tmp_path: Path) -> None:
    found = look(tmp_path, {"stack.yaml": TEMPLATE})
    told = {one.address: one for one in found.resources}

    assert (str(told["Table"].spot), told["Table"].service, told["Table"].instances) == (
        "stack.yaml:7",
        "DynamoDB",
        None,
    )
    assert told["Function"].service == "Lambda"
    assert (str(told["Database"].size), told["Database"].custody) == ("40.0 GiB", Custody.K1)
    assert told["Odd"].service is None
    accepted = [one.subject for one in found.findings if one.accepted]
    assert accepted == ["Function"]


def test_the_same_template_in_json_says_the_same(tmp_path: Path) -> None:
    resources = {"Table": {"Type": "AWS::DynamoDB::Table"}, "Bucket": {"Type": "AWS::S3::Bucket"}}
    found = look(tmp_path, {"cdk.out/stack.template.json": json.dumps({"Resources": resources}, indent=2)})

    assert [(one.address, one.spot.line) for one in found.resources] == [("Table", 3), ("Bucket", 6)]


def test_other_json_and_yaml_are_skipped_with_a_reason(tmp_path: Path) -> None:
    found = look(tmp_path, {"package.json": "{}", "k8s.yaml": "kind: Pod", "README.md": "x", "Makefile": "x"})

    assert {one.state for one in found.files} == {State.SKIPPED}
    assert {one.why for one in found.files} == {
        "JSON of another kind: not a plan, a state or a template",
        "YAML of another kind: not a template",
        "no reader for .md",
        "no reader for files without an ending",
    }


def test_every_input_that_was_read_has_its_hash(tmp_path: Path) -> None:
    from hashlib import sha256

    found = look(tmp_path, {"a.tf": "locals {}\n", "b.py": "x = 1\n", "c.md": "x"})

    assert {one.path: one.sha256 for one in found.files} == {
        "a.tf": sha256(b"locals {}\n").hexdigest(),
        "b.py": sha256(b"x = 1\n").hexdigest(),
        "c.md": None,
    }


def _state(*addresses: str, size: int = 40) -> str:
    resources = []
    for address in addresses:
        kind, name = address.split(".")
        attributes = {"allocated_storage": size, "arn": "arn:aws:rds:eu-west-3:1:db:x"}
        one = {"mode": "managed", "type": kind, "name": name, "instances": [{"attributes": attributes}]}
        resources.append(one)
    return json.dumps({"version": 4, "lineage": "x", "resources": resources})


DATABASE = 'resource "aws_db_instance" "d" {\n  engine = "postgres"\n}\nresource "aws_sqs_queue" "q" {}\n'


def test_a_state_in_another_folder_is_given_to_its_source(tmp_path: Path) -> None:
    state = _state("aws_db_instance.d", "aws_sqs_queue.q")

    found = look(tmp_path, {"infra/main.tf": DATABASE, "states/live.tfstate": state, "other/main.tf": "locals {}\n"})

    assert [one.address for one in found.resources] == ["aws_db_instance.d", "aws_sqs_queue.q"]
    assert str(found.resources[0].size) == "40.0 GiB"


def test_a_second_state_of_a_source_is_another_deployment(tmp_path: Path) -> None:
    state = _state("aws_db_instance.d", "aws_sqs_queue.q")

    found = look(tmp_path, {"infra/main.tf": DATABASE, "live/a.tfstate": state, "test/a.tfstate": state})

    assert [one.spot.file for one in found.resources] == [
        "infra/main.tf",
        "infra/main.tf",
        "test/a.tfstate",
        "test/a.tfstate",
    ]


def test_a_state_of_two_sources_alike_stands_beside_them_and_says_so(tmp_path: Path) -> None:
    state = _state("aws_db_instance.d", "aws_sqs_queue.q")

    found = look(tmp_path, {"a/main.tf": DATABASE, "b/main.tf": DATABASE, "states/a.tfstate": state})

    assert len(found.resources) == 6
    assert [(one.what, one.resources) for one in found.opaque] == [("state", False)]


def test_a_state_that_shares_little_with_a_source_is_of_another(tmp_path: Path) -> None:
    state = _state("aws_db_instance.other", "aws_sqs_queue.q", "aws_sns_topic.t")

    found = look(tmp_path, {"a/main.tf": DATABASE, "states/a.tfstate": state})

    assert len(found.resources) == 5
