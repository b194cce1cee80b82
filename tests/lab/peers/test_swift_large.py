"""Large objects move to, from and between Swift's containers in parts, on a Swift that others wrote."""

from __future__ import annotations

import asyncio
import json
import random
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from hashlib import md5, sha256
from pathlib import Path

import pytest

from exitkit.drivers.s3 import S3Store
from exitkit.drivers.s3.pace import Patience
from exitkit.drivers.swift import SwiftStore
from exitkit.drivers.swift.auth import enter
from exitkit.errors import Conflict
from exitkit.ports import Blob, Secret
from exitkit.transfer.copy import Place, Tally, copy
from exitkit.transfer.journal import Fact, Journal
from exitkit.transfer.leftover import leftover
from exitkit.transfer.one import Rules
from exitkit.transfer.parts import swept
from exitkit.transfer.verify import Compared, verify_both
from tests.lab.peers.openstack import Swift
from tests.lab.peers.test_swift import Native
from tests.lab.peers.test_swift_moves import said

pytestmark = pytest.mark.lab
MIB = 2**20
SIZE = 40 * MIB + 7
BODY = random.Random(1).randbytes(SIZE)
SMALL = random.Random(2).randbytes(5 * MIB + 3)
QUICK = Patience(tries=3, first=0.01, longest=0.05)
GUARDED = Rules(guarded=True)


def swift_of(peer: Swift, *, part: int = MIB, segments: int = 1000) -> SwiftStore:
    return SwiftStore(lambda: enter(said(peer)), patience=QUICK, part=part, segments=segments)


@pytest.fixture
def store(peer: Swift) -> SwiftStore:
    return swift_of(peer)


@pytest.fixture
def s3(peer: Swift) -> S3Store:
    return S3Store(
        peer.url, region="us-east-1", access_key=peer.access_key, secret_key=Secret.of(peer.secret_key), patience=QUICK
    )


def made(store: SwiftStore, *names: str) -> list[Place]:
    for name in names:
        store.create(name)
    return [Place(name, store, name) for name in names]


def moved(origin: Place, to: Place, folder: Path, *, prune: bool = False, rules: Rules = GUARDED) -> Tally:
    with Journal(folder / f"{origin.provider}-{to.provider}", origin=origin.provider, to=to.provider) as journal:
        return copy(origin, to, journal, prune=prune, rules=rules)


def compared(origin: Place, to: Place, folder: Path) -> Compared:
    with Journal(folder / f"{origin.provider}-{to.provider}", origin=origin.provider, to=to.provider) as journal:
        return verify_both(origin, to, journal, again=True)


def fact(origin: Place, to: Place, folder: Path, key: str = "large") -> Fact:
    with Journal(folder / f"{origin.provider}-{to.provider}", origin=origin.provider, to=to.provider) as journal:
        found = journal.get(key)
    assert found is not None
    return found


def segments(store: SwiftStore, name: str) -> list[str]:
    beside = f"{name}_segments"
    return [found.key for found in store.listing(beside)] if store.exists(beside) else []


def peak(work: Callable[[], Tally]) -> tuple[Tally, int]:
    """What it did, and the most bytes it held at one time."""
    tracemalloc.start()
    try:
        done = work()
        return done, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_large_object_goes_from_s3_to_swift_to_swift_to_s3(
    peer: Swift, store: SwiftStore, s3: S3Store, tmp_path: Path
) -> None:
    for name in ("large-out", "large-home"):
        s3.create(name)
    s3.put("large-out", "large", Blob(BODY, "application/pdf", {"owner": "o"}, {"cache-control": "no-store"}))
    other = swift_of(peer, part=2 * MIB)
    out, first = Place("out", s3, "large-out"), made(store, "large-first")[0]
    second, home = made(other, "large-second")[0], Place("home", s3, "large-home")
    legs = [(out, first), (first, second), (second, home)]

    done = [peak(lambda leg=leg: moved(*leg, tmp_path)) for leg in legs]  # type: ignore[misc]
    facts = [fact(*leg, tmp_path) for leg in legs]

    assert [(tally.objects, tally.refusals) for tally, _ in done] == [(1, 0)] * 3
    assert [held < 20 * MIB for _, held in done[:2]] == [True, True], done
    assert [(one.sha256, one.proof, one.size) for one in facts] == [(sha256(BODY).hexdigest(), "parts", SIZE)] * 3
    assert (len(segments(store, "large-first")), len(segments(store, "large-second"))) == (41, 21)
    assert s3.get("large-home", "large").body == BODY
    assert store.get("large-first", "large").headers == {"cache-control": "no-store"}
    for leg in legs:
        again, found = moved(*leg, tmp_path), compared(*leg, tmp_path)
        assert (again.objects, again.skipped, again.bytes) == (0, 1, 0)
        assert (found.equal, found.differing) == (1, ())
    assert leftover(first) == (0, 0)
    assert store.empty("large-first") == 1
    assert segments(store, "large-first") == []


def test_what_it_was_written_over_and_what_is_removed_leaves_no_segments(store: SwiftStore, tmp_path: Path) -> None:
    one, other = made(store, "over-out", "over-in")
    store.put("over-out", "large", Blob(SMALL))
    moved(one, other, tmp_path)
    before = set(segments(store, "over-in"))

    store.put("over-out", "large", Blob(SMALL[::-1]))
    again = moved(one, other, tmp_path)
    after = set(segments(store, "over-in"))
    store.put("over-out", "large", Blob(b"small by now"))
    small = moved(one, other, tmp_path)

    assert (again.objects, again.changed, small.objects) == (1, 1, 1)
    assert (len(before), len(after), before & after) == (6, 6, set())
    assert segments(store, "over-in") == []
    store.put("over-out", "large", Blob(SMALL))
    moved(one, other, tmp_path)
    store.delete("over-out", "large")
    assert moved(one, other, tmp_path, prune=True).removed == 1
    assert segments(store, "over-in") == []


def test_more_segments_than_a_manifest_names_are_joined_by_manifests(peer: Swift, tmp_path: Path) -> None:
    store = swift_of(peer, segments=2)
    one, other = made(store, "deep-out", "deep-in")
    store.put("deep-out", "large", Blob(SMALL[: 4 * MIB]))

    tally = moved(one, other, tmp_path)

    assert (tally.objects, tally.refusals) == (1, 0)
    assert fact(one, other, tmp_path).proof == "parts"
    assert store.get("deep-in", "large").body == SMALL[: 4 * MIB]
    assert sum("level-" in name for name in segments(store, "deep-in")) == 2
    assert compared(one, other, tmp_path).equal == 1
    store.delete("deep-in", "large")
    assert segments(store, "deep-in") == []


def test_segments_found_by_their_prefix_are_one_object_that_may_change(
    peer: Swift, store: SwiftStore, tmp_path: Path
) -> None:
    native, (one, other) = Native(peer), made(store, "dynamic-out", "dynamic-in")
    for number in range(3):
        native.ask("PUT", f"/dynamic-out/.parts/{number}", SMALL[number * MIB : (number + 1) * MIB])
    native.ask("PUT", "/dynamic-out/whole", b"", X_Object_Manifest="dynamic-out/.parts/")
    native.ask("PUT", "/dynamic-out/nothing", b"")

    first, again = moved(one, other, tmp_path), moved(one, other, tmp_path)
    native.ask("PUT", "/dynamic-out/.parts/1", SMALL[:MIB][::-1])
    after = moved(one, other, tmp_path)

    assert (first.objects, again.objects, again.skipped, after.objects, after.changed) == (5, 0, 5, 2, 2)
    assert store.get("dynamic-in", "whole").body == SMALL[:MIB] + SMALL[:MIB][::-1] + SMALL[2 * MIB : 3 * MIB]
    assert store.get("dynamic-in", "nothing").body == b""
    assert compared(one, other, tmp_path).differing == ()


def test_a_manifest_that_others_wrote_is_read_whole_or_in_parts(peer: Swift, store: SwiftStore, tmp_path: Path) -> None:
    native, (one, other) = Native(peer), made(store, "static-out", "static-in")
    for name, pieces in (("small", [b"one", b"two"]), ("large", [SMALL[: 2 * MIB], SMALL[2 * MIB :]])):
        for number, piece in enumerate(pieces):
            native.ask("PUT", f"/static-out/{name}.{number}", piece)
        listed = [{"path": f"/static-out/{name}.{number}"} for number in range(2)] + [{"data": "IQ=="}]
        native.ask("PUT", f"/static-out/{name}?multipart-manifest=put", json.dumps(listed).encode())

    first, again = moved(one, other, tmp_path), moved(one, other, tmp_path)

    assert (first.objects, first.refusals, again.objects) == (6, 0, 0)
    assert store.get("static-in", "small").body == b"onetwo!"
    assert store.get("static-in", "large").body == SMALL + b"!"
    assert fact(one, other, tmp_path, "small").proof == "tag"


def test_a_segment_that_was_changed_or_is_gone_is_found_and_named(
    peer: Swift, store: SwiftStore, tmp_path: Path
) -> None:
    native, (one, other) = Native(peer), made(store, "wrong-out", "wrong-in")
    for key in ("changed", "gone", "whole"):
        store.put("wrong-out", key, Blob(SMALL[::-1] if key == "gone" else SMALL))
        moved(one, other, tmp_path)
    named = {
        key: [part["name"] for part in json.loads(native.ask("GET", f"/wrong-in/{key}?multipart-manifest=get").said)]
        for key in ("changed", "gone")
    }
    native.ask("PUT", named["changed"][2], b"x" * MIB)
    native.ask("DELETE", named["gone"][5])

    found = compared(one, other, tmp_path)

    assert found.equal == 1
    assert [line.partition(", /")[0] for line in found.differing] == [
        "changed: cannot be read whole at wrong-in: segment 3 of 6",
        "gone: cannot be read whole at wrong-in: segment 6 of 6",
    ]
    assert named["changed"][2] in found.differing[0]


def test_a_bit_that_flips_on_the_disk_is_found(peer: Swift, store: SwiftStore, tmp_path: Path) -> None:
    one, other = made(store, "flip-out", "flip-in")
    own = random.Random(3).randbytes(5 * MIB)  # no other test's segments are these
    store.put("flip-out", "large", Blob(own))
    moved(one, other, tmp_path)
    wanted = md5(own[3 * MIB : 4 * MIB]).digest()
    file = next(file for file in peer.folder.rglob("*.data") if md5(file.read_bytes()).digest() == wanted)
    body = bytearray(file.read_bytes())
    body[1000] ^= 1
    with file.open("r+b") as disk:
        disk.write(body)

    found = compared(one, other, tmp_path)

    assert found.equal == 0
    assert found.differing[0].startswith("large: sha256 ")


def test_nothing_newer_is_written_over_and_nothing_is_left_behind(store: SwiftStore) -> None:
    store.create("newer")

    async def raced() -> None:
        flow = store.flow("newer")
        try:
            upload = await flow.begin("k", Blob(b""))
            tag = await flow.part("k", upload, 1, b"ours", md5=md5(b"ours").digest())
            await flow.write("k", Blob(b"newer"))
            with pytest.raises(Conflict):
                await flow.finish("k", upload, [tag], over="")
            await flow.abort("k", upload)
        finally:
            await flow.close()

    asyncio.run(raced())

    assert store.get("newer", "k").body == b"newer"
    assert segments(store, "newer") == []


_KILLED = """
import sys
from pathlib import Path
from exitkit.drivers.directory import DirectoryStore
from exitkit.drivers.s3.pace import Limits
from exitkit.drivers.swift import SwiftStore
from exitkit.drivers.swift.auth import enter
from exitkit.transfer.copy import Place, copy
from exitkit.transfer.journal import Journal
from exitkit.transfer.one import Rules
url, user, key, journal = sys.argv[1:]
said = {"ST_AUTH": url + "/auth/v1.0", "ST_USER": user, "ST_KEY": key}
here = SwiftStore(lambda: enter(said), part=2**18)
there = SwiftStore(lambda: enter(said), part=2**18, limits=Limits(writes=6))
with Journal(Path(journal), origin="killed-out", to="killed-in") as known:
    copy(Place("a", here, "killed-out"), Place("b", there, "killed-in"), known, rules=Rules(guarded=True))
"""


def test_killed_in_the_middle_it_goes_on_and_leaves_no_segment_behind(
    peer: Swift, store: SwiftStore, tmp_path: Path
) -> None:
    one, other = made(store, "killed-out", "killed-in")
    store.put("killed-out", "a small one", Blob(b"small"))
    store.put("killed-out", "large", Blob(SMALL))
    journal = tmp_path / "killed-out-killed-in"
    words = [peer.url, peer.access_key, peer.secret_key, str(journal)]
    child = subprocess.Popen([sys.executable, "-c", _KILLED, *words])
    try:
        while len(segments(store, "killed-in")) < 3:
            assert child.poll() is None
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    behind = leftover(other)
    went_on = moved(one, other, tmp_path)

    assert behind is not None
    assert behind[0] >= 3
    assert behind[1] == behind[0] * 2**18
    assert (went_on.swept, went_on.objects, went_on.skipped) == (1, 1, 1)
    assert len(segments(store, "killed-in")) == 6
    assert leftover(other) == (0, 0)
    assert compared(one, other, tmp_path).differing == ()


def test_killed_after_it_was_joined_nothing_of_it_is_removed(store: SwiftStore, tmp_path: Path) -> None:
    one, other = made(store, "joined-out", "joined-in")
    store.put("joined-out", "large", Blob(SMALL))
    moved(one, other, tmp_path)
    upload = segments(store, "joined-in")[0].split("/")[1]

    async def again(journal: Journal) -> int:
        flow = store.flow("joined-in")
        try:
            return await swept(flow, journal)
        finally:
            await flow.close()

    with Journal(tmp_path / "joined-out-joined-in", origin="joined-out", to="joined-in") as journal:
        journal.begun("large", upload)
        assert asyncio.run(again(journal)) == 1
        assert journal.uploads() == []
    assert store.get("joined-in", "large").body == SMALL


def test_the_command_counts_what_no_object_consists_of(
    peer: Swift, store: SwiftStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from exitkit.cli.app import main

    monkeypatch.chdir(tmp_path)
    for name, value in said(peer).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("OS_AUTH_URL", raising=False)
    made(store, "stray", "stray-in", "stray-in_segments")
    store.put("stray", "k", Blob(b"k"))
    store.put("stray-in_segments", "exitkit/0-lost/00000001", Blob(b"x" * 10))
    sides = ["--from", "swift://stray", "--to", "swift://stray-in"]

    assert main(["move", "objects", *sides]) == 0
    capsys.readouterr()
    assert main(["move", "verify", *sides]) == 0
    assert "left over      1 parts of no object, 10 B" in capsys.readouterr().out
