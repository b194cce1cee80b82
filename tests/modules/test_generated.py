"""The trees that `exitkit generate` writes for the PGE attestation service: reviewed, valid, and planned."""

from __future__ import annotations

import os
from pathlib import Path

import hcl2
import pytest

from exitkit import api
from exitkit.api.placed import Generated
from tests.modules.conftest import MODULES, PGE, Root
from tests.standin.mirror import discover

pytestmark = pytest.mark.terraform

# Where the two roots differ: OVHcloud encrypts with no key of the customer's, sells databases by plan, and deletes
# a key at once.
EXPECTED = {"dossiers": {"key"}, "register": {"key", "plan"}, "seal": {"deletion_protection"}}
REVIEWED = MODULES / "examples" / "pge-attestation"
CLOUDS = ("aws", "ovh")

# What a person fills in before the first plan, and a provider that has no account to ask.
VALUES = {
    "aws": 'bank_api_value  = "made up"\nweb_certificate = "arn:aws:acm:eu-west-3:123456789012:certificate/1"\n',
    "ovh": "\n".join(
        [
            'bank_api_value  = "made up"',
            'project         = "0123456789abcdef"',
            'vault           = "0123"',
            'web_certificate = "https://key-manager.example/v1/secrets/1"',
            "",
        ]
    ),
}
OFFLINE = {
    "aws": """
provider "aws" {
  access_key                  = "testing"
  secret_key                  = "testing"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  max_retries                 = 1
}
""",
    "ovh": "",
}
# What the README of a tree tells its owner to do first, on the day it goes.
LET_GO = """\
module "seal" {
  deletion_protection = false
}

module "dossiers" {
  deletion_protection = false
}

module "register" {
  deletion_protection = false
}
"""


def generated(cloud: str, folder: Path) -> Generated:
    return api.generate(api.validate(PGE), cloud, folder)


@pytest.fixture(scope="session", params=CLOUDS)
def tree(request: pytest.FixtureRequest, settings: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Root]:
    """A generated tree, initialised; the test's own files lie beside the delivered ones."""
    cloud = request.param
    if cloud == "aws" and discover() is None:
        pytest.skip("no folder registry.terraform.io in the usual places")
    folder = tmp_path_factory.mktemp(cloud)
    generated(cloud, folder)
    (folder / "terraform.tfvars").write_text(VALUES[cloud])
    (folder / "offline_override.tf").write_text(OFFLINE[cloud])
    root = Root(folder, settings)
    root.do("init", "-input=false")
    return cloud, root


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_generated_tree_is_the_one_we_reviewed(cloud: str, tmp_path: Path) -> None:
    generated(cloud, tmp_path / "tree")
    found = {str(file.relative_to(tmp_path / "tree")): file.read_text() for file in _files(tmp_path / "tree")}

    if os.environ.get("EXITKIT_ACCEPT"):
        for path, text in found.items():
            (REVIEWED / cloud / path).parent.mkdir(parents=True, exist_ok=True)
            (REVIEWED / cloud / path).write_text(text)
    reviewed = {str(file.relative_to(REVIEWED / cloud)): file.read_text() for file in _files(REVIEWED / cloud)}

    assert found == reviewed


def test_a_generated_tree_is_valid_and_plans(tree: tuple[str, Root]) -> None:
    _, root = tree

    root.do("validate")
    plan = root.plan()

    assert {
        tuple(change["change"]["actions"]) for change in plan["resource_changes"] if change["mode"] == "managed"
    } == {("create",)}


def test_a_generated_tree_is_written_as_terraform_fmt_writes(tree: tuple[str, Root]) -> None:
    _, root = tree

    assert root.run("fmt", "-check", "-recursive", "-no-color").stdout == ""


def test_the_ovh_tree_is_made_stays_as_it_is_and_goes_again(settings: Path, tmp_path: Path) -> None:
    generated("ovh", tmp_path)
    delivered = {file: file.read_bytes() for file in _files(tmp_path)}
    (tmp_path / "terraform.tfvars").write_text(VALUES["ovh"])
    root = Root(tmp_path, settings)
    now = ("-input=false", "-auto-approve", "-parallelism=30")
    root.do("init", "-input=false")

    root.do("apply", *now)
    made = root.do("state", "list").splitlines()
    again = root.run("plan", "-input=false", "-detailed-exitcode", "-no-color")
    # What is protected goes as the README of the tree tells: switched off in its block, here from beside, and applied.
    (tmp_path / "let_go_override.tf").write_text(LET_GO)
    root.do("apply", *now)
    root.do("destroy", *now)

    assert {each.split(".")[1] for each in made} == {component.name for component in api.validate(PGE).components}
    assert again.returncode == 0, again.stdout
    assert root.do("state", "list") == ""
    assert {file: file.read_bytes() for file in delivered} == delivered


def test_a_wrong_argument_planted_in_the_ovh_tree_is_refused(tree: tuple[str, Root], tmp_path: Path) -> None:
    cloud, root = tree
    if cloud != "ovh":
        pytest.skip("planted in the OVHcloud tree")
    broken = root.copy(tmp_path)
    file = broken.folder / "modules" / "postgres" / "main.tf"
    file.write_text(file.read_text().replace("  engine ", "  enginne "))

    done = broken.run("validate", "-no-color")

    assert done.returncode == 1
    assert "enginne" in done.stderr


@pytest.mark.parametrize("cloud", CLOUDS)
def test_another_parser_reads_the_generated_root(cloud: str) -> None:
    text = (REVIEWED / cloud / "main.tf").read_text()

    read = hcl2.loads(text)

    names = [name.strip('"') for module in read["module"] for name in module]
    assert names == [component.name for component in api.validate(PGE).components]


def test_moving_changes_the_folder_a_module_comes_from_not_the_shape_of_the_root() -> None:
    def shape(cloud: str) -> dict[str, set[str]]:
        read = hcl2.loads((REVIEWED / cloud / "main.tf").read_text())
        return {
            name.strip('"'): {key for key in body if not key.startswith("__")}
            for module in read["module"]
            for name, body in module.items()
        }

    aws, ovh = shape("aws"), shape("ovh")

    assert aws.keys() == ovh.keys()
    assert {name: ovh[name] ^ aws[name] for name in aws if ovh[name] != aws[name]} == EXPECTED


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file()) if folder.exists() else []
