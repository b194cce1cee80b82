"""Two strange stores, and a move between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from exitkit.transfer.copy import Place, Tally, copy
from exitkit.transfer.journal import Journal
from exitkit.transfer.one import Rules
from exitkit.transfer.verify import Compared, verify_both
from tests.unit.drivers.s3.strange import Strange, strange


@dataclass
class Pair:
    """Both ends of a move, and its journal."""

    here: Strange
    there: Strange
    file: Path

    def copy(self, *, prune: bool = False, rules: Rules = Rules(), **store: object) -> Tally:  # noqa: B008
        with Journal(self.file, origin="a", to="b") as journal:
            return copy(
                Place("a", self.here.store(**store), "src"), Place("b", self.there.store(), "dst"), journal,
                prune=prune, rules=rules,
            )  # fmt: skip

    def verify(self, *, again: bool = True, sample: int | None = None) -> Compared:
        with Journal(self.file, origin="a", to="b") as journal:
            return verify_both(
                Place("a", self.here.store(), "src"), Place("b", self.there.store(), "dst"), journal,
                again=again, sample=sample,
            )  # fmt: skip

    def alike(self) -> bool:
        return {k: (t.body, t.headers) for k, t in self.here.buckets["src"].items()} == {
            k: (t.body, t.headers) for k, t in self.there.buckets["dst"].items()
        }


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with strange() as here, strange() as there:
        here.buckets["src"], there.buckets["dst"] = {}, {}
        yield Pair(here, there, tmp_path / "journal.sqlite")


@pytest.fixture
def filled(pair: Pair) -> Pair:
    for number in range(40):
        pair.here.put("src", f"{number % 4}/{number}", b"%d " % number * 50, x_amz_meta_owner=f"o{number}")
    return pair
