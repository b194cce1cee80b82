"""Rehearsals over time: what was predicted, whether it held, whether a bar is met, what a supervisor is told."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from exitkit import api
from exitkit.api import track
from exitkit.api.past import earlier_of
from exitkit.errors import UsageError
from exitkit.lockin.declared import read
from exitkit.model.evidence import Verdict
from exitkit.report import supervisor
from tests.unit.evidence.rehearsed import SPEC, rehearsed


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    for number, objects in enumerate((20, 40, 80, 160), start=1):
        rehearsed(folder, name=f"aaaaaa-{number}", objects=objects)
    return folder


def test_each_run_is_predicted_from_those_before_it(several: Path) -> None:
    found = track.trend(several)

    assert found.points[0].report.measurements is not None
    assert found.points[0].report.measurements.run == "aaaaaa-1"
    assert found.points[0].predicted is None
    assert [one.predicted.indicative for one in found.points[1:] if one.predicted] == [True, True, False]
    assert found.afterwards == (1, 1)  # the clock of these rehearsals always says one second
    assert found.of == 0  # nobody wrote down what was known when they began, so all of it is hindsight


def test_what_a_run_wrote_down_when_it_began_is_what_it_is_held_against(several: Path, tmp_path: Path) -> None:
    known = [api.find_run(str(several / f"aaaaaa-{n}")) for n in (1, 2, 3)]
    rehearsed(tmp_path, name="aaaaaa-4", objects=160, after=known)

    found = track.trend(tmp_path)

    assert (found.within, found.of, found.afterwards, found.missed) == (1, 1, (0, 0), ())
    assert found.points[0].predicted == track.trend(several).points[3].predicted
    [one] = api.report_of(api.find_run(str(tmp_path / "aaaaaa-4"))).trend
    assert one.written
    assert one.predicted is not None
    assert one.predicted.formula.endswith("known when it began")


def test_a_miss_is_counted_and_named(several: Path, tmp_path: Path) -> None:
    known = [api.find_run(str(several / f"aaaaaa-{n}")) for n in (1, 2, 3)]
    run = rehearsed(tmp_path, name="aaaaaa-4", objects=160, after=known)
    slower = tuple(one.model_copy(update={"seconds": one.seconds * 100}) for one in run.setting.earlier or ())
    setting = run.setting.model_copy(update={"earlier": slower})
    (run.folder / "setting.json").write_bytes(setting.canonical() + b"\n")

    found = track.trend(tmp_path)

    assert (found.within, found.of, found.missed) == (0, 1, ("aaaaaa-4",))


def test_only_rehearsals_of_the_same_way_are_written_down(
    several: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.runs, "RUNS", several)
    plan = api.find_run("aaaaaa-1").plan

    assert {one.run for one in earlier_of(plan)} == {f"aaaaaa-{n}" for n in (1, 2, 3, 4)}
    assert earlier_of(plan.model_copy(update={"target": "openstack"})) == ()


def test_a_forecast_takes_the_place_of_one_measurement(several: Path) -> None:
    runs = [api.find_run(str(several / f"aaaaaa-{n}")) for n in (1, 2, 3)]

    days = track.copying(runs, objects=10**6, size=10**12)
    report = api.score(api.validate(SPEC), source="aws", target="ovh", run=runs[-1], copying=days)

    driver = next(one for one in report.cost.drivers if one.name == "copying")
    assert "3 rehearsals of 3 sizes" in driver.source


def test_a_folder_without_runs_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no run"):
        track.trend(tmp_path)


def test_a_gate_has_three_answers(several: Path, tmp_path: Path) -> None:
    now = tmp_path / "workload.yaml"
    now.write_bytes(SPEC.read_bytes())
    (several / "aaaaaa-1" / "lab.path").write_text(f"nowhere\n{tmp_path}\n")
    report = api.report_of(api.find_run(str(several / "aaaaaa-1")))
    never = api.score(api.validate(SPEC), source="aws", target="ovh")
    day = date(2026, 12, 1)

    def asked(**bars: object) -> Verdict:
        whole = {"max_days": None, "max_eur": None, "max_age": None, **bars}
        return track.together(track.gate(report, **whole, today=day))  # type: ignore[arg-type]

    assert asked(max_days=10_000, max_eur=Decimal(10**9), max_age=timedelta(days=30)) is Verdict.PASS
    assert asked(max_days=1) is Verdict.FAIL
    assert asked(max_age=timedelta(days=2)) is Verdict.FAIL
    old = track.gate(never, max_days=None, max_eur=None, max_age=timedelta(days=365), today=day)
    assert track.together(old) is Verdict.UNKNOWN
    now.write_text(now.read_text().replace("outage: 15 min", "outage: 16 min"))
    report = api.report_of(api.find_run(str(several / "aaaaaa-1")))
    assert asked(max_age=timedelta(days=30)) is Verdict.UNKNOWN  # what was rehearsed is not what is there today


def test_the_register_is_a_draft_with_every_column(several: Path) -> None:
    report = api.report_of(api.find_run(str(several / "aaaaaa-1")))
    said = read('by = "=cmd()"\non = 2026-11-20\n[register]\ncontract = "=HYPERLINK(1)"\n')

    rows = list(csv.DictReader(io.StringIO(supervisor.as_csv(supervisor.register(report, said)))))

    asked = {f"B_07.01.{number:04}" for number in range(10, 130, 10)}
    assert asked <= {row["code"] for row in rows}
    by_field = {row["field"]: row["draft"] for row in rows}
    assert by_field["contract"] == "'=HYPERLINK(1)"
    assert by_field["substitutability"].startswith("2 ")
    assert by_field["rto"] == "1"
    assert all(row["accepted by"] == "" for row in rows)


def test_columns_are_somebodys_own_where_they_say_so(several: Path) -> None:
    report = api.report_of(api.find_run(str(several / "aaaaaa-1")))
    using = supervisor.codes('[B_06_01]\nrto = "B_06.01.0090"\n')

    found = supervisor.register(report, read('by = "x"\non = 2026-11-20\n'), using)

    assert next(one.code for one in found if one.field == "rto") == "B_06.01.0090"
    with pytest.raises(UsageError, match="no field"):
        supervisor.codes('[B_06_01]\nrta = "x"\n')


def test_compliance_claims_no_qualification_and_no_seal(several: Path) -> None:
    report = api.report_of(api.find_run(str(several / "aaaaaa-1")))
    rows = report.compliance

    assert all(one.source and one.artefact for one in rows)
    own = [one for one in rows if "SecNumCloud" in one.article or "Sovereignty" in one.article]
    assert {one.status for one in own} == {"partly"}
    assert next(one for one in rows if one.article == "Data Act 25(2)(h)").status == "not given"
