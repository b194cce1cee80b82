"""Plans of terraform that exit.toml names are read for D3, sealed as counts, told again from them, and never kept."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from exitkit import api
from exitkit.api.past import trend
from exitkit.api.runs import Run
from exitkit.errors import UsageError
from exitkit.model.evidence import Basis
from exitkit.model.report import Dimension
from exitkit.rehearsal.measure import measure
from exitkit.report.build import build
from exitkit.report.facts import Facts
from tests.unit.evidence import forger
from tests.unit.evidence.forger import edited, indexed
from tests.unit.evidence.rehearsed import SPEC, rehearsed
from tests.unit.scan.test_planned import SECRET, plan

HEAD = 'by = "the CIO"\non = 2026-11-20\n'


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A rehearsal beside whose workload somebody declared a plan for the target."""
    folder = tmp_path / "beside"
    folder.mkdir()
    shutil.copy(SPEC, folder)
    (folder / "ovh.json").write_text(json.dumps(plan()))
    (folder / "exit.toml").write_text(f'{HEAD}[terraform-plans]\novh = "ovh.json"\n')
    return replace(rehearsed(tmp_path), workload_folder=folder)


def d3(dimensions: tuple[Dimension, ...]) -> Dimension:
    return next(one for one in dimensions if one.code == "D3")


def test_the_figures_are_measured_and_name_file_and_hash(run: Run) -> None:
    content = (run.workload_folder / "ovh.json").read_bytes()

    told = d3(api.report_of(run).dimensions)

    rho = next(one for one in told.figures if "(ρ), at least" in one.what)
    assert rho.basis is Basis.MEASURED
    assert rho.sources == (f"ovh.json (sha256 {sha256(content).hexdigest()})",)
    beside = next(one for one in told.figures if one.what.startswith("beside it, in the text of the generated tree"))
    assert beside.basis is Basis.COMPUTED
    assert told.missing == (
        "terraform show -json of a plan for aws (--terraform-plan aws=FILE): the text of its tree is counted",
        "what locals and dynamic blocks hold, which a plan does not tell: the origin of 4 attributes",
    )


def test_a_bundle_holds_the_counts_and_tells_the_report_again_from_them(run: Run, tmp_path: Path) -> None:
    sealed = api.seal(run, tmp_path / "evidence.zip")

    looked = api.verify_evidence(sealed.file)

    assert looked.problems == ()
    assert SECRET.encode() not in sealed.file.read_bytes()
    known = Facts.model_validate_json(forger.read(sealed.file)["known.json"])
    assert {one.basis for one in known.planned.values()} == {Basis.MEASURED}
    assert {one.basis for one in known.infrastructure.values()} == {Basis.COMPUTED}


@pytest.mark.parametrize(("part", "side"), [("infrastructure", "aws"), ("infrastructure", "ovh"), ("planned", "ovh")])
def test_a_count_that_somebody_changed_is_refused(run: Run, tmp_path: Path, part: str, side: str) -> None:
    files = forger.read(api.seal(run, tmp_path / "evidence.zip").file)

    def fewer(known: dict[str, dict[str, dict[str, list[dict[str, int]]]]]) -> None:
        known[part][side]["resources"][0]["instances"] += 7

    files["known.json"] = edited(files["known.json"], fewer)
    looked = api.verify_evidence(forger.write(indexed(files), tmp_path / "x.zip"))

    assert looked.problems


def test_a_file_that_is_no_plan_is_named_before_anything_is_told(run: Run) -> None:
    (run.workload_folder / "ovh.json").write_text('{"a": "' + SECRET)

    with pytest.raises(UsageError, match="is no plan to count: it is not JSON") as raised:
        api.report_of(run)
    assert SECRET not in f"{raised.value.message} {raised.value.hint}"


def test_a_plan_of_nobody_is_named(run: Run) -> None:
    (run.workload_folder / "exit.toml").write_text(f'{HEAD}[terraform-plans]\novhh = "ovh.json"\n')

    with pytest.raises(UsageError, match="there is no provider `ovhh`"):
        api.report_of(run)


def test_generated_text_that_somebody_calls_a_plan_is_still_held_to_the_facts(run: Run, tmp_path: Path) -> None:
    files = forger.read(api.seal(run, tmp_path / "evidence.zip").file)

    def promoted(known: dict[str, dict[str, dict[str, str]]]) -> None:
        known["infrastructure"]["aws"]["basis"] = "measured"

    files["known.json"] = edited(files["known.json"], promoted)
    known = Facts.model_validate_json(files["known.json"])
    digests = {"journal": run.journal_digest, "plan": run.plan.digest}
    measured = measure(run.plan, run.name, run.journal)
    report = build(known.with_run(run.setting, measured, trend=trend((run,)), **digests))
    files["report.json"] = report.canonical() + b"\n"
    looked = api.verify_evidence(forger.write(indexed(files, report=report.digest), tmp_path / "x.zip"))

    assert [one.place for one in looked.problems] == ["known.json infrastructure"]


def test_a_section_that_names_no_file_is_refused(run: Run) -> None:
    (run.workload_folder / "exit.toml").write_text(f"{HEAD}[terraform-plans]\novh = 3\n")

    with pytest.raises(UsageError, match=r"\[terraform-plans\]: ovh is no file"):
        api.report_of(run)
