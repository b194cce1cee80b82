"""The command within this process, in a folder of its own; one lab that several rehearsals share."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from exitkit.cli.app import main
from exitkit.cli.console import console
from tests.cli.stage import Stage, standing
from tests.conftest import PRIVATE, Golden, Said, filtered

Ask = Callable[..., Said]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Ask:
    """The command without a new process: the same `main` that the program runs."""
    for name in list(os.environ):
        if name.startswith(PRIVATE):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(console, "quiet", False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO())

    def run(*arguments: str | Path) -> Said:
        capfd.readouterr()
        code = main([str(one) for one in arguments])
        seen = capfd.readouterr()
        return Said(code, seen.out, seen.err)

    return run


@pytest.fixture
def no_terraform(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without terraform, whatever this one has."""
    monkeypatch.setenv("PATH", "")


@pytest.fixture
def shop(ask: Ask, tmp_path: Path) -> Path:
    """A folder with the shop in it; the command runs there."""
    assert ask("init").code == 0
    return tmp_path / "workload.yaml"


@pytest.fixture
def pge(ask: Ask, tmp_path: Path) -> Path:
    """A folder with the attestation service's workload in it; the command runs there."""
    assert ask("init", "--example", "pge-attestation").code == 0
    return tmp_path / "workload.yaml"


@pytest.fixture
def holds(golden: Golden) -> Callable[[str, Said], None]:
    """Holds all that a command said against the reviewed text."""

    def check(name: str, said: Said) -> None:
        golden.check(name, filtered(f"exit {said.code}\n--- stdout\n{said.out}--- stderr\n{said.err}"))

    return check


@pytest.fixture(scope="session")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The example beside a lab that stays up: what several rehearsals share."""
    with standing(tmp_path_factory.mktemp("staged")) as stage:
        assert stage.ask("plan", "-o", "exit.plan.json").code == 0
        yield stage
