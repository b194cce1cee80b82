"""The house is in order: imports, style, types."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT

TOOLS = {
    "imports only go down": ["-c", "from importlinter.cli import lint_imports_command as run; run(['--no-logo'])"],
    "nothing for ruff to say": ["-m", "ruff", "check", "--output-format", "concise"],
    "formatted": ["-m", "ruff", "format", "--check"],
    "types hold": ["-m", "mypy"],
}


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_has_nothing_to_say(tool: str) -> None:
    done = subprocess.run(
        [sys.executable, *TOOLS[tool]], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )

    assert done.returncode == 0, f"{done.stdout[-6000:]}\n{done.stderr[-2000:]}"
