"""Promises every format keeps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from exitkit.errors import UsageError
from exitkit.model.report import Report
from exitkit.report.render import FORMATS, LANGUAGES, render

GOLDEN = Path(__file__).parents[2] / "golden" / "report"
HOSTILE = "a | b <script>alert(1)</script> `x` [y](javascript:z)\n# *no* \x1b[31mred"


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_format_renders_every_report(report: Report, format: str, lang: str) -> None:  # noqa: A002
    text = render(report, format=format, lang=lang)

    assert text.endswith("\n")
    assert report.workload in text


def test_an_unknown_format_names_the_known_ones(passed: Report) -> None:
    with pytest.raises(UsageError) as error:
        render(passed, format="docx")

    assert error.value.hint == "the formats are table, json, md, html, sarif, junit"


def test_an_unknown_language_names_the_known_ones(passed: Report) -> None:
    with pytest.raises(UsageError) as error:
        render(passed, format="html", lang="de")

    assert error.value.hint == "the languages are en, fr"


def test_json_reads_back_as_the_same_report(report: Report) -> None:
    text = render(report, format="json")

    assert Report.model_validate_json(text) == report
    assert text.startswith('{\n  "format_version": 1,')


@pytest.mark.parametrize("name", ["pass", "fail", "never"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_table_is_the_one_we_reviewed(request: pytest.FixtureRequest, name: str, lang: str) -> None:
    report = request.getfixturevalue({"pass": "passed", "fail": "failed", "never": "never"}[name])
    file = GOLDEN / f"{name}.{lang}.txt"

    text = render(report, format="table", lang=lang)

    if request.config.getoption("--accept", default=False):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_table_fits_a_terminal(report: Report, lang: str) -> None:
    text = render(report, format="table", lang=lang)

    assert max(len(line) for line in text.splitlines()) <= 100
    assert "\u00a0" not in text


@pytest.mark.parametrize(("name", "answer"), [("passed", "yes"), ("failed", "no"), ("never", "not proven")])
def test_the_table_ends_with_the_answer(request: pytest.FixtureRequest, name: str, answer: str) -> None:
    assert render(request.getfixturevalue(name), format="table").splitlines()[-1] == answer


def test_the_table_cannot_speak_to_the_terminal(passed: Report) -> None:
    hostile = passed.model_copy(update={"reasons": (HOSTILE,), "decisions": (HOSTILE * 9,), "place": HOSTILE})

    text = render(hostile, format="table")

    assert "\x1b" not in text
    assert max(len(line) for line in text.splitlines()) <= 100


def test_markdown_keeps_text_as_text(passed: Report) -> None:
    findings = tuple(one.model_copy(update={"message": HOSTILE}) for one in passed.findings)
    exercised = tuple(one.model_copy(update={"why": HOSTILE}) for one in passed.exercised)
    hostile = passed.model_copy(update={"reasons": (HOSTILE,), "findings": findings, "exercised": exercised})

    text = render(hostile, format="md")

    assert "<script" not in text
    assert "[y](" not in text
    assert "\x1b" not in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {4, 5}


@pytest.mark.parametrize("format", ["table", "md"])
def test_what_was_not_measured_has_no_number(never: Report, format: str) -> None:  # noqa: A002
    text = render(never, format=format)
    lines = [
        line
        for line in text.splitlines()
        if re.search(r"(?i)\b(outage|data lost|switching cost)\b.* {2}|^\| (Outage|Data|Switch)", line)
    ]

    assert lines
    assert not any(re.search(r"\d", line.split("at most")[0]) for line in lines)
    assert all("not measured" in line or "not estimated" in line for line in lines)
