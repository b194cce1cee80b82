"""The verb that tells a plan to people."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from exitkit.api.playbooks import playbook_names
from tests.cli.conftest import Ask
from tests.conftest import Said

Holds = Callable[[str, Said], None]


@pytest.fixture
def planned(ask: Ask, pge: Path) -> Path:
    """A folder with a plan in it."""
    assert ask("plan", "-o", "exit.plan.json").code == 0
    return pge.with_name("exit.plan.json")


def test_the_runbook_is_the_one_we_reviewed(ask: Ask, planned: Path, holds: Holds) -> None:
    holds("runbook", ask("runbook", "exit.plan.json", "--lang", "fr"))


@pytest.mark.parametrize("name", playbook_names())
def test_every_playbook_can_be_planned_and_told(ask: Ask, pge: Path, name: str) -> None:
    assert ask("plan", "--playbook", name, "-o", "p.json").code == 0

    told = json.loads(ask("runbook", "p.json", "-f", "json").out)

    assert (told["playbook"], told["format_version"], told["runs"]) == (name, 1, [])


def test_the_return_goes_the_other_way(ask: Ask, pge: Path) -> None:
    made = json.loads(ask("plan", "--playbook", "return", "-f", "json").out)

    assert (made["source"], made["target"]) == ("ovh", "aws")


def test_the_return_goes_where_it_is_told(ask: Ask, pge: Path) -> None:
    made = json.loads(ask("plan", "--playbook", "return", "--from", "aws", "--to", "ovh", "-f", "json").out)

    assert (made["source"], made["target"]) == ("aws", "ovh")


def test_the_format_is_that_of_the_file(ask: Ask, planned: Path) -> None:
    said = ask("runbook", "exit.plan.json", "-o", "exit.html")

    assert said.code == 0
    assert planned.with_name("exit.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert said.err.startswith("exit.html   html, ")


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("name", playbook_names())
def test_on_paper_it_says_all_that_it_says_elsewhere(ask: Ask, planned: Path, name: str, lang: str) -> None:
    assert ask("plan", "--playbook", name, "-o", "p.json").code == 0
    book = json.loads(ask("runbook", "p.json", "-f", "json", "--lang", lang).out)

    said = ask("runbook", "p.json", "--lang", lang, "-o", "p.pdf")

    assert said.code == 0
    assert said.err.startswith("p.pdf   pdf, ")
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext here")
    read = subprocess.run(
        ["pdftotext", str(planned.with_name("p.pdf")), "-"], capture_output=True, text=True, check=True
    )
    paper = _bare(read.stdout)
    lines = [line for part in (*[one["lines"] for one in book["phases"]], book["way_back"]) for line in part]
    keys = ("action", "command", "by_hand", "expected", "check", "abort", "undo")
    told = [line[key] for line in lines for key in keys]
    gates = [phase["gate"] for phase in book["phases"] if phase["gate"]]
    told += [word for gate in gates for one in gate["criteria"] for word in one["what"].split()]  # columns are mixed
    told += [book["scenario"], book["plan"], *book["triggers"], *(row["activity"] for row in book["raci"])]
    assert [words for words in told if _bare(words) not in paper] == []


def _bare(text: str) -> str:
    """Without what tells lines apart."""
    return "".join(text.replace("\u200b", "").replace("\u00ad", "").split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-f", "pdf"), "a PDF goes into a file"),
        (("-f", "docx"), "there is no format `docx` here"),
        (("--lang", "de"), "a runbook cannot be read in 'de'"),
        (("--run", "nowhere"), "there is no run `nowhere`"),
    ],
)
def test_what_it_cannot_do_it_says(ask: Ask, planned: Path, arguments: tuple[str, ...], words: str) -> None:
    said = ask("runbook", "exit.plan.json", *arguments)

    assert (said.code, said.out) == (2, "")
    assert words in said.err


def test_a_preflight_without_a_lab_passes_nothing_it_could_not_look_at(ask: Ask, planned: Path) -> None:
    said = ask("preflight", "exit.plan.json", "-f", "json")
    told = json.loads(said.out)

    assert (said.code, told["verdict"]) == (1, "unknown")
    assert len(told["areas"]) == 10
    assert [one["code"] for one in told["issues"] if one["severity"] == "unknown"] == [
        f"PF{number}00" for number in (1, 2, 3, 4, 5, 6, 7, 9)
    ]
    assert ask("preflight", "exit.plan.json", "--allow-unknown").code == 0
    assert not (planned.parent / "runs").exists()
