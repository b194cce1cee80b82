"""Asking terraform: three answers, each with its reason."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from exitkit.drivers import terraform
from exitkit.model.evidence import Verdict
from exitkit.model.workload import Workload
from tests.standin.mirror import discover, lay
from tests.unit.infra.conftest import Composed

pytestmark = [
    pytest.mark.terraform,
    pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not on PATH"),
]
needs_aws = pytest.mark.skipif(
    discover() is None or not (discover() or Path()).joinpath("hashicorp", "aws").is_dir(),
    reason="no folder registry.terraform.io with hashicorp/aws in the usual places",
)


def write(folder: Path, tree: Mapping[str, str]) -> Path:
    for path, text in tree.items():
        folder.joinpath(path).parent.mkdir(parents=True, exist_ok=True)
        folder.joinpath(path).write_text(text, encoding="utf-8")
    return folder


def found(checked: terraform.Checked) -> dict[str, Verdict]:
    return {check.name: check.verdict for check in checked.checks}


@pytest.fixture
def stand_ins(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Providers with the genuine schemas, where the genuine programs cannot be had."""
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(lay(tmp_path_factory.mktemp("providers"))))


@needs_aws
def test_the_aws_tree_is_formatted_and_valid(shop: Workload, composed: Composed, tmp_path: Path) -> None:
    checked = terraform.check(write(tmp_path, composed(shop, "aws")))

    assert checked.verdict is Verdict.PASS, checked.checks


@pytest.mark.usefixtures("stand_ins")
def test_the_ovh_tree_is_formatted_and_valid(shop: Workload, composed: Composed, tmp_path: Path) -> None:
    checked = terraform.check(write(tmp_path, composed(shop, "ovh")))

    assert checked.verdict is Verdict.PASS, checked.checks


@pytest.mark.usefixtures("stand_ins")
@pytest.mark.parametrize(
    "component",
    [
        {"kind": "network", "name": "n"},
        {"kind": "bucket", "name": "keep", "retain-days": 10, "protected": False, "expire-noncurrent-days": 3},
    ],
)
def test_a_small_tree_is_formatted_and_valid(component: object, composed: Composed, tmp_path: Path) -> None:
    workload = Workload.model_validate({"name": "small", "components": [component]})

    checked = terraform.check(write(tmp_path, composed(workload, "ovh")))

    assert checked.verdict is Verdict.PASS, checked.checks


def test_a_tree_is_left_as_it_was(tmp_path: Path) -> None:
    tree = write(tmp_path / "tree", {"main.tf": 'output "x" {\n  value = 1\n}\n'})

    terraform.check(tree)

    assert [file.name for file in tree.rglob("*")] == ["main.tf"]


def test_an_unformatted_file_is_named(tmp_path: Path) -> None:
    checked = terraform.check(write(tmp_path, {"main.tf": 'output "x" {\nvalue=1\n}\n'}))

    assert found(checked) == {"fmt": Verdict.FAIL, "init": Verdict.PASS, "validate": Verdict.PASS}
    assert checked.checks[0].diagnostics == ("main.tf",)


def test_an_invalid_file_fails_with_its_line(tmp_path: Path) -> None:
    checked = terraform.check(write(tmp_path, {"main.tf": 'output "x" {\n  value = var.y\n}\n'}))

    assert checked.verdict is Verdict.FAIL
    assert checked.checks[-1].diagnostics[0].startswith("main.tf:2: Reference to undeclared input variable")


def test_a_broken_file_fails_with_its_line(tmp_path: Path) -> None:
    checked = terraform.check(write(tmp_path, {"main.tf": "a = {"}))

    assert set(found(checked).values()) == {Verdict.FAIL}
    assert checked.checks[-1].diagnostics[0].startswith("main.tf:1: ")


@pytest.mark.usefixtures("stand_ins")
def test_a_provider_that_cannot_be_had_is_unknown_in_terraforms_own_words(tmp_path: Path) -> None:
    needed = 'terraform {\n  required_providers {\n    none = {\n      source = "nobody/none"\n    }\n  }\n}\n'

    checked = terraform.check(write(tmp_path, {"main.tf": needed}))

    assert found(checked) == {"fmt": Verdict.PASS, "init": Verdict.UNKNOWN, "validate": Verdict.UNKNOWN}
    assert "nobody/none" in checked.checks[1].why


def test_without_the_program_everything_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    checked = terraform.check(tmp_path)

    assert terraform.find() is None
    assert checked.verdict is Verdict.UNKNOWN
    assert {check.why for check in checked.checks} == {"terraform not found"}


def test_a_call_that_takes_too_long_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sleeper = tmp_path / "terraform"
    sleeper.write_text("#!/bin/sh\nexec sleep 30\n", encoding="utf-8")
    sleeper.chmod(0o755)
    monkeypatch.setattr(terraform, "find", lambda: sleeper)

    checked = terraform.check(write(tmp_path / "tree", {"main.tf": ""}), seconds=1)

    assert checked.verdict is Verdict.UNKNOWN
    assert checked.checks[0].why == "terraform fmt took longer than 1 s"


def test_mirrors_come_first_and_the_registry_for_the_rest(tmp_path: Path) -> None:
    (tmp_path / "registry.terraform.io" / "hashicorp" / "aws").mkdir(parents=True)

    text = terraform._configuration([tmp_path, tmp_path / "empty"])

    assert text.count("filesystem_mirror") == 1
    assert text.count('["registry.terraform.io/hashicorp/aws"]') == 2
