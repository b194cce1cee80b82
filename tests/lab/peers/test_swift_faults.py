"""Whatever goes wrong between us and Swift's own API, a move ends complete or with one sentence, and leaves nothing."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from exitkit.drivers.s3.pace import Patience
from exitkit.drivers.swift import SwiftStore
from exitkit.drivers.swift.auth import enter
from exitkit.errors import OutsideError
from exitkit.ports import Blob
from exitkit.transfer.copy import Place, Tally, copy
from exitkit.transfer.journal import Journal
from exitkit.transfer.leftover import leftover
from exitkit.transfer.one import Rules
from exitkit.transfer.verify import verify_both
from tests.lab.peers.between import Between, between
from tests.lab.peers.openstack import Swift
from tests.lab.peers.test_swift_moves import said

pytestmark = pytest.mark.lab
MIB = 2**20
BODY = random.Random(5).randbytes(4 * MIB + 11)
KEYS = ("small/1", "small/2", "large")


@pytest.fixture
def proxy(peer: Swift) -> Iterator[Between]:
    with between(peer.url) as found:
        yield found


class Pair:
    """Two containers of one Swift, each behind the proxy or not."""

    def __init__(self, peer: Swift, proxy: Between, name: str, folder: Path, side: str) -> None:
        quick = Patience(tries=5, first=0.01, longest=0.05, stall=1)
        straight = said(peer)
        through = straight | {"ST_AUTH": straight["ST_AUTH"].replace(peer.url, proxy.url)}
        stores = [
            SwiftStore(lambda to=to: enter(to), patience=quick, part=MIB)  # type: ignore[misc]
            for to in ((through, straight) if side == "here" else (straight, through))
        ]
        for store, end in zip(stores, ("out", "in"), strict=True):
            store.create(f"{name}-{end}")
        self.here, self.there = (Place(end, s, f"{name}-{end}") for s, end in zip(stores, ("out", "in"), strict=True))
        self.journal = folder / "journal"
        for key in KEYS:
            self.here.store.put(self.here.bucket, key, Blob(BODY if key == "large" else key.encode() * 99))

    def moved(self) -> Tally:
        with Journal(self.journal, origin="out", to="in") as journal:
            return copy(self.here, self.there, journal, rules=Rules(guarded=True))

    def whole(self) -> bool:
        with Journal(self.journal, origin="out", to="in") as journal:
            found = verify_both(self.here, self.there, journal, again=True)
        return (found.equal, found.differing) == (len(KEYS), ()) and leftover(self.there) == (0, 0)


def times(what: str, wanted: Callable[[str], bool], most: int) -> Callable[[str], str | None]:
    struck: list[str] = []

    def fault(line: str) -> str | None:
        if not wanted(line) or len(struck) >= most:
            return None
        struck.append(line)
        return what

    return fault


def a_read(line: str) -> bool:
    return line.startswith("GET") and "-out/" in line


def a_write(line: str) -> bool:
    return line.startswith("PUT") and ("-in/" in line or "_segments/" in line)


def a_manifest(line: str) -> bool:
    return line.startswith("PUT") and "multipart-manifest=put" in line


@pytest.mark.parametrize("what", ["reset", "storm", "stall", "cut", "flip"])
def test_what_passes_on_the_way_here_is_waited_out(peer: Swift, proxy: Between, tmp_path: Path, what: str) -> None:
    pair = Pair(peer, proxy, f"here-{what}", tmp_path, "here")
    proxy.fault = times(what, a_read, 2)

    tally = pair.moved()

    assert (tally.objects, tally.refusals) == (len(KEYS), 0)
    assert pair.whole()


@pytest.mark.parametrize("what", ["reset", "storm", "stall", "cut", "lose"])
@pytest.mark.parametrize("wanted", [a_write, a_manifest])
def test_what_passes_on_the_way_there_is_waited_out(
    peer: Swift, proxy: Between, tmp_path: Path, what: str, wanted: Callable[[str], bool]
) -> None:
    pair = Pair(peer, proxy, f"there-{what}-{wanted.__name__.replace('_', '-')}", tmp_path, "there")
    proxy.fault = times(what, wanted, 2)

    tally = pair.moved()

    assert (tally.objects, tally.refusals) == (len(KEYS), 0)
    assert pair.whole()


@pytest.mark.parametrize("wanted", [a_write, a_manifest])
def test_a_storm_that_does_not_pass_is_one_sentence_and_the_rest_is_swept(
    peer: Swift, proxy: Between, tmp_path: Path, wanted: Callable[[str], bool]
) -> None:
    pair = Pair(peer, proxy, f"storm-{wanted.__name__.replace('_', '-')}", tmp_path, "there")
    proxy.fault = lambda line: "storm" if wanted(line) else None

    with pytest.raises(OutsideError, match="503"):
        pair.moved()
    proxy.fault = lambda _line: None

    assert pair.moved().refusals == 0
    assert pair.whole()
