"""A rehearsal in the lab, whole: there and back again, and what is told of it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from exitkit.units import human_seconds
from tests.cli.stage import DOSSIERS, Stage, entries, number, processes_naming, said_of
from tests.conftest import Golden, Said, filtered

pytestmark = pytest.mark.lab

REPORTS = ("x.html", "x.md", "x.json", "x.txt")


@dataclass(frozen=True)
class Rehearsed:
    """One rehearsal that nothing disturbed, and its reports."""

    stage: Stage
    run: Path
    said: Said
    reports: dict[str, Said]


@pytest.fixture(scope="module")
def rehearsed(staged: Stage) -> Rehearsed:
    said = staged.run("rehearse", "exit.plan.json", "--yes", "--dossiers", DOSSIERS)
    run = staged.latest
    reports = {name: staged.ask("report", run.name, "-o", name) for name in REPORTS}
    return Rehearsed(staged, run, said, reports)


def test_it_goes_there_and_back_and_says_yes(rehearsed: Rehearsed) -> None:
    said = rehearsed.said

    assert said.code == 0, said.err
    assert said.out.splitlines()[-1] == "yes"


def test_the_answer_holds_an_outage_and_no_loss(rehearsed: Rehearsed) -> None:
    lines = dict(line.split(maxsplit=1) for line in rehearsed.said.out.splitlines()[:2])
    outage = re.fullmatch(r"([\d.]+) s \(objective: at most 15 min\)", lines["outage"])

    assert outage is not None, rehearsed.said.out
    assert 0 < float(outage[1]) < 60
    assert re.search(r"^data lost   0 of [1-9]\d* writes ", rehearsed.said.out, re.MULTILINE)
    assert re.search(r"^objects     [1-9]\d* equal, 0 differing, by SHA-256$", rehearsed.said.out, re.MULTILINE)
    assert re.search(r"^rows        [1-9]\d* equal, 0 differing, by content hash$", rehearsed.said.out, re.MULTILINE)


def test_progress_goes_to_stderr_a_line_for_each_step(rehearsed: Rehearsed, golden: Golden) -> None:
    steps = re.sub(r"(TIME) .*", r"\1", filtered(rehearsed.said.err))
    once_per_lab = r"^(?:standing pge-attestation up on aws in the lab|filling it with 60 \(seed 2020\))\n"

    golden.check("rehearse", re.sub(once_per_lab, "", steps, flags=re.MULTILINE))


def test_the_numbers_said_are_those_of_the_journal(rehearsed: Rehearsed) -> None:
    copied = said_of(rehearsed.run, "copy-objects-dossiers")
    probed = said_of(rehearsed.run, "probe-web")

    assert f"{number(copied, 'objects copied'):.0f} objects copied" in rehearsed.said.err
    assert number(copied, "objects copied") > int(DOSSIERS)
    assert "; 3 invariants equal; 0 invariants differing\n" in rehearsed.said.err
    assert number(said_of(rehearsed.run, "verify-register-2"), "`amounts granted` at aws") > 0
    assert number(probed, "writes lost") == 0
    assert number(probed, "outage") > 0
    assert {entry["verdict"] for entry in entries(rehearsed.run)} == {None, "pass"}


def test_a_finished_run_answers_again_and_does_nothing(rehearsed: Rehearsed) -> None:
    before = (rehearsed.run / "journal.jsonl").read_bytes()

    again = rehearsed.stage.ask("rehearse", "--resume", rehearsed.run.name, "--yes")

    assert (again.code, again.out) == (0, rehearsed.said.out)
    assert (rehearsed.run / "journal.jsonl").read_bytes() == before


@pytest.mark.parametrize("arguments", [(), ("--dry-run",), ("--yes",)], ids=" ".join)
def test_nothing_is_left_to_roll_back(rehearsed: Rehearsed, arguments: tuple[str, ...]) -> None:
    said = rehearsed.stage.ask("rollback", rehearsed.run.name, *arguments)

    assert said == Said(0, f"{rehearsed.run.name} has nothing left to undo\n", "")


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_takes_its_format_from_the_file(rehearsed: Rehearsed, name: str) -> None:
    said, text = rehearsed.reports[name], (rehearsed.stage.folder / name).read_text()
    begins = {"html": "<!doctype html>", "md": "## ", "json": '{\n  "format_version": 1,', "txt": "pge-attestation: "}

    form = Path(name).suffix[1:]
    assert (said.code, said.out) == (0, "")
    assert re.fullmatch(rf"{name}   {form.replace('txt', 'table')}, \d+ KiB\n", said.err)
    assert text.lower().startswith(begins[form])
    assert "pge-attestation" in text


def test_the_report_tells_the_outage_the_run_told(rehearsed: Rehearsed) -> None:
    told = json.loads((rehearsed.stage.folder / "x.json").read_text())
    outage = re.search(r"^outage +([^(\n]+)", rehearsed.said.out, re.MULTILINE)

    assert outage is not None
    assert human_seconds(Decimal(told["measurements"]["outage"]["value"])) == outage[1].strip()
    assert told["measurements"]["returned"] == "pass"
    assert told["measurements"]["interruptions"] == 0


def test_the_same_run_has_the_same_report(rehearsed: Rehearsed) -> None:
    again = rehearsed.stage.ask("report", rehearsed.run.name, "-f", "html")

    assert again.err == ""
    assert again.out == (rehearsed.stage.folder / "x.html").read_text()


def test_a_report_speaks_french(rehearsed: Rehearsed) -> None:
    assert "Peut-on" in rehearsed.stage.ask("report", rehearsed.run.name, "--lang", "fr").out


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("-f", "poem"), "the formats are table, json, md, html, sarif, junit"),
        (("--lang", "de"), "the languages are en, fr"),
        (("-o", "nowhere/x.html"), ""),
    ],
)
def test_a_report_that_cannot_be_made_leaves_nothing(
    rehearsed: Rehearsed, arguments: tuple[str, ...], hint: str
) -> None:
    before = sorted(rehearsed.stage.folder.rglob("*.html"))

    said = rehearsed.stage.ask("report", rehearsed.run.name, *arguments)

    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("error: ")
    assert hint in said.err
    assert sorted(rehearsed.stage.folder.rglob("*.html")) == before


def test_a_score_takes_numbers_from_the_run(rehearsed: Rehearsed) -> None:
    told = json.loads(rehearsed.stage.ask("score", "--run", rehearsed.run.name, "-f", "json").out)

    assert "LK301" not in {one["code"] for one in told["findings"]}


def test_a_score_takes_no_numbers_from_another_exit(rehearsed: Rehearsed) -> None:
    said = rehearsed.stage.ask("score", "--on", "ovh", "--to", "aws", "--run", rehearsed.run.name)

    assert said == Said(2, "", f"error: run {rehearsed.run.name} went from aws to ovh\n")


def test_a_changed_journal_is_told_with_its_line(rehearsed: Rehearsed, tmp_path: Path) -> None:
    lines = (rehearsed.run / "journal.jsonl").read_text().splitlines(keepends=True)
    forged = tmp_path / "runs" / rehearsed.run.name
    forged.mkdir(parents=True)
    for name in ("plan.json", "setting.json", "filling.json", "lab.path"):
        (forged / name).write_bytes((rehearsed.run / name).read_bytes())
    (forged / "journal.jsonl").write_text("".join([lines[0], lines[1].replace("ok", "failed", 1), *lines[2:]]))

    said = Stage(tmp_path, rehearsed.stage.lab).ask("report", rehearsed.run.name)

    assert (said.code, said.out) == (3, "")
    assert said.err == (
        f"error: runs/{rehearsed.run.name}/journal.jsonl:2: this line was changed after it was written\n"
    )


def test_no_secret_of_the_lab_is_in_anything_that_is_kept_or_said(rehearsed: Rehearsed) -> None:
    state, stage = rehearsed.stage.state(), rehearsed.stage
    secrets = [state.control_token]
    for cloud in state.clouds.values():
        secrets += [cloud.secret_key, cloud.postgres_password]
    for guest in state.guests.values():
        secrets += [value for name, value in guest.environment.items() if re.search("SECRET|PASSWORD|TOKEN", name)]
    kept = [file for file in stage.folder.rglob("*") if file.is_file() and stage.lab not in file.parents]
    said = [rehearsed.said.out, rehearsed.said.err, *(one.out + one.err for one in rehearsed.reports.values())]

    assert len(set(secrets)) >= 6
    assert {"journal.jsonl", "clients-web.jsonl", "exit.plan.json", "x.html"} <= {file.name for file in kept}
    for secret in secrets:
        assert not [file for file in kept if secret.encode() in file.read_bytes()]
        assert not [text for text in said if secret in text]
        assert not processes_naming(secret)


def test_of_several_rehearsals_the_worst_is_told(staged: Stage) -> None:
    said = staged.run("rehearse", "exit.plan.json", "--yes", "--times", "2", "--dossiers", DOSSIERS)

    assert said.code == 0, said.err
    first, *lines, word = said.out.splitlines()
    names = re.fullmatch(r"worst of 2 runs: (\S+), (\S+)", first)
    assert names is not None
    probes = [number(said_of(staged.folder / "runs" / name, "probe-web"), "outage") for name in names.groups()]
    told = re.match(r"outage +([\d.]+) s \(median ([\d.]+) s; objective: at most 15 min\)", lines[0])
    assert told is not None, said.out
    assert float(told[1]) == pytest.approx(max(probes), abs=0.51)
    assert float(told[1]) >= float(told[2])
    assert word == "yes"
    report = json.loads(staged.ask("report", *names.groups(), "-f", "json").out)
    outage = next(one for one in report["objectives"] if one["name"] == "outage")
    assert outage["note"].startswith("worst of 2 runs, median ")
    assert float(outage["found"]["value"]) == max(probes)


def test_a_report_says_what_changed_since(rehearsed: Rehearsed) -> None:
    spec = rehearsed.stage.folder / "workload.yaml"
    before = spec.read_text(encoding="utf-8")

    same = json.loads(rehearsed.stage.ask("report", rehearsed.run.name, "-f", "json").out)
    spec.write_text(before.replace("backup-days: 14", "backup-days: 21"), encoding="utf-8")
    try:
        other = json.loads(rehearsed.stage.ask("report", rehearsed.run.name, "-f", "json").out)
        page = rehearsed.stage.ask("report", rehearsed.run.name, "-f", "html", "--lang", "fr").out
        gate = rehearsed.stage.ask("gate", rehearsed.run.name, "--max-age", "365d").out
    finally:
        spec.write_text(before, encoding="utf-8")

    assert same["changed_since"] == []
    assert other["changed_since"] == ["register: backup-days changed"]
    assert "Changé depuis" in page
    assert re.search(r"^unchanged +unknown +register: backup-days changed$", gate, re.MULTILINE)
