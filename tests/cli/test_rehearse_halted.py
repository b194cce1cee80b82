"""Rehearsals that are stopped, killed, or meet a copy that went wrong."""

from __future__ import annotations

import hashlib
import json
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.stage import (
    DOSSIERS,
    Stage,
    bucket,
    copied,
    entries,
    number,
    processes_naming,
    reached,
    register,
    said_of,
    until,
)
from tests.conftest import Said

pytestmark = pytest.mark.lab

MANY = "3000"
"""Enough for a kill to come before the copy's end."""
GOES_ON = "  resume      exitkit rehearse --resume {0}\n  roll back   exitkit rollback {0}\n"


def objects(stage: Stage, name: str, region: str, lab: Path | None = None) -> dict[str, str]:
    """The SHA-256 of every object of one side, read by AWS's own library."""
    found = bucket(stage.cloud(name, lab), region).objects.all()
    return {one.key: hashlib.sha256(one.get()["Body"].read()).hexdigest() for one in found}


def rows(stage: Stage, name: str) -> dict[str, str]:
    """Every row of the register on one side, as PostgreSQL itself writes it."""
    with register(stage.cloud(name)) as connection:
        return dict(connection.execute("SELECT identifier, attestation::text FROM attestation").fetchall())


@contextmanager
def held(stage: Stage) -> Iterator[None]:
    """Hold a table of the source that no client writes, so that a copy has to wait."""
    with register(stage.cloud("aws")) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS held (id int PRIMARY KEY)")
        connection.commit()
        connection.execute("LOCK TABLE held IN ACCESS EXCLUSIVE MODE")
        yield
        connection.rollback()


def someone_waits(stage: Stage) -> bool:
    """Whether a copy waits for that table, which it publishes before it dumps it."""
    with register(stage.cloud("aws")) as connection:
        waiting = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'CREATE PUBLICATION%' AND wait_event_type = 'Lock'"
        return connection.execute(waiting).fetchone() is not None


@dataclass(frozen=True)
class Halted:
    """One run that was told to stop, interrupted, killed, went on, stayed over, came back."""

    stage: Stage
    run: Path
    asked: Said
    interrupted: Said
    killed: Said
    stayed: Said
    sides: dict[str, tuple[dict[str, str], dict[str, str]]]
    listed: Said
    returned: Said
    left: dict[str, bool]


@pytest.fixture(scope="module")
def halted(staged: Stage) -> Halted:
    asked = staged.run(
        "rehearse", "exit.plan.json", "--yes", "--dossiers", DOSSIERS, "--until", "copy-objects-dossiers"
    )
    run = staged.latest
    resume = ("rehearse", "--resume", run.name, "--yes")
    ended = {}
    for sign in (signal.SIGINT, signal.SIGKILL):
        with held(staged), staged.begin(*resume) as begun:
            until(lambda: someone_waits(staged), "a copy that waits")
            assert reached(run, "copy-database-register", "started")
            ended[sign] = begun.stop(sign)
    stayed = staged.run(*resume, "--keep")
    sides = {
        name: (objects(staged, name, region), rows(staged, name))
        for name, region in (("aws", "eu-west-3"), ("ovh", "gra"))
    }
    listed = staged.ask("rollback", run.name, "--dry-run")
    returned = staged.run("rollback", run.name, "--yes")
    left = {
        "aws": bool(objects(staged, "aws", "eu-west-3")),
        "ovh": any(True for _ in _buckets(staged)),
    }
    return Halted(
        staged, run, asked, ended[signal.SIGINT], ended[signal.SIGKILL], stayed, sides, listed, returned, left
    )


def _buckets(stage: Stage) -> list[Any]:
    try:
        return [bucket(stage.cloud("ovh"), "gra")]
    except StopIteration:
        return []


def test_until_stops_there_and_says_how_to_go_on(halted: Halted) -> None:
    assert halted.asked.code == 0
    assert halted.asked.out == f"{halted.run.name} stopped before its end, as asked\n"
    assert halted.asked.err.endswith(GOES_ON.format(halted.run.name))


def test_an_interruption_says_where_it_stopped_and_how_to_go_on(halted: Halted) -> None:
    assert (halted.interrupted.code, halted.interrupted.out) == (130, "")
    assert "stopped in step 11, copy-database register\n" in halted.interrupted.err
    assert GOES_ON.format(halted.run.name) in halted.interrupted.err
    assert "Traceback" not in halted.interrupted.err


def test_a_run_killed_while_it_copies_the_database_goes_on_in_doubt(halted: Halted) -> None:
    assert halted.killed.code == -signal.SIGKILL
    assert halted.stayed.code == 0, halted.stayed.err
    assert "copy-database   register   in doubt: looked, starting it again\n" in halted.stayed.err
    tries = [one["outcome"] for one in entries(halted.run) if one["step"] == "copy-database-register"]
    assert tries.count("started") == 3
    assert tries[-1] == "ok"


def test_a_run_that_stays_over_leaves_the_same_world_on_both_sides(halted: Halted) -> None:
    (here_objects, here_rows), (there_objects, there_rows) = halted.sides["aws"], halted.sides["ovh"]

    assert len(here_objects) > int(DOSSIERS)
    assert here_objects.items() <= there_objects.items()
    assert len(here_rows) > int(DOSSIERS)
    assert here_rows.items() <= there_rows.items()


def test_a_run_that_stays_over_has_not_come_back(halted: Halted) -> None:
    assert "way back\n" not in halted.stayed.err
    assert reached(halted.run, "probe-web", "ok")
    assert "objects     " in halted.stayed.out
    assert " 0 differing, by SHA-256" in halted.stayed.out


def test_a_rollback_shows_its_steps_before_it_takes_them(halted: Halted) -> None:
    assert (halted.listed.code, halted.listed.err) == (0, "")
    assert halted.listed.out.startswith(f"rolling {halted.run.name} back takes 24 steps\n\n   1  switch-traffic ")


def test_a_rollback_brings_everything_home_and_leaves_nothing_there(halted: Halted) -> None:
    assert halted.returned.code == 0, halted.returned.err
    assert halted.returned.out.splitlines()[-1] == "yes"
    assert number(said_of(halted.run, "home-probe-web"), "writes lost") == 0
    assert halted.left == {"aws": True, "ovh": False}


@dataclass(frozen=True)
class Corrupted:
    """One run whose copies were changed behind its back."""

    stage: Stage
    run: Path
    key: str
    row: str
    said: Said


@pytest.fixture(scope="module")
def corrupted(staged: Stage, halted: Halted) -> Corrupted:
    staged.must("rehearse", "exit.plan.json", "--yes", "--until", "copy-database-register")
    run = staged.latest
    there = bucket(staged.cloud("ovh"), "gra")
    key = sorted(one.key for one in there.objects.all())[17]
    body = bytearray(there.Object(key).get()["Body"].read())
    body[-1] ^= 1
    there.Object(key).put(Body=bytes(body))
    with register(staged.cloud("ovh")) as connection:
        row = connection.execute("SELECT identifier FROM attestation ORDER BY identifier OFFSET 23").fetchone()[0]
        connection.execute("UPDATE attestation SET company = company || '.' WHERE identifier = %s", [row])
    said = staged.run("rehearse", "--resume", run.name, "--yes")
    return Corrupted(staged, run, key, row, said)


def test_one_corrupted_object_and_one_corrupted_row_are_no(corrupted: Corrupted) -> None:
    assert corrupted.said.code == 1, corrupted.said.err
    assert corrupted.said.out.splitlines()[-1] == "no"


def test_the_looks_name_exactly_what_was_corrupted(corrupted: Corrupted) -> None:
    looked, read = said_of(corrupted.run, "verify-dossiers"), said_of(corrupted.run, "verify-register")

    assert (looked["verdict"], read["verdict"]) == ("fail", "fail")
    assert [line.split(": ")[0] for line in looked["details"][:-1]] == [corrupted.key]
    assert [line for line in read["details"] if " row " in line] == [
        f"public.attestation row {corrupted.row}: content differs"
    ]
    assert (number(looked, "objects differing"), number(read, "rows differing")) == (1, 1)
    assert corrupted.key in corrupted.said.err
    assert corrupted.row in corrupted.said.err


def test_nothing_is_sent_to_a_copy_that_differs(corrupted: Corrupted) -> None:
    assert not reached(corrupted.run, "freeze-writes-register", "started")
    assert not reached(corrupted.run, "switch-traffic-web", "started")
    assert not _buckets(corrupted.stage)


def test_the_report_of_a_failed_run_says_so(corrupted: Corrupted) -> None:
    told = json.loads(corrupted.stage.ask("report", corrupted.run.name, "-f", "json").out)

    assert told["verdict"] == "fail"
    assert told["measurements"]["integrity"] == "fail"
    assert corrupted.stage.ask("report", corrupted.run.name).out.rstrip().endswith("no")


@dataclass(frozen=True)
class Killed:
    """One run with a lab of its own, killed while it copied objects."""

    run: Path
    left: list[str]
    resumed: Said


def _facts(journal: Path) -> int:
    """How many objects a journal tells of, while another process writes it."""
    try:
        with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as base:
            return int(base.execute("SELECT count(*) FROM fact").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Killed:
    folder = copied(tmp_path_factory.mktemp("killed") / "pge")
    stage = Stage(folder, folder)
    stage.ask("plan", "-o", "exit.plan.json")
    with stage.begin("rehearse", "exit.plan.json", "--yes", "--dossiers", MANY) as begun:
        until(lambda: list(folder.glob("runs/*/setting.json")), "a run")
        run, lab = stage.latest, stage.latest / "lab"
        known = run / "objects-dossiers.sqlite"
        until(lambda: _facts(known) >= 20, "a few copied objects")
        begun.stop(signal.SIGKILL)
    identity = stage.state(lab).identity
    assert not reached(run, "copy-objects-dossiers", "ok"), "it was done before it could be killed"
    until(lambda: not processes_naming(str(lab), f"exitkit-lab-{identity}"), "the end of the lab", seconds=20)
    left = processes_naming(str(folder), f"exitkit-lab-{identity}")
    resumed = stage.run("rehearse", "--resume", run.name, "--yes")
    return Killed(run, left, resumed)


def test_nothing_of_a_lab_outlives_the_rehearsal_that_was_killed(killed: Killed) -> None:
    assert killed.left == []


def test_a_run_killed_while_it_copies_objects_goes_on_where_it_was(killed: Killed) -> None:
    moved = said_of(killed.run, "copy-objects-dossiers")

    assert killed.resumed.code == 0, killed.resumed.err
    assert killed.resumed.out.splitlines()[-1] == "yes"
    assert "copy-objects    dossiers   in doubt: looked, starting it again\n" in killed.resumed.err
    assert number(moved, "objects already there") >= 20
    assert number(moved, "objects copied") > 0


def test_what_was_copied_before_and_after_the_kill_is_whole(killed: Killed) -> None:
    last = said_of(killed.run, "verify-dossiers-2")
    measured = {entry["step"]: entry["verdict"] for entry in entries(killed.run)}

    assert last["details"][-1] == "both sides compared whole"
    assert number(last, "objects equal") > int(MANY)
    assert {verdict for verdict in measured.values() if verdict} == {"pass"}
    assert number(said_of(killed.run, "home-probe-web"), "writes lost") == 0


def test_a_lab_of_its_own_is_gone_once_its_run_is_home(killed: Killed) -> None:
    assert not (killed.run / "lab").exists()
