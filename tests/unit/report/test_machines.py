"""Formats that machines and printers read."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from exitkit.lockin.rules.base import rules
from exitkit.model.evidence import Verdict
from exitkit.model.report import Report
from exitkit.report.render import LANGUAGES, render, render_pdf, sarif


def test_sarif_has_a_result_for_each_finding_and_keeps_what_was_accepted(passed: Report) -> None:
    run = json.loads(render(passed, format="sarif"))["runs"][0]

    assert [one["ruleId"] for one in run["results"]] == [one.code for one in passed.findings]
    assert all(run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])
    suppressed = [one["ruleId"] for one in run["results"] if "suppressions" in one]
    assert suppressed == [one.code for one in passed.findings if one.accepted]
    known = [one for one in run["tool"]["driver"]["rules"] if one["id"] in rules()]
    assert all(one["help"]["text"] for one in known)


def test_sarif_names_the_line_only_where_it_is_known(passed: Report) -> None:
    told = json.loads(sarif.render(passed, lines={"api": 41}))["runs"][0]["results"]

    regions = {
        one["locations"][0]["logicalLocations"][0]["name"]: one["locations"][0]["physicalLocation"].get("region")
        for one in told
    }
    assert regions["api"] == {"startLine": 41}
    assert regions["attestations"] is None


def test_junit_counts_what_is_not_known_as_skipped(report: Report) -> None:
    root = ElementTree.fromstring(render(report, format="junit"))

    for suite in root:
        cases = suite.findall("testcase")
        assert suite.get("tests") == str(len(cases))
        assert suite.get("failures") == str(sum(case.find("failure") is not None for case in cases))
        assert suite.get("skipped") == str(sum(case.find("skipped") is not None for case in cases))
    capabilities = next(suite for suite in root if suite.get("name") == "capabilities")
    unknown = sum(one.verdict is Verdict.UNKNOWN for one in report.exercised)
    assert capabilities.get("skipped") == str(unknown)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_pdf_is_the_same_bytes_again_and_says_the_answer_first(report: Report, lang: str, tmp_path: Path) -> None:
    pytest.importorskip("typst")

    body = render_pdf(report, lang=lang)

    assert body == render_pdf(report, lang=lang)
    assert body.startswith(b"%PDF")
    if shutil.which("pdftotext"):
        (tmp_path / "x.pdf").write_bytes(body)
        text = subprocess.run(
            ["pdftotext", "-l", "1", str(tmp_path / "x.pdf"), "-"], capture_output=True, text=True, check=True
        ).stdout
        answers = {"en": {"pass": "Yes", "fail": "No", "unknown": "Not proven"},
                   "fr": {"pass": "Oui", "fail": "Non", "unknown": "Non prouvé"}}  # fmt: skip
        assert answers[lang][report.verdict.value] in text
