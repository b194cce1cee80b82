"""Rates that `exitkit move measure` found are the input of D1, measured; without them it is what is assumed."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from exitkit import api
from exitkit.api.judge import with_rates
from exitkit.errors import UsageError
from exitkit.lockin.declared import Declared
from exitkit.model.evidence import Basis
from exitkit.model.report import Driver, Report
from exitkit.model.workload import Workload
from exitkit.transfer.forecast import Trial, facts, fit
from tests.unit.evidence.rehearsed import SPEC

HEAD = 'by = "the CIO"\non = 2026-11-20\n'
SIZED = SPEC.read_text(encoding="utf-8").replace(
    "    kind: bucket\n", "    kind: bucket\n    size: 630 GB\n    objects: 630000\n"
)
FIXED, EACH, SPEED = 2.0, 0.01, 50e6
"""What copying costs in a made world: seconds at all, seconds an object with one hand, bytes a second."""


def trials() -> list[Trial]:
    """Nine that this world gives exactly."""
    return [
        Trial(count, count * size, FIXED + count * EACH / hands + count * size / SPEED, hands)
        for size, count in ((1024, 400), (65536, 160), (1048576, 24))
        for hands in (4, 16, 32)
    ]


def written(file: Path, **changed: Any) -> Path:
    """What `exitkit move measure -f json` writes of it."""
    told = {**facts(fit(trials()), trials(), source="9 trials from s3://a to s3://b"), **changed}
    file.write_text(json.dumps(told))
    return file


def workload(folder: Path) -> Workload:
    (folder / "workload.yaml").write_text(SIZED)
    return api.validate(folder / "workload.yaml")


def driver(report: Report, name: str) -> Driver | None:
    return next((one for one in report.cost.drivers if one.name == name), None)


def d1(report: Report) -> dict[str, Any]:
    return {one.what: one for one in next(one for one in report.dimensions if one.code == "D1").figures}


def test_rates_are_the_input_of_d1_with_basis_and_source(tmp_path: Path) -> None:
    parts, file = workload(tmp_path), written(tmp_path / "rates.json")

    told = api.score(parts, source="aws", target="ovh", measured=file)

    speed = d1(told)["speed of copying, measured apart"]
    assert float(speed.value) == pytest.approx(SPEED, rel=0.01)
    assert (speed.unit, speed.basis) == ("B/s", Basis.MEASURED)
    assert "9 trials from s3://a to s3://b" in speed.sources[0]
    took = d1(told)["time to copy by measured rates"]
    assert float(took.value) == pytest.approx(FIXED + 630_000 * EACH / 32 + 630e9 / SPEED, rel=0.01)
    assert took.basis is Basis.DECLARED  # how much there is, is only declared
    used = driver(told, "speed")
    assert used is not None
    assert used.basis is Basis.MEASURED


@pytest.mark.parametrize(("limits", "apart"), [({"writes": 300}, 1 / 300), ({"writes": 9e9, "reads": 9e9}, EACH / 32)])
def test_what_a_bucket_allows_a_second_is_the_least_an_object_takes(
    tmp_path: Path, limits: dict[str, float], apart: float
) -> None:
    file = written(tmp_path / "rates.json", limits=limits)

    took = d1(api.score(workload(tmp_path), source="aws", target="ovh", measured=file))[
        "time to copy by measured rates"
    ]

    assert float(took.value) == pytest.approx(FIXED + 630_000 * apart + 630e9 / SPEED, rel=0.01)
    assert f"held to {limits['writes']:.0f} writes a second" in took.sources[0]


def test_without_rates_the_speed_is_assumed_and_said_so(tmp_path: Path) -> None:
    told = api.score(workload(tmp_path), source="aws", target="ovh")

    used = driver(told, "speed")
    assert used is not None
    assert used.basis is Basis.ASSUMED
    assert "speed of copying, measured apart" not in d1(told)


def test_rates_count_for_the_way_they_were_measured_on_and_for_no_other(tmp_path: Path) -> None:
    parts = workload(tmp_path)
    slow = written(tmp_path / "rates.json", numbers=[*(_number(n) for n in ("fixed", "per object")), _number("speed")])

    plain, told = (api.score(parts, source="aws", target="ovh", measured=file) for file in (None, slow))

    assert told.cost.days.p50 > plain.cost.days.p50 + 100
    onward, *back = [
        (one.away_days == other.away_days) for one, other in zip(plain.alternatives, told.alternatives, strict=True)
    ]
    assert not onward  # staying is left on this way
    assert len(back) > 1
    assert all(back)


def _number(what: str) -> dict[str, Any]:
    unit = "bytes/s" if what == "speed" else "s"
    value = 40_000 if what == "speed" else 0  # half a year for what the workload holds
    return {"what": what, "unit": unit, "value": value, "low": value, "high": value}


def test_exit_toml_names_them_and_the_file_beside_it_is_read(tmp_path: Path) -> None:
    written(tmp_path / "rates.json")
    (tmp_path / "exit.toml").write_text(f'{HEAD}rates = "rates.json"\n')

    said = api.declared_beside(tmp_path)

    assert {one.name for one in said.transfer} == {"copy-fixed", "object-latency", "streams", "speed"}
    assert {one.basis for one in said.transfer} == {Basis.MEASURED}
    assert all("rates.json, exit.toml (declared by the CIO" in one.source for one in said.transfer)


def test_a_speed_the_trials_did_not_show_stays_assumed_and_is_named_as_missing(tmp_path: Path) -> None:
    none = {"what": "speed", "unit": "bytes/s", "value": None, "low": None, "high": None}
    file = written(tmp_path / "rates.json", numbers=[_number("fixed"), _number("per object"), none], indicative=True)

    told = api.score(workload(tmp_path), source="aws", target="ovh", measured=file)

    used = driver(told, "speed")
    assert used is not None
    assert used.basis is Basis.ASSUMED
    [gravity] = [one for one in told.dimensions if one.code == "D1"]
    assert any("the trials showed none" in one for one in gravity.missing)
    assert "indicative, too few trials" in d1(told)["time a copy takes at all, measured apart"].sources[0]


def test_without_sizes_rates_are_refused_since_a_copy_would_take_no_time(tmp_path: Path) -> None:
    file = written(tmp_path / "rates.json")

    with pytest.raises(UsageError, match="`size` and `objects` of each bucket: dossiers"):
        api.score(api.validate(SPEC), source="aws", target="ovh", measured=file)


@pytest.mark.parametrize(
    "changed",
    [
        {"basis": "declared"},
        {"format_version": 2},
        {"rates": []},
        {"numbers": []},
        {"numbers": [_number("fixed"), _number("per object"), {**_number("speed"), "unit": "s"}]},
        {"numbers": [_number("fixed"), _number("per object"), {**_number("speed"), "value": 0, "low": 0}]},
        {"numbers": [_number("fixed"), _number("per object"), {**_number("speed"), "value": -1}]},
    ],
)
def test_what_is_no_measurement_is_refused(tmp_path: Path, changed: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="holds no measured rates"):
        with_rates(Declared(), written(tmp_path / "rates.json", **changed))


def test_one_quantity_keeps_its_interval_in_order(tmp_path: Path) -> None:
    upside = {"what": "speed", "unit": "bytes/s", "value": 100, "low": 200, "high": None}
    file = written(tmp_path / "rates.json", numbers=[_number("fixed"), _number("per object"), upside])

    [speed] = [one for one in with_rates(Declared(), file).transfer if one.name == "speed"]

    assert (speed.low, speed.mode, speed.high) == (Decimal(100), Decimal(100), Decimal(100))
