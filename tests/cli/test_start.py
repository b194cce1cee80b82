"""A move begins without the other verbs, and nobody can tell by what it answers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from exitkit.cli import app, start
from tests.conftest import ROOT

SIDES = ("--from", "file:///none/a", "--to", "file:///none/b")
LINES = (
    ("move",),
    ("move", "-h"),
    ("move", "copy"),
    ("move", "objects", "--help"),
    ("move", "objects"),
    ("move", "objects", "--from"),
    ("move", "objects", "--from", "x"),
    ("move", "objects", *SIDES),
    ("move", "objects", *SIDES, "--bogus"),
    ("move", "objects", *SIDES, "--writes", "-1"),
    ("move", "objects", *SIDES, "--reads", "many"),
    ("move", "objects", *SIDES, "--processes", "0"),
    ("move", "objects", *SIDES, "--class", "A"),
    ("move", "objects", *SIDES, "--inventory", "none.csv", "--journal", "j"),
    ("move", "objects", *SIDES, "-f", "xml"),
    ("move", "verify", *SIDES, "--sample", "0"),
    ("move", "diff", *SIDES, "left over"),
)


@pytest.mark.parametrize("line", LINES, ids=" ".join)
def test_the_short_start_answers_as_the_whole_command_does(
    line: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    short = start.main(line), *capfd.readouterr()
    whole = app.main(line), *capfd.readouterr()

    assert short == whole
    assert "".join(short[1:])


def test_a_setting_of_another_verb_is_still_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "exitkit.toml").write_text("[plan]\nnonsense = 1\n")

    assert start.main(["move", "objects", *SIDES]) == 2
    assert "`plan nonsense` is no setting" in capfd.readouterr().err


def test_a_move_begins_without_what_checks_workloads() -> None:
    code = (
        "import sys; from exitkit.cli import start; start.main(sys.argv[1:]); "
        "print(*sorted({'pydantic', 'yaml', 'libcloud', 'requests', 'exitkit.cli.scan'} & set(sys.modules)))"
    )
    words = ("move", "objects", "--from", "s3://a?endpoint=http://127.0.0.1:1", "--to", "file:///none/b")
    said = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True, cwd=ROOT)

    assert said.stdout.strip() == ""
    assert "error:" in said.stderr
