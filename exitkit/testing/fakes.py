"""Ports in memory; the fate of their world is asked at every call that reads an object or changes anything."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from exitkit.errors import NotFound, OutsideError
from exitkit.ports import Access, Blob, Database, Keep, Secret, Stored, Table
from exitkit.testing.fate import Fate


class FakeStore:
    """An object store in memory."""

    def __init__(self, provider: str, fate: Fate) -> None:
        self.buckets: dict[str, dict[str, Blob]] = {}
        self._provider = provider
        self._fate = fate

    def create(self, bucket: str, *, versions: bool = False) -> None:  # noqa: ARG002 - earlier versions are not kept
        """Make an empty bucket; harmless where it exists."""
        with self._fate.call(f"{self._provider} create {bucket}"):
            self.buckets.setdefault(bucket, {})

    def remove(self, bucket: str) -> None:
        """Remove an empty bucket; harmless where there is none."""
        with self._fate.call(f"{self._provider} remove {bucket}"):
            if self.buckets.get(bucket):
                raise OutsideError(f"the bucket {bucket} still holds objects")
            self.buckets.pop(bucket, None)

    def exists(self, bucket: str) -> bool:
        """Whether there is such a bucket."""
        return bucket in self.buckets

    def listing(self, bucket: str) -> Iterator[Stored]:
        """Every object, in order of key."""
        for key, blob in sorted(self._bucket(bucket).items()):
            yield Stored(key, len(blob.body), _tag(blob))

    def get(self, bucket: str, key: str) -> Blob:
        """One object."""
        with self._fate.call(f"{self._provider} get {bucket} {key}"):
            try:
                return self._bucket(bucket)[key]
            except KeyError:
                raise NotFound(f"there is no {key} in {bucket}") from None

    def put(self, bucket: str, key: str, blob: Blob) -> str:
        """Write one object whole."""
        with self._fate.call(f"{self._provider} put {bucket} {key}"):
            self._bucket(bucket)[key] = blob
        return _tag(blob)

    def delete(self, bucket: str, key: str) -> None:
        """Remove one object; harmless where there is none."""
        with self._fate.call(f"{self._provider} delete {bucket} {key}"):
            self._bucket(bucket).pop(key, None)

    def empty(self, bucket: str) -> int:
        """Remove every object, one after the other."""
        keys = sorted(self._bucket(bucket))
        for key in keys:
            self.delete(bucket, key)
        return len(keys)

    def access(self, bucket: str) -> Access:
        """What a service needs."""
        return Access(values={"BUCKET": bucket, "ENDPOINT": f"memory:{self._provider}", "REGION": "here"})

    def content(self) -> dict[str, dict[str, Blob]]:
        """Everything there is, to compare."""
        return {name: dict(objects) for name, objects in self.buckets.items()}

    def _bucket(self, bucket: str) -> dict[str, Blob]:
        try:
            return self.buckets[bucket]
        except KeyError:
            raise NotFound(f"there is no bucket {bucket}") from None


@dataclass
class Base:
    """One database in memory: rows by table and key, and how far each sequence is."""

    owner: str
    mark: str
    frozen: bool = False
    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)


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

    def copy_to(self, database: str, target: Database, *, mark: str, keep: Keep) -> int:
        """Empty the target's database, fill it from one snapshot, tell of every row; fate may strike in between."""
        base, there = self._base(database), _fake(target)
        rows = {table: dict(found) for table, found in base.rows.items()}
        there.drop(database, mark=mark)
        there.create(database, owner=base.owner, mark=mark)
        with self._fate.call(f"{self._provider} restore {database}"):
            there.bases[database].rows = {table: dict(found) for table, found in rows.items()}
            there.bases[database].sequences = dict(base.sequences)
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

    def merge_to(self, database: str, target: Database, *, prune: bool) -> int:
        """Bring the target's tables to this content, all at once."""
        here, there = self._base(database), _fake(target)._base(database)
        changed = 0
        with self._fate.call(f"{self._provider} merge {database}"):
            for table in here.rows.keys() | there.rows.keys():
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
        return {
            name: Base(b.owner, b.mark, b.frozen, {t: dict(r) for t, r in b.rows.items() if r}, dict(b.sequences))
            for name, b in self.bases.items()
        }

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


def _tag(blob: Blob) -> str:
    return hashlib.md5(blob.body, usedforsecurity=False).hexdigest()


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
