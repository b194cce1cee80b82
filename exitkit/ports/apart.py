"""Two databases that both went on from one copy, and what it takes to bring one's writes to the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

from exitkit.ports.database import Database


class Change(NamedTuple):
    """One row that was written since the copy: its hash in the copy, and now; "" where it was not, or is no more."""

    table: str
    key: str
    was: str
    now: str


@dataclass(frozen=True)
class Merged:
    """What became of changes: rows brought, rows home had already, and in words what was not brought.

    `conflicts` are rows that both sides wrote, or that home refuses: home keeps its own. `left` are rows of tables that
    cannot be merged, and why. `kept` are rows removed here that home still has: nothing is removed at home. `stays` has
    (table, key) of every row in `conflicts` and `left`.
    """

    brought: int = 0
    already: int = 0
    conflicts: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    stays: frozenset[tuple[str, str]] = frozenset()


@runtime_checkable
class Apart(Protocol):
    """A database server that can keep two writers apart, and bring one's rows to the other."""

    def leap(self, database: str, copy: Database, *, by: int) -> tuple[int, tuple[str, ...]]:
        """Let the copy's sequences go on `by` numbers after this one's; answers how many do, and which cannot.

        What this database's owner wrote after it was copied keeps its numbers then. Doing it twice is the same as once.
        """

    def merge_changes(self, database: str, home: Database, changes: Iterable[Change]) -> Merged:
        """Bring these changes of ours to a home that may be in use, in one transaction.

        A row is written at home only where home still has what the copy had: looking and writing are one statement.
        """
