"""Both clouds held to one contract: by the verb, in a rehearsal, where the target breaks it, after a kill."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from exitkit.lab.drill import LabDrill
from exitkit.lab.faults import Rule
from exitkit.model.contract import read
from exitkit.model.evidence import Verdict
from tests.cli.conftest import Ask
from tests.cli.stage import Stage, entries, reached, said_of, until

STEP = "check-contract-dossiers"
UNTIL = ("--until", "check-contract-names")


@pytest.fixture
def rotten(staged: Stage) -> Iterator[None]:
    """An object store at the target that keeps other bytes than it is given, in the buckets of checks only."""
    drill = LabDrill(staged.lab)
    drill.spoil("ovh", Rule(kind="rot", methods=("PUT",), starting="/exitkit-contract-"))
    yield
    drill.spoil("ovh")


def left(stage: Stage) -> list[str]:
    """Buckets of checks on either side, seen by AWS's own library."""
    import boto3

    found: list[str] = []
    for name, region in (("aws", "eu-west-3"), ("ovh", "gra")):
        cloud = stage.cloud(name)
        store: Any = boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{cloud.api_port}",
            region_name=region,
            aws_access_key_id=cloud.access_key,
            aws_secret_access_key=cloud.secret_key,
        )
        found += [one["Name"] for one in store.list_buckets()["Buckets"] if "contract" in one["Name"]]
    return found


def told(run: Path, step: str = STEP) -> dict[str, tuple[Verdict, Verdict]]:
    """What a run's journal says of each check."""
    return {one.name: (one.source, one.target) for one in read(said_of(run, step)["details"])}


@pytest.mark.lab
def test_two_clouds_of_the_lab_keep_the_contract_and_nothing_is_left(staged: Stage) -> None:
    staged.must("rehearse", "exit.plan.json", "--yes", "--dossiers", "60", *UNTIL, "--keep")
    run = staged.latest
    said = staged.run("conformance", "exit.plan.json", "-f", "json")
    staged.run("rollback", run.name, "--yes")

    assert said.code == 0, said.err
    found = json.loads(said.out)
    assert found["verdict"] == "pass"
    tried = [one for checks in found["components"].values() for one in checks if one["need"] != "not asked for"]
    passed = [one for one in tried if (one["source"], one["target"]) == ("pass", "pass")]
    assert {one["name"] for one in tried if one not in passed} == {
        "s3.it-is-reached-over-tls",
        "sql.it-is-reached-over-tls",
        "queue.programs-speak-to-it-as-before",
        "secret.programs-are-told-as-before",
    }
    assert len(passed) > 60
    assert set(found["without"]) == {"net", "seal", "web", "worker", "errors", "waiting", "full"}
    assert left(staged) == []


@pytest.mark.lab
def test_a_target_that_breaks_what_is_asked_for_ends_the_way_there_and_is_named(staged: Stage, rotten: None) -> None:
    said = staged.run("rehearse", "exit.plan.json", "--yes", "--dossiers", "60")
    run = staged.latest
    report = staged.ask("report", run.name, "-f", "json")

    assert said.code == 1, said.err
    assert not reached(run, "copy-objects-dossiers", "started")
    assert told(run)["s3.what-is-put-is-got"] == (Verdict.PASS, Verdict.FAIL)
    found = [one for one in json.loads(report.out)["findings"] if one["code"] == "LK306"]
    assert any(
        one["message"].startswith("s3.what-is-put-is-got passes at aws and fails at ovh (semantic data, ")
        for one in found
    )
    assert left(staged) == []


@pytest.mark.lab
def test_killed_in_the_middle_and_resumed_it_says_the_same(staged: Stage) -> None:
    before = staged.latest
    with staged.begin("rehearse", "exit.plan.json", "--yes", "--dossiers", "60", *UNTIL) as begun:
        until(lambda: staged.latest != before and reached(staged.latest, STEP, "started"), "the first check")
        begun.stop(signal.SIGKILL)
    run = staged.latest
    assert not reached(run, STEP, "ok")

    staged.must("rehearse", "--resume", run.name, "--yes", *UNTIL)
    killed = told(run)
    staged.run("rollback", run.name, "--yes")

    assert [one["outcome"] for one in entries(run) if one["step"] == STEP] == ["started", "started", "ok"]
    staged.must("rehearse", "exit.plan.json", "--yes", "--dossiers", "60", *UNTIL)
    assert killed == told(staged.latest)
    staged.run("rollback", staged.latest.name, "--yes")
    assert left(staged) == []


def test_without_a_lab_it_says_what_to_do(ask: Ask, pge: Path) -> None:
    assert ask("plan", "-o", "exit.plan.json").code == 0

    said = ask("conformance", "exit.plan.json")

    assert (said.code, said.out) == (3, "")
    assert "no lab is up in this folder" in said.err
    assert "--live" in said.err


def test_live_without_an_account_it_says_what_to_set(ask: Ask, pge: Path) -> None:
    assert ask("plan", "-o", "exit.plan.json").code == 0

    said = ask("conformance", "exit.plan.json", "--live")

    assert (said.code, said.out) == (2, "")
    assert "EXITKIT_LIVE_AWS_S3_REGION" in said.err
