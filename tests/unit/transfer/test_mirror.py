"""Ten things: each is there byte for byte, or it is said what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from exitkit.drivers.directory import DirectoryStore
from exitkit.errors import UsageError
from exitkit.model.mirror import MEANT, THINGS, Mirror
from exitkit.ports import Blob
from exitkit.transfer.mirror import BUCKET, fetch, keep, take_stock


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """A folder with a file for each thing, and two for the images."""
    for thing in THINGS:
        (tmp_path / thing).mkdir()
        (tmp_path / thing / "one").write_text(f"of {thing}")
    (tmp_path / "images" / "deep").mkdir()
    (tmp_path / "images" / "deep" / "two").write_bytes(b"\x00\xff")
    return tmp_path


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(tmp_path / "vault")


ALL = Mirror(holds={thing: thing for thing in THINGS})


def wrongs(mirror: Mirror | None, store: DirectoryStore | None, workload: str = "shop") -> dict[str, str]:
    return {one.thing: one.wrong for one in take_stock(mirror, workload, store) if not one.there}


def test_there_are_ten() -> None:
    assert len(THINGS) == 10
    assert list(MEANT) == list(THINGS)


def test_without_a_mirror_all_ten_lived_only_at_the_source() -> None:
    assert wrongs(None, None) == dict.fromkeys(THINGS, "lived only at the source")


def test_what_was_mirrored_is_there(beside: Path, store: DirectoryStore) -> None:
    keep(ALL, "shop", beside, store)

    stock = {one.thing: one for one in take_stock(ALL, "shop", store)}

    assert wrongs(ALL, store) == {}
    assert (stock["images"].files, stock["images"].size) == (2, len("of images") + 2)
    assert len({one.sha256 for one in stock.values()}) == 10


def test_what_is_not_named_lived_only_at_the_source(beside: Path, store: DirectoryStore) -> None:
    some = Mirror(holds={thing: thing for thing in THINGS if thing not in ("keys", "contacts")})
    keep(some, "shop", beside, store)

    assert wrongs(some, store) == dict.fromkeys(("keys", "contacts"), "lived only at the source")


def test_what_is_named_but_was_never_copied_is_missing(store: DirectoryStore) -> None:
    assert set(wrongs(ALL, store).values()) == {"is named, but was never mirrored"}


def test_one_changed_byte_is_found(beside: Path, store: DirectoryStore) -> None:
    keep(ALL, "shop", beside, store)
    store.put(BUCKET.format(thing="state"), "one", Blob(b"of State"))

    assert wrongs(ALL, store) == {"state": "one in the mirror is not what was copied"}


def test_one_missing_file_is_found(beside: Path, store: DirectoryStore) -> None:
    keep(ALL, "shop", beside, store)
    store.delete(BUCKET.format(thing="images"), "deep/two")

    assert wrongs(ALL, store) == {"images": "deep/two is missing from the mirror"}


def test_another_workload_s_mirror_is_not_ours(beside: Path, store: DirectoryStore) -> None:
    keep(ALL, "shop", beside, store)

    assert len(wrongs(ALL, store, "other")) == 10


def test_a_path_that_holds_nothing_is_refused_and_nothing_is_copied(beside: Path, store: DirectoryStore) -> None:
    wrong = Mirror(holds={"state": "state", "docs": "nowhere"})

    with pytest.raises(UsageError, match="docs: there is nothing at"):
        keep(wrong, "shop", beside, store)

    assert not store.exists(BUCKET.format(thing="state"))


def test_what_is_fetched_is_what_was_kept(beside: Path, store: DirectoryStore, tmp_path: Path) -> None:
    keep(ALL, "shop", beside, store)

    assert fetch("images", store, tmp_path / "out") == 2
    assert (tmp_path / "out" / "deep" / "two").read_bytes() == b"\x00\xff"


def test_nothing_is_fetched_out_of_its_folder(store: DirectoryStore, tmp_path: Path) -> None:
    store.create(BUCKET.format(thing="images"))
    store.put(BUCKET.format(thing="images"), "../escaped", Blob(b"x"))

    with pytest.raises(UsageError, match="leads out of its folder"):
        fetch("images", store, tmp_path / "out")

    assert not (tmp_path / "escaped").exists()
