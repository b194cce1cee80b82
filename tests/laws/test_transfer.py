"""What is copied is equal, what is there is not copied again, and what is wrong is named, exactly it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exitkit.errors import NotFound, OutsideError, Unsupported
from exitkit.ports import Blob, Stored
from exitkit.testing.fakes import FakeStore
from exitkit.testing.fate import Fate, Killed
from exitkit.transfer import many
from exitkit.transfer.copy import Place, Tally, copy
from exitkit.transfer.export import append
from exitkit.transfer.journal import Fact, Journal
from exitkit.transfer.one import Rules
from exitkit.transfer.verify import Compared, verify_both, verify_copied

law = settings(max_examples=50, deadline=None)

keys = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=6)
blobs = st.builds(
    Blob,
    st.binary(max_size=12),
    st.sampled_from(["text/plain", "application/pdf"]),
    st.dictionaries(st.sampled_from(["owner", "stage"]), st.sampled_from(["a", "b"])),
)
stores = st.dictionaries(keys, blobs, max_size=8)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "_PAUSE_SECONDS", 0.0)


class Move:
    """Two buckets in memory, and the journal of what is known of their objects."""

    def __init__(self, here: Mapping[str, Blob], folder: Path) -> None:
        self.fate = Fate()
        self.source, self.target = FakeStore("here", self.fate), FakeStore("there", self.fate)
        self.source.buckets["a"], self.target.buckets["b"] = dict(here), {}
        self.origin, self.to = Place("here", self.source, "a"), Place("there", self.target, "b")
        self.file = folder / "objects.sqlite"
        self.fate.strike(10**9)  # so that calls are counted

    @property
    def here(self) -> dict[str, Blob]:
        return self.source.buckets["a"]

    @property
    def there(self) -> dict[str, Blob]:
        return self.target.buckets["b"]

    def known(self) -> Journal:
        """The journal, as any step opens it."""
        return Journal(self.file, origin="here", to="there")

    def copy(self, *, prune: bool = False) -> Tally:
        with self.known() as journal:
            return copy(self.origin, self.to, journal, prune=prune)

    def home(self) -> Tally:
        """Bring back what changed there since."""
        with Journal(self.file, origin="there", to="here") as journal:
            return copy(self.to, self.origin, journal, rules=Rules(homeward=True))

    def both(self) -> Compared:
        with self.known() as journal:
            return verify_both(self.origin, self.to, journal)

    def copied(self) -> Compared:
        with self.known() as journal:
            return verify_copied(self.to, journal)

    def puts(self) -> list[str]:
        return [call.removeprefix("there put b ") for call in self.fate.calls if call.startswith("there put")]


@contextmanager
def move(here: Mapping[str, Blob]) -> Iterator[Move]:
    with TemporaryDirectory() as folder:
        yield Move(here, Path(folder))


@law
@given(stores)
def test_what_is_copied_is_equal_and_both_looks_say_so(here: dict[str, Blob]) -> None:
    with move(here) as moved:
        tally = moved.copy()

        assert moved.there == here
        size = sum(len(blob.body) for blob in here.values())
        assert (tally.objects, tally.bytes, tally.skipped, tally.refusals) == (len(here), size, 0, 0)
        for look in (moved.copied, moved.both, moved.both):
            assert look() == Compared(len(here), size, (), len(here), len(here))


@law
@given(stores, stores)
def test_what_is_there_unchanged_is_not_copied_again(here: dict[str, Blob], more: dict[str, Blob]) -> None:
    with move(here) as moved:
        moved.copy()
        changed = {key for key, blob in more.items() if key not in here or here[key].body != blob.body}
        moved.here.update({key: blob for key, blob in more.items() if key in changed})
        moved.fate.strike(10**9)

        tally = moved.copy()

        assert sorted(moved.puts()) == sorted(changed)
        assert (tally.objects, tally.skipped) == (len(changed), len(moved.here) - len(changed))
        assert moved.there == moved.here


@law
@given(stores.filter(bool), st.data())
def test_what_changed_or_went_at_the_other_end_is_copied_again(here: dict[str, Blob], data: st.DataObject) -> None:
    with move(here) as moved:
        moved.copy()
        wrong = data.draw(st.sets(st.sampled_from(sorted(here))))
        gone = data.draw(st.sets(st.sampled_from(sorted(here))))
        moved.there.update({key: Blob(b"changed there, and longer") for key in wrong})
        for key in gone:
            del moved.there[key]
        moved.fate.strike(10**9)

        moved.copy()

        assert sorted(moved.puts()) == sorted(wrong | gone)
        assert moved.there == here


@law
@given(stores, st.lists(st.tuples(st.integers(0, 16), st.booleans()), min_size=1, max_size=4))
def test_a_copy_that_was_killed_goes_on_where_it_was(here: dict[str, Blob], deaths: list[tuple[int, bool]]) -> None:
    with move(here) as moved:
        puts: list[str] = []
        for at, after in deaths:
            with moved.known() as journal:
                known = {fact.key for fact in journal}
            moved.fate.strike(at, after=after)
            try:
                moved.copy()
            except Killed:
                assert len(moved.fate.calls) > at
            assert not known & set(moved.puts())
            puts += moved.puts()
        moved.fate.strike(10**9)
        moved.copy()

        assert moved.there == here
        assert set(puts + moved.puts()) == set(here)
        assert moved.both().differing == ()


@law
@given(stores, st.integers(0, 400))
def test_what_was_torn_off_the_manifest_is_told_again(here: dict[str, Blob], cut: int) -> None:
    with move(here) as moved:
        moved.copy()
        told = moved.file.with_name("objects.jsonl")
        with moved.known() as journal:
            append(journal, told)
            body = told.read_bytes()
            told.write_bytes(body[: max(0, len(body) - cut)])
            append(journal, told)

        assert told.read_bytes() == body
        assert [json.loads(line)["tags"].keys() for line in body.splitlines()] == [{"here", "there"}] * len(here)


@law
@given(stores, stores, stores)
def test_only_what_changed_there_comes_home(here: dict[str, Blob], new: dict[str, Blob], old: dict[str, Blob]) -> None:
    with move(here) as moved:
        moved.copy()
        moved.here.update(old)  # written at home since
        changed = {key for key, blob in new.items() if key not in here or here[key].body != blob.body}
        moved.there.update({key: new[key] for key in changed})

        tally = moved.home()

        assert tally.objects == len(changed)
        assert moved.here == here | old | {key: new[key] for key in changed}


@law
@given(stores, stores)
def test_pruning_removes_exactly_what_is_only_there(here: dict[str, Blob], extra: dict[str, Blob]) -> None:
    with move(here) as moved:
        moved.there.update(extra)
        kept = moved.copy()
        assert (kept.removed, set(moved.there)) == (0, set(here) | set(extra))

        tally = moved.copy(prune=True)

        assert tally.removed == len(set(extra) - set(here))
        assert moved.there == here


@law
@given(stores.filter(bool), st.data())
def test_a_changed_object_is_named_and_no_other(here: dict[str, Blob], data: st.DataObject) -> None:
    with move(here) as moved:
        moved.copy()
        if data.draw(st.booleans()):
            moved.both()
        rotten = data.draw(st.sets(st.sampled_from(sorted(here)), min_size=1))
        for key in rotten:
            moved.there[key] = Blob(here[key].body + b"!", here[key].content_type, here[key].metadata)

        for found in (moved.copied(), moved.both()):
            assert named(found) == rotten
            assert found.equal == len(here) - len(rotten)
            assert all("sha256" in words or "bytes at" in words for words in found.differing)


@law
@given(stores.filter(bool), st.data())
def test_silent_rot_under_an_old_tag_is_found_by_reading_back(here: dict[str, Blob], data: st.DataObject) -> None:
    with move(here) as moved:
        moved.copy()
        rotten = data.draw(st.sets(st.sampled_from(sorted(here)), min_size=1))
        tags = {found.key: found for found in moved.target.listing("b")}
        for key in rotten:
            moved.there[key] = Blob(here[key].body + b"!")
        moved.target.listing = lambda _: iter([tags[key] for key in sorted(tags)])  # type: ignore[method-assign]

        assert named(moved.copied()) == rotten
        assert named(moved.both()) == rotten


@law
@given(stores.filter(bool), stores, st.data())
def test_what_is_on_one_side_only_is_named_with_the_side(
    here: dict[str, Blob], extra: dict[str, Blob], data: st.DataObject
) -> None:
    with move(here) as moved:
        moved.copy()
        gone = data.draw(st.sets(st.sampled_from(sorted(here)), min_size=1))
        new = set(extra) - set(here)
        for key in gone:
            del moved.there[key]
        moved.there.update({key: extra[key] for key in new})

        assert named(moved.copied()) == gone
        both = moved.both()
        assert named(both) == gone | new
        assert {words.endswith("missing at there") for words in both.differing if words.rsplit(": ", 1)[0] in gone} <= {
            True
        }
        assert both.equal == len(here) - len(gone)


def named(found: Compared) -> set[str]:
    """The keys that differ; what is said of one never holds a colon and a space but at its end."""
    return {words.rsplit(": ", 1)[0] for words in found.differing}


@law
@given(stores.filter(lambda store: len(store) > 1), st.data())
def test_a_key_that_cannot_be_carried_is_refused_and_found_missing(here: dict[str, Blob], data: st.DataObject) -> None:
    refused = data.draw(st.sets(st.sampled_from(sorted(here)), min_size=1, max_size=len(here) - 1))

    class Picky(FakeStore):
        def put(self, bucket: str, key: str, blob: Blob) -> str:
            if key in refused:
                raise Unsupported("not with this driver")
            return super().put(bucket, key, blob)

    with move(here) as moved:
        moved.target = Picky("there", moved.fate)
        moved.target.buckets["b"] = {}
        moved.to = Place("there", moved.target, "b")

        tally = moved.copy()

        assert tally.refused == tuple(sorted(f"{key}: not with this driver" for key in refused))
        assert (tally.objects, set(moved.there)) == (len(here) - len(refused), set(here) - refused)
        assert named(moved.both()) == refused


def test_an_object_that_went_while_it_was_copied_is_told(tmp_path: Path) -> None:
    moved = Move({"a": Blob(b"1"), "b": Blob(b"2")}, tmp_path)
    listed = list(moved.source.listing("a"))
    moved.source.listing = lambda _: iter([*listed, Stored("c", 1, "gone")])  # type: ignore[method-assign]

    tally = moved.copy()

    assert (tally.objects, tally.refused) == (2, ("c: gone before it could be read",))


@given(st.lists(st.integers(), max_size=200), st.integers(1, 6))
@settings(max_examples=25, deadline=None)
def test_many_things_are_each_done_once(things: list[int], workers: int) -> None:
    assert sorted(many.each(things, lambda n: n * 2, workers=workers)) == sorted(n * 2 for n in things)


@pytest.mark.parametrize(("failures", "works"), [(0, True), (3, True), (4, False)])
def test_trouble_that_passes_is_waited_out_and_lasting_trouble_is_told(failures: int, works: bool) -> None:
    asked: list[int] = []

    def do(thing: int) -> int:
        asked.append(thing)
        if len(asked) <= failures:
            raise OutsideError("busy")
        return thing

    if works:
        assert many.patiently(do, 7) == 7
    else:
        with pytest.raises(OutsideError, match="busy"):
            many.patiently(do, 7)
    assert len(asked) == min(failures + 1, 4)


@pytest.mark.parametrize("error", [NotFound, Unsupported])
def test_a_no_is_not_asked_again(error: type[OutsideError]) -> None:
    asked: list[int] = []

    def do(thing: int) -> int:
        asked.append(thing)
        raise error("no")

    with pytest.raises(error):
        many.patiently(do, 7)
    assert asked == [7]


def test_a_line_of_a_manifest_names_both_stores_whichever_way_it_went(tmp_path: Path) -> None:
    for origin, to in (("a", "b"), ("b", "a")):
        with Journal(tmp_path / "j", origin=origin, to=to) as journal:
            journal.add(Fact("é", 1, "00", here=f"at {origin}", there=f"at {to}"))
            append(journal, tmp_path / "m.jsonl")

    told = [json.loads(line) for line in (tmp_path / "m.jsonl").read_bytes().splitlines()]
    assert [fact["tags"] for fact in told] == [{"a": "at a", "b": "at b"}] * 2
    assert (tmp_path / "m.jsonl").stat().st_mode & 0o777 == 0o600
