"""The verbs that rehearse, as far as they change nothing: plan, and what rehearse and rollback refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ask
from tests.conftest import Said

Holds = Callable[[str, Said], None]
PLAN = "exit.plan.json"


@pytest.fixture
def planned(ask: Ask, pge: Path) -> Path:
    """A folder with a plan in it."""
    assert ask("plan", "-o", PLAN).code == 0
    return pge.with_name(PLAN)


def test_the_plan_is_the_one_we_reviewed(ask: Ask, pge: Path, holds: Holds) -> None:
    holds("plan", ask("plan"))


def test_a_plan_is_named_by_its_content(ask: Ask, planned: Path) -> None:
    ask("plan", "-o", "again.json")

    assert planned.with_name("again.json").read_bytes() == planned.read_bytes()


def test_a_saved_plan_offers_the_next_command(ask: Ask, pge: Path) -> None:
    said = ask("plan", "-o", PLAN)

    assert said.err == "next: exitkit rehearse exit.plan.json\n"


def test_a_plan_in_json_is_the_plan(ask: Ask, planned: Path) -> None:
    told = json.loads(ask("plan", "-f", "json").out)

    assert told == json.loads(planned.read_text())
    assert told["format_version"] == 1


def test_a_plan_of_another_folder_s_workload_can_be_shown_there(ask: Ask, planned: Path) -> None:
    assert ask("rehearse", PLAN, "--dry-run") == Said(0, ask("plan").out, "")
    assert not (planned.parent / "runs").exists()


def test_a_plan_that_cannot_be_written_leaves_nothing(ask: Ask, pge: Path) -> None:
    said = ask("plan", "-o", "nowhere/exit.plan.json")

    assert said.code == 2
    assert said.err == "error: nowhere/exit.plan.json cannot be written: No such file or directory\n"
    assert [file.name for file in pge.parent.iterdir()] == ["workload.yaml"]


def test_an_exit_needs_two_providers(ask: Ask, pge: Path) -> None:
    assert ask("plan", "--from", "ovh", "--to", "ovh") == Said(
        2, "", "error: an exit needs two providers; both are ovh\n"
    )


@pytest.mark.parametrize("name", ["panic", "panic.yaml"])
def test_an_unknown_playbook_names_the_known_ones(ask: Ask, pge: Path, name: str) -> None:
    said = ask("plan", "--playbook", name)

    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"error: there is no playbook `{name}`\n\nhint: playbooks: ")
    assert "orderly" in said.err


def test_a_playbook_s_unknown_step_is_named(ask: Ask, pge: Path) -> None:
    mine = "name: mine\ntitle: t\nscenario: s\nphases:\n  - {name: only, purpose: p, steps: [jump]}\n"
    pge.with_name("mine.yaml").write_text(mine)

    said = ask("plan", "--playbook", "mine.yaml")

    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("error: playbook mine, phase only: there is no step `jump`\n\nhint: steps: lower-ttl, ")


def test_a_rehearsal_with_nobody_to_ask_needs_yes(ask: Ask, planned: Path) -> None:
    said = ask("rehearse", PLAN)

    assert said == Said(2, "", "error: this changes things, and nobody is there to ask\n\nhint: say --yes\n")
    assert not (planned.parent / "runs").exists()


def test_a_plan_is_refused_once_its_workload_changed(ask: Ask, planned: Path) -> None:
    spec = planned.with_name("workload.yaml")
    spec.write_text(spec.read_text().replace("replicas: 2", "replicas: 3"))

    said = ask("rehearse", PLAN, "--yes")

    short = json.loads(planned.read_text())["workload"]["name"]
    assert short == "pge-attestation"
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("error: workload.yaml has changed since plan ")
    assert said.err.endswith("\n\nhint: make the plan again: exitkit plan\n")
    assert not (planned.parent / "runs").exists()


def test_a_comment_is_no_change(ask: Ask, planned: Path) -> None:
    spec = planned.with_name("workload.yaml")
    spec.write_text("# nothing new\n" + spec.read_text())

    assert ask("rehearse", PLAN, "--dry-run").code == 0


def test_a_plan_is_refused_once_a_landing_changed(ask: Ask, planned: Path) -> None:
    plan = json.loads(planned.read_text())
    plan["landings"]["ovh"] = "0" * 64
    planned.write_text(json.dumps(plan))

    said = ask("rehearse", PLAN, "--yes")

    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("error: where pge-attestation lands on ovh has changed since\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "rehearse takes a plan, or --resume with a run, or --playbook"),
        ((PLAN, "--resume", "e1904e-1"), "rehearse takes a plan, or --resume with a run, or --playbook"),
        (("nope.json",), "there is no plan `nope.json`"),
        (("workload.yaml",), "`workload.yaml` is not a plan that this version reads"),
        ((".",), "`.` cannot be read: Is a directory"),
        (("--resume", "nope-1"), "there is no run `nope-1`"),
    ],
)
def test_what_is_no_plan_is_refused(ask: Ask, planned: Path, arguments: tuple[str, ...], message: str) -> None:
    said = ask("rehearse", *arguments, "--yes")

    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"error: {message}\n")
    assert not (planned.parent / "runs").exists()


def test_an_unknown_step_names_the_known_ones(ask: Ask, planned: Path) -> None:
    said = ask("rehearse", PLAN, "--yes", "--until", "lunch")

    assert (said.code, said.out) == (2, "")
    assert "has no step `lunch`\n\nhint: steps: assess-database-register, " in said.err
    assert not (planned.parent / "runs").exists()


@pytest.mark.parametrize(
    "arguments",
    [("report", "e1904e-1"), ("rollback", "e1904e-1"), ("score", "--run", "e1904e-1"),
     ("rehearse", "--resume", "e1904e-1"), ("report", "e1904e-1", "-o", "x.html")],
)  # fmt: skip
def test_an_unknown_run_is_your_mistake(ask: Ask, pge: Path, arguments: tuple[str, ...]) -> None:
    said = ask(*arguments)

    assert said == Said(2, "", "error: there is no run `e1904e-1`\n\nhint: runs here: none yet\n")
    assert [file.name for file in pge.parent.iterdir()] == ["workload.yaml"]


@pytest.mark.parametrize("arguments", [("plan", "-o", PLAN), ("init", "elsewhere")], ids=" ".join)
def test_quiet_leaves_the_answer_and_drops_the_talk(ask: Ask, pge: Path, arguments: tuple[str, ...]) -> None:
    quiet = ask("--quiet", *arguments)

    assert quiet.code == 0
    assert quiet.out
    assert quiet.err == ""


def test_quiet_keeps_errors(ask: Ask) -> None:
    assert ask("-q", "validate").err.startswith("error: there is no file `workload.yaml`\n")
