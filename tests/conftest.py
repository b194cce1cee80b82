"""Run the command whole, and hold what people read as golden text."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

import pytest

from tests.modules.ahead import (  # noqa: F401 - hooks, found here by pytest
    pytest_collection_finish,
    pytest_collection_modifyitems,
    pytest_configure_node,
    pytest_xdist_node_collection_finished,
)

ROOT = Path(__file__).resolve().parents[1]

# Nothing of the developer's own accounts or settings may reach the command.
PRIVATE = (
    "EXITKIT_", "AWS_", "OVH_", "OS_", "PG", "TF_", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "COLUMNS", "TERM", "PYTHON",
    "_TYPER", "LC_", "LANG",
)  # fmt: skip

_SPAN = r"(?:under )?\d+(?:\.\d+)? (?:ms|s|min|h|d)(?: \d+ (?:s|min|h))?\b"
_FILTERS = (
    (re.compile(r"\b[0-9a-f]{64}\b"), "DIGEST"),
    (re.compile(r"\b[0-9a-f]{12}…"), "DIGEST…"),
    (re.compile(r"\b[0-9a-f]{6}-\d+\b"), "RUN"),
    (re.compile(r"\bplan [0-9a-f]{6}\b"), "plan PLAN"),
    (re.compile(r"\b(127\.0\.0\.1|localhost):\d+"), r"\1:PORT"),
    (re.compile(rf" {{3,}}{_SPAN}(?=   |$)", re.MULTILINE), "   TIME"),
    (re.compile(rf"^(outage|way back)( +){_SPAN}", re.MULTILINE), r"\1\2TIME"),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer `--accept`: what was seen becomes what is expected; the diff is the review."""
    parser.addoption("--accept", action="store_true", help="rewrite golden texts with what was seen")


def pytest_configure(config: pytest.Config) -> None:
    """Tell the tests that look at the environment."""
    if config.getoption("--accept"):
        os.environ["EXITKIT_ACCEPT"] = "1"
    # Begun in the background, the tests would hand on that an interruption is to be ignored.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def filtered(text: str, known: Mapping[str, str] | None = None) -> str:
    """A text without what varies: durations, names of runs and plans, ports, digests, and whatever else is known."""
    for found, word in (known or {}).items():
        text = text.replace(found, word)
    for pattern, word in _FILTERS:
        text = pattern.sub(word, text)
    return text


def clean_environment(**more: str) -> dict[str, str]:
    """What a stranger's shell would have, with the checkout's exitkit to import."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PRIVATE)}
    return {**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "80", "TERM": "dumb", "LC_ALL": "C.UTF-8", **more}


@dataclass(frozen=True)
class Said:
    """What a command answered: its exit code, its answer, its conversation."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Golden:
    """Texts that a person reviewed, beside the tests that hold them."""

    folder: Path
    accept: bool

    def check(self, name: str, text: str) -> None:
        """Fail with a diff where a text is not the reviewed one."""
        file = self.folder / f"{name}.txt"
        if self.accept:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        kept = file.read_text(encoding="utf-8") if file.exists() else ""
        changed = "\n".join(unified_diff(kept.splitlines(), text.splitlines(), "reviewed", "seen", lineterm=""))
        assert text == kept, f"{name}: pytest --accept rewrites it\n{changed}"


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """The golden texts in the folder `golden` beside the test."""
    return Golden(request.path.parent / "golden", bool(request.config.getoption("--accept")))


def run_command(*arguments: str, folder: Path, seconds: float = 300, **environment: str) -> Said:
    """Run the whole command in a folder, as a stranger would, with nobody at its terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "exitkit", *arguments],
        cwd=folder,
        env=clean_environment(**environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=seconds,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def command(tmp_path: Path) -> Callable[..., Said]:
    """The whole command, as a process of its own, in an empty folder."""

    def run(*arguments: str, **environment: str) -> Said:
        return run_command(*arguments, folder=tmp_path, **environment)

    return run
