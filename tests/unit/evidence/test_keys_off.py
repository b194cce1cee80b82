"""What could be read with the source's key service off: from the journal where it was rehearsed, else as declared."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from exitkit import api
from exitkit.model.evidence import Basis, Evidence, Verdict
from exitkit.model.report import GateResult, Report
from tests.unit.evidence.rehearsed import OBJECTS, SPEC, rehearsed

DECLARED = 'by = "the CIO"\non = 2026-11-20\n[key-off]\ntried = 300\nreadable = 300\n'
TOLD = "readable at the target with the source's key service off"


def gate(report: Report) -> GateResult:
    return next(one for one in report.gates if one.name == "keys")


def figure(report: Report, code: str, what: str) -> Evidence:
    told = next(one for one in report.dimensions if one.code == code)
    return next(one for one in told.figures if one.what == what)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the workload's file stands, with what its owner declares beside it."""
    (tmp_path / "exit.toml").write_text(DECLARED)
    return tmp_path


def report(folder: Path, playbook: str, sealed: int = 0) -> Report:
    run = rehearsed(folder, playbook=playbook, sealed_by_the_source=sealed)
    return api.report_of(replace(run, workload_folder=folder))


def test_a_rehearsal_with_the_keys_off_takes_the_place_of_what_is_declared(folder: Path) -> None:
    told = report(folder, "key-revocation", sealed=1)

    whole = OBJECTS + 9 + 1  # every object, every row, the secret
    assert gate(told).verdict is Verdict.FAIL
    assert gate(told).why == f"measured: {whole - 1} of {whole} {TOLD}"
    assert "journal:read-everything-dossiers" in gate(told).sources
    assert figure(told, "D5", TOLD).basis is Basis.MEASURED
    assert figure(told, "D5", TOLD).sources == gate(told).sources


def test_where_everything_was_read_the_gate_passes_and_bounds_what_was_not(folder: Path) -> None:
    told = report(folder, "key-revocation")

    assert gate(told).verdict is Verdict.PASS
    assert gate(told).why == f"measured: 50 of 50 {TOLD}; at most 6.00% are not (95 %)"
    assert figure(told, "D5", "unreadable without the source's keys, at most (95 %)").basis is Basis.MEASURED


def test_a_rehearsal_that_left_the_keys_on_leaves_what_is_declared(folder: Path) -> None:
    told = report(folder, "orderly")

    assert gate(told).why.startswith(f"declared: 300 of 300 {TOLD}")
    assert gate(told).sources[0].startswith("exit.toml (declared by the CIO")
    assert figure(told, "D5", TOLD).basis is Basis.DECLARED


def test_a_score_takes_it_from_the_run_as_well(folder: Path) -> None:
    run = replace(rehearsed(folder, playbook="key-revocation"), workload_folder=folder)

    told = api.score(api.validate(SPEC), source="aws", target="ovh", run=run)

    assert gate(told).why.startswith("measured: 50 of 50 ")


def test_what_was_not_read_is_no_pass(folder: Path) -> None:
    run = rehearsed(folder, playbook="key-revocation")
    file = run.folder / "journal.jsonl"
    lines = file.read_text().splitlines(keepends=True)
    cut = next(n for n, line in enumerate(lines) if '"step":"read-everything-' in line and '"outcome":"ok"' in line) + 1
    file.write_text("".join(lines[:cut]))  # it was killed after one of several was read

    told = gate(api.report_of(api.find_run(str(run.folder))))

    assert told.verdict is Verdict.UNKNOWN
    assert "; no answer for " in told.why


def test_what_clients_were_told_is_looked_for_and_counted(folder: Path) -> None:
    told = figure(report(folder, "orderly"), "D1", "acknowledged writes that were lost")

    assert (told.value, told.basis) == (0, Basis.MEASURED)
    assert told.sources[0].startswith("journal:probe-")
