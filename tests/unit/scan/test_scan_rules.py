"""Findings, what accepts them, and the formats that tell of them."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jsonschema import Draft7Validator

from exitkit.errors import UsageError
from exitkit.model.finding import Severity
from exitkit.model.inventory import Custody, Inventory
from exitkit.scan.compare import compare, markdown
from exitkit.scan.render import FORMATS, render
from exitkit.scan.render.json import read
from exitkit.scan.rules.base import rules
from tests.unit.scan.estates import codes, look, only, scanned

TABLE = 'resource "aws_dynamodb_table" "t" {\n  name = "t"\n}\n'
SOURCE = 'import boto3\nqueue = boto3.client("sqs")\nqueue.send_message(QueueUrl=url)\n'


def test_every_rule_has_a_page_with_its_way_out() -> None:
    assert list(rules()) == sorted(rules())
    assert all(code.startswith("LK4") for code in rules())
    assert all("What it means: " in one.page and "Way out: " in one.page for one in rules().values())


@pytest.mark.parametrize(
    ("files", "code", "place"),
    [
        ({"a.tf": TABLE}, "LK401", "a.tf:1"),
        ({"a.tf": 'resource "aws_ecs_cluster" "c" {}\n'}, "LK402", "a.tf:1"),
        ({"a.tf": 'resource "aws_licensemanager_grant" "g" {}\n'}, "LK403", "a.tf:1"),
        ({"a.tf": '\nmodule "m" { source = "x/y/z" }\n'}, "LK404", "a.tf:2"),
        ({"a.py": 'import boto3\nboto3.client("sqs")\n'}, "LK405", "a.py:2"),
        ({"a.py": 'import boto3\nboto3.client("kms")\n'}, "LK406", "a.py:2"),
        ({"a.py": '"arn:aws:s3:::b"\n'}, "LK410", "a.py:1"),
        ({"a.py": 'u = "https://b.s3.eu-west-3.amazonaws.com/k"\n'}, "LK411", "a.py:1"),
        ({"a.py": 'u = "http://169.254.169.254/"\n'}, "LK412", "a.py:1"),
        ({"a.py": 'r = "us-east-1"\n'}, "LK413", "a.py:1"),
        ({"a.tf": 'locals { c = "aws:PrincipalOrgID" }\n'}, "LK414", "a.tf:1"),
        ({"a.tf": 'terraform {\n  backend "s3" {}\n}\n'}, "LK415", "a.tf:2"),
        ({"a.tf": 'resource "aws_s3_bucket" "b" {}\n'}, "LK420", "a.tf:1"),
        ({"a.tf": 'resource "aws_kms_key" "k" {}\nresource "aws_ebs_volume" "v" {\n kms_key_id = aws_kms_key.k.arn\n}'},
         "LK421", "a.tf:2"),
        ({"a.tf": 'variable "k" {}\nresource "aws_ebs_volume" "v" {\n kms_key_id = var.k\n}'}, "LK422", "a.tf:2"),
        ({"a.tf": 'resource "aws_s3_bucket" "b" {}\n'}, "LK423", "a.tf:1"),
        ({"a.tf": "resource {{{\n"}, "LK430", "a.tf:1"),
        ({"a.tf": "# exitkit:ignore LK401\n"}, "LK431", "a.tf:1"),
        ({"a.tf": 'variable "n" {}\nresource "aws_vpc" "v" { count = var.n }\n'}, "LK432", "a.tf:2"),
    ],
)  # fmt: skip
def test_each_rule_finds_its_line(tmp_path: Path, files: dict[str, str], code: str, place: str) -> None:
    found = look(tmp_path, dict(files))

    assert [str(one.spot) for one in found.findings if one.code == code] == [place]
    assert set(rules()) >= codes(found)


def test_every_rule_is_tried() -> None:
    marks = test_each_rule_finds_its_line.pytestmark  # type: ignore[attr-defined]

    assert {case[1] for mark in marks for case in mark.args[1]} == set(rules())


@pytest.mark.parametrize(
    ("key", "level"),
    [
        ('resource "aws_kms_key" "k" {}', Custody.K1),
        ('resource "aws_kms_external_key" "k" {}', Custody.K2),
        ('resource "aws_kms_key" "k" { origin = "EXTERNAL" }', Custody.K2),
        ('resource "aws_kms_key" "k" { origin = "EXTERNAL_KEY_STORE" }', Custody.K3),
        ('resource "aws_kms_key" "k" { custom_key_store_id = var.s }', Custody.UNKNOWN),
        ("", Custody.UNKNOWN),
    ],
)
def test_the_custody_of_a_key_is_followed(tmp_path: Path, key: str, level: Custody) -> None:
    kind = key.split('"')[1] if key else "aws_kms_key"
    store = f'resource "aws_ebs_volume" "v" {{ kms_key_id = {kind}.k.arn }}\n'

    assert only(look(tmp_path, {"a.tf": f"{key}\n{store}"}), "aws_ebs_volume").custody is level


def test_the_key_of_a_bucket_stands_beside_it(tmp_path: Path) -> None:
    found = look(
        tmp_path,
        {
            "a.tf": 'resource "aws_s3_bucket" "b" {}\nresource "aws_kms_key" "k" {}\n'
            'resource "aws_s3_bucket_server_side_encryption_configuration" "e" {\n  bucket = aws_s3_bucket.b.id\n'
            "  rule {\n    apply_server_side_encryption_by_default {\n      kms_master_key_id = aws_kms_key.k.arn\n"
            '      sse_algorithm = "aws:kms"\n    }\n  }\n}\n'
        },
    )

    assert only(found, "aws_s3_bucket").custody is Custody.K1


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("# exitkit:ignore LK401 until 2027-01-31: replaced in the spring\n" + TABLE, True),
        (TABLE.replace("{\n", "{ # exitkit:ignore LK401, LK423 until 2027-01-31: soon\n", 1), True),
        (TABLE.replace("  name", "  // exitkit:ignore LK401 until 2027-01-31: inside\n  name"), True),
        ("/* exitkit:ignore LK401 until 2027-01-31: soon */\n" + TABLE, True),
        ("# exitkit:ignore LK402 until 2027-01-31: another rule\n" + TABLE, False),
        ("# exitkit:ignore LK401 until 2026-01-31: too late\n" + TABLE, False),
        ("# exitkit:ignore LK401 until 2027-01-31:\n" + TABLE, False),
        ("# exitkit:ignore LK401 until 2027-02-31: no such day\n" + TABLE, False),
        ("# exitkit:ignore LK401 until 2027-01-31: far away\n\n\n" + TABLE, False),
        ('locals { x = "exitkit:ignore LK401 until 2027-01-31: a text" }\n' + TABLE, False),
    ],
)
def test_a_comment_accepts_with_a_reason_until_a_day(tmp_path: Path, text: str, accepted: bool) -> None:
    found = look(tmp_path, {"a.tf": text})
    [finding] = [one for one in found.findings if one.code == "LK401"]

    assert (finding.accepted is not None) == accepted


def test_the_bill_is_a_share_of_its_own(tmp_path: Path) -> None:
    from exitkit.scan.catalogue import catalogue
    from exitkit.scan.spend import by_spend

    bill = tmp_path / "bill.csv"
    bill.write_text("Service,Amount\nAmazon DynamoDB,60\nAmazon Simple Storage Service,30\nTax,10\nRefund,-5\n")
    share = by_spend(bill, catalogue())

    assert (share.held, share.unknown, share.total, share.words) == (60, 10, 100, "60.0 to 70.0 %")
    for wrong in ("a,b\n1,2\n", "service,amount\nx,many\n", "service,amount\nx,NaN\n"):
        bill.write_text(wrong)
        with pytest.raises(UsageError):
            by_spend(bill, catalogue())


@pytest.fixture
def estate(tmp_path: Path) -> Inventory:
    """One of everything, under names that would break a format that does not escape."""
    return look(
        tmp_path / "<b>|`x`",
        {
            "a.tf": "# exitkit:ignore LK401 until 2027-01-31: <soon> & sure\n" + TABLE + 'resource "new_x" "<i>|" {}\n',
            "a.py": SOURCE,
            "<script>&.tf": "resource {{{",
            "x y%20#.py": 'u = "https://<b>.s3.amazonaws.com"\n',
        },
    )  # fmt: skip


def test_json_reads_back_as_the_same(estate: Inventory) -> None:
    told = json.loads(render(estate, format="json"))

    assert list(told)[:2] == ["format_version", "headline"]
    assert read(render(estate, format="json")) == estate


def test_sarif_points_at_lines(estate: Inventory) -> None:
    told = json.loads(render(estate, format="sarif"))
    [run] = told["runs"]
    ids = [one["id"] for one in run["tool"]["driver"]["rules"]]

    assert (told["version"], ids) == ("2.1.0", list(rules()))
    assert len(run["results"]) == len(estate.findings)
    for result, finding in zip(run["results"], estate.findings, strict=True):
        place = result["locations"][0]["physicalLocation"]
        assert ids[result["ruleIndex"]] == result["ruleId"] == finding.code
        assert result["level"] in {"error", "warning", "note"}
        assert place["region"]["startLine"] == finding.spot.line >= 1
        assert place["region"]["startColumn"] >= 1
        assert place["artifactLocation"]["uriBaseId"] == "ROOT"
        assert not set(place["artifactLocation"]["uri"]) & set(' <>#"&')
        assert bool(result.get("suppressions")) == (finding.accepted is not None)


SARIF = gzip.decompress((Path(__file__).parent / "schemas" / "sarif-2.1.0.json.gz").read_bytes())


def test_the_schema_of_sarif_is_the_official_one() -> None:
    assert hashlib.sha256(SARIF).hexdigest() == "bb34c1740b3464d1694c93750d2f1da3833e8d11feb311230251cef2f4cb1459"


def test_sarif_is_what_its_schema_asks(estate: Inventory, tmp_path: Path) -> None:
    checked = Draft7Validator(json.loads(SARIF), format_checker=Draft7Validator.FORMAT_CHECKER)
    odd = look(tmp_path, {"ä b/é #%.tf": 'resource "aws_sqs_queue" "q" {\n', "x.tfstate": "{"})

    for found in (estate, odd):
        told = json.loads(render(found, format="sarif"))
        assert [error.message for error in checked.iter_errors(told)] == []
    del told["runs"][0]["tool"]["driver"]["name"]
    assert [error.message for error in checked.iter_errors(told)] == ["'name' is a required property"]


def test_a_finding_stands_on_its_line_and_column(tmp_path: Path) -> None:
    text = '# é 😀\nqueue = "é 😀", boto3.client("sqs").receive_message()\n'
    found = look(tmp_path, {"app.py": f"import boto3\n{text}"})

    told = json.loads(render(found, format="sarif"))
    regions = [one["locations"][0]["physicalLocation"]["region"] for one in told["runs"][0]["results"]]

    before = text.split("\n")[1].partition("sqs")[0]
    assert {"startLine": 3, "startColumn": len(before.encode("utf-16-le")) // 2 + 1} in regions


def test_junit_counts_what_it_lists(estate: Inventory) -> None:
    root = ElementTree.fromstring(render(estate, format="junit"))

    assert [suite.get("name", "")[:5] for suite in root] == list(rules())
    for suite in root:
        assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
        assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("skipped", "")) == len(suite.findall("testcase/skipped"))


def test_html_and_markdown_escape_names(estate: Inventory) -> None:
    page, text = render(estate, format="html"), render(estate, format="md")

    assert "<script>" not in page
    assert "<b>" not in page
    assert "<i>" not in page
    assert "<b>" not in text
    assert "<script" not in text


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_says_the_coverage_and_the_same_twice(estate: Inventory, form: str) -> None:
    text = render(estate, format=form)

    assert text == render(estate, format=form)
    assert text.endswith("\n")
    if form != "junit":
        assert f"{estate.coverage.understood}" in text


def test_a_difference_tells_what_came_and_went_not_what_moved(tmp_path: Path) -> None:
    before = scanned(tmp_path / "a", {"a.tf": TABLE, "b.tf": 'resource "aws_sqs_queue" "q" {}\n'}).inventory
    after = scanned(
        tmp_path / "b", {"a.tf": "\n\n\n" + TABLE + 'resource "aws_sns_topic" "t" {}\n', "b.tf": ""}
    ).inventory

    difference = compare(before, after)

    assert {one.subject for one in difference.came if one.severity is Severity.HIGH} == {"aws_sns_topic.t"}
    assert {one.subject for one in difference.went if one.severity is Severity.HIGH} == {"aws_sqs_queue.q"}
    assert markdown(difference).startswith("## Lock-in: 1 more, 3 less\n")
