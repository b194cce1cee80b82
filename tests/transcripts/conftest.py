"""Run what a page shows: every console block of a Markdown file, in one shell, compared with what the page says."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import clean_environment, filtered

_MARK = "--- what follows is the answer of command"
_SKIP = "<!-- transcript: skip"
_FENCE = re.compile(r"^```(\w*)\s*$")


@dataclass(frozen=True)
class Shown:
    """A command on a page, where it stands, and what the page says it answers."""

    line: int
    command: str
    answer: str


def shown(page: str) -> Iterator[Shown]:
    """The commands of every console block that is not skipped, in order."""
    lines = page.splitlines()
    inside, skipped, command, answer, at = "", False, "", list[str](), 0
    for number, line in enumerate(lines, start=1):
        fence = _FENCE.match(line)
        if fence and not inside:
            inside = fence[1] or "text"
            skipped = next((one for one in reversed(lines[: number - 1]) if one.strip()), "").startswith(_SKIP)
            continue
        ends = fence is not None and bool(inside)
        begins = inside == "console" and line.startswith("$ ")
        if (ends or begins) and command:
            yield Shown(at, command, "\n".join(answer).strip("\n"))
            command, answer = "", []
        if ends:
            inside = ""
        elif inside != "console" or skipped:
            continue
        elif begins:
            command, at = line[2:], number
        elif line.startswith("> ") and command and not answer:
            command += "\n" + line[2:]
        elif command:
            answer.append(line)


def said(commands: list[Shown], folder: Path) -> list[str]:
    """What each command answers, both streams as a terminal shows them, in one shell that goes on after a no."""
    programs = folder.parent / "programs"
    programs.mkdir()
    (programs / "exitkit").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m exitkit "$@"\n')
    (programs / "exitkit").chmod(0o755)
    asked = "".join(f"{one.command}\ncode=$?\necho; echo '{_MARK}'; (exit $code)\n" for one in commands)
    environment = clean_environment()
    environment["PATH"] = f"{programs}:{environment['PATH']}"
    done = subprocess.run(
        ["bash", "--norc"],
        input=asked,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=500,
        check=False,
    )
    return [answer.strip("\n") for answer in done.stdout.split(_MARK)[:-1]]


def matches(expected: str, found: str) -> bool:
    """Whether an answer is the one shown; `...` alone on a line is any lines, within a line any words."""
    pattern = "\n".join(
        r"(?:.*(?:\n|$))*?" if line.strip() == "..." else re.escape(line).replace(re.escape("..."), ".*")
        for line in expected.splitlines()
    )
    pattern = pattern.replace("*?\n", "*?")
    return re.fullmatch(pattern + r"\n*", found + "\n") is not None


@pytest.fixture
def run_page(tmp_path: Path) -> Callable[[Path], None]:
    """Runs a page; fails with the first command whose answer is not the one shown."""

    def run(page: Path, *, beside: Callable[[Path], None] = lambda _folder: None) -> None:
        commands = list(shown(page.read_text(encoding="utf-8")))
        assert commands, f"{page.name} shows no command"
        folder = tmp_path / "session"
        folder.mkdir()
        beside(folder)
        answers = said(commands, folder)
        assert len(answers) == len(commands), f"{page.name}: the shell ended early\n" + "\n".join(answers[-1:])
        for one, answer in zip(commands, answers, strict=True):
            expected, found = filtered(one.answer), filtered(answer)
            told = f"{page.name}:{one.line}: $ {one.command}\n--- shown\n{expected}\n--- said\n{found}"
            assert matches(expected, found), told

    return run
