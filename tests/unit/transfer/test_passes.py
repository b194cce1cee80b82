"""A second pass copies what changed, a killed one goes on, and nothing newer is written over."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from exitkit.transfer.journal import Fact, Journal
from exitkit.transfer.one import Rules
from tests.unit.transfer.conftest import Pair

ROOT = Path(__file__).resolve().parents[3]
ODD = (
    "a//b", "/first", "./here", "up/../down", "..", "double//", "a space", "100%", "%41", "a+b", "été/naïve", "日本語",
    "😀", "what?", "a#b", "folder/", "it's", 'say "so"', "a&b<c>", "~home", "a=b;c", "*", "line\nbreak", "tab\there",
)  # fmt: skip


def test_every_odd_key_arrives_as_it_is(pair: Pair) -> None:
    for key in ODD:
        pair.here.put("src", key, key.encode())

    tally = pair.copy()

    assert (tally.objects, tally.refusals) == (len(ODD), 0)
    assert pair.alike()


def test_every_attribute_arrives(pair: Pair) -> None:
    pair.here.put(
        "src", "one", b"x", content_type="text/csv", content_encoding="gzip", content_language="fr",
        content_disposition='attachment; filename="x  y.csv"', cache_control="no-store", x_amz_meta_a="é", expires="0",
    )  # fmt: skip

    pair.copy()

    assert pair.alike()


def test_a_second_pass_asks_for_no_object(filled: Pair) -> None:
    filled.copy()
    filled.here.asked.clear()
    filled.there.asked.clear()

    tally = filled.copy()

    assert (tally.objects, tally.skipped) == (0, 40)
    assert {key for _, key, _ in filled.here.asked + filled.there.asked} == {""}


def test_a_second_pass_copies_what_changed_and_says_how_much(filled: Pair) -> None:
    filled.copy()
    filled.here.put("src", "0/0", b"other")
    filled.here.put("src", "new", b"new")
    del filled.here.buckets["src"]["1/1"]

    tally = filled.copy(prune=True)

    assert (tally.objects, tally.skipped, tally.removed) == (2, 38, 1)
    assert (tally.changed, tally.changed_bytes) == (1, 5)
    assert filled.alike()


def test_what_somebody_changed_at_the_target_is_brought_back_only_when_asked(filled: Pair) -> None:
    filled.copy()
    filled.there.put("dst", "0/0", b"written by somebody since")

    guarded = filled.copy(rules=Rules(guarded=True))
    kept = filled.there.bodies("dst")["0/0"]
    plain = filled.copy()

    assert (guarded.objects, guarded.refusals) == (0, 1)
    assert "newer" in guarded.refused[0]
    assert kept == b"written by somebody since"
    assert plain.objects == 1
    assert filled.alike()


def test_what_is_written_at_the_target_meanwhile_stays(filled: Pair) -> None:
    def meanwhile(ask: object) -> None:
        if getattr(ask, "method", "") == "PUT" and getattr(ask, "key", "") == "2/2":
            filled.there.put("dst", "2/2", b"meanwhile")

    filled.there.fault = meanwhile

    tally = filled.copy(rules=Rules(guarded=True))

    assert (tally.objects, tally.refusals) == (39, 1)
    assert filled.there.bodies("dst")["2/2"] == b"meanwhile"


def test_what_a_kill_left_unrecorded_is_taken_as_ours(filled: Pair) -> None:
    filled.copy()
    filled.file.unlink()
    for thing in filled.there.buckets["dst"].values():
        thing.modified = "2026-06-01T00:00:00.000Z"

    tally = filled.copy(rules=Rules(guarded=True))

    assert (tally.objects, tally.refusals) == (40, 0)


def test_many_pages_and_ranges_are_joined(pair: Pair) -> None:
    pair.here.page = pair.there.page = 7
    for number in range(400):
        pair.here.put("src", f"{number % 23:02}/{number % 3}/{number}", str(number).encode())
    pair.copy()
    for key in list(pair.there.buckets["dst"])[::3]:
        del pair.there.buckets["dst"][key]

    tally = pair.copy()

    assert (tally.objects, tally.skipped) == (134, 266)
    assert pair.alike()


KILLED = """
import sys; sys.path.insert(0, {root!r})
from pathlib import Path
from exitkit.drivers.s3 import S3Store
from exitkit.ports import Secret
from exitkit.transfer.copy import Place, copy
from exitkit.transfer.journal import Journal
def store(port): return S3Store(f"http://127.0.0.1:{{port}}", region="eu-west-3", access_key="key",
                                secret_key=Secret.of("secret"))
with Journal(Path({file!r}), origin="a", to="b") as journal:
    copy(Place("a", store({here}), "src"), Place("b", store({there}), "dst"), journal)
"""


def test_a_killed_copy_goes_on_and_claims_nothing_that_is_not_there(pair: Pair) -> None:
    for number in range(3000):
        pair.here.put("src", f"{number:05}", str(number).encode())
    script = KILLED.format(root=str(ROOT), file=str(pair.file), here=pair.here.port, there=pair.there.port)
    child = subprocess.Popen([sys.executable, "-c", script])
    until = time.monotonic() + 60
    while len(pair.there.buckets["dst"]) < 900 and time.monotonic() < until:
        time.sleep(0.01)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    arrived = set(pair.there.buckets["dst"])
    claimed = {key for (key,) in sqlite3.connect(pair.file).execute("SELECT key FROM fact")}

    tally = pair.copy()

    assert claimed <= arrived
    assert 900 <= len(arrived) < 3000
    assert tally.skipped == len(claimed)
    assert tally.objects == 3000 - len(claimed)
    assert pair.alike()


def test_the_way_back_uses_the_same_journal(tmp_path: Path) -> None:
    file = tmp_path / "j.sqlite"
    with Journal(file, origin="a", to="b") as journal:
        journal.add(Fact("k", 1, "ab" * 32, "here", "there"))
    with Journal(file, origin="b", to="a") as journal:
        back = journal.get("k")

    assert back is not None
    assert (back.here, back.there) == ("there", "here")


def test_a_guarded_pass_removes_only_what_we_brought(filled: Pair) -> None:
    rules = Rules(guarded=True)
    filled.copy(rules=rules)
    filled.there.put("dst", "somebody's", b"own")
    filled.there.put("dst", "0/0", b"changed since")
    for key in ("0/0", "1/1"):
        del filled.here.buckets["src"][key]

    tally = filled.copy(prune=True, rules=rules)

    assert tally.removed == 1
    assert "1/1" not in filled.there.buckets["dst"]
    assert {"somebody's", "0/0"} <= set(filled.there.buckets["dst"])
