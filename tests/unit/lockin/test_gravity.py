"""D1 and D6 say for how long writes stop and names live: by the formula, from the journal, and never for nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exitkit import api
from exitkit.lockin.assumptions import Given
from exitkit.lockin.counted import Counted
from exitkit.lockin.declared import Declared
from exitkit.lockin.gravity import gravity
from exitkit.model.evidence import Basis, Evidence
from exitkit.model.report import Dimension, Report, StepMeasure, SwitchingCost
from exitkit.model.workload import Workload
from tests.unit.evidence.rehearsed import SIZE, rehearsed
from tests.unit.lockin.cases import SHOP, measured, seconds

some = st.integers(1, 10**7)
BOUGHT = SHOP.model_copy(update={"components": tuple(one for one in SHOP.components if one.kind != "bucket")})


def seen(what: str, value: float, unit: str) -> Evidence:
    number = Decimal(str(value))
    return Evidence(what=what, value=number, unit=unit, basis=Basis.MEASURED, sources=("journal:x",))


def step(kind: str, spent: float, *evidence: Evidence) -> StepMeasure:
    whole: dict[str, Any] = {"state": "ok", "verdict": None, "tries": 1, "details": (), "way_back": False}
    return StepMeasure(
        id=f"{kind}-a", kind=kind, component="a", seconds=Decimal(str(spent)), evidence=evidence, **whole
    )


def counted(workload: Workload, *, churn: float, copied: int = 1000, took: int = 10, compared: int = 1000) -> Dimension:
    run = measured(
        steps=(step("verify", 4, seen("bytes equal", compared, "bytes")), step("switch-traffic", 3)),
        churn=seen("churn", churn, "B/s"),
        bytes_copied=seen("bytes copied", copied, "B"),
        copy_seconds=seconds("copying", str(took)),
    )
    known = Counted(
        workload=workload, source="aws", target="ovh", losses=(), measured=run, declared=Declared(),
        cost=SwitchingCost.model_construct(drivers=()), given=Given.model_construct(),
    )  # fmt: skip
    return gravity(known)


def figure(found: Dimension, start: str) -> Evidence | None:
    return next((one for one in found.figures if one.what.startswith(start)), None)


def there(found: Dimension, start: str) -> Evidence:
    told = figure(found, start)
    assert told is not None, [one.what for one in found.figures]
    return told


def test_writes_stop_for_what_changed_meanwhile_the_last_look_and_the_switch() -> None:
    found = counted(BOUGHT, churn=5)

    ratio, left, window = (there(found, one) for one in ("churn, of", "left to copy", "writes stop"))
    assert ratio.value == Decimal("0.05")  # 5 B/s of 100 B/s
    assert (left.value, left.unit, left.basis) == (50, "B", Basis.MEASURED)
    assert window.value == Decimal("7.5")  # 50 B at 100 B/s, 1000 B at 250 B/s, 3 s to switch
    assert "rehearsed size" in window.what


def test_at_a_declared_size_it_is_no_measurement_any_more() -> None:
    window = there(counted(SHOP, churn=5), "writes stop")

    assert window.basis is Basis.DECLARED
    assert "declared size" in window.what
    size = 50 * 2**30
    assert float(window.value) == pytest.approx(size * 0.05 / 100 + size / 250 + 3, rel=1e-5)


@settings(max_examples=100, deadline=None)
@given(churn=some, more=some, copied=some, took=st.integers(1, 10**4), compared=some)
def test_the_window_grows_with_what_is_written_and_never_ends_from_the_speed_on(
    churn: int, more: int, copied: int, took: int, compared: int
) -> None:
    speed = copied / took
    one, other = (
        counted(BOUGHT, churn=rate, copied=copied, took=took, compared=compared) for rate in (churn, churn + more)
    )

    for found, rate in ((one, churn), (other, churn + more)):
        window = figure(found, "writes stop")
        assert (window is None) == (rate / speed >= 1)
        assert any("never ends" in line for line in found.missing) == (window is None)
    shorter, longer = figure(one, "writes stop"), figure(other, "writes stop")
    if shorter is not None and longer is not None:
        assert shorter.value <= longer.value


def test_without_a_rehearsal_it_is_missing_and_no_zero() -> None:
    known = Counted(
        workload=SHOP, source="aws", target="ovh", losses=(), measured=None, declared=Declared(),
        cost=SwitchingCost.model_construct(drivers=()), given=Given.model_construct(),
    )  # fmt: skip
    found = gravity(known)

    assert figure(found, "writes stop") is None
    assert any("for churn and the freeze window" in line for line in found.missing)
    assert "rehearsals at three sizes or more, for a forecast" in found.missing


def dimension(report: Report, code: str) -> Dimension:
    return next(one for one in report.dimensions if one.code == code)


def test_a_journal_says_churn_and_how_long_names_lived(tmp_path: Path) -> None:
    run = rehearsed(tmp_path)
    lines = [json.loads(line) for line in (run.folder / "journal.jsonl").read_text().splitlines()]
    begun = {
        one["step"]: datetime.fromisoformat(one["at"]) for one in reversed(lines) if one.get("outcome") == "started"
    }

    told = api.score(run.plan.workload, source="aws", target="ovh", run=run)

    churn = there(dimension(told, "D1"), "churn at the source")
    assert churn.sources == ("journal:copy-objects-dossiers", "journal:catch-up-dossiers")
    between = begun["catch-up-dossiers"] - begun["copy-objects-dossiers"]
    assert float(churn.value) == pytest.approx(SIZE / between.total_seconds(), abs=0.001)
    lived = there(dimension(told, "D6"), "time names live")
    followed = there(dimension(told, "D6"), "until names and partners")
    assert float(followed.value) == pytest.approx(float(lived.value) / 86400, rel=1e-5)
    assert followed.basis is Basis.MEASURED


def test_the_longest_of_what_is_declared_and_measured_decides(tmp_path: Path) -> None:
    (tmp_path / "exit.toml").write_text(
        'by = "the CIO"\non = 2026-11-20\n[quantities]\npartners = 5\ncarrier = 40\n', encoding="utf-8"
    )
    run = replace(rehearsed(tmp_path / "runs"), workload_folder=tmp_path)

    told = api.score(run.plan.workload, source="aws", target="ovh", run=run)

    followed = there(dimension(told, "D6"), "until names and partners")
    assert (followed.value, followed.basis) == (40, Basis.DECLARED)
    assert not any("in exit.toml" in line for line in dimension(told, "D6").missing)
    assert told.cost.days.p10 >= 40


def test_a_scan_says_where_names_of_the_source_are_written_out(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "main.tf").write_text(
        'locals {\n  queue = "arn:aws:sqs:eu-west-3:123456789012:notices"\n  region = "eu-west-3"\n}\n'
    )
    scanned = api.scan(tmp_path / "code").inventory
    (tmp_path / "seen.json").write_text(scanned.model_dump_json())
    run = replace(rehearsed(tmp_path / "runs"), workload_folder=tmp_path)

    plain = dimension(api.score(run.plan.workload, source="aws", target="ovh", run=run), "D6")
    (tmp_path / "exit.toml").write_text('by = "the CIO"\non = 2026-11-20\ninventory = "seen.json"\n')
    told = dimension(api.score(run.plan.workload, source="aws", target="ovh", run=run), "D6")

    arns, regions = (there(told, f"{kind} of the source") for kind in ("arns", "regions"))
    assert (arns.value, arns.unit) == (1, "places")
    assert regions.value >= 1
    assert any("a scan of code" in line for line in plain.missing)
    assert not any("a scan of code" in line for line in told.missing)


def test_a_size_that_a_run_found_is_measured_and_one_of_the_description_declared(tmp_path: Path) -> None:
    run = rehearsed(tmp_path)

    told = api.score(run.plan.workload, source="aws", target="ovh", run=run)

    whole, window = (there(dimension(told, "D1"), one) for one in ("data to take along", "writes stop"))
    assert (whole.basis, whole.sources) == (Basis.MEASURED, ("journal:verify-dossiers-2",))
    assert "rehearsed size" in window.what
    declared = there(counted(SHOP, churn=5), "data to take along")
    assert (declared.basis, declared.sources) == (Basis.DECLARED, ("spec:images.size",))
