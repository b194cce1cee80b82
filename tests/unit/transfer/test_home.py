"""Objects that were written away since a restore come home, and nothing that home wrote itself is written over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from exitkit.transfer.copy import Place, copy
from exitkit.transfer.home import Homecoming, Trail, bring_home
from exitkit.transfer.journal import Journal
from exitkit.transfer.verify import verify_copied
from tests.unit.drivers.s3.strange import Strange, strange


@dataclass
class Restored:
    """A bucket at home, whose mirror was restored away."""

    home: Strange
    away: Strange
    folder: Path

    def place(self, name: str) -> Place:
        return Place(name, (self.home if name == "home" else self.away).store(), "papers")

    def journal(self, one: str, other: str) -> Journal:
        return Journal(self.folder / "-".join(sorted((one, other))), origin=one, to=other)

    def bring(self) -> Homecoming:
        with (
            self.journal("home", "mirror") as mirrored,
            self.journal("mirror", "away") as restored,
            self.journal("away", "home") as notes,
        ):
            return bring_home(self.place("away"), self.place("home"), Trail(mirrored, restored, notes))

    def bodies(self) -> dict[str, bytes]:
        return {key: thing.body for key, thing in self.home.buckets["papers"].items()}


@pytest.fixture
def restored(tmp_path: Path) -> Iterator[Restored]:
    """Three objects, mirrored and restored."""
    with strange() as home, strange() as mirror, strange() as away:
        found = Restored(home, away, tmp_path)
        for one in (home, mirror, away):
            one.buckets["papers"] = {}
        for key in ("a", "b", "c"):
            home.put("papers", key, f"first {key}".encode())
        between = Place("mirror", mirror.store(), "papers")
        for here, there in ((found.place("home"), between), (between, found.place("away"))):
            with found.journal(here.provider, there.provider) as journal:
                copy(here, there, journal)
        yield found


def test_what_was_written_away_comes_home_and_is_read_back_there(restored: Restored) -> None:
    restored.away.put("papers", "a", b"second a")
    restored.away.put("papers", "d", b"new")
    restored.home.put("papers", "e", b"home's own")

    done = restored.bring()

    assert (done.written, done.brought, done.conflicts, done.kept) == (2, 2, [], [])
    assert restored.bodies() == {"a": b"second a", "b": b"first b", "c": b"first c", "d": b"new", "e": b"home's own"}
    with restored.journal("away", "home") as notes:
        assert verify_copied(restored.place("home"), notes).equal == 2
    assert (restored.bring().already, restored.bring().brought) == (2, 0)


def test_what_both_sides_wrote_stays_as_home_wrote_it_whoever_was_later(restored: Restored) -> None:
    restored.home.put("papers", "a", b"home's a")
    restored.away.put("papers", "a", b"away's a")
    restored.away.put("papers", "d", b"away's d")
    restored.home.put("papers", "d", b"home's d")
    restored.away.put("papers", "b", b"the same")
    restored.home.put("papers", "b", b"the same")

    done = restored.bring()

    assert done.conflicts == [
        "a: changed on both sides, home keeps its own",
        "d: both sides wrote an object of this key",
    ]
    assert (done.brought, done.already) == (0, 1)
    assert restored.bodies() == {"a": b"home's a", "b": b"the same", "c": b"first c", "d": b"home's d"}


def test_what_was_removed_on_either_side_is_told_and_nothing_is_removed_at_home(restored: Restored) -> None:
    del restored.away.buckets["papers"]["a"]
    del restored.home.buckets["papers"]["b"]
    restored.away.put("papers", "b", b"second b")

    done = restored.bring()

    assert done.kept == ["a: removed there, and stays at home"]
    assert done.conflicts == ["b: changed there, and home has it no more"]
    assert restored.bodies() == {"a": b"first a", "c": b"first c"}
