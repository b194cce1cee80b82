"""Reports built whole: of several rehearsals, of none, and again on another day."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from exitkit import api
from exitkit.api import judge
from exitkit.errors import UsageError
from exitkit.model.evidence import Basis, Verdict
from exitkit.model.report import Report
from exitkit.report.render import FORMATS, render
from exitkit.report.render.language import Language
from tests.unit.evidence.rehearsed import SPEC, rehearsed

FR = Language.load("fr")


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("several")
    runs = [rehearsed(folder, name=f"aaaaaa-{n}", objects=n * 20) for n in (1, 2, 3, 4)]
    *before, last = api.runs_in_order(runs)
    return api.report_of(last, before=before)


@pytest.fixture(scope="module")
def never() -> Report:
    return api.score(api.validate(SPEC), source="aws", target="ovh")


def test_a_report_of_several_runs_tells_the_last_and_predicts_each_from_those_before(several: Report) -> None:
    assert several.measurements is not None
    assert several.measurements.run == "aaaaaa-4"
    assert [one.run for one in several.trend] == [f"aaaaaa-{n}" for n in (1, 2, 3, 4)]
    assert [one.predicted is not None for one in several.trend] == [False, True, True, True]
    assert [one.held for one in several.trend] == [None, None, None, True]
    page = render(several, format="html")
    assert 'id="trend"' in page
    assert "indicative" in page


def test_a_report_of_one_run_has_no_trend_and_depends_on_no_other_run(several: Report, tmp_path: Path) -> None:
    alone = api.report_of(rehearsed(tmp_path))

    assert len(alone.trend) == 1
    assert 'id="trend"' not in render(alone, format="html")


def test_runs_of_two_workloads_are_no_report(tmp_path: Path) -> None:
    one, other = rehearsed(tmp_path), rehearsed(tmp_path, name="aaaaaa-2")
    renamed = other.plan.model_copy(update={"workload": other.plan.workload.model_copy(update={"name": "shop"})})
    other = api.Run(**{**vars(other), "plan": renamed})

    with pytest.raises(UsageError, match="aaaaaa-2 is of shop, run aaaaaa-1 of pge-attestation"):
        api.report_of(one, before=[other])


def test_the_same_run_on_another_day_is_the_same_bytes_in_every_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = rehearsed(tmp_path)
    first = {form: render(api.report_of(run), format=form) for form in FORMATS}

    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime(2031, 2, 3, tzinfo=UTC)

    monkeypatch.setattr(judge, "datetime", Later)
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    monkeypatch.chdir(tmp_path)

    assert {form: render(api.report_of(run), format=form) for form in FORMATS} == first


def test_what_was_never_rehearsed_is_not_proven_and_says_what_to_rehearse_first(never: Report) -> None:
    assert never.verdict is Verdict.UNKNOWN
    assert never.decisions[0].startswith("Have the exit rehearsed")
    assert all(one.verdict is Verdict.UNKNOWN for one in never.exercised)
    assert all(gate.verdict is not Verdict.PASS for gate in never.gates)
    assert all(one.run is None and one.verdict is Verdict.UNKNOWN for one in never.coverage)
    bases = {line.basis for line in never.cost.lines} | {one.basis for one in never.cost.drivers}
    assert bases <= {Basis.DECLARED, Basis.ASSUMED, Basis.PUBLISHED}
    assert never.cost.measured_share == 0
    assert {one.status for one in never.compliance if one.article in ("DORA 11(6)", "DORA 12(7)", "DORA 28(8)")} == {
        "not given"
    }


def test_a_reader_finds_verdict_days_euros_and_what_was_not_tested_before_the_first_section(several: Report) -> None:
    first = render(several, format="html").partition('id="tested"')[0]
    text = re.sub(r"<[^>]+>", " ", first.partition("<body>")[2])

    assert "Not proven" in text
    assert re.search(r"\d+(\.\d)?\s+days", text)
    assert re.search(r"[\d,]+\s+EUR", text)
    assert re.search(r"not tried|not tested|untested", text, re.IGNORECASE)
    assert re.search(r"\d+ of \d+ capabilities", text)


def test_the_eleven_artefacts_are_there_and_none_claims_what_was_not_done(several: Report, never: Report) -> None:
    assert [one.code for one in several.pack] == [f"E{n}" for n in range(1, 12)]
    status = {one.code: one.status for one in several.pack}
    assert (status["E4"], status["E5"], status["E7"], status["E10"]) == ("partly", "given", "given", "not given")
    assert {one.code: one.status for one in never.pack}["E4"] == "not given"


def test_every_section_that_is_announced_is_on_the_page(several: Report, never: Report) -> None:
    for report in (several, never):
        page = render(report, format="html", lang="fr")
        announced = re.findall(r'href="#([a-z]+)"', page.partition('<nav class="contents"')[2].partition("</nav>")[0])

        assert {"cost", "alternatives", "articles", "register"} <= set(announced)
        assert [name for name in announced if f'<section id="{name}"' not in page] == []
        numbers = [int(number) for number in re.findall(r'<span class="number">(\d+)</span>', page)]
        assert numbers == list(range(2, 2 + len(numbers)))
        for one in (*report.compliance, *report.coverage):
            assert FR.speak(one.article) in page
        assert all(f"<strong>{one.code}</strong>" in page for one in report.pack)


def test_a_scenario_is_covered_by_its_own_playbook_only(several: Report) -> None:
    covered = {one.playbook: one.run for one in several.coverage}

    assert covered["orderly"] == "aaaaaa-4"
    assert covered["cold-start"] is None
    articles = {one.article: one.status for one in several.compliance}
    assert articles["RTS 2024/1773 10(a)"] == "not given"
    assert articles["RTS 2024/1773 10(b)"] == "partly"
