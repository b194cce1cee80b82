"""The test that is delivered with each tree: its owner runs it without an account, and without us."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import hcl2
import pytest

from exitkit.infra.trial import PATH
from exitkit.model.workload import Workload
from tests.standin.mirror import discover, lay
from tests.unit.infra.conftest import Composed
from tests.unit.infra.test_tree_check import EVERY

CLOUDS = ("aws", "ovh")


@pytest.fixture
def every(composed: Composed) -> dict[str, Mapping[str, str]]:
    workload = Workload.model_validate(EVERY)
    return {cloud: composed(workload, cloud) for cloud in CLOUDS}


@pytest.mark.parametrize("cloud", CLOUDS)
def test_it_mocks_every_provider_and_gives_every_variable_without_a_default(
    every: dict[str, Mapping[str, str]], cloud: str
) -> None:
    tree = every[cloud]
    read = hcl2.loads(tree[PATH])

    mocked = {name.strip('"') for block in read["mock_provider"] for name in block}
    required = {
        name.strip('"')
        for block in hcl2.loads(tree["variables.tf"])["variable"]
        for name, body in block.items()
        if "default" not in body
    }
    assert mocked == ({"aws"} if cloud == "aws" else {"ovh", "openstack"})
    assert {name for block in read["variables"] for name in block if not name.startswith("__")} == required
    assert 'output.web.url == "https://www.shop.example"' in tree[PATH]


def test_what_a_provider_checks_by_its_shape_is_answered_in_that_shape(every: dict[str, Mapping[str, str]]) -> None:
    text = every["aws"][PATH]

    assert 'mock_resource "aws_launch_template"' in text
    assert 'id  = "lt-0123456789abcdef0"' in text or 'id = "lt-0123456789abcdef0"' in text
    assert text.count('arn = "arn:aws:') > 5


@pytest.mark.terraform
@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not on PATH")
@pytest.mark.parametrize("cloud", CLOUDS)
def test_terraform_says_that_it_passes(every: dict[str, Mapping[str, str]], cloud: str, tmp_path: Path) -> None:
    if cloud == "aws" and (discover() is None):
        pytest.skip("the provider hashicorp/aws is not on this machine")
    folder = tmp_path / "tree"
    for path, text in every[cloud].items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "OVH_", "OS_", "TF_"))}
    environment = kept | {"TF_CLI_CONFIG_FILE": str(lay(tmp_path / "providers")), "CHECKPOINT_DISABLE": "1"}

    for command in (["init", "-backend=false", "-input=false"], ["test"]):
        done = subprocess.run(
            ["terraform", *command, "-no-color"],
            cwd=folder,
            env=environment,
            text=True,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "1 passed, 0 failed" in done.stdout
