"""A PostgreSQL server in memory; the fate of its world is asked at every call that changes anything."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from exitkit.errors import OutsideError
from exitkit.ports import Access, Answer, Database, Following, Keep, Lag, Secret, Table, Trait
from exitkit.ports.apart import Change, Merged
from exitkit.testing.fate import Fate


@dataclass
class Link:
    """Changes that are followed: as which role, what was seen of them, whether they arrive."""

    role: str
    seen: dict[str, dict[str, str]]
    arrives: bool = False


@dataclass
class Base:
    """One database in memory: rows by table and key, and how far each sequence is."""

    owner: str
    mark: str
    frozen: bool = False
    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)

    def content(self) -> Base:
        """Everything in it, to compare; of what is followed, which way it goes: its name is another in each run."""
        rows = {table: dict(found) for table, found in self.rows.items() if found}
        links = {name.rpartition("_")[2]: Link(link.role, {}, link.arrives) for name, link in self.links.items()}
        return Base(self.owner, self.mark, self.frozen, rows, dict(self.sequences), links)

    def snapshot(self) -> dict[str, dict[str, str]]:
        """Every row as it is now."""
        return {table: dict(found) for table, found in self.rows.items()}


class FakeDatabase:
    """A PostgreSQL server in memory."""

    def __init__(self, provider: str, fate: Fate) -> None:
        self.bases: dict[str, Base] = {}
        self._provider = provider
        self._fate = fate
        self._passwords = 0

    def create(self, database: str, *, owner: str, mark: str) -> None:
        """Make an empty database, marked as ours."""
        with self._fate.call(f"{self._provider} create {database}"):
            self.bases.setdefault(database, Base(owner, mark))
            self._ours(database, mark)

    def drop(self, database: str, *, mark: str) -> None:
        """Drop a database that bears the mark; harmless where there is none."""
        with self._fate.call(f"{self._provider} drop {database}"):
            if database in self.bases:
                self._ours(database, mark)
                del self.bases[database]

    def exists(self, database: str) -> bool:
        """Whether there is such a database."""
        return database in self.bases

    def access(self, database: str) -> Access:
        """What a service needs; each password is another."""
        with self._fate.call(f"{self._provider} access {database}"):
            self._passwords += 1
            values = {"HOST": self._provider, "PORT": "5432", "DATABASE": database, "USER": self._base(database).owner}
            return Access(values=values, secrets={"PASSWORD": Secret.of(f"{self._provider}-{self._passwords}")})

    def copy_to(
        self,
        database: str,
        target: Database,
        *,
        mark: str,
        keep: Keep,
        link: str = "",
        spool: Path | None = None,  # noqa: ARG002 - nothing goes through files
    ) -> int:
        """Empty the target's database, fill it from one snapshot, tell of every row; fate may strike in between."""
        base, there = self._base(database), _fake(target)
        rows = {table: dict(found) for table, found in base.rows.items()}
        there.drop(database, mark=mark)
        there.create(database, owner=base.owner, mark=mark)
        with self._fate.call(f"{self._provider} restore {database}"):
            there.bases[database].rows = {table: dict(found) for table, found in rows.items()}
            there.bases[database].sequences = dict(base.sequences)
        if link:
            with self._fate.call(f"{self._provider} publish {database}"):
                base.links[link] = Link(base.owner, rows)
        for row in _fingerprints(rows):
            keep(*row)
        return sum(len(content) for found in rows.values() for content in found.values())

    def tables(self, database: str) -> tuple[Table, ...]:
        """Every table and every sequence, by name."""
        base = self._base(database)
        found = [Table(t, len(r), _sha("".join(sorted(map(_sha, r.values()))))) for t, r in sorted(base.rows.items())]
        return (*found, *(Table(f"sequence {name}", 1, str(at)) for name, at in sorted(base.sequences.items())))

    def fingerprints(self, database: str) -> Iterator[tuple[str, str, str]]:
        """(table, key, content hash) of every row, by table and key."""
        return _fingerprints(self._base(database).rows)

    def follow(self, database: str, target: Database, *, link: str) -> Following:  # noqa: ARG002 - it asks at `lag`
        """Let changes arrive: those since the copy, or those from now on."""
        base = self._base(database)
        with self._fate.call(f"{self._provider} follow {database}"):
            base.links.setdefault(link, Link(base.owner, base.snapshot())).arrives = True
        return Following(tuple(base.rows))

    def lag(self, database: str, target: Database, *, link: str) -> Lag | None:
        """Let what was written so far arrive."""
        base, missing = self._base(database), 0
        found = base.links.get(link)
        if found is None or not found.arrives:
            return None
        there = _fake(target)._base(database)
        with self._fate.call(f"{self._provider} arrive {database}"):
            for table, rows in base.rows.items():
                seen = found.seen.get(table, {})
                for key in seen.keys() - rows.keys():
                    there.rows.get(table, {}).pop(key, None)
                new = {key: content for key, content in rows.items() if seen.get(key) != content}
                there.rows.setdefault(table, {}).update(new)
                missing += len(new)
            found.seen = base.snapshot()
        return Lag(missing, 0.0)

    def settle(self, database: str, target: Database, *, link: str) -> Lag | None:
        """The same; nothing arrives here unless it is asked for."""
        return self.lag(database, target, link=link)

    def unfollow(self, database: str, target: Database, *, link: str) -> None:  # noqa: ARG002 - nothing is there
        """Stop following for good."""
        with self._fate.call(f"{self._provider} unfollow {database}"):
            if database in self.bases:
                self.bases[database].links.pop(link, None)

    def ask(self, database: str, query: str) -> Answer:  # noqa: ARG002 - one answer for all
        """The number of rows of all tables, whatever is asked."""
        return Answer(str(sum(map(len, self._base(database).rows.values()))), 0.0)

    def assess(self, database: str, target: Database) -> tuple[Trait, ...]:  # noqa: ARG002 - nothing differs
        """Its sequences, as a note."""
        return (Trait("sequence", "note", f"{len(self._base(database).sequences)} sequences"),)

    def merge_to(self, database: str, target: Database, *, prune: bool, link: str = "") -> int:
        """Bring the target's tables to this content, all at once; followed ones are passed over."""
        here, there = self._base(database), _fake(target)._base(database)
        changed = 0
        with self._fate.call(f"{self._provider} merge {database}"):
            followed = here.links[link].seen.keys() if link in here.links else set[str]()
            for table in sorted((here.rows.keys() | there.rows.keys()) - followed):
                ours, theirs = here.rows.get(table, {}), there.rows.setdefault(table, {})
                gone = [key for key in theirs if prune and key not in ours]
                new = {key: content for key, content in ours.items() if theirs.get(key) != content}
                for key in gone:
                    del theirs[key]
                theirs.update(new)
                changed += len(gone) + len(new)
            for name, at in here.sequences.items():
                there.sequences[name] = at if prune else max(at, there.sequences.get(name, 0))
        return changed

    def leap(self, database: str, copy: Database, *, by: int) -> tuple[int, tuple[str, ...]]:
        """Let the copy's sequences go on so many numbers after this one's."""
        here, there = self._base(database), _fake(copy)._base(database)
        with _fake(copy)._call(f"leap {database}"):
            for name, at in here.sequences.items():
                there.sequences[name] = max(at + by, there.sequences.get(name, 0))
        return len(here.sequences), ()

    def merge_changes(self, database: str, home: Database, changes: Iterable[Change]) -> Merged:
        """Bring these changes to a home that still has what was copied, all at once."""
        here, there = self._base(database), _fake(home)._base(database)
        found: dict[str, list[tuple[str, str]]] = {"brought": [], "already": [], "conflict": [], "kept": []}
        with _fake(home)._call(f"bring {database}"):
            for one in changes:
                rows = there.rows.setdefault(one.table, {})
                has = _sha(rows[one.key]) if one.key in rows else ""
                if not one.now:
                    state = "kept" if has else "already"
                elif has in (one.was, one.now):
                    state = "already" if has == one.now else "brought"
                    rows[one.key] = here.rows[one.table][one.key]
                else:
                    state = "conflict"
                found[state].append((one.table, one.key))
            for name, at in here.sequences.items():
                there.sequences[name] = max(at, there.sequences.get(name, 0))
        said = {state: tuple(f"{table} row {key}" for table, key in rows) for state, rows in found.items()}
        counted = len(found["brought"]), len(found["already"])
        return Merged(*counted, said["conflict"], (), said["kept"], frozenset(found["conflict"]))

    def freeze(self, database: str) -> None:
        """Let it be read only."""
        with self._fate.call(f"{self._provider} freeze {database}"):
            self._base(database).frozen = True

    def thaw(self, database: str) -> None:
        """Let it be written."""
        with self._fate.call(f"{self._provider} thaw {database}"):
            self._base(database).frozen = False

    def frozen(self, database: str) -> bool:
        """Whether it is read only."""
        return self._base(database).frozen

    def write(self, database: str, table: str, key: str, content: str) -> None:
        """Write one row, as a client would. Raises OutsideError where it is read only."""
        base = self._base(database)
        if base.frozen:
            raise OutsideError(f"{database} is read only")
        base.rows.setdefault(table, {})[key] = content

    def content(self) -> dict[str, Base]:
        """Everything there is, to compare."""
        return {name: base.content() for name, base in self.bases.items()}

    def _call(self, name: str) -> AbstractContextManager[None]:
        return self._fate.call(f"{self._provider} {name}")

    def _base(self, database: str) -> Base:
        try:
            return self.bases[database]
        except KeyError:
            raise OutsideError(f"there is no database {database} on this server") from None

    def _ours(self, database: str, mark: str) -> None:
        if self.bases[database].mark != mark:
            raise OutsideError(f"the database {database} was not made for {mark}, so it is left alone")


def _fake(target: Database) -> FakeDatabase:
    if not isinstance(target, FakeDatabase):
        raise TypeError("a database in memory is only copied to another one")
    return target


def _fingerprints(rows: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str, str]]:
    for table, found in sorted(rows.items()):
        for key, content in sorted(found.items()):
            yield table, key, _sha(content)


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
