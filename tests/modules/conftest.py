"""Working folders for the modules: one for each cloud, made once, planned against real schemas."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.modules import ahead
from tests.standin.mirror import discover, lay

MODULES = Path(__file__).resolve().parents[2] / "terraform"
ROOTS = Path(__file__).with_name("root")
PGE = MODULES.parent / "examples" / "pge-attestation" / "workload.yaml"


@dataclass(frozen=True)
class Root:
    """A working folder, and the only way to run Terraform in it."""

    folder: Path
    settings: Path
    more: Mapping[str, str] = field(default_factory=dict)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = ahead.clean_environment()
        environment |= {"TF_CLI_CONFIG_FILE": str(self.settings), "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
        environment |= self.more
        return subprocess.run(
            ["terraform", *arguments], cwd=self.folder, env=environment, text=True, capture_output=True, check=False
        )

    def do(self, *arguments: str) -> str:
        """Run what has to succeed."""
        done = self.run(*arguments, "-no-color")
        assert done.returncode == 0, f"terraform {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def plan(self, *arguments: str) -> dict[str, Any]:
        self.do("plan", "-input=false", "-out=plan", *arguments)
        document: dict[str, Any] = json.loads(self.run("show", "-json", "plan").stdout)
        return document

    def copy(self, to: Path) -> Root:
        """The same folder, initialised, with a state of its own."""
        return Root(Path(shutil.copytree(self.folder, to / "root", symlinks=True)), self.settings, self.more)


@pytest.fixture(scope="session")
def applied(pytestconfig: pytest.Config) -> dict[str, Any]:
    """What became of the AWS tree of the PGE service when it was applied to an emulator, and destroyed."""
    return ahead.seen(pytestconfig)


@pytest.fixture(scope="session")
def terraform() -> str:
    """The program; without it there is nothing to ask."""
    found = shutil.which("terraform")
    if found is None:
        pytest.skip("terraform is not on PATH")
    return found


@pytest.fixture(scope="session")
def settings(terraform: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay(tmp_path_factory.mktemp("providers"))


@pytest.fixture(scope="session")
def aws(settings: Path, tmp_path_factory: pytest.TempPathFactory) -> Root:
    """The root on AWS, with the real provider and no account."""
    real = discover()
    if real is None or not (real / "hashicorp" / "aws").is_dir():
        pytest.skip("no folder registry.terraform.io with hashicorp/aws in the usual places")
    return _initialised("aws", tmp_path_factory.mktemp("aws"), settings)


@pytest.fixture(scope="session")
def ovh(settings: Path, tmp_path_factory: pytest.TempPathFactory) -> Root:
    """The root at OVHcloud, with the stand-in providers."""
    return _initialised("ovh", tmp_path_factory.mktemp("ovh"), settings)


def _initialised(cloud: str, folder: Path, settings: Path) -> Root:
    shutil.copy(ROOTS / "main.tf", folder)
    shutil.copytree(ROOTS / cloud, folder, dirs_exist_ok=True)
    shutil.copytree(MODULES / cloud, folder / "modules")
    root = Root(folder, settings)
    root.do("init", "-input=false")
    return root
