"""Beyond one plain pass: inventories, versions, clusters, folders, exports, forecasts."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import signal
import threading
import time
from functools import partial
from pathlib import Path
from typing import cast

import pytest

from exitkit.drivers.directory import DirectoryStore
from exitkit.drivers.s3 import S3Store
from exitkit.errors import OutsideError, UsageError
from exitkit.ports import ObjectStore, Secret
from exitkit.transfer import stream, threads
from exitkit.transfer.cluster import spread
from exitkit.transfer.copy import Place, Tally, copy
from exitkit.transfer.export import export
from exitkit.transfer.find import Range
from exitkit.transfer.forecast import Trial, fit, nnls
from exitkit.transfer.inventory import WithInventory, read_inventory
from exitkit.transfer.journal import Journal
from exitkit.transfer.one import Rules
from exitkit.transfer.rate import Rate, longer
from exitkit.transfer.verify import verify_both
from tests.unit.drivers.s3.strange import QUICK, Ask
from tests.unit.transfer.conftest import Pair


def inventory(folder: Path, pair: Pair) -> Path:
    """An inventory in CSV, in no order, as S3 writes one."""
    from urllib.parse import quote_plus

    things = list(pair.here.buckets["src"].items())
    random.Random(1).shuffle(things)
    lines = "".join(f'"src","{quote_plus(k, safe="/")}","{len(t.body)}","{t.etag}","true","false"\n' for k, t in things)
    body = gzip.compress(lines.encode())
    (folder / "data.csv.gz").write_bytes(body)
    told = {
        "fileFormat": "CSV", "fileSchema": "Bucket, Key, Size, ETag, IsLatest, IsDeleteMarker",
        "files": [{"key": "x/data.csv.gz", "MD5checksum": hashlib.md5(body).hexdigest()}],
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(told))
    return folder / "manifest.json"


def test_an_inventory_takes_the_place_of_a_listing(filled: Pair, tmp_path: Path) -> None:
    filled.here.put("src", "a b+c/é", b"odd")
    manifest = inventory(tmp_path, filled)
    store = cast("ObjectStore", WithInventory(filled.here.store(), manifest, tmp_path))

    with Journal(filled.file, origin="a", to="b") as journal:
        tally = copy(Place("a", store, "src"), Place("b", filled.there.store(), "dst"), journal)

    assert (tally.objects, tally.refusals) == (41, 0)
    assert filled.alike()
    assert "" not in {key for _, key, _ in filled.here.asked}


def test_an_inventory_that_was_changed_is_refused(filled: Pair, tmp_path: Path) -> None:
    manifest = inventory(tmp_path, filled)
    (tmp_path / "data.csv.gz").write_bytes(b"other")

    with pytest.raises(UsageError, match="another MD5"):
        list(read_inventory(manifest))


def test_an_inventory_in_parquet_reads_alike(filled: Pair, tmp_path: Path) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    things = filled.here.buckets["src"]
    columns = {"key": list(things), "size": [len(t.body) for t in things.values()],
               "e_tag": [t.etag for t in things.values()]}  # fmt: skip
    pq.write_table(pa.table(columns), tmp_path / "data.parquet")

    assert {(f.key, f.size, f.etag) for f in read_inventory(tmp_path / "data.parquet")} == {
        (k, len(t.body), t.etag) for k, t in things.items()
    }


@pytest.mark.parametrize("name", ["m.jsonl", "m.parquet"])
def test_a_manifest_names_every_object(filled: Pair, tmp_path: Path, name: str) -> None:
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    filled.copy()
    with Journal(filled.file, origin="a", to="b") as journal:
        written = export(journal, tmp_path / name)

    assert written == 40
    if name.endswith("jsonl"):
        rows = [json.loads(line) for line in (tmp_path / name).read_text().splitlines()]
        digests = {row["key"]: row["sha256"] for row in rows}
        assert digests == {k: hashlib.sha256(b).hexdigest() for k, b in filled.here.bodies("src").items()}


def test_a_bucket_goes_to_a_folder_and_back(filled: Pair, tmp_path: Path) -> None:
    folder = DirectoryStore(tmp_path / "disk")
    folder.create("kept")
    for one, other, name in (("a", "d", "out"), ("d", "b", "back")):
        places = {"a": Place("a", filled.here.store(), "src"), "d": Place("d", folder, "kept"),
                  "b": Place("b", filled.there.store(), "dst")}  # fmt: skip
        with Journal(tmp_path / f"{name}.sqlite", origin=one, to=other) as journal:
            assert copy(places[one], places[other], journal).objects == 40

    assert filled.alike()


def shard(here: int, there: int, within: Range, journal: str) -> Tally:
    """One worker's task; it takes its time where a file asks it to."""

    def store(port: int) -> S3Store:
        return S3Store(f"http://127.0.0.1:{port}", region="eu-west-3", access_key="key",
                       secret_key=Secret.of("secret"), patience=QUICK)  # fmt: skip

    with Journal(Path(journal), origin="a", to="b") as known:
        done = copy(Place("a", store(here), "src"), Place("b", store(there), "dst"), known, within=[within])
    mark = Path(journal).parent.parent / f"pid-{os.getpid()}"
    mark.touch()
    time.sleep(0.3)
    return done


RANGES = [("", "02/"), ("02/", "05/"), ("05/", "07/"), ("07/", "09/"), ("09/", "")]


def spread_over(pair: Pair, cluster: str, ranges: list[tuple[str, str]]) -> Tally:
    with Journal(pair.file, origin="a", to="b") as journal:
        return spread(ranges, partial(shard, pair.here.port, pair.there.port), journal, cluster=cluster, workers=2)


def test_processes_share_a_move_and_go_on_after_one_was_killed(pair: Pair) -> None:
    for number in range(600):
        pair.here.put("src", f"{number % 12:02}/{number}", str(number).encode())
    struck: list[str] = []

    def fault(ask: Ask) -> None:
        if ask.key.startswith("07/") and not struck:
            struck.append(ask.key)
            for mark in pair.file.parent.glob("pid-*"):
                os.kill(int(mark.name.removeprefix("pid-")), signal.SIGKILL)

    pair.there.fault = fault
    with pytest.raises(OutsideError, match="a process that copied was ended"):
        spread_over(pair, "processes", RANGES)
    tally = spread_over(pair, "processes", RANGES)

    assert struck
    assert tally.objects + tally.skipped == 600
    assert pair.alike()
    with Journal(pair.file, origin="a", to="b") as journal:
        assert [fact.key for fact in journal] == sorted(pair.here.buckets["src"])
    assert not list(pair.file.parent.glob("*.shards"))


@pytest.mark.parametrize("killed", [False, True])
def test_a_cluster_moves_everything_even_when_a_worker_dies(pair: Pair, killed: bool) -> None:
    pytest.importorskip("distributed")
    for number in range(600):
        pair.here.put("src", f"{number % 12:02}/{number}", str(number).encode())

    def kill() -> None:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            for mark in pair.file.parent.glob("pid-*"):
                os.kill(int(mark.name.removeprefix("pid-")), signal.SIGKILL)
                return
            time.sleep(0.01)

    if killed:
        threading.Thread(target=kill, daemon=True).start()
    with Journal(pair.file, origin="a", to="b") as journal:
        task = partial(shard, pair.here.port, pair.there.port)
        tally = spread(RANGES, task, journal, cluster="local", workers=2)
        known = [fact.key for fact in journal]

    assert tally.objects + tally.skipped == 600
    assert pair.alike()
    assert known == sorted(pair.here.buckets["src"])
    assert not list(pair.file.parent.glob("*.shards"))


def test_nothing_negative_comes_out_of_a_fit() -> None:
    assert nnls([[1, 0], [0, 1], [1, 1]], [2.0, -1.0, 1.0])[1] == 0.0


def test_a_fit_finds_what_was_put_in() -> None:
    trials = [
        Trial(objects, size, 2 + objects * 0.05 / 32 + size / 1e8, 32)
        for objects, size in ((100, 10**6), (10_000, 10**7), (1000, 10**9), (50_000, 10**8))
        for _ in range(3)
    ]

    cost = fit(trials)

    assert cost.fixed == pytest.approx(2, rel=0.05)
    assert cost.per_object == pytest.approx(0.05, rel=0.05)
    assert cost.bytes_a_second == pytest.approx(1e8, rel=0.05)
    assert cost.r2 > 0.999
    assert not cost.indicative


def test_time_left_is_an_interval_that_holds_the_steady_answer() -> None:
    rate = Rate()
    for second in range(10):
        rate.add(second, second * 100 + (second % 2) * 10)

    left = rate.left(1000)

    assert left is not None
    assert left[0] <= 10 <= left[1]


def test_time_left_is_that_of_the_bytes_where_one_large_object_is_left() -> None:
    objects, size = Rate(), Rate()
    for second in range(10):
        objects.add(second, second * 100)
        size.add(second, second * 1000)

    assert longer(objects.left(1), size.left(1_000_000)) == pytest.approx((1000, 1000))
    assert longer(objects.left(100_000), size.left(10)) == pytest.approx((1000, 1000))
    assert longer(None, (1.0, 2.0)) == (1.0, 2.0)
    assert longer(None, None) is None


@pytest.mark.parametrize("streamed", [True, False])
def test_progress_tells_bytes_of_an_object_that_is_not_there_yet(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, streamed: bool
) -> None:
    if not streamed:
        monkeypatch.setattr(stream, "LARGEST", 0)
    pair.here.put("src", "large", b"1" * 2**20 * 20)
    pair.here.put("src", "small", b"2")
    told: list[tuple[int, int]] = []
    todo: list[tuple[int, int, bool]] = []
    places = Place("a", pair.here.store(), "src"), Place("b", pair.there.store(), "dst")
    with Journal(pair.file, origin="a", to="b") as journal:
        copy(*places, journal, progress=lambda n, size: told.append((n, size)), found=lambda *one: todo.append(one))

    assert todo[-1] == (2, 20 * 2**20 + 1, True)
    assert told[-1] == (2, 20 * 2**20 + 1)
    assert max(size for _, size in told) == 20 * 2**20 + 1
    assert any(n < 2 and size >= 8 * 2**20 for n, size in told) is not streamed


def test_a_large_object_goes_to_a_folder_and_back_in_pieces(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "PIECE", 2**20)
    body = random.Random(4).randbytes(12 * 2**20 + 5)
    pair.here.put("src", "large", body, x_amz_meta_owner="o")
    folder = DirectoryStore(tmp_path / "disk")
    folder.create("kept")
    disk, here = Place("d", folder, "kept"), Place("a", pair.here.store(), "src")
    guarded = Rules(guarded=True)

    with Journal(tmp_path / "out", origin="a", to="d") as journal:
        journal.begun("large", "killed")
        folder.put_piece("kept", "killed", 1, b"left")
        out, again = copy(here, disk, journal, rules=guarded), copy(here, disk, journal, rules=guarded)
        fact = journal.get("large")
        compared = verify_both(here, disk, journal, again=True)
    with Journal(tmp_path / "back", origin="d", to="b") as journal:
        back = copy(disk, Place("b", pair.there.store(), "dst"), journal, rules=guarded)

    assert (out.objects, out.swept, again.objects, back.objects) == (1, 1, 0, 1)
    assert fact is not None
    assert (fact.proof, fact.sha256) == ("read", hashlib.sha256(body).hexdigest())
    assert (compared.equal, compared.differing) == (1, ())
    assert not any(file.is_file() for file in (tmp_path / "disk" / "kept" / ".uploads").rglob("*"))
    assert pair.there.bodies("dst") == {"large": body}
    assert pair.there.buckets["dst"]["large"].headers["x-amz-meta-owner"] == "o"
    assert folder.get("kept", "large").body == body
