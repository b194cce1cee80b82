"""How a copy reports as it goes, and what it does when the other side keeps failing."""

from __future__ import annotations

from pathlib import Path

import pytest

from exitkit.errors import NotFound, OutsideError
from exitkit.ports import Blob
from exitkit.testing.fakes import FakeStore
from exitkit.testing.fate import Fate
from exitkit.transfer import many
from exitkit.transfer.copy import Place, copy
from exitkit.transfer.journal import VERIFIED, Journal
from exitkit.transfer.verify import verify_both, verify_copied


def journal_in(folder: Path) -> Journal:
    return Journal(folder / "m", origin="here", to="there")


def place(name: str, *keys: str) -> Place:
    store = FakeStore(name, Fate())
    store.buckets["files"] = {key: Blob(key.encode()) for key in keys}
    return Place(name, store, "files")


def test_progress_counts_objects_and_bytes_up_to_the_whole(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    with journal_in(tmp_path) as journal:
        copy(place("here", "a", "bb", "ccc"), place("there"), journal, progress=lambda *seen: told.append(seen))

    assert [objects for objects, _ in told] == [1, 2, 3]
    assert told[-1] == (3, 6)


def test_a_journal_remembers_the_hash_of_the_bytes_and_the_tags_of_both_sides(tmp_path: Path) -> None:
    here, there = place("here", "a"), place("there")

    with journal_in(tmp_path) as journal:
        copy(here, there, journal)
        known = journal.get("a")

    assert known is not None
    assert known.sha256 == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    assert (known.here, known.there) == tuple(next(iter(side.store.listing("files"))).etag for side in (here, there))
    assert (known.size, known.outcome) == (1, "copied")


def test_reading_back_marks_what_was_proven(tmp_path: Path) -> None:
    here, there = place("here", "a"), place("there")

    with journal_in(tmp_path) as journal:
        copy(here, there, journal)
        verify_copied(there, journal)
    with journal_in(tmp_path) as again:
        assert [fact.outcome for fact in again] == [VERIFIED]


def test_what_was_proven_is_not_read_again_while_both_tags_stand(tmp_path: Path) -> None:
    here, there = place("here", "a", "b"), place("there")
    assert isinstance(here.store, FakeStore)
    fate = here.store._fate
    with journal_in(tmp_path) as journal:
        copy(here, there, journal)
        verify_both(here, there, journal)
        here.store.put("files", "b", Blob(b"B"))
        fate.strike(99)

        found = verify_both(here, there, journal)

    assert fate.calls == ["here get files b"]
    assert (found.equal, len(found.differing)) == (1, 1)


def test_a_store_that_keeps_failing_ends_the_copy_with_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "_PAUSE_SECONDS", 0.0)

    class Broken(FakeStore):
        def put(self, bucket: str, key: str, blob: Blob) -> str:
            raise OutsideError("the object store answered 503")

    broken = Broken("there", Fate())
    broken.create("files")
    with journal_in(tmp_path) as journal, pytest.raises(OutsideError, match="503"):
        copy(place("here", "a"), Place("there", broken, "files"), journal)


def test_a_bucket_that_is_not_there_is_not_an_empty_one(tmp_path: Path) -> None:
    nowhere = Place("there", FakeStore("there", Fate()), "files")

    with journal_in(tmp_path) as journal, pytest.raises(NotFound):
        copy(place("here", "a"), nowhere, journal)


def test_an_empty_bucket_is_equal_to_an_empty_bucket(tmp_path: Path) -> None:
    with journal_in(tmp_path) as journal:
        assert verify_both(place("here"), place("there"), journal).differing == ()
        assert verify_copied(place("there"), journal).equal == 0
