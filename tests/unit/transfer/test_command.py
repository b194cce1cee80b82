"""`exitkit move` as a person uses it: answers, exit codes, and what it says when it stops."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from exitkit.cli.app import main
from exitkit.ports import Blob, Listed, Read
from exitkit.transfer.fidelity import ATTRIBUTES, compare
from exitkit.transfer.forecast import Trial, facts, fit
from exitkit.transfer.journal import Journal
from tests.conftest import ROOT
from tests.unit.drivers.s3.strange import Ask
from tests.unit.transfer.conftest import Pair


@pytest.fixture
def sides(filled: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_REGION", "eu-west-3")
    return [
        "--from", f"s3://src?endpoint=http://127.0.0.1:{filled.here.port}",
        "--to", f"s3://dst?endpoint=http://127.0.0.1:{filled.there.port}",
    ]  # fmt: skip


def test_a_move_is_made_proven_and_looked_at(
    filled: Pair, sides: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["move", "objects", *sides, "-f", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["objects"] == 40
    assert main(["move", "objects", *sides]) == 2
    assert "go on with it: --resume" in capsys.readouterr().err
    assert main(["move", "objects", *sides, "--resume"]) == 0
    assert "already there  40" in capsys.readouterr().out
    assert main(["move", "verify", *sides, "--manifest", "m.jsonl"]) == 0
    assert "equal          40 of 40 objects" in capsys.readouterr().out
    assert len((tmp_path / "m.jsonl").read_text().splitlines()) == 40
    assert main(["move", "diff", *sides]) == 0
    assert filled.alike()


def test_what_was_lost_is_a_no_and_is_named(filled: Pair, sides: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    main(["move", "objects", *sides])
    del filled.there.buckets["dst"]["0/0"]
    filled.there.buckets["dst"]["1/1"].headers["cache-control"] = "changed"
    filled.here.buckets["src"]["2/2"].headers["content-language"] = "fr"
    capsys.readouterr()

    assert main(["move", "verify", *sides]) == 1
    assert "0/0: missing at" in capsys.readouterr().err
    assert main(["move", "diff", *sides, "-f", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["on one side only"] == ["0/0"]
    assert set(told["differing"]) == {"1/1: cache-control degraded", "2/2: content-language lost"}
    assert len(told["attributes"]) >= 10


def test_a_refused_object_is_a_no(filled: Pair, sides: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    filled.here.fault = lambda ask: "403 AccessDenied" if ask.key == "1/1" else None

    assert main(["move", "objects", *sides]) == 1
    assert "1/1: " in capsys.readouterr().err


def test_expired_credentials_are_theirs_and_one_sentence(
    filled: Pair, sides: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    filled.here.token = "another"

    assert main(["move", "objects", *sides]) == 3
    said = capsys.readouterr().err
    assert "have expired" in said
    assert "--resume" in said


@pytest.mark.parametrize("address", ["s3://", "ftp://x", "s3://src?colour=blue", "s3://src?profile=nobody-has-this"])
def test_an_address_that_names_nothing_is_your_mistake(sides: list[str], address: str) -> None:
    assert main(["move", "objects", "--from", address, *sides[2:]]) == 2


def test_a_forecast_is_plain_data_with_its_source() -> None:
    trials = [Trial(n, n * 4096, 1 + n / 4000 + n * 4096 / 1e8, 32) for n in (100, 1000, 10_000) for _ in range(3)]

    told = facts(fit(trials), trials, source="journal.sqlite")

    assert json.loads(json.dumps(told)) == told
    assert told["sources"] == ["journal.sqlite"]


def test_processes_answer_as_one_does(filled: Pair, sides: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["move", "objects", *sides, "--processes", "2", "-f", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["objects"] == 40
    assert main(["move", "objects", *sides, "--processes", "2", "--resume"]) == 0
    assert "already there  40" in capsys.readouterr().out
    assert filled.alike()


def test_a_storage_class_becomes_the_one_that_was_named(
    pair: Pair, sides: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for key, kind in (("cold", "STANDARD_IA"), ("frozen", "GLACIER_IR"), ("plain", "STANDARD")):
        pair.here.put("src", key, key.encode(), x_amz_storage_class=kind)
    written: dict[str, str | None] = {}

    def seen(ask: Ask) -> None:
        if ask.method == "PUT":
            written[ask.key] = ask.headers.get("x-amz-storage-class")

    pair.there.fault = seen
    for key in [key for key in pair.here.buckets["src"] if "/" in key]:
        del pair.here.buckets["src"][key]

    assert main(["move", "objects", *sides, "--class", "STANDARD_IA=COLD"]) == 0
    assert main(["move", "verify", *sides, "--manifest", "m.jsonl"]) == 0

    assert written == {"cold": "COLD", "frozen": None, "plain": None}
    told = {one["key"]: one for one in map(json.loads, (tmp_path / "m.jsonl").read_text().splitlines())}
    assert set(told) == {"cold", "frozen", "plain"}
    classes = {key: (one["attributes"].get("class"), one["attributes"].get("class there")) for key, one in told.items()}
    assert classes == {
        "cold": ("STANDARD_IA", "COLD"), "frozen": ("GLACIER_IR", "the target's own"), "plain": (None, None)
    }  # fmt: skip
    assert {one["outcome"] for one in told.values()} == {"verified"}
    assert main(["move", "objects", *sides, "--class", "COLD", "--resume"]) == 2
    assert "names no two storage classes" in capsys.readouterr().err


def test_an_interruption_says_how_to_go_on_and_the_journal_is_good(filled: Pair, sides: list[str]) -> None:
    reached = threading.Event()

    def fault(ask: Ask) -> str | None:
        if ask.method == "PUT" and ask.key == "3/39":
            reached.set()
            return "stall"
        return None

    filled.there.fault = fault
    command = [sys.executable, "-m", "exitkit", "move", "objects", *sides]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert reached.wait(60)
        child.send_signal(signal.SIGINT)
        _, said = child.communicate(timeout=60)
    filled.there.fault = lambda _ask: None

    assert child.returncode == 130
    assert "resume      the same with --resume" in said
    assert main(["move", "objects", *sides, "--resume"]) == 0
    assert filled.alike()


def test_a_second_pass_tells_churn_and_refuses_what_never_ends(
    filled: Pair, sides: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    journal = ["--journal", "j.sqlite"]
    assert main(["move", "objects", *sides, *journal]) == 0
    assert main(["move", "objects", *sides, *journal, "--resume"]) == 0
    assert "churn" not in capsys.readouterr().err

    with sqlite3.connect("j.sqlite") as base:  # an hour ago it carried 40 bytes a second
        base.execute("DELETE FROM pass")
        base.execute("INSERT INTO pass VALUES (?, ?, 10, 400)", (sides[3], time.time() - 3600))
    filled.here.put("src", "0/0", b"x" * 360)
    assert main(["move", "objects", *sides, *journal, "--resume"]) == 0
    assert "churn: 0 B a second change, 40 B are carried: a pass leaves 0.2% of" in capsys.readouterr().err

    with sqlite3.connect("j.sqlite") as base:
        base.execute("DELETE FROM pass")
        base.execute("INSERT INTO pass VALUES (?, ?, 1000, 4000)", (sides[3], time.time() - 10))
    filled.here.put("src", "0/0", b"y" * 3600)
    assert main(["move", "objects", *sides, *journal, "--resume"]) == 1
    assert "catching up never ends" in capsys.readouterr().err


@pytest.mark.parametrize("other", [["--versions"], ["--inventory", "manifest.json"]])
def test_what_goes_by_one_process_is_not_given_to_several(sides: list[str], other: list[str]) -> None:
    assert main(["move", "objects", *sides, "--processes", "2", *other]) == 2


def test_what_may_not_be_read_is_named_and_never_counted_as_equal(
    filled: Pair, sides: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["move", "objects", *sides]) == 0
    filled.there.fault = lambda ask: "403 InvalidObjectState" if ask.key == "1/1" else None
    capsys.readouterr()

    assert main(["move", "verify", *sides]) == 1
    said = capsys.readouterr()
    assert "equal          39 of 40 objects" in said.out
    assert "1/1: cannot be read whole at s3://dst" in said.err
    assert main(["move", "diff", *sides, "-f", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["attributes"]["content-type"]["unknown"] == 1
    assert [line.partition(": ")[0] for line in told["differing"]] == ["1/1"]


def test_every_attribute_that_is_compared_is_one_of_those_that_are_named() -> None:
    listed, read = Listed("k", 1, "t"), Read(Blob(b""), "t")

    assert set(compare(listed, read, listed, read)) == set(ATTRIBUTES)


def test_what_a_kill_left_is_swept_and_counted(
    filled: Pair, sides: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["move", "objects", *sides, "--journal", "j.sqlite"]) == 0
    filled.there.uploads["left"] = ("large", {}, {1: b"part"})
    with Journal(Path("j.sqlite"), origin=sides[1], to=sides[3]) as journal:
        journal.begun("large", "left")
    capsys.readouterr()

    assert main(["move", "objects", *sides, "--journal", "j.sqlite", "--resume"]) == 0
    assert "swept          1 uploads that an earlier pass did not end" in capsys.readouterr().out
    assert filled.there.uploads == {}
