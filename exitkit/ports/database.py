"""PostgreSQL servers: copied, followed, frozen, compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

from exitkit.ports.access import Access

Keep = Callable[[str, str, str], None]
"""Takes (table, key, content hash) of one row."""


SEQUENCE = "sequence "
"""What the name of a sequence begins with where it is listed among tables."""


@dataclass(frozen=True)
class Table:
    """One table and its content: its name with schema, its rows, a hash of them in which their order has no part."""

    name: str
    rows: int
    content: str

    @property
    def is_sequence(self) -> bool:
        """Whether it is a sequence, which is listed among the tables as one row: where it stands."""
        return self.name.startswith(SEQUENCE)


@dataclass(frozen=True)
class Following:
    """Which tables' changes are followed, which are left to be compared and merged, and why those are left."""

    tables: tuple[str, ...]
    left: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class Lag:
    """How far a copy was behind: bytes of changes that had not arrived, and seconds until they had."""

    bytes: int
    seconds: float


@dataclass(frozen=True)
class Answer:
    """What a query answered, as text in which nothing depends on the server, and the seconds it took."""

    text: str
    seconds: float


@dataclass(frozen=True)
class Trait:
    """One thing about a database that a move has to reckon with. `weight`: blocks, by hand, or note."""

    code: str
    weight: Literal["blocks", "by hand", "note"]
    words: str


@runtime_checkable
class Database(Protocol):
    """One PostgreSQL server and the databases on it."""

    def create(self, database: str, *, owner: str, mark: str) -> None:
        """Make an empty database with its owner, marked as ours; harmless where it exists with the same mark."""

    def drop(self, database: str, *, mark: str) -> None:
        """Drop a database that bears the mark; harmless where there is none. Raises OutsideError on any other."""

    def exists(self, database: str) -> bool:
        """Whether there is such a database."""

    def access(self, database: str) -> Access:
        """What a service needs to work with it: HOST, PORT, DATABASE, USER, and a fresh PASSWORD that ends the old."""

    def copy_to(
        self, database: str, target: Database, *, mark: str, keep: Keep, link: str = "", spool: Path | None = None
    ) -> int:
        """Dump one snapshot of a database and restore it as the target's of the same name, which is emptied first.

        `keep` is told (table, key, content hash) of every row of that snapshot. Answers the bytes of the dump. With
        `link` the changes since that snapshot are kept, under this name, until `follow` lets them arrive; with `spool`,
        a folder, the dump goes through files in it, several tables at once, and they are gone afterwards.
        """

    def follow(self, database: str, target: Database, *, link: str) -> Following:
        """Let the changes that are kept under this name arrive at the target, and go on arriving.

        Where nothing was kept, changes are followed from now on: both sides must be equal then, and this one frozen.
        Where the servers cannot, no table is followed, and it is said why.
        """

    def lag(self, database: str, target: Database, *, link: str) -> Lag | None:
        """Wait until what was committed so far has arrived at the target; None where nothing is followed."""

    def settle(self, database: str, target: Database, *, link: str) -> Lag | None:
        """The same, and let nothing more arrive after it."""

    def unfollow(self, database: str, target: Database, *, link: str) -> None:
        """Stop following for good, and leave nothing of it on either side; harmless where there is nothing."""

    def ask(self, database: str, query: str) -> Answer:
        """What a query answers that only reads; a change is refused."""

    def assess(self, database: str, target: Database) -> tuple[Trait, ...]:
        """What about a database a move to that server has to reckon with."""

    def tables(self, database: str) -> tuple[Table, ...]:
        """Every table of the user's and every sequence, by name, read in one snapshot."""

    def fingerprints(self, database: str) -> Iterator[tuple[str, str, str]]:
        """(table, key, content hash) of every row, ordered by table and key, read in one snapshot."""

    def merge_to(self, database: str, target: Database, *, prune: bool, link: str = "") -> int:
        """Bring the target's tables and sequences to this content, in one transaction; answers the rows changed there.

        Tables that are followed under the name `link` are passed over. Without `prune` nothing is removed there.
        Raises Unsupported for a table that has no primary key then.
        """

    def freeze(self, database: str) -> None:
        """Let new transactions be read only, wait for open ones, end what lingers."""

    def thaw(self, database: str) -> None:
        """Let transactions write again."""

    def frozen(self, database: str) -> bool:
        """Whether new transactions are read only."""
