"""What the pages show is what the command says."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.transcripts.conftest import matches, shown

PAGES = sorted(Path(__file__).parent.glob("*.md"))
LEFT = shutil.ignore_patterns("runs", ".exitkit", "*.plan.json", "infra", "__pycache__")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_shows_what_is_said(page: Path, run_page: Callable[..., None]) -> None:
    run_page(page)


@pytest.mark.lab
def test_the_readme_shows_what_is_said(run_page: Callable[..., None]) -> None:
    readme = ROOT / "README.md"
    if not readme.exists():
        pytest.skip("there is no README.md yet")

    run_page(readme, beside=lambda folder: shutil.copytree(ROOT / "examples", folder / "examples", ignore=LEFT))


def test_only_console_blocks_are_run_and_a_comment_skips_one() -> None:
    page = """\
```console
$ one
answer

$ two \\
> and more
```
```yaml
$ no command
```
<!-- transcript: skip (it takes a minute) -->

```console
$ rm -rf everything
```
```console
$ three
```
"""

    found = [(one.line, one.command, one.answer) for one in shown(page)]

    assert found == [(2, "one", "answer"), (5, "two \\\nand more", ""), (17, "three", "")]


@pytest.mark.parametrize(
    ("expected", "found", "same"),
    [
        ("a\nb", "a\nb", True),
        ("a\nb", "a\nc", False),
        ("a", "a\nb", False),
        ("a\n...", "a\nb\nc", True),
        ("a\n...", "a", True),
        ("a\n...\nd", "a\nb\nc\nd", True),
        ("a\n...\nd", "a\nb\nc", False),
        ("...\nd", "a\nd", True),
        ("a ... c", "a b c", True),
        ("a ... c", "a\nc", False),
        ("", "", True),
        ("", "a", False),
    ],
)
def test_dots_stand_for_what_varies_and_for_nothing_else(expected: str, found: str, same: bool) -> None:
    assert matches(expected, found) is same
