"""A generated tree, as it comes out of a mirror: planned by the real program with the providers beside it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from exitkit import api
from exitkit.drivers.tree import TerraformTrees
from exitkit.model.evidence import Verdict
from exitkit.ports.tree import Looked
from tests.modules.conftest import PGE
from tests.standin.mirror import REGISTRY, STAND_INS, lay

pytestmark = [pytest.mark.terraform, pytest.mark.usefixtures("terraform")]


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packages")
    lay(folder)
    return folder / "mirror"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", "/dev/null")
    api.generate(api.validate(PGE), "ovh", tmp_path / "tree")
    return tmp_path / "tree"


def verdicts(looked: Looked) -> list[tuple[str, Verdict]]:
    return [(one.name, one.verdict) for one in looked.looks]


def test_it_is_planned_whole_and_every_provider_is_told_with_its_hash(tree: Path, packages: Path) -> None:
    before = sorted(file.relative_to(tree) for file in tree.rglob("*"))

    looked = TerraformTrees().look(tree, packages=[packages])

    assert verdicts(looked) == [("init", Verdict.PASS), ("validate", Verdict.PASS), ("plan", Verdict.PASS)]
    assert {one.source: one.version for one in looked.installed} == {f"{REGISTRY}/{k}": v for k, v in STAND_INS.items()}
    assert all(one.package.startswith("h1:") for one in looked.installed)
    assert looked.planned is not None
    assert looked.planned > 40
    assert sorted(file.relative_to(tree) for file in tree.rglob("*")) == before


def test_a_provider_that_is_not_the_one_that_was_locked_is_refused(tree: Path, packages: Path) -> None:
    (tree / ".terraform.lock.hcl").write_text(
        f'provider "{REGISTRY}/ovh/ovh" {{\n  version = "2.19.0"\n  hashes = ["h1:{"A" * 43}="]\n}}\n'
    )

    looked = TerraformTrees().look(tree, packages=[packages])

    assert ("init", Verdict.FAIL) in verdicts(looked)


def test_a_tree_that_lost_a_module_is_a_no(tree: Path, packages: Path) -> None:
    shutil.rmtree(tree / "modules" / "bucket")

    assert Verdict.FAIL in dict(verdicts(TerraformTrees().look(tree, packages=[packages]))).values()


def test_a_tree_without_its_test_is_valid_and_not_planned(tree: Path, packages: Path) -> None:
    shutil.rmtree(tree / "tests")

    looked = TerraformTrees().look(tree, packages=[packages])

    assert verdicts(looked)[-1] == ("plan", Verdict.UNKNOWN)
    assert looked.planned is None


@pytest.mark.parametrize("how", ["plan", "apply"])
def test_what_its_test_would_make_is_counted_in_every_module(how: str, tmp_path: Path) -> None:
    made = 'resource "terraform_data" "one" {}\n'
    texts = {
        "main.tf": made + 'module "inner" {\n  source = "./modules/inner"\n}\n',
        "modules/inner/main.tf": made,
        "tests/tree.tftest.hcl": f'run "tree" {{\n  command = {how}\n}}\n',
    }
    for path, text in texts.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)

    looked = TerraformTrees().look(tmp_path)

    assert (looked.planned, verdicts(looked)[-1]) == (2, ("plan", Verdict.PASS))


def test_a_test_that_plans_nothing_shows_nothing(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "main.tf").write_text('output "x" {\n  value = 1\n}\n')
    (tmp_path / "tests" / "tree.tftest.hcl").write_text('run "tree" {\n  command = plan\n}\n')

    assert verdicts(TerraformTrees().look(tmp_path))[-1] == ("plan", Verdict.UNKNOWN)


def test_where_the_program_is_not_nothing_is_known(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    looked = TerraformTrees().look(tree)

    assert verdicts(looked) == [("init", Verdict.UNKNOWN)]
    assert looked.program == ""
