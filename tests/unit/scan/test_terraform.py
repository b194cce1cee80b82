"""Terraform trees are followed as far as they can be known, and no further."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from exitkit.model.inventory import Custody, Portability, State
from exitkit.scan.evaluate import Budget, Evaluator
from exitkit.scan.readers import hcl
from tests.unit.scan.estates import lay, look, only

QUEUE = 'resource "aws_sqs_queue" "q" {}\n'


def test_a_resource_has_its_place_service_class_counterpart_and_effort(tmp_path: Path) -> None:
    text = '# first\n\nresource "aws_db_instance" "d" {\n  engine = "mysql"\n}\n'

    found = only(look(tmp_path, {"net/main.tf": text}), "aws_db_instance")

    assert (str(found.spot), found.spot.end_line, found.provider) == ("net/main.tf:3", 5, "aws")
    assert (found.service, found.portability) == ("RDS MySQL/MariaDB", Portability.P2)
    assert found.counterpart == "ovh_cloud_project_database engine mysql"
    assert found.effort is not None
    assert (found.effort.low, found.effort.likely, found.effort.high) == (2, 4, 10)
    assert found.effort.basis == "assumed"
    assert "2026-11" in found.effort.source


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ("count = 3", 3),
        ("count = 0", 0),
        ("count = var.many", 4),
        ("count = var.on ? 1 : 0", 1),
        ("count = length(local.zones)", 2),
        ("for_each = toset(local.zones)", 2),
        ('for_each = { for zone in local.zones : zone => upper(zone) if zone != "a" }', 1),
        ("for_each = merge({ x = 1 }, { y = 2 })", 2),
        ("count = var.unsaid", None),
        ("count = length(data.aws_availability_zones.all.names)", None),
        ('for_each = jsondecode(file("queues.json"))', None),
    ],
)
def test_how_many_there_are_is_worked_out_or_unknown(tmp_path: Path, said: str, count: int | None) -> None:
    head = (
        'variable "many" { default = 4 }\nvariable "on" { default = true }\nvariable "unsaid" {}\n'
        'locals { zones = ["a", "b"] }\n'
    )
    found = only(look(tmp_path, {"main.tf": f'{head}resource "aws_sqs_queue" "q" {{\n  {said}\n}}\n'}), "aws_sqs_queue")

    assert found.instances == count
    assert bool(found.unclear) == (count is None)
    assert found.count == (1 if count is None else count)


def test_modules_are_followed_with_what_they_are_given(tmp_path: Path) -> None:
    found = look(
        tmp_path,
        {
            "main.tf": 'module "a" {\n source = "./m"\n count = 2\n names = ["x", "y", "z"]\n}\n'
            'module "b" {\n source = "./m"\n names = module.a2.told\n}\nmodule "a2" { source = "./n" }\n',
            "m/main.tf": 'variable "names" {}\nresource "aws_sqs_queue" "q" { for_each = toset(var.names) }\n',
            "n/main.tf": 'output "told" { value = ["one"] }\n',
        },
    )

    told = {one.address: one.instances for one in found.resources}
    assert told["module.a.aws_sqs_queue.q"] == 6
    assert told["module.b.aws_sqs_queue.q"] in (1, None)
    assert {str(one.spot) for one in found.resources} == {"m/main.tf:2"}


def test_the_region_is_that_of_the_provider_it_is_handed(tmp_path: Path) -> None:
    found = look(
        tmp_path,
        {
            "main.tf": 'variable "r" { default = "eu-west-3" }\nprovider "aws" { region = var.r }\n'
            'provider "aws" {\n alias = "us"\n region = "us-east-1"\n}\n'
            'module "m" {\n source = "./m"\n providers = { aws = aws.us }\n}\n' + QUEUE,
            "m/main.tf": 'resource "aws_sns_topic" "t" {}\n',
        },
    )

    assert only(found, "aws_sqs_queue").region == "eu-west-3"
    assert only(found, "aws_sns_topic").region == "us-east-1"


def test_what_a_file_of_variables_gives_beats_a_default(tmp_path: Path) -> None:
    files = {"main.tf": 'variable "n" { default = 1 }\nresource "aws_sqs_queue" "q" { count = var.n }\n',
             "terraform.tfvars": "n = 7\n", "prod.tfvars": "n = 9\n"}  # fmt: skip
    found = look(tmp_path, files)

    assert only(found, "aws_sqs_queue").instances == 7
    assert {one.path: one.state for one in found.files}["prod.tfvars"] is State.SKIPPED


def test_modules_in_a_ring_are_said_once_and_end(tmp_path: Path) -> None:
    found = look(
        tmp_path,
        {
            "a/main.tf": 'module "b" { source = "../b" }\n' + QUEUE,
            "b/main.tf": 'module "a" { source = "../a" }\n',
        },
    )

    assert "in a ring: a → b → a" in found.opaque[0].why
    assert any(one.type == "aws_sqs_queue" for one in found.resources)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("../../elsewhere", "leads out of the folder"),
        ("terraform-aws-modules/vpc/aws", "is not in the folder; by its name it is of VPC"),
        ("git::https://git.example/net", "is not in the folder"),
        ("./missing", "is not in the folder"),
    ],
)
def test_a_module_that_is_not_here_is_in_every_denominator(tmp_path: Path, source: str, why: str) -> None:
    found = look(tmp_path, {"main.tf": f'module "m" {{ source = "{source}" }}\n' + QUEUE})

    assert why in found.opaque[0].why
    assert (found.coverage.understood, found.coverage.opaque) == (1, 1)
    assert found.coverage.share == pytest.approx(0.5)
    assert found.shares[0].unknown == 1


def test_an_unknown_type_is_never_green(tmp_path: Path) -> None:
    found = look(tmp_path, {"main.tf": 'resource "newcloud_thing" "t" {}\nresource "aws_s3_unheard_of" "u" {}\n'})

    assert {one.portability for one in found.resources} == {Portability.UNKNOWN}
    assert found.coverage.headline.startswith("coverage 0 %")
    assert found.shares[0].words == "0 to 100 %"
    assert [one.code for one in found.findings] == ["LK403", "LK403", "LK432"]


def test_terraform_as_json_is_the_same_terraform(tmp_path: Path) -> None:
    found = look(tmp_path, {"main.tf.json": '{"resource": {"aws_sqs_queue": {\n"q": {"count": 2}}}}'})

    assert (only(found, "aws_sqs_queue").instances, str(only(found, "aws_sqs_queue").spot)) == (2, "main.tf.json:2")


def test_a_broken_file_is_partial_and_keeps_what_is_sound(tmp_path: Path) -> None:
    found = look(tmp_path, {"main.tf": QUEUE + "\nresource aws {{{ \n"})

    [file] = found.files
    assert file.state in (State.PARTIAL, State.REFUSED)
    assert "not valid HCL at line" in file.why
    assert "LK430" in {one.code for one in found.findings}


@pytest.mark.parametrize(
    ("said", "worth"),
    [
        ('" x "', " x "),
        ('"  "', "  "),
        ('"a ${1} b ${2} "', "a 1 b 2 "),
        ('"${1} ${2}"', "1 2"),
        (r'"\u00e9 \U0001f600 \t\"\\ $${x} %%{y}"', 'é 😀 \t"\\ ${x} %{y}'),
        ("<<E\n  x  \n\ny\nE", "  x  \n\ny\n"),
        ("<<-E\n    x\n      y\n    E", "x\n  y\n"),
        ('""', ""),
    ],
)
def test_a_text_is_worth_what_terraform_makes_of_it(said: str, worth: str) -> None:
    [block] = hcl.read(f"locals {{\n  a = {said}\n}}\n".encode())["blocks"]

    assert Evaluator(lambda root, steps, depth: None, Budget()).value(block["a"]["a"][0]) == worth


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ("length(merge([{ a = 1 }, { b = 2 }]...))", 2),
        ('length({ for one in ["a", "b", "a"] : one => one... }["a"])', 2),
        ('length(setproduct(["a", "b"], ["x", "y", "z"]))', 6),
        ('length(setsubtract(["a", "b"], ["b"])) + length(setunion(["a"], ["b"])) + sum([1, 2])', 6),
        ('cidrsubnet("10.0.0.0/16", 8, 3) == "10.0.3.0/24" ? 4 : 0', 4),
        ('length(jsondecode("[1, 2]"))', 2),
        ("length(coalescelist([], [7]))", 1),
        ("length(setproduct(range(9999), range(9999)))", None),
        ('cidrsubnet("10.0.0.0/16", 99, 0) == "" ? 4 : 0', None),
    ],
)
def test_plain_functions_are_worked_out(tmp_path: Path, said: str, count: int | None) -> None:
    found = look(tmp_path, {"main.tf": f'resource "aws_sqs_queue" "q" {{\n  count = {said}\n}}\n'})

    assert only(found, "aws_sqs_queue").instances == count


def test_expressions_inside_json_are_worked_out(tmp_path: Path) -> None:
    text = (
        '{"variable": {"n": {"default": 3}}, "resource": {"aws_kms_key": {"k": {}}, "aws_db_instance": {"d": '
        '{"count": "${var.n - 1}", "engine": "${\\"post\\"}gres", "kms_key_id": "${aws_kms_key.k.arn}"}}}}'
    )

    found = only(look(tmp_path, {"main.tf.json": text}), "aws_db_instance")

    assert (found.instances, found.service, found.custody) == (2, "RDS PostgreSQL", Custody.K1)


def test_only_a_provider_that_is_set_to_a_region_lacks_one(tmp_path: Path) -> None:
    text = 'provider "helm" {}\nprovider "aws" {}\nresource "helm_release" "h" {}\nresource "aws_sqs_queue" "q" {}\n'

    found = look(tmp_path, {"main.tf": text})

    assert only(found, "helm_release").unclear == ()
    assert only(found, "aws_sqs_queue").unclear == ("where: the region of provider `aws` is not known",)


QUEUES = (
    'variable "n" {}\nresource "aws_sqs_queue" "q" { count = var.n }\nmodule "dead" { source = "./modules/dead" }\n'
)
ROOT_OF_IT = 'module "queues" {\n  source = "example/queues/aws"\n  n = 2\n}\n'


def _manifest(**places: str) -> str:
    return json.dumps({"Modules": [{"Key": key.replace("_", "."), "Dir": place} for key, place in places.items()]})


def test_what_terraform_installed_is_followed_by_its_manifest(tmp_path: Path) -> None:
    at = "infra/.terraform/modules"
    found = look(
        tmp_path,
        {
            "infra/main.tf": ROOT_OF_IT,
            f"{at}/modules.json": _manifest(
                queues=".terraform/modules/queues", queues_dead=".terraform/modules/queues/modules/dead"
            ),
            f"{at}/queues/main.tf": QUEUES,
            f"{at}/queues/README.md": "# queues\n",
            f"{at}/queues/examples/all/main.tf": 'resource "aws_sns_topic" "t" {}\n',
            f"{at}/queues/modules/dead/main.tf": 'resource "aws_sqs_queue" "dead" {}\n',
        },
    )

    assert {one.address: one.instances for one in found.resources} == {
        "module.queues.aws_sqs_queue.q": 2,
        "module.queues.module.dead.aws_sqs_queue.dead": 1,
    }
    assert found.opaque == ()
    assert [one.path for one in found.files if one.state is State.READ] == [
        f"{at}/modules.json",
        f"{at}/queues/main.tf",
        f"{at}/queues/modules/dead/main.tf",
        "infra/main.tf",
    ]


@pytest.mark.parametrize(
    "place", ["../outside", "/etc", ".terraform/modules/../../../outside", ".terraform/modules/link", ""]
)
def test_a_manifest_leads_nowhere_outside(tmp_path: Path, place: str) -> None:
    lay(tmp_path / "outside", {"main.tf": 'resource "aws_sns_topic" "secret" {}\n'})
    lay(
        tmp_path / "estate",
        {"main.tf": ROOT_OF_IT, ".terraform/modules/modules.json": _manifest(queues=place)},
    )
    (tmp_path / "estate" / ".terraform" / "modules" / "link").symlink_to(tmp_path / "outside")

    found = look(tmp_path / "estate", {})

    assert found.resources == ()
    assert [one.what for one in found.opaque] == ["module queues"]
