"""The action and the hook, run step by step as a pipeline would run them, on a repository with a pull request."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

TABLE = 'resource "aws_dynamodb_table" "t" {}\n'
QUEUE = 'resource "aws_sqs_queue" "q" {}\n'
PROGRAMS = {
    # What pip would install is this checkout; what it is asked to install is written down.
    "python": 'case "$*" in "-m pip"*) echo "$*" >> "$SPOKEN" ;; *) exec "$REAL_PYTHON" "$@" ;; esac',
    "exitkit": 'exec "$REAL_PYTHON" -m exitkit "$@"',
    "gh": 'echo "gh $*" >> "$SPOKEN"',
}


IDENTITY = ("AUTHOR_NAME", "AUTHOR_EMAIL", "COMMITTER_NAME", "COMMITTER_EMAIL")


class Pipeline:
    """A repository with a base and a change, and the programs a runner has."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.work, self.temp = folder, folder / "work", folder / "temp"
        for place in (self.work / "infra", self.temp, folder / "bin"):
            place.mkdir(parents=True)
        for name, text in PROGRAMS.items():
            (folder / "bin" / name).write_text(f"#!/bin/bash\n{text}\n")
            (folder / "bin" / name).chmod(0o755)
        self.git("init", "-q", "-b", "main")
        (self.work / "infra" / "main.tf").write_text(TABLE)
        self.git("add", "-A")
        self.git("commit", "-qm", "base")
        self.base = self.git("rev-parse", "HEAD")
        self.git("clone", "-q", "--bare", ".", str(folder / "origin.git"))
        self.git("remote", "add", "origin", str(folder / "origin.git"))

    def environment(self) -> dict[str, str]:
        keep = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
        return keep | {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "REAL_PYTHON": sys.executable,
            "SPOKEN": str(self.folder / "spoken"),
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            **{
                f"GIT_{who}_{what}": f"{who}@example.org"
                for who in ("AUTHOR", "COMMITTER")
                for what in ("NAME", "EMAIL")
            },
        }

    def git(self, *words: str) -> str:
        done = subprocess.run(["git", *words], cwd=self.work, env=self.environment(), capture_output=True, check=True)
        return done.stdout.decode().strip()

    def change(self, text: str) -> None:
        (self.work / "infra" / "main.tf").write_text(text)
        self.git("commit", "-qam", "change")

    def act(self, *, pull: bool = True, **inputs: str) -> list[int]:
        """Run the steps whose condition holds; answers their exit codes, up to the first that is not 0."""
        action = yaml.safe_load((ROOT / "action.yml").read_text())
        given = {name: str(one["default"]) for name, one in action["inputs"].items()} | {
            name.replace("_", "-"): value for name, value in inputs.items()
        }
        says = {f"inputs.{name}": value for name, value in given.items()} | {
            "github.event.pull_request.base.sha": self.base if pull else "",
            "github.event.pull_request.number": "7" if pull else "",
            "github.event_name": "pull_request" if pull else "push",
            "github.token": "a-token",
        }
        codes = []
        for step in _steps(action, says):
            told = {name: _said(str(value), says) for name, value in step.get("env", {}).items()}
            done = subprocess.run(
                ["bash", "-c", step["run"]], cwd=self.work, env=self.environment() | told, check=False
            )
            codes.append(done.returncode)
            if done.returncode:
                break
        return codes

    def text(self, name: str) -> str:
        return (self.folder / name).read_text()


def _steps(action: dict[str, Any], says: dict[str, str]) -> Iterator[dict[str, Any]]:
    for step in action["runs"]["steps"]:
        if "run" in step and all(_holds(one, says) for one in step.get("if", "true").split(" && ")):
            yield step


def _holds(condition: str, says: dict[str, str]) -> bool:
    if condition == "true":
        return True
    found = re.fullmatch(r"([\w.-]+) (==|!=) '([^']*)'", condition)
    assert found is not None, condition
    return (says[found[1]] == found[3]) == (found[2] == "==")


def _said(value: str, says: dict[str, str]) -> str:
    return re.sub(r"\$\{\{ *([\w.-]+) *\}\}", lambda found: says[found[1]], value)


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    return Pipeline(tmp_path)


def test_a_pull_request_is_scanned_compared_and_commented(pipeline: Pipeline) -> None:
    pipeline.change(TABLE + QUEUE)

    assert pipeline.act(path="infra") == [0, 0]

    comment = (pipeline.temp / "exitkit" / "comment.md").read_text()
    assert comment.startswith("## Lock-in: 3 more, 0 less\n")
    assert "SQS" in comment
    assert "DynamoDB" not in comment
    assert pipeline.text("summary.md") == comment
    assert pipeline.text("spoken").splitlines() == [
        "-m pip install --quiet --disable-pip-version-check exitkit[scan]",
        f"gh pr comment 7 --edit-last --create-if-none --body-file {pipeline.temp}/exitkit/comment.md",
    ]
    [line] = pipeline.text("output").splitlines()
    assert json.loads(Path(line.removeprefix("sarif=")).read_text())["version"] == "2.1.0"
    assert pipeline.git("worktree", "list").count("\n") == 0


@pytest.mark.parametrize(("text", "codes"), [(TABLE + QUEUE, [0, 1]), (TABLE + "# more\n", [0, 0])])
def test_only_what_is_new_fails_a_pull_request(pipeline: Pipeline, text: str, codes: list[int]) -> None:
    pipeline.change(text)

    assert pipeline.act(path="infra", fail_on="high", comment="false") == codes


def test_a_push_is_judged_whole(pipeline: Pipeline) -> None:
    assert pipeline.act(pull=False, path="infra", fail_on="high") == [0, 1]
    assert "DynamoDB" in pipeline.text("summary.md")


def test_a_folder_that_is_new_is_compared_with_nothing(pipeline: Pipeline) -> None:
    (pipeline.work / "more").mkdir()
    (pipeline.work / "more" / "main.tf").write_text(QUEUE)
    pipeline.git("add", "-A")
    pipeline.git("commit", "-qm", "more")

    assert pipeline.act(path="more", comment="false") == [0]
    assert (pipeline.temp / "exitkit" / "comment.md").read_text().startswith("## Lock-in: ")


def test_the_hook_says_no_until_the_line_is_accepted(pipeline: Pipeline) -> None:
    [hook] = [
        one for one in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text()) if one["id"] == "exitkit-scan"
    ]
    words = [*shlex.split(hook["entry"]), *hook.get("args", ())]

    def asked() -> int:
        return subprocess.run(words, cwd=pipeline.work, env=pipeline.environment(), check=False).returncode

    assert asked() == 1
    (pipeline.work / "infra" / "main.tf").write_text(
        f"# exitkit:ignore LK402 LK403 LK401 until 9999-12-31: it leaves last\n{TABLE}"
    )
    assert asked() == 0
