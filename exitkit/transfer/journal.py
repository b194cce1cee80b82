"""Remember every object that was moved, in a file that survives a kill: facts are only added, the last of a key holds.

A fact is added after the target answered, never before, so the journal claims nothing that is not there.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from json.encoder import encode_basestring_ascii
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from exitkit.errors import OutsideError

COPIED, VERIFIED, REMOVED, REFUSED = "copied", "verified", "removed", "refused"
"""What a fact may say of an object."""

BATCH = 1000
FLUSH_SECONDS = 0.25
"""So long a fact may wait for the disk: who adds them calls `flush` that often, as the next may be long in coming."""

_ENCODE = json.JSONEncoder(separators=(",", ":")).encode
_LOOK_EVERY = 16
_AT_ONCE = 900
_COLUMNS = "key, size, sha256, one, other, outcome, proof, version, attributes, at"
_TABLE = f"""
CREATE TABLE IF NOT EXISTS place (side TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS upload (place TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS pass (place TEXT NOT NULL, began REAL, seconds REAL, bytes INTEGER);
CREATE TABLE IF NOT EXISTS fact (seq INTEGER PRIMARY KEY, {_COLUMNS.replace("key,", "key TEXT NOT NULL,")});
"""
_INDEX = "CREATE INDEX IF NOT EXISTS fact_by_key ON fact (key)"


class Fact(NamedTuple):
    """One object at one time: what was sent, by which tags both stores knew it then, and how far that is proven.

    `proof` is how we know: "tag" (the target's MD5 of it is ours), "parts" (its MD5 of each part is ours, and so is its
    tag of all of them), "signed" (the target checked our hash of it), "read" (it was read back). `attributes` is JSON.
    """

    key: str
    size: int = 0
    sha256: str = ""
    here: str = ""
    there: str = ""
    outcome: str = COPIED
    proof: str = ""
    version: str = ""
    attributes: str = ""
    at: int = 0

    @property
    def known(self) -> bool:
        """Whether it says that the object is at the target."""
        return self.outcome in (COPIED, VERIFIED)


class Journal:
    """The facts about one bucket on its way from `origin` to `to`; the way back uses the same file."""

    def __init__(self, file: Path, *, origin: str = "origin", to: str = "target") -> None:
        self.file = file
        self._added: list[tuple[object, ...]] = []
        self._flushed = time.monotonic()
        try:
            self._base = sqlite3.connect(file)
            self._base.execute("PRAGMA journal_mode=WAL")
            self._base.execute("PRAGMA synchronous=NORMAL")
            self._base.execute("PRAGMA cache_size=-4096")
            self._base.executescript(_TABLE)
        except sqlite3.DatabaseError as error:
            raise OutsideError(f"the journal {file} cannot be used: {error}") from error
        places = dict(self._base.execute("SELECT side, name FROM place"))
        if not places:
            places = {"one": origin, "other": to}
            self._base.executemany("INSERT INTO place VALUES (?, ?)", places.items())
            self._base.commit()
        self.sides = origin, to
        self._flipped = places["one"] == to and places["other"] == origin and origin != to
        if not self._flipped and (places["one"], places["other"]) != (origin, to):
            raise OutsideError(
                f"the journal {file} is about {places['one']} and {places['other']}, not about {origin} and {to}",
                hint="name another journal",
            )
        self.empty = self._base.execute("SELECT 1 FROM fact LIMIT 1").fetchone() is None
        self._indexed = False

    def add(self, fact: Fact) -> None:
        """Remember one more fact; on disk with the next thousand, or sooner: see FLUSH_SECONDS."""
        key, size, sha256, one, other, *rest, at = fact
        if self._flipped:
            one, other = other, one
        digest = bytes.fromhex(sha256) if sha256 else None
        self._added.append((key, size, digest, one, other, *rest, at or int(time.time())))
        waiting = len(self._added)
        if waiting >= BATCH or (waiting % _LOOK_EVERY == 1 and time.monotonic() - self._flushed > FLUSH_SECONDS):
            self.flush()

    def flush(self) -> None:
        """Give what was added to the disk."""
        if self._added:
            with self._written(), self._base:
                self._base.executemany(
                    f"INSERT INTO fact ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?)",  # noqa: S608 - our own words
                    self._added,
                )
            self._added.clear()
            self.empty = False
        self._flushed = time.monotonic()

    def begun(self, key: str, upload: str) -> None:
        """Remember, on disk before this returns, that an upload to the target begins."""
        with self._written(), self._base:
            self._base.execute("INSERT INTO upload VALUES (?, ?, ?)", (self.sides[1], key, upload))

    def ended(self, key: str, upload: str) -> None:
        """Remember that it left nothing behind."""
        with self._written(), self._base:
            asked = "DELETE FROM upload WHERE place = ? AND key = ? AND name = ?"
            self._base.execute(asked, (self.sides[1], key, upload))

    def uploads(self) -> list[tuple[str, str]]:
        """(key, name) of each upload to the target of which nobody knows how it ended."""
        return self._base.execute("SELECT key, name FROM upload WHERE place = ?", (self.sides[1],)).fetchall()

    def passed(self, began: float, seconds: float, size: int) -> tuple[float, float, int] | None:
        """Remember a pass that ended well: when it began, how long it took, its bytes. Answers the one before."""
        asked = "SELECT began, seconds, bytes FROM pass WHERE place = ? ORDER BY rowid DESC LIMIT 1"
        before: tuple[float, float, int] | None = self._base.execute(asked, (self.sides[1],)).fetchone()
        with self._written(), self._base:
            self._base.execute("INSERT INTO pass VALUES (?, ?, ?, ?)", (self.sides[1], began, seconds, size))
        return before

    def find(self, keys: Iterable[str]) -> dict[str, Fact]:
        """The last fact of each of these keys that has one."""
        self.flush()
        if self.empty:
            return {}
        self._index()
        wanted = list(keys)
        found: dict[str, Fact] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            marks = ",".join("?" * len(some))
            rows = self._base.execute(
                f"SELECT {_COLUMNS} FROM fact WHERE key IN ({marks}) ORDER BY seq",  # noqa: S608 - marks only
                some,
            )
            found.update((row[0], self._fact(row)) for row in rows)
        return found

    def versions(self, keys: Iterable[str]) -> set[tuple[str, str]]:
        """(key, version) of what was copied of these keys."""
        self.flush()
        self._index()
        wanted = list(keys)
        marks = ",".join("?" * len(wanted))
        asked = f"SELECT key, version FROM fact WHERE key IN ({marks}) AND outcome IN (?, ?)"  # noqa: S608
        return set(self._base.execute(asked, [*wanted, COPIED, REMOVED]))

    def get(self, key: str) -> Fact | None:
        """The last fact of one key."""
        return self.find([key]).get(key)

    def __iter__(self) -> Iterator[Fact]:
        """The last fact of every key, in order of key, as they stand now."""
        self.flush()
        self._index()
        with closing(sqlite3.connect(self.file)) as reader:
            rows = reader.execute(f"SELECT {_COLUMNS}, max(seq) FROM fact GROUP BY key ORDER BY key")  # noqa: S608
            while some := rows.fetchmany(BATCH):
                yield from (self._fact(row) for row in some)

    def facts(self, *, since: int = 0) -> Iterator[Fact]:
        """Every fact after the first `since`, in the order they were added."""
        self.flush()
        with closing(sqlite3.connect(self.file)) as reader:
            rows = reader.execute(f"SELECT {_COLUMNS} FROM fact WHERE seq > ? ORDER BY seq", (since,))  # noqa: S608
            while some := rows.fetchmany(BATCH):
                yield from (self._fact(row) for row in some)

    def __len__(self) -> int:
        """How many objects are known."""
        self.flush()
        self._index()
        return int(self._base.execute("SELECT count(DISTINCT key) FROM fact").fetchone()[0])

    def give(self, after: str, until: str, file: Path) -> int:
        """Start another journal with the facts about a range of keys; answers the number of its last one.

        One that is there already is gone on with: its writer was ended in the middle.
        """
        self.flush()
        places = dict(self._base.execute("SELECT side, name FROM place"))
        with Journal(file, origin=places["one"], to=places["other"]) as shard:
            if not shard.empty:
                row = shard._base.execute("SELECT name FROM place WHERE side = 'given'").fetchone()
                return int(row[0]) if row is not None else 0
            rows = self._base.execute(
                f"SELECT {_COLUMNS} FROM fact WHERE key > ? AND (? = '' OR key <= ?) ORDER BY seq",  # noqa: S608
                (after, until, until),
            )
            shard._added += rows.fetchall()
            shard.flush()
            given = shard._base.execute("SELECT coalesce(max(seq), 0) FROM fact").fetchone()[0]
            with shard._base:
                shard._base.execute("INSERT OR REPLACE INTO place VALUES ('given', ?)", (str(given),))
        return int(given)

    def take(self, other: Path, *, since: int = 0) -> int:
        """Add the facts of another journal after that number, whose writer has ended; answers how many."""
        self.flush()
        self._base.execute("ATTACH ? AS shard", (str(other),))
        try:
            with self._base:
                done = self._base.execute(
                    f"INSERT INTO fact ({_COLUMNS}) SELECT {_COLUMNS} FROM shard.fact WHERE seq > ? ORDER BY seq",  # noqa: S608
                    (since,),
                )
                self._base.execute("INSERT INTO upload SELECT * FROM shard.upload")
        finally:
            self._base.execute("DETACH shard")
        self.empty = self.empty and not done.rowcount
        return done.rowcount

    @contextmanager
    def _written(self) -> Iterator[None]:
        """Whatever is written within is on disk after it. Raises OutsideError where it cannot be."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise OutsideError(f"the journal {self.file} cannot be written: {error}", hint="make room") from error

    def _index(self) -> None:
        if not self._indexed:
            with self._written():
                self._base.execute(_INDEX)
                self._base.commit()
            self._indexed = True

    def _fact(self, row: tuple[object, ...]) -> Fact:
        key, size, digest, one, other, *rest = row[:10]
        here, there = (other, one) if self._flipped else (one, other)
        sha = digest.hex() if isinstance(digest, bytes) else ""
        return Fact(key, size, sha, here, there, *rest)  # type: ignore[arg-type] # as we wrote them

    def sync(self) -> None:
        """Let the disk have everything, in the one file."""
        self.flush()
        with self._written():
            self._base.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Give the file back."""
        try:
            self.flush()
        finally:
            self._base.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if error is None:
                self.sync()
        finally:
            self.close()


def told(attributes: Mapping[str, object]) -> str:
    """Attributes as they are kept: JSON without what is empty."""
    return _ENCODE({name: value for name, value in attributes.items() if value})


def told_of(kind: str, metadata: Mapping[str, str]) -> str:
    """The same of what most objects have: a type and perhaps metadata. A JSON encoder is dear to set up for each."""
    said = encode_basestring_ascii
    if not metadata:
        return f'{{"type":{said(kind)}}}'
    pairs = ",".join([f"{said(name)}:{said(value)}" for name, value in metadata.items()])
    return f'{{"type":{said(kind)},"metadata":{{{pairs}}}}}'
