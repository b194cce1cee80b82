"""Every module keeps to the house's measures and names, and names no machine."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

MOST_LINES, MOST_LINES_OF_A_FUNCTION = 300, 40
NAMELESS = re.compile(r"(?:^|_)(?:utils?|helpers?|managers?|misc)(?:$|_)", re.IGNORECASE)

MODULES = sorted((ROOT / "exitkit").rglob("*.py"))
OURS = [
    *MODULES,
    *(file for folder in ("examples", "tests", "bench") for file in sorted((ROOT / folder).rglob("*.py"))),
]

# Written in pieces, so that this file is no finding of its own.
MACHINE = re.compile(r"(?<![\w.~-])/(?:" + "|".join(["work", "root", "opt/" + "tf", "home"]) + r")(?:/[\w.-]+|\b(?!/))")
REGISTRIES = tuple(
    ".".join(parts) for parts in (("pypi", "org"), ("files", "pythonhosted", "org"), ("registry", "npmjs", "org"))
)


def named(file: Path) -> str:
    """A file as a reader of a failure wants it."""
    return str(file.relative_to(ROOT))


def tree(file: Path) -> ast.Module:
    """A module's syntax."""
    return ast.parse(file.read_text(encoding="utf-8"))


def definitions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Every function and class of a module."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node


def tracked() -> list[Path]:
    """Every file that is in the repository, or is about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this is no git checkout, so nothing is tracked")
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [file for file in files if file.is_file()]


def test_no_module_is_longer_than_it_may_be() -> None:
    lengths = {named(file): len(file.read_text(encoding="utf-8").splitlines()) for file in MODULES}

    assert len(lengths) > 50
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_no_function_is_longer_than_it_may_be() -> None:
    lengths = {
        f"{named(file)}:{one.lineno} {one.name}": (one.end_lineno or one.lineno) - one.lineno + 1
        for file in MODULES
        for one in definitions(file)
        if not isinstance(one, ast.ClassDef)
    }

    assert len(lengths) > 300
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES_OF_A_FUNCTION} == {}


def test_every_module_opens_by_saying_what_it_is_for() -> None:
    silent = [named(file) for file in OURS if not (ast.get_docstring(tree(file)) or "").strip()]

    assert silent == []


def test_everything_public_says_what_it_is_for() -> None:
    silent = [
        f"{named(file)}:{one.lineno} {one.name}"
        for file in MODULES
        for one in tree(file).body
        if isinstance(one, ast.FunctionDef | ast.ClassDef)
        and not one.name.startswith("_")
        and not ast.get_docstring(one)
    ]

    assert silent == []


def test_nothing_is_called_what_has_not_been_named() -> None:
    files = [
        named(file)
        for file in OURS
        if any(NAMELESS.search(part) for part in file.relative_to(ROOT).with_suffix("").parts)
    ]
    inside = [
        f"{named(file)}:{one.lineno} {one.name}"
        for file in OURS
        for one in definitions(file)
        if NAMELESS.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", one.name))
    ]

    assert files + inside == []


@pytest.mark.parametrize(
    ("name", "nameless"),
    [
        ("utils", True),
        ("path_helper", True),
        ("Run_Manager", True),
        ("misc", True),
        ("utilise", False),
        ("helped", False),
    ],
)
def test_a_nameless_name_is_recognised(name: str, nameless: bool) -> None:
    assert bool(NAMELESS.search(name)) is nameless


def test_no_tracked_file_names_a_machine_or_a_package_registry() -> None:
    found = []
    for file in tracked():
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(lines, start=1):
            if MACHINE.search(line) or any(registry in line for registry in REGISTRIES):
                found.append(f"{named(file)}:{number}: {line.strip()[:100]}")

    assert found == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("cd /wo" + "rk/main", True),
        ("/ro" + "ot/.cache", True),
        ('"/ho' + 'me/ana"', True),
        ("PATH=/opt/t" + "f/bin", True),
        ("/homepage", False),
        ("docs/work/here", False),
        ("tests/modules/root/main.tf", False),
        ("/workload.yaml", False),
    ],
)
def test_a_machine_s_path_is_recognised(text: str, names: bool) -> None:
    assert bool(MACHINE.search(text)) is names
