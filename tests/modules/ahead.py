"""What is waited for longest is begun when the tests begin, once, however many processes share them."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.standin.mirror import discover

ROOT = Path(__file__).resolve().parents[2]
WAITS = "test_apply_aws.py"

# Nothing of the developer's own accounts or settings may reach it.
_PRIVATE = ("AWS_", "OVH_", "OS_", "TF_")
_BEGUN = pytest.StashKey["Begun"]()
_FOLDER = "applied"


def clean_environment() -> dict[str, str]:
    """The environment without accounts and settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_PRIVATE)}


@dataclass(frozen=True)
class Begun:
    """A program that mostly waits, in a folder of its own; it holds `running` locked until it ends."""

    folder: Path
    process: subprocess.Popen[bytes]

    @classmethod
    def begin(cls, folder: Path) -> Begun:
        """Apply the AWS tree of the PGE service to an emulator, in a process group of its own."""
        environment = clean_environment()
        with (folder / "said.txt").open("wb") as said, (folder / "running").open("wb") as running:
            fcntl.flock(running, fcntl.LOCK_EX)
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.modules.applied", str(folder)],
                cwd=ROOT,
                env=environment | {"PYTHONPATH": str(ROOT)},
                stdin=subprocess.PIPE,  # closed by the kernel when we are killed: the program ends with us then
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(running.fileno(),),
            )
        return cls(folder, process)

    def stop(self) -> None:
        """End it with all it started, where it still runs, and remove its folder."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def seen(config: pytest.Config) -> dict[str, Any]:
    """What the program saw, once it has ended. Skips where it was not begun, fails with what it said on failing."""
    shared: str | None = getattr(config, "workerinput", {}).get(_FOLDER)
    begun = config.stash.get(_BEGUN, None)
    folder = Path(shared) if shared else begun.folder if begun else None
    if folder is None or not (folder / "running").exists():
        pytest.skip("terraform, or a folder registry.terraform.io with hashicorp/aws, is not on this machine")
    with (folder / "running").open("rb") as running:
        fcntl.flock(running, fcntl.LOCK_SH)
    assert (folder / "seen.json").exists(), (folder / "said.txt").read_text(encoding="utf-8")[-6000:]
    told: dict[str, Any] = json.loads((folder / "seen.json").read_text(encoding="utf-8"))
    return told


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is waited for longest comes last; the others keep their order."""
    items.sort(key=lambda item: WAITS in item.nodeid)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin it where one process runs all tests."""
    config = session.config
    alone = not hasattr(config, "workerinput") and not config.getoption("numprocesses", None)
    if alone and not config.option.collectonly:
        _begin(config, (item.nodeid for item in session.items), Path(tempfile.mkdtemp(prefix="exitkit-applied-")))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a process that runs a share of the tests where the program works."""
    config = node.config
    if not hasattr(config, "applied_folder"):
        config.applied_folder = tempfile.mkdtemp(prefix="exitkit-applied-")
    node.workerinput[_FOLDER] = config.applied_folder


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: Any, ids: list[str]) -> None:
    """Begin it where several processes share the tests: in the one that hands them out."""
    if _BEGUN not in node.config.stash:
        _begin(node.config, ids, Path(node.config.applied_folder))


def _begin(config: pytest.Config, ids: Iterable[str], folder: Path) -> None:
    mirror = discover()
    able = shutil.which("terraform") and mirror and (mirror / "hashicorp" / "aws").is_dir()
    if able and any(WAITS in one for one in ids):
        config.stash[_BEGUN] = Begun.begin(folder)
        config.add_cleanup(config.stash[_BEGUN].stop)
    else:
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
