"""Rehearsals of a service that declares what it has to answer: what passes is told, what was planted says no."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.stage import Stage, entries, number, reached, said_of
from tests.conftest import ROOT, Said

pytestmark = pytest.mark.lab

WELL = "{path: /healthz, within: 5 s}, {path: /nowhere, status: 404}"


@pytest.fixture
def rehearsed(tmp_path: Path) -> Callable[[str], tuple[Said, Path]]:
    """Rehearses the notes with these probes; answers what was said, and where the run is."""

    def run(probes: str) -> tuple[Said, Path]:
        folder = tmp_path / "notes"
        shutil.copytree(ROOT / "bench" / "soak", folder, ignore=shutil.ignore_patterns("__pycache__"))
        workload = folder / "workload.yaml"
        text = workload.read_text()
        workload.write_text(text.replace("    canary:\n", f"    probes: [{probes}]\n    canary:\n"))
        stage = Stage(folder, folder)
        assert stage.ask("plan", "-o", "exit.plan.json").code == 0
        return stage.run("rehearse", "exit.plan.json", "--yes"), stage.latest

    return run


def test_what_is_declared_is_asked_at_the_source_at_the_target_and_at_home_again(
    rehearsed: Callable[[str], tuple[Said, Path]],
) -> None:
    said, run = rehearsed(WELL)

    assert said.code == 0, said.err
    for step, at in (("before-probe-web", "aws"), ("probe-web", "ovh"), ("home-probe-web", "aws")):
        told = said_of(run, step)
        assert (told["verdict"], number(told, "probes passed"), number(told, "probes failing")) == ("pass", 2, 0)
        assert number(told, f"`/healthz` at {at}") > 0
    assert said.err.count("2 probes passed; 0 probes failing") == 3
    assert "`/healthz`" not in said.err


def test_a_planted_probe_that_fails_ends_it_before_writes_stop(
    rehearsed: Callable[[str], tuple[Said, Path]],
) -> None:
    said, run = rehearsed(f"{WELL}, {{path: /healthz, contains: a word it never says}}")

    assert said.code == 1, said.err
    assert said.out.splitlines()[-1] == "no"
    assert "probe 3, /healthz: FAIL, without the text `a word it never says`" in said.err
    assert number(said_of(run, "before-probe-web"), "probes failing") == 1
    assert not reached(run, "freeze-writes-register", "started")
    assert {entry["verdict"] for entry in entries(run) if entry["step"] == "home-probe-web"} == {None, "fail"}
