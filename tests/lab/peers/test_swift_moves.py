"""Objects move to Swift's own API and back, on a Swift that others wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from exitkit.cli.app import main
from exitkit.drivers.directory import DirectoryStore
from exitkit.drivers.swift import SwiftStore
from exitkit.drivers.swift.auth import Entry, enter
from exitkit.errors import NotFound, OutsideError, UsageError
from exitkit.ports import Blob, Secret
from exitkit.transfer.copy import Place, copy
from exitkit.transfer.journal import Journal
from exitkit.transfer.one import Rules
from exitkit.transfer.verify import verify_both
from tests.lab.peers.openstack import Swift

pytestmark = pytest.mark.lab
ODD = ["a b", "é/ü", "a+b", "a%2Fb", "~-_.", "=&?#", "née/ 1", "plain"]


def said(peer: Swift) -> dict[str, str]:
    return {"ST_AUTH": f"{peer.url}/auth/v1.0", "ST_USER": peer.access_key, "ST_KEY": peer.secret_key}


@pytest.fixture
def store(peer: Swift) -> SwiftStore:
    return SwiftStore(lambda: enter(said(peer)))


def test_there_and_back_it_is_the_same(store: SwiftStore, tmp_path: Path) -> None:
    folders = DirectoryStore(tmp_path)
    for name in ("out", "home"):
        folders.create(name)
    store.create("moved")
    blobs = {
        key: Blob(key.encode() * 50, "application/pdf", {"owner": f"o {key}" if key.isascii() else "x"}) for key in ODD
    }
    for key, blob in blobs.items():
        folders.put("out", key, blob)
    out, there, home = Place("out", folders, "out"), Place("swift", store, "moved"), Place("home", folders, "home")

    with Journal(tmp_path / "j1", origin="out", to="swift") as journal:
        first = copy(out, there, journal, rules=Rules(guarded=True))
        again = copy(out, there, journal, rules=Rules(guarded=True))
        compared = verify_both(out, there, journal, again=True)
    with Journal(tmp_path / "j2", origin="swift", to="home") as journal:
        back = copy(there, home, journal)

    assert (first.objects, first.refusals, again.objects, again.skipped) == (len(ODD), 0, 0, len(ODD))
    assert (compared.equal, compared.differing) == (len(ODD), ())
    assert back.objects == len(ODD)
    assert {key: folders.get("home", key) for key in ODD} == blobs
    assert [found.key for found in store.listing("moved")] == sorted(ODD, key=str.encode)
    assert store.empty("moved") == len(ODD)
    store.remove("moved")
    assert not store.exists("moved")


def test_nothing_newer_is_written_over(store: SwiftStore, tmp_path: Path) -> None:
    folders = DirectoryStore(tmp_path)
    folders.create("out")
    folders.put("out", "k", Blob(b"old"))
    store.create("kept")
    store.put("kept", "k", Blob(b"newer"))

    with Journal(tmp_path / "j", origin="a", to="b") as journal:
        tally = copy(Place("a", folders, "out"), Place("b", store, "kept"), journal, rules=Rules(guarded=True))

    assert tally.refused == ("k: something newer is at the target, and stays",)
    assert store.get("kept", "k").body == b"newer"


def test_a_token_that_expired_is_renewed_once(peer: Swift) -> None:
    asked: list[Entry] = []

    def entering() -> Entry:
        genuine = enter(said(peer))
        asked.append(genuine)
        return Entry(genuine.url, Secret.of("expired")) if len(asked) == 1 else genuine

    SwiftStore(entering).create("renewed")

    assert len(asked) == 2


def test_wrong_credentials_and_missing_things_are_one_sentence(peer: Swift, store: SwiftStore) -> None:
    with pytest.raises(OutsideError, match="refuses these credentials"):
        enter({**said(peer), "ST_KEY": "guessed"})
    with pytest.raises(UsageError, match="no OpenStack account is named"):
        enter({})
    with pytest.raises(NotFound):
        list(store.listing("nowhere"))
    with pytest.raises(NotFound):
        store.get("nowhere", "k")


def test_the_command_moves_to_swift(
    peer: Swift, store: SwiftStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in said(peer).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("OS_AUTH_URL", raising=False)
    folders = DirectoryStore(tmp_path)
    folders.create("out")
    for number in range(20):
        folders.put("out", f"dossier/{number}", Blob(b"%d" % number))
    store.create("commanded")

    sides = ["--from", f"file://{tmp_path}/out", "--to", "swift://commanded"]
    assert main(["move", "objects", *sides]) == 0
    assert main(["move", "verify", *sides]) == 0
    assert len(list(store.listing("commanded"))) == 20
