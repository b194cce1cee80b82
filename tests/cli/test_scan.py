"""The verb that reads what exists."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from exitkit.scan.render import FORMATS
from tests.cli.conftest import Ask
from tests.conftest import ROOT, Said

MAIN = """\
provider "aws" {
  region = "eu-west-3"
}

module "data" {
  source = "./data"
}

resource "aws_lambda_function" "resize" {
  count = 2
}

# exitkit:ignore LK402 until 9999-12-31: the team knows
resource "aws_api_gateway_rest_api" "front" {}

module "vpc" {
  source = "terraform-aws-modules/vpc/aws"
}

resource "othercloud_thing" "what" {}
"""
DATA = """\
resource "aws_kms_key" "key" {}

resource "aws_db_instance" "orders" {
  engine            = "postgres"
  engine_version    = "16.3"
  allocated_storage = 40
  kms_key_id        = aws_kms_key.key.arn
}

resource "aws_s3_bucket" "images" {}
"""
SOURCE = """\
import boto3

queue = boto3.client("sqs", region_name="eu-west-3")
queue.send_message(QueueUrl="https://sqs.eu-west-3.amazonaws.com/123456789012/jobs", MessageBody="{}")
boto3.client("s3").put_object(Bucket="images", Key="k")
"""


@pytest.fixture
def estate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small estate, and a memory of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "memory"))
    for name, text in {
        "main.tf": MAIN,
        "data/main.tf": DATA,
        "app/jobs.py": SOURCE,
        "broken.tf": "resource {{{\n",
        "README.md": "# shop\n",
    }.items():
        file = tmp_path / "shop" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path / "shop"


def test_an_estate_is_told_in_a_page(ask: Ask, estate: Path, holds: Callable[[str, Said], None]) -> None:
    said = ask("scan", estate)

    assert (said.code, said.err) == (0, "")
    holds("scan", said)
    assert ask("scan", estate) == said


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_goes_to_stdout_or_whole_into_a_file(ask: Ask, estate: Path, form: str) -> None:
    out = {"sarif": "a.sarif", "junit": "a.xml", "table": "a.txt"}.get(form, f"a.{form}")
    said, written = ask("scan", estate, "-f", form), ask("scan", estate, "-o", out)

    assert (said.code, written.code, written.out) == (0, 0, "")
    assert Path(out).read_text() == said.out
    assert written.err.startswith(f"{out}   {form}, ")


def test_json_opens_with_its_version_and_says_the_headline(ask: Ask, estate: Path) -> None:
    told = json.loads(ask("scan", estate, "-f", "json").out)

    assert list(told)[:2] == ["format_version", "headline"]
    assert [one["by"] for one in told["shares"]] == ["resource", "spend", "call"]


def test_one_option_sets_the_bar_and_one_removes_it(ask: Ask, estate: Path) -> None:
    assert ask("scan", estate, "--fail-on", "high").code == 1
    assert ask("scan", estate, "--fail-on", "info", "--exit-zero").code == 0
    (estate / "main.tf").write_text(
        '# exitkit:ignore LK401 until 9999-12-31: so be it\nresource "aws_sqs_queue" "q" {}\n'
    )
    (estate / "app" / "jobs.py").unlink()
    assert ask("scan", estate, "--fail-on", "high").code == 1
    assert ask("scan", estate, "--fail-on", "high", "--allow-unknown").code == 0
    (estate / "broken.tf").unlink()
    assert ask("scan", estate, "--fail-on", "high").code == 0


def test_a_pull_request_is_told_what_changed(ask: Ask, estate: Path) -> None:
    ask("scan", estate, "-o", "before.json")
    (estate / "new.tf").write_text('resource "aws_sqs_queue" "q" {}\n')

    said = ask("scan", estate, "--against", "before.json", "--fail-on", "high")
    comment = ask("scan", estate, "--against", "before.json", "-f", "md")

    assert said.code == 1
    assert said.out.splitlines()[0] == "3 findings more, 0 less"
    assert comment.out.startswith("## Lock-in: 3 more, 0 less\n")
    assert ask("scan", estate, "--against", "before.json", "-f", "md").code == 0


def test_what_was_there_before_fails_nobody(ask: Ask, estate: Path) -> None:
    ask("scan", estate, "-o", "before.json")

    assert ask("scan", estate, "--against", "before.json", "--fail-on", "info").code == 0


def test_a_draft_is_what_validate_accepts(ask: Ask, estate: Path) -> None:
    said = ask("scan", estate, "--draft", "workload.yaml")

    assert "workload.yaml   4 components, covering " in said.err
    assert ask("validate").code == 0
    assert ask("scan", estate, "--draft", "workload.yaml") == Said(
        2, said.out, "error: workload.yaml is there already\n\nhint: name another file; a draft replaces nothing\n"
    )


def test_a_bill_gives_the_share_by_spend(ask: Ask, estate: Path) -> None:
    Path("bill.csv").write_text("service,amount\nAWS Lambda,75\nAmazon Simple Storage Service,25\n")

    assert "by spend     75.0 %" in ask("scan", estate, "--spend", "bill.csv").out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("scan", "nowhere"), "there is no folder `nowhere`"),
        (("scan", "-f", "pdf"), "a scan cannot be written as `pdf`"),
        (("scan", "--fail-on", "urgent"), "there is no severity `urgent`"),
        (("scan", "--against", "nowhere.json"), "`nowhere.json` cannot be read"),
        (("scan", "--spend", "nowhere.csv"), "the bill `nowhere.csv` cannot be read"),
    ],
)
def test_a_mistake_is_yours_and_says_so(ask: Ask, arguments: tuple[str, ...], words: str) -> None:
    said = ask(*arguments)

    assert (said.code, said.out) == (2, "")
    assert words in said.err


def test_a_scan_of_another_kind_is_no_scan(ask: Ask, tmp_path: Path) -> None:
    for text in ("{}", "[]", "not json", '{"format_version": 1}'):
        Path("other.json").write_text(text)
        assert ask("scan", "--against", "other.json").code == 2


def test_one_file_may_be_scanned_alone(ask: Ask, estate: Path) -> None:
    said = ask("scan", estate / "data" / "main.tf")

    assert said.out.startswith("main.tf: coverage 100 %: 3 of 3 resources understood; files: 1 read")


def test_what_is_remembered_can_be_left_alone(ask: Ask, estate: Path, tmp_path: Path) -> None:
    ask("scan", estate, "--no-cache")

    assert not (tmp_path / "memory").exists()


def test_the_action_and_the_hook_speak_the_options_there_are(ask: Ask) -> None:
    offered = set(re.findall(r"--[a-z-]+", ask("scan", "--help").out))
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    hooks = {one["id"]: one for one in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    lines = [line for step in action["runs"]["steps"] for line in step.get("run", "").splitlines()]

    used = {word for line in lines if "exitkit scan" in line for word in re.findall(r"--[a-z-]+", line)}
    assert used <= offered
    assert not any("${{" in line for line in lines)
    assert set(re.findall(r"--[a-z-]+", hooks["exitkit-scan"]["entry"])) <= offered
    assert re.search(hooks["exitkit-scan"]["files"], "infra/main.tf")
    assert not re.search(hooks["exitkit-scan"]["files"], "README.md")
