"""Fifty ways to tamper with a bundle: every one is refused, and the place is named."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from exitkit import api
from exitkit.api import evidence
from exitkit.model.journal import Entry, Setting
from exitkit.model.plan import Plan
from exitkit.rehearsal.measure import measure
from exitkit.report.build import build
from exitkit.report.bundle import INDEX
from exitkit.report.facts import Facts
from exitkit.report.past import past
from tests.unit.evidence import forger
from tests.unit.evidence.forger import Files, chained, edited, indexed, journal
from tests.unit.evidence.rehearsed import rehearsed


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sealed")
    return api.seal(rehearsed(folder), folder / "evidence.zip").file


@pytest.fixture
def files(bundle: Path) -> Files:
    return forger.read(bundle)


def refused(file: Path) -> list[str]:
    found = api.verify_evidence(file).problems
    assert found, "a tampered bundle was let through"
    return [one.place for one in found]


def rewritten(files: Files, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Files:
    """A journal that somebody wrote anew, chain and index and all, but for the report."""
    body, told = chained(change(journal(files)))
    return indexed({**files, "journal.jsonl": body}, **told)


def test_one_that_nobody_touched_holds(bundle: Path) -> None:
    looked = api.verify_evidence(bundle)

    assert looked.problems == ()
    assert looked.index is not None
    assert looked.seal == looked.index.digest


def claimed(change: Callable[[dict[str, Any]], None], step: str) -> Callable[[list[dict[str, Any]]], Any]:
    """A journal in which what one step says that it tried was changed."""

    def changed(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        change(next(one for one in entries if one["step"] == step and one["outcome"] == "ok"))
        return entries

    return changed


def _versions(entry: dict[str, Any]) -> None:
    entry["tried"] = [*entry["tried"], {**entry["tried"][0], "capability": "object.versions"}]


def _not_needed(entry: dict[str, Any]) -> None:
    entry["tried"] = [*entry["tried"], {**entry["tried"][0], "capability": "cache.store"}]


def _figure(entry: dict[str, Any]) -> None:
    entry["tried"][0]["seen"][0]["value"] = "41"


def _failed(entry: dict[str, Any]) -> None:
    entry["verdict"] = "fail"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_not_needed, "which the workload does not need"),
        (_figure, "by a figure that it does not have"),
        (_failed, "pass; its own figures do not show that"),
    ],
)
def test_a_claim_that_something_was_tried_which_the_entry_does_not_show(
    files: Files, tmp_path: Path, change: Callable[[dict[str, Any]], None], words: str
) -> None:
    forged = rewritten(files, claimed(change, "verify-dossiers"))

    [problem] = api.verify_evidence(forger.write(forged, tmp_path / "x.zip")).problems
    assert problem.place.startswith("journal.jsonl:")
    assert problem.says.endswith(words)


def test_a_claim_that_only_the_journal_makes_is_not_in_the_report(files: Files, tmp_path: Path) -> None:
    forged = rewritten(files, claimed(_versions, "verify-dossiers"))

    assert any("exercised" in place for place in refused(forger.write(forged, tmp_path / "x.zip")))


@pytest.mark.parametrize("name", ["journal.jsonl", "plan.json", "objects-dossiers.jsonl", "facts/lockin/efforts.toml"])
def test_one_byte_of_a_file(bundle: Path, files: Files, tmp_path: Path, name: str) -> None:
    body = bytearray(bundle.read_bytes())
    at = body.index(files[name]) + len(files[name]) // 2
    body[at] ^= 1
    (tmp_path / "x.zip").write_bytes(body)

    assert name in refused(tmp_path / "x.zip")[0]


def test_one_byte_of_the_zip_that_no_file_owns(bundle: Path, tmp_path: Path) -> None:
    body = bytearray(bundle.read_bytes())
    with zipfile.ZipFile(bundle) as archive:
        body[archive.getinfo("setting.json").header_offset + 10] ^= 1  # the time in the header before the name
    (tmp_path / "x.zip").write_bytes(body)

    assert refused(tmp_path / "x.zip")[0] == "setting.json"


def test_something_behind_the_end(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(bundle.read_bytes() + b"\0")

    assert "zip" in refused(tmp_path / "x.zip")[0]


def test_half_a_bundle(bundle: Path, tmp_path: Path) -> None:
    body = bundle.read_bytes()
    (tmp_path / "x.zip").write_bytes(body[: len(body) // 2])

    assert refused(tmp_path / "x.zip") == ["the zip"]


def test_a_file_that_was_taken_out(files: Files, tmp_path: Path) -> None:
    del files["rows-register.jsonl"]

    assert set(refused(forger.write(files, tmp_path / "x.zip"))) == {"rows-register.jsonl"}


def test_a_file_that_was_added(files: Files, tmp_path: Path) -> None:
    assert refused(forger.write({**files, "more.json": b"{}"}, tmp_path / "x.zip"))[0] == "more.json"


@pytest.mark.parametrize("name", ["../outside.json", "/etc/passwd", "a/../../b.json", "C:\\x.json"])
def test_a_name_that_leads_out(files: Files, tmp_path: Path, name: str) -> None:
    places = refused(forger.write({**files, name: b"{}"}, tmp_path / "x.zip"))

    assert len(places) == 1
    assert not (tmp_path.parent / "outside.json").exists()


def test_a_file_that_is_there_twice(files: Files, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("report.json", b"{}")

    assert "report.json" in refused(tmp_path / "x.zip")


def test_a_bomb(files: Files, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
        archive.writestr("zeros.json", b"\0" * 2**24)

    assert "zeros.json" in refused(tmp_path / "x.zip")


def test_files_in_another_order(files: Files, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for name, body in reversed(files.items()):
            archive.writestr(name, body)

    assert refused(tmp_path / "x.zip") == ["the zip"]


def test_a_manifest_that_was_cut(files: Files, tmp_path: Path) -> None:
    files["objects-dossiers.jsonl"] = b"".join(files["objects-dossiers.jsonl"].splitlines(keepends=True)[:-5])

    assert refused(forger.write(files, tmp_path / "x.zip"))[0] == "objects-dossiers.jsonl"


def test_a_manifest_that_was_cut_and_indexed_again(files: Files, tmp_path: Path) -> None:
    files["objects-dossiers.jsonl"] = b"".join(files["objects-dossiers.jsonl"].splitlines(keepends=True)[:-5])

    assert refused(forger.write(indexed(files), tmp_path / "x.zip"))[0].startswith("journal.jsonl:")


def test_a_record_of_rows_that_was_cut_and_indexed_again(files: Files, tmp_path: Path) -> None:
    files["rows-register.jsonl"] = b"".join(files["rows-register.jsonl"].splitlines(keepends=True)[:-2])

    assert refused(forger.write(indexed(files), tmp_path / "x.zip"))[0].startswith("journal.jsonl:")


def test_a_record_of_rows_that_is_none(files: Files, tmp_path: Path) -> None:
    files["rows-register.jsonl"] += b'["public.item", 7]\n'

    assert refused(forger.write(indexed(files), tmp_path / "x.zip")) == ["rows-register.jsonl:10"]


def test_an_entry_that_was_taken_out(files: Files, tmp_path: Path) -> None:
    lines = files["journal.jsonl"].splitlines(keepends=True)
    files["journal.jsonl"] = b"".join([*lines[:6], *lines[7:]])

    assert refused(forger.write(indexed(files), tmp_path / "x.zip")) == ["journal.jsonl:7"]


def test_entries_in_another_order(files: Files, tmp_path: Path) -> None:
    lines = files["journal.jsonl"].splitlines(keepends=True)
    lines[4], lines[5] = lines[5], lines[4]
    files["journal.jsonl"] = b"".join(lines)

    assert refused(forger.write(indexed(files), tmp_path / "x.zip")) == ["journal.jsonl:5"]


def test_the_end_of_the_journal_cut_off(files: Files, tmp_path: Path) -> None:
    files["journal.jsonl"] = b"".join(files["journal.jsonl"].splitlines(keepends=True)[:-2])

    assert refused(forger.write(indexed(files), tmp_path / "x.zip")) == ["journal.jsonl"]


def test_a_figure_of_the_journal(files: Files, tmp_path: Path) -> None:
    files["journal.jsonl"] = files["journal.jsonl"].replace(b'"value":"0.04"', b'"value":"0.01"')

    assert refused(forger.write(indexed(files), tmp_path / "x.zip"))[0].startswith("journal.jsonl:")


def test_a_shorter_outage_in_a_journal_chained_anew(files: Files, tmp_path: Path) -> None:
    def shorter(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [json.loads(json.dumps(one).replace('"value": "0.04"', '"value": "0.01"')) for one in entries]

    places = refused(forger.write(rewritten(files, shorter), tmp_path / "x.zip"))

    assert places[0].startswith("journal.jsonl:")
    assert any(place.startswith("report.json") for place in places)


@pytest.mark.parametrize("counts_too", [False, True])
def test_a_check_turned_round_in_a_journal_chained_anew(files: Files, tmp_path: Path, counts_too: bool) -> None:
    def kept(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        entry = next(one for one in entries if one["step"] == "check-contract-dossiers" and one["outcome"] == "ok")
        entry["details"] = [line.replace("pass → fail", "pass → pass") for line in entry["details"]]
        for one in entry["evidence"] if counts_too else ():
            one["value"] = {"checks passed at the target": "3", "checks passed at the source only": "0"}.get(
                one["what"], one["value"]
            )
        return entries

    places = refused(forger.write(rewritten(files, kept), tmp_path / "x.zip"))

    assert places[0].startswith("journal.jsonl:") is not counts_too
    assert any("dimensions" in place for place in places) is counts_too


def test_fewer_refused_writes_in_a_journal_chained_anew(files: Files, tmp_path: Path) -> None:
    def fewer(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        old, new = '"value": "3", "what": "writes refused"', '"value": "0", "what": "writes refused"'
        return [json.loads(json.dumps(one, sort_keys=True).replace(old, new)) for one in entries]

    assert refused(forger.write(rewritten(files, fewer), tmp_path / "x.zip"))[0].startswith("journal.jsonl:")


def test_a_clock_that_was_moved(files: Files, tmp_path: Path) -> None:
    def earlier(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**one, "at": one["at"].replace("-21T", f"-2{1 - (one['seq'] > 8)}T")} for one in entries]

    assert refused(forger.write(rewritten(files, earlier), tmp_path / "x.zip"))[0] == "journal.jsonl:10"


def test_a_run_made_younger(files: Files, tmp_path: Path) -> None:
    def later(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**one, "at": one["at"].replace("2026", "2027")} for one in entries]

    assert refused(forger.write(rewritten(files, later), tmp_path / "x.zip")) == ["setting.json"]


def test_a_step_that_is_in_no_plan(files: Files, tmp_path: Path) -> None:
    def another(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [*entries, {**entries[-1], "step": "made-up"}]

    assert refused(forger.write(rewritten(files, another), tmp_path / "x.zip"))[0].startswith("journal.jsonl:")


def test_a_figure_of_the_report(files: Files, tmp_path: Path) -> None:
    def cheaper(report: dict[str, Any]) -> None:
        report["cost"]["total"]["p50"] = "1.00"

    files["report.json"] = edited(files["report.json"], cheaper)

    assert refused(forger.write(indexed(files), tmp_path / "x.zip"))[0] == "report.json cost.total.p50"


def test_a_verdict_of_the_report(files: Files, tmp_path: Path) -> None:
    files["report.json"] = edited(files["report.json"], lambda report: report.update(verdict="pass"))

    assert refused(forger.write(indexed(files), tmp_path / "x.zip"))[0] == "report.json verdict"


def test_a_price(files: Files, tmp_path: Path) -> None:
    def cheaper(known: dict[str, Any]) -> None:
        known["run_rate"]["lines"][0]["value"] = "0.01"

    files["known.json"] = edited(files["known.json"], cheaper)

    places = refused(forger.write(indexed(files), tmp_path / "x.zip"))

    assert places[0].startswith("report.json ")
    assert any("cost" in place or "alternatives" in place for place in places)


def test_a_price_with_a_report_to_match(files: Files, tmp_path: Path, bundle: Path) -> None:
    files["known.json"] = edited(files["known.json"], lambda known: known["run_rate"]["lines"][0].update(value="0.01"))
    plan, setting = Plan.model_validate_json(files["plan.json"]), Setting.model_validate_json(files["setting.json"])
    entries = [Entry.model_validate_json(line) for line in files["journal.jsonl"].splitlines()]
    measured = measure(plan, setting.run, entries)
    known = Facts.model_validate_json(files["known.json"])
    trend = (past(plan, measured, setting),)
    report = build(known.with_run(setting, measured, trend=trend, journal=entries[-1].digest, plan=plan.digest))
    files["report.json"] = report.canonical() + b"\n"

    places = refused(forger.write(indexed(files, report=report.digest), tmp_path / "x.zip"))

    assert places == ["known.json run_rate"]


def test_a_plan(files: Files, tmp_path: Path) -> None:
    files["plan.json"] = edited(files["plan.json"], lambda plan: plan["steps"].pop())

    assert refused(forger.write(indexed(files), tmp_path / "x.zip"))[0] == "plan.json"


def test_a_place_that_was_better(files: Files, tmp_path: Path) -> None:
    files["setting.json"] = edited(files["setting.json"], lambda setting: setting.update(place="real accounts"))

    assert refused(forger.write(indexed(files), tmp_path / "x.zip"))[0] == "report.json place"


def test_a_workload_that_asks_less(files: Files, tmp_path: Path) -> None:
    files["workload.json"] = edited(files["workload.json"], lambda workload: workload["objectives"].update(outage=9999))

    assert refused(forger.write(indexed(files), tmp_path / "x.zip"))[0] == "workload.json"


def test_the_index(files: Files, tmp_path: Path) -> None:
    files[INDEX] = edited(files[INDEX], lambda index: index.update(entries=1))

    assert refused(forger.write(files, tmp_path / "x.zip")) == ["journal.jsonl"]


@pytest.mark.parametrize("body", [b"", b"no zip at all", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_bundle_is_refused_in_words(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(body)

    assert len(refused(tmp_path / "x.zip")) == 1


def test_a_run_that_was_sealed_half_way_holds(tmp_path: Path) -> None:
    run = rehearsed(tmp_path, back=False)

    assert api.verify_evidence(api.seal(run, tmp_path / "half.zip").file).problems == ()


def test_sealed_again_on_another_day_it_is_the_same_bytes(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = rehearsed(tmp_path)
    for file in run.folder.iterdir():
        os.utime(file, (1, 1))
    monkeypatch.setenv("TZ", "Pacific/Auckland")

    again = api.seal(run, tmp_path / "again.zip")

    assert again.file.read_bytes() == bundle.read_bytes()


def test_a_bundle_outlives_the_facts_of_the_exitkit_that_reads_it(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = evidence._facts_used("aws", "ovh")
    newer = {**ours, "facts/providers/ovh/sizes.toml": b"# newer prices\n"}
    monkeypatch.setattr(evidence, "_facts_used", lambda source, target: newer)

    looked = api.verify_evidence(bundle)

    assert looked.problems == ()
    assert "facts/providers/ovh/sizes.toml differ" in looked.notes[0]


OLDER = {"exitkit": "0.0.9", "build": "0123456789abcdef"}


def dearer(files: Files) -> Files:
    """With a report that another version might have told from the same journal."""
    return {**files, "report.json": edited(files["report.json"], lambda one: one["cost"]["total"].update(p50="1.00"))}


def test_a_bundle_of_another_version_that_tells_it_differently_is_refused_as_such(files: Files, tmp_path: Path) -> None:
    file = forger.write(indexed(dearer(files), versions=OLDER), tmp_path / "x.zip")

    [problem] = api.verify_evidence(file).problems

    assert problem.place == "index.json versions"
    assert "another version (exitkit 0.0.9, build 0123456789abcdef; this is exitkit " in problem.says
    assert "report.json cost.total.p50" in problem.says


def test_a_bundle_from_before_versions_were_named_is_refused_as_such(files: Files, tmp_path: Path) -> None:
    files[INDEX] = edited(files[INDEX], lambda index: index.pop("versions"))

    [problem] = api.verify_evidence(forger.write(files, tmp_path / "x.zip")).problems

    assert problem.place == "index.json versions"
    assert "another version (exitkit 0.1.0, " in problem.says


def test_a_bundle_of_another_version_that_still_holds_is_let_through_and_said_so(files: Files, tmp_path: Path) -> None:
    looked = api.verify_evidence(forger.write(indexed(files, versions=OLDER), tmp_path / "x.zip"))

    assert looked.problems == ()
    assert looked.notes[-1].startswith("sealed by exitkit 0.0.9, build 0123456789abcdef; this is ")


def test_bytes_that_were_changed_are_named_first_whatever_version_sealed_them(files: Files, tmp_path: Path) -> None:
    file = forger.write(dearer(indexed(files, versions=OLDER)), tmp_path / "x.zip")

    assert refused(file) == ["report.json", "index.json versions"]


def test_what_was_declared_travels_with_the_bundle(tmp_path: Path) -> None:
    run = rehearsed(tmp_path)
    declared = tmp_path / "exit.toml"
    declared.write_text('by = "x"\non = 2026-11-20\n[quantities]\nnotice = 300\n')
    run = replace(run, workload_folder=tmp_path)

    sealed = api.seal(run, tmp_path / "declared.zip").file
    declared.unlink()

    assert api.verify_evidence(sealed).problems == ()
    assert b'"notice"' in forger.read(sealed)["known.json"]


def test_what_was_known_when_the_run_began(tmp_path: Path) -> None:
    earlier = [rehearsed(tmp_path / str(n), name=f"aaaaaa-{n}", objects=n * 20) for n in (1, 2, 3)]
    files = forger.read(api.seal(rehearsed(tmp_path, name="aaaaaa-4", after=earlier), tmp_path / "y.zip").file)

    def kinder(setting: dict[str, Any]) -> None:
        setting["earlier"][0]["seconds"] = "9"

    files["setting.json"] = edited(files["setting.json"], kinder)

    assert refused(forger.write(indexed(files), tmp_path / "x.zip"))[0].startswith("report.json trend[0]")


@pytest.mark.parametrize(
    "name", ["report.html", "a/b/report.json", "clients-ghost.jsonl", "rows-dossiers.jsonl", "facts/lockin/more.toml"]
)
def test_a_file_that_proves_nothing_though_it_is_in_the_index(files: Files, tmp_path: Path, name: str) -> None:
    assert refused(forger.write(indexed({**files, name: b""}), tmp_path / "x.zip")) == [name]


def test_facts_that_were_left_out_and_indexed_again(files: Files, tmp_path: Path) -> None:
    del files["facts/lockin/efforts.toml"]

    assert refused(forger.write(indexed(files), tmp_path / "x.zip")) == ["facts/lockin/efforts.toml"]


def test_words_of_the_bundle_that_claim_more(files: Files, tmp_path: Path) -> None:
    files["README.txt"] += b"A supervisor has accepted this.\n"

    assert refused(forger.write(indexed(files), tmp_path / "x.zip")) == ["README.txt"]


def test_one_row_told_twice_in_place_of_another(files: Files, tmp_path: Path) -> None:
    lines = files["rows-register.jsonl"].splitlines(keepends=True)
    files["rows-register.jsonl"] = b"".join([*lines[:3], lines[2], *lines[4:]])

    assert refused(forger.write(indexed(files), tmp_path / "x.zip")) == ["rows-register.jsonl:4"]


def test_a_run_that_began_long_before_its_first_entry(files: Files, tmp_path: Path) -> None:
    files["setting.json"] = edited(files["setting.json"], lambda one: one.update(began="2026-01-21T09:00:00Z"))

    assert refused(forger.write(indexed(files), tmp_path / "x.zip")) == ["setting.json"]


def test_another_exitkit_in_the_index(files: Files, tmp_path: Path) -> None:
    assert refused(forger.write(indexed(files, exitkit="9.9.9"), tmp_path / "x.zip")) == ["setting.json"]


def _patched(body: bytes, at: int, new: bytes) -> bytes:
    return body[:at] + new + body[at + len(new) :]


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body + b"x",
        lambda body: b"#!/bin/sh\n" + body,
        lambda body: body[:-2] + b"\5\0hello",
        lambda body: _patched(body, 10, b"\x21\x43"),
        lambda body: _patched(body, body.index(b"PK\1\2") + 12, b"\x21\x43"),
        lambda body: _patched(body, body.index(b"PK\1\2") + 38, b"\0\0\xff\x81"),
        lambda body: _patched(body, body.index(b"report.json", body.index(b"PK\3\4", 4)), b"repprt.json"),
    ],
    ids=["after", "before", "comment", "time", "time in the directory", "rights", "local name"],
)
def test_bytes_around_the_files(bundle: Path, tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    (tmp_path / "x.zip").write_bytes(change(bundle.read_bytes()))

    assert refused(tmp_path / "x.zip")


@pytest.mark.parametrize("name", ["r\u0435port.json", "Report.json", "report.json ", "facts/"])
def test_a_name_that_looks_like_another(files: Files, tmp_path: Path, name: str) -> None:
    assert refused(forger.write({**files, name: b""}, tmp_path / "x.zip")) == [name]
