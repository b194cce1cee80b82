"""What is shipped can be read, says where its figures come from, and is all there; and `--help` is instant."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from exitkit import registry
from exitkit.api.playbooks import playbook_names, read_playbook
from exitkit.lockin.rules.base import rules
from tests.conftest import ROOT, clean_environment

HEAVY = ("pydantic", "yaml", "libcloud", "psycopg", "jinja2", "moto", "boto3", "botocore", "flask", "rich")
DATED = re.compile(r"\(read 20\d\d-\d\d(-\d\d)?\)")
LEFT = {"runs", ".exitkit", ".mypy_cache", ".ruff_cache", ".hypothesis", ".import_linter_cache", ".venv", ".git"}


def shipped(*endings: str) -> list[Path]:
    """Every file of the checkout that ends so, without what runs and tools leave behind."""
    found = (file for ending in endings for file in ROOT.rglob(f"*{ending}"))
    return sorted(file for file in found if not LEFT & set(file.relative_to(ROOT).parts))


def rows(value: Any, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every table of a document that holds a figure."""
    if isinstance(value, dict):
        if {"price", "why", "low"} & value.keys():
            yield where, value
        for name, inside in value.items():
            yield from rows(inside, f"{where}.{name}")
    if isinstance(value, list):
        for number, inside in enumerate(value):
            yield from rows(inside, f"{where}[{number}]")


@pytest.mark.parametrize("file", shipped(".toml"), ids=lambda file: str(file.relative_to(ROOT)))
def test_every_toml_can_be_read(file: Path) -> None:
    assert tomllib.loads(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", shipped(".yaml", ".yml"), ids=lambda file: str(file.relative_to(ROOT)))
def test_every_yaml_can_be_read(file: Path) -> None:
    assert list(yaml.safe_load_all(file.read_text(encoding="utf-8")))


def test_every_playbook_is_one() -> None:
    assert "orderly" in playbook_names()
    for name in playbook_names():
        assert read_playbook(name).name == name


@pytest.mark.parametrize("name", registry.names())
def test_every_claim_has_a_reason_and_a_dated_source(name: str) -> None:
    for capability, claim in registry.get(name).claims.items():
        assert claim.why.strip(), capability
        assert DATED.search(claim.source) or claim.support == "unmapped", f"{capability}: {claim.source}"


@pytest.mark.parametrize("name", registry.names())
def test_every_price_has_a_source_and_a_date(name: str) -> None:
    file = ROOT / "exitkit" / "providers" / name / "sizes.toml"
    priced = [
        (where, row) for where, row in rows(tomllib.loads(file.read_text(encoding="utf-8")), name) if "price" in row
    ]

    assert priced or name not in ("aws", "ovh")
    for where, row in priced:
        assert str(row.get("source", "")).strip(), f"{where} has no source"
        assert re.fullmatch(r"20\d\d-\d\d(-\d\d)?", str(row.get("read", ""))), f"{where} was read on {row.get('read')}"


def test_every_assumption_has_a_source_and_a_date() -> None:
    folder = ROOT / "exitkit" / "lockin" / "facts"
    assumptions = tomllib.loads((folder / "assumptions.toml").read_text(encoding="utf-8"))
    efforts = tomllib.loads((folder / "efforts.toml").read_text(encoding="utf-8"))

    figures = list(rows(assumptions, "assumptions"))
    assert figures
    assert [where for where, row in figures if not DATED.search(str(row.get("source")))] == []
    assert efforts["source"]["what"]
    assert efforts["source"]["read"]


def test_every_rule_has_a_page_with_its_meaning_and_its_way_out() -> None:
    assert [code for code, rule in rules().items() if not {"What it means:", "Way out:"} <= _said(rule.page)] == []


def _said(page: str) -> set[str]:
    return {words for words in ("What it means:", "Way out:") if words in page}


def test_help_imports_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "exitkit", "--help"],
        cwd=ROOT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip().split(".")[0] for line in done.stderr.splitlines() if "|" in line}

    assert "typer" in imported
    assert sorted(imported & set(HEAVY)) == []


def test_the_wheel_holds_modules_and_playbooks(tmp_path: Path) -> None:
    if find_spec("hatchling") is None:
        pytest.skip("hatchling is not installed, so no wheel can be built here")
    build = "import sys, hatchling.build; print(hatchling.build.build_wheel(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", build, str(tmp_path)], cwd=ROOT, check=True, timeout=120, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")

    held = set(zipfile.ZipFile(wheel).namelist())

    modules = [file for file in (ROOT / "terraform").rglob("*.tf") if ".terraform" not in file.parts]
    wanted = [
        f"exitkit/_shipped/{file.relative_to(ROOT)}" for file in (*modules, *(ROOT / "playbooks").glob("*.[yt]*ml"))
    ]
    assert len(wanted) > 20
    assert [name for name in wanted if name not in held] == []
    assert {"exitkit/providers/ovh/claims.toml", "exitkit/lab/limits.toml", "exitkit/py.typed"} <= held


def test_every_json_can_be_read() -> None:
    for file in shipped(".json"):
        json.loads(file.read_text(encoding="utf-8"))
