"""The verbs for those who take nobody's word: seal, verify-evidence, and those that follow runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Ask
from tests.unit.evidence.rehearsed import SPEC, rehearsed


@pytest.fixture
def run(tmp_path: Path) -> str:
    rehearsed(tmp_path / "runs")
    return "aaaaaa-1"


def test_a_sealed_run_holds_and_a_changed_one_does_not(ask: Ask, run: str, tmp_path: Path) -> None:
    sealed = ask("seal", run, "-o", "evidence.zip")
    held = ask("verify-evidence", "evidence.zip")

    assert sealed.code == held.code == 0
    seal = sealed.out.split()[1]
    assert f"seal     {seal}" in held.out
    body = bytearray((tmp_path / "evidence.zip").read_bytes())
    body[len(body) // 2] ^= 1
    (tmp_path / "evidence.zip").write_bytes(body)
    changed = ask("verify-evidence", "evidence.zip")
    told = json.loads(ask("verify-evidence", "evidence.zip", "-f", "json").out)
    assert changed.code == 1
    assert "it does not hold" in changed.out
    assert (told["holds"], bool(told["problems"][0]["place"])) == (False, True)


def test_a_report_points_at_the_lines_of_the_file_that_was_rehearsed(ask: Ask, run: str, tmp_path: Path) -> None:
    spec = tmp_path / "here" / "workload.yaml"
    spec.parent.mkdir()
    spec.write_bytes(SPEC.read_bytes())
    (tmp_path / "runs" / run / "lab.path").write_text("nowhere\nhere\n")

    def regions() -> set[bool]:
        told = json.loads(ask("report", run, "-f", "sarif").out)["runs"][0]["results"]
        return {"region" in one["locations"][0]["physicalLocation"] for one in told}

    assert regions() == {True}
    spec.write_text(spec.read_text().replace("outage: 15 min", "outage: 16 min"))
    assert regions() == {False}  # another state of the file: its lines say nothing of what was rehearsed


def test_a_bundle_that_is_not_there_is_said_so(ask: Ask) -> None:
    assert ask("verify-evidence", "nothing.zip").code == 2


def test_trend_gate_register_and_compliance_answer(ask: Ask, run: str, tmp_path: Path) -> None:
    (tmp_path / "workload.yaml").write_bytes(SPEC.read_bytes())
    (tmp_path / "runs" / run / "lab.path").write_text("nowhere\n.\n")
    assert run in ask("trend").out
    assert ask("gate", run, "--max-days", "1").code == 1
    passed = ask("gate", run, "--max-days", "9999", "--max-eur", "1000000", "--max-age", "36500d")
    assert (passed.code, passed.out.splitlines()[-1]) == (0, "yes")
    assert ask("register", run).out.startswith("code,field,draft")
    told = json.loads(ask("gate", run, "--max-days", "1", "-f", "json").out)
    assert (told["answer"], told["gates"][0]["verdict"]) == ("no", "fail")
    marked = json.loads(ask("gate", run, "--max-days", "1", "--permissions", "-f", "sarif").out)["runs"][0]
    assert {one["ruleId"]: one["level"] for one in marked["results"]} == {
        "days, P90": "error",
        "over-permission": "error",
    }
    assert [one["id"] for one in marked["tool"]["driver"]["rules"]][-1] == "over-permission"
    assert "notices:dead" in marked["results"][1]["message"]["text"]
    assert "DORA 28(8)" in ask("compliance", run).out
    assert ask("gate", run, "--max-eur", "much").code == 2


def test_facts_are_listed_and_checked(ask: Ask) -> None:
    told = json.loads(ask("facts", "list", "-f", "json").out)

    assert len(told["facts"]) > 100
    assert "facts are stale" in ask("facts", "check").out


def test_a_report_goes_into_a_pdf(ask: Ask, run: str, tmp_path: Path) -> None:
    pytest.importorskip("typst")

    assert ask("report", run, "-o", "exit.pdf", "--lang", "fr").code == 0
    assert (tmp_path / "exit.pdf").read_bytes().startswith(b"%PDF")
    assert ask("report", run, "-f", "pdf").code == 2
