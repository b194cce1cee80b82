"""The verbs that judge without a run, and those that tell what there is: score, explain, providers, doctor."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from exitkit.api import rule_codes
from exitkit.lockin.rules.base import rules
from exitkit.model.capability import Capability
from tests.cli.conftest import Ask
from tests.conftest import Said
from tests.unit.lockin.test_rates import written
from tests.unit.scan.test_planned import SECRET, plan


def test_a_score_says_how_each_line_is_known(ask: Ask, pge: Path) -> None:
    said = ask("score")
    rows = [line.split() for line in said.out.split("\n\n")[1].splitlines()]

    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("pge-attestation, from aws to ovh: ")
    assert rows[0] == ["line", "P10", "P50", "P90", "unit", "basis"]
    assert {row[-1] for row in rows[1:-2]} <= {"measured", "published", "declared", "assumed"}
    assert "leaving aws for ovh was never rehearsed" in said.out


def test_what_was_never_rehearsed_is_told_to_its_readers_as_well(ask: Ask, pge: Path) -> None:
    page, text = ask("score", "-f", "html", "--lang", "fr"), ask("score", "-f", "md")

    assert "Non prouvé" in page.out
    assert "Not proven" in text.out


def test_a_score_in_json_holds_cost_and_findings(ask: Ask, pge: Path) -> None:
    told = json.loads(ask("score", "-f", "json").out)

    assert (told["format_version"], told["source"], told["target"]) == (1, "aws", "ovh")
    assert told["cost"]["lines"]
    assert {one["code"] for one in told["findings"]} <= set(rules())


def test_a_score_takes_measured_rates_and_refuses_what_is_none(ask: Ask, pge: Path) -> None:
    parts = pge.read_text().replace("    kind: bucket\n", "    kind: bucket\n    size: 630 GB\n    objects: 630000\n")
    pge.write_text(parts)
    written(pge.parent / "rates.json")
    (pge.parent / "other.json").write_text("{}")

    told = json.loads(ask("score", "--rates", "rates.json", "-f", "json").out)

    [gravity] = [one for one in told["dimensions"] if one["code"] == "D1"]
    assert {"speed of copying, measured apart", "time to copy by measured rates"} <= {
        one["what"] for one in gravity["figures"]
    }
    assert ask("score", "--rates", "other.json") == Said(
        2,
        "",
        "error: `other.json` holds no measured rates of this version of exitkit\n\n"
        "hint: `exitkit move measure --from … --to … -f json` writes them\n",
    )


def test_a_score_counts_a_plan_of_terraform_in_place_of_the_generated_text(ask: Ask, pge: Path) -> None:
    (pge.parent / "ovh.json").write_text(json.dumps(plan()))

    plain, told = (
        next(one for one in json.loads(ask("score", *more, "-f", "json").out)["dimensions"] if one["code"] == "D3")
        for more in ([], ["--terraform-plan", "ovh=ovh.json"])
    )

    def bases(found: dict[str, Any]) -> set[str]:
        return {one["basis"] for one in found["figures"] if one["what"].startswith("attributes at the target")}

    assert (bases(plain), bases(told)) == ({"computed"}, {"measured"})
    assert SECRET not in json.dumps(told)
    assert plain["residue"]
    asked = [sum("--terraform-plan" in one for one in found["missing"]) for found in (plain, told)]
    assert asked == [2, 1]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (["ovh.json"], "--terraform-plan: no plan of aws or ovh: `ovh.json`"),
        (["azure=ovh.json"], "--terraform-plan: no plan of aws or ovh: `azure=ovh.json`"),
        (["ovh=a.json", "ovh=b.json"], "--terraform-plan: a second plan for ovh"),
    ],
)
def test_a_plan_of_nobody_is_refused(ask: Ask, pge: Path, said: list[str], message: str) -> None:
    words = [word for one in said for word in ("--terraform-plan", one)]

    assert ask("score", *words) == Said(2, "", f"error: {message}\n\nhint: --terraform-plan ovh=ovh-plan.json\n")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is not JSON (line 1, column 1)"),
        ('{"planned_values": {"password": "hunter2-hunter2"', "it is not JSON (line 1, column 50)"),
        ("[]", "it is no object"),
        ("{}", "it is not of format 1 of terraform"),
        ("[" * 100_000, "it cannot be read as JSON"),
    ],
)
def test_a_file_that_is_no_plan_gets_one_clear_error(ask: Ask, pge: Path, text: str, why: str) -> None:
    (pge.parent / "ovh.json").write_text(text)

    assert ask("score", "--terraform-plan", "ovh=ovh.json") == Said(
        2,
        "",
        f"error: `ovh.json` is no plan to count: {why}\n\n"
        "hint: `terraform plan -out plan && terraform show -json plan > ovh.json` writes one\n",
    )


@pytest.mark.parametrize("place", range(1, 10))
def test_every_dimension_is_explained(ask: Ask, place: int) -> None:
    said = ask("explain", f"d{place}")

    assert said.code == 0
    heading, _, page = said.out.partition("\n\n")
    assert heading.startswith(f"D{place}  ")
    assert len(page) > 40


def test_a_plan_that_is_not_there_is_said_so(ask: Ask, pge: Path) -> None:
    said = ask("score", "--terraform-plan", "aws=nowhere.json")

    assert (said.code, said.err.splitlines()[0]) == (
        2, "error: `nowhere.json` cannot be read: No such file or directory",
    )  # fmt: skip


def test_findings_stand_on_the_lines_of_the_workload(ask: Ask, pge: Path) -> None:
    lines = pge.read_text().splitlines()

    found = json.loads(ask("score", "-f", "sarif").out)["runs"][0]["results"]

    for one in found:
        [place] = one["locations"]
        name = place["logicalLocations"][0]["name"]
        physical = place["physicalLocation"]
        assert physical["artifactLocation"]["uri"] == "workload.yaml"
        assert lines[physical["region"]["startLine"] - 1].strip().startswith((f"{name}:", f"name: {name}"))
    assert found


def test_one_option_sets_the_bar_and_one_removes_it(ask: Ask, pge: Path) -> None:
    answer = ask("score").out

    assert ask("score", "--fail-on", "high") == Said(1, answer, "")
    assert ask("score", "--fail-on", "info", "--exit-zero") == Said(0, answer, "")


def test_an_accepted_finding_stays_and_fails_nothing(ask: Ask, pge: Path) -> None:
    told = json.loads(ask("score", "-f", "json").out)
    high = [one for one in told["findings"] if one["severity"] == "high"]
    lines = [
        f'  - {{rule: {one["code"]}, on: {one["component"]}, because: "so be it", until: 9999-12-31}}'
        for one in high
        if one["component"] != "pge-attestation" and not one["accepted"]
    ]
    assert lines
    pge.write_text("\n".join([pge.read_text().rstrip(), *lines, ""]))  # the file ends with what it accepts

    again = json.loads(ask("score", "-f", "json").out)["findings"]

    assert [one["code"] for one in again] == [one["code"] for one in told["findings"]]
    accepted = [(one["code"], one["component"]) for one in again if one["accepted"]]
    assert accepted == [(one["code"], one["component"]) for one in high if one["component"] != "pge-attestation"]
    assert accepted


def test_an_unknown_severity_names_the_known_ones(ask: Ask, pge: Path) -> None:
    assert ask("score", "--fail-on", "urgent") == Said(
        2, "", "error: there is no severity `urgent`\n\nhint: severities: info, low, medium, high\n"
    )


@pytest.mark.parametrize("code", sorted(rule_codes()))
def test_every_rule_is_explained_with_its_way_out(ask: Ask, code: str) -> None:
    said = ask("explain", code)

    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"{code}  ")
    assert "Way out: " in said.out
    assert ask("explain", code.lower()) == said


@pytest.mark.parametrize(
    ("code", "hint"), [("LK1O1", "did you mean LK101?"), ("X", f"rules: {', '.join(rule_codes())}")]
)
def test_an_unknown_rule_is_told_with_a_suggestion(ask: Ask, code: str, hint: str) -> None:
    assert ask("explain", code) == Said(2, "", f"error: there is no rule `{code}`\n\nhint: {hint}\n")


def test_providers_are_counted_by_what_they_claim(ask: Ask) -> None:
    table, told = ask("providers", "list"), json.loads(ask("providers", "list", "-f", "json").out)

    assert (table.code, table.err) == (0, "")
    assert [line.split()[0] for line in table.out.splitlines()] == ["provider", *told["providers"]]
    assert list(told["providers"]) == ["aws", "local", "openstack", "ovh"]
    assert {sum(counts.values()) for counts in told["providers"].values()} == {len(Capability)}


@pytest.mark.parametrize("name", ["aws", "local", "openstack", "ovh"])
def test_a_provider_shows_every_claim_with_its_source(ask: Ask, name: str) -> None:
    said = ask("providers", "show", name)
    told = json.loads(ask("providers", "show", name, "-f", "json").out)

    assert (said.code, said.err) == (0, "")
    assert list(told["claims"]) == [capability.value for capability in Capability]
    assert all(claim["why"] in said.out and claim["source"] in said.out for claim in told["claims"].values())


def test_the_doctor_looks_and_shows_no_value(ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "never-shown")
    monkeypatch.setenv("PATH", "")

    said = ask("doctor")
    told = {one["what"]: one for one in json.loads(ask("doctor", "-f", "json").out)["looks"]}

    assert (said.code, said.err) == (0, "")
    assert "never-shown" not in said.out
    assert told["$AWS_ACCESS_KEY_ID"]["found"] == "set"
    assert told["$AWS_PROFILE"]["found"] == "not set"
    assert told["terraform"]["verdict"] == "unknown"
    assert told["python"]["verdict"] == "pass"
    assert list(tmp_path.iterdir()) == []
