"""Take an S3 Inventory for the listing of a bucket: CSV or Parquet, in whatever order it came.

It is as old as its date says: what was written since is found by a listing, or by a second pass.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote_plus

from exitkit.errors import MissingExtra, UsageError
from exitkit.ports import Flow, Listed, ObjectStore
from exitkit.transfer.threads import flow_of

_PAGE = 1000
_USUAL = ("Bucket", "Key", "Size", "LastModifiedDate", "ETag")
_NAMES = {
    "key": "key", "size": "size", "etag": "etag", "e_tag": "etag", "lastmodifieddate": "modified",
    "last_modified_date": "modified", "storageclass": "storage_class", "storage_class": "storage_class",
    "versionid": "version", "version_id": "version", "islatest": "latest", "is_latest": "latest",
    "isdeletemarker": "deleted", "is_delete_marker": "deleted",
}  # fmt: skip


def read_inventory(manifest: Path) -> Iterator[Listed]:
    """The latest state of every object of an inventory: its manifest.json, or one of its files. Raises UsageError."""
    if manifest.name.endswith(".json"):
        told = json.loads(manifest.read_text())
        columns = [name.strip() for name in told["fileSchema"].split(",")] if told["fileFormat"] == "CSV" else []
        for file in told["files"]:
            path = manifest.parent / Path(file["key"]).name
            _must_be_whole(path, file.get("MD5checksum", ""))
            yield from _latest(_rows(path, columns))
    else:
        yield from _latest(_rows(manifest, []))


def _must_be_whole(path: Path, wanted: str) -> None:
    if not path.exists():
        raise UsageError(f"the inventory names {path.name}, which is not beside its manifest")
    if wanted:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
        if found != wanted:
            raise UsageError(f"{path} is not the file that the inventory tells of: another MD5")


def _rows(path: Path, columns: list[str]) -> Iterator[dict[str, Any]]:
    if path.suffix == ".parquet":
        yield from _parquet(path)
        return
    names = [_NAMES.get(one.lower(), "") for one in columns or _USUAL]
    opens = gzip.open if path.suffix == ".gz" else open
    with opens(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines):
            found = dict(zip(names, row, strict=False))
            yield found | {"key": unquote_plus(found["key"])}


def _parquet(path: Path) -> Iterator[dict[str, Any]]:
    try:
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtra("parquet", needed_for="an inventory in Parquet") from error
    for batch in pq.ParquetFile(path).iter_batches(10_000):
        for row in batch.to_pylist():
            yield {_NAMES.get(name, ""): value for name, value in row.items()}


def _latest(rows: Iterable[dict[str, Any]]) -> Iterator[Listed]:
    for row in rows:
        if _yes(row.get("deleted")) or not _yes(row.get("latest", True)):
            continue
        when = row.get("modified") or ""
        when = when if isinstance(when, str) else when.isoformat()
        kind = row.get("storage_class") or ""
        yield Listed(row["key"], int(row.get("size") or 0), str(row.get("etag") or "").strip('"'), when, kind)


def _yes(value: object) -> bool:
    return value is True or str(value).lower() == "true"


class Inventoried:
    """A bucket listed by its inventory; everything else is asked of the bucket."""

    def __init__(self, flow: Flow, manifest: Path, folder: Path) -> None:
        self._flow = flow
        file = folder / "inventory.sqlite"
        file.unlink(missing_ok=True)
        self._base = sqlite3.connect(file)
        self._base.execute(
            "CREATE TABLE listed (key TEXT PRIMARY KEY, size, etag, modified, storage_class) WITHOUT ROWID"
        )
        rows = (found[:5] for found in read_inventory(manifest))
        with self._base:
            while some := list(islice(rows, 10_000)):
                self._base.executemany("INSERT OR REPLACE INTO listed VALUES (?,?,?,?,?)", some)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the bucket has
        return getattr(self._flow, name)

    async def bounds(self, wanted: int) -> list[str]:
        """Keys that divide the inventory into ranges of one size."""
        count = int(self._base.execute("SELECT count(*) FROM listed").fetchone()[0])
        step = count // wanted
        if step < _PAGE:
            return []
        asked = "SELECT key FROM listed ORDER BY key LIMIT 1 OFFSET ?"
        return [self._base.execute(asked, (step * number,)).fetchone()[0] for number in range(1, wanted)]

    async def pages(self, *, after: str = "", until: str = "", versions: bool = False) -> AsyncIterator[list[Listed]]:
        """The objects of a range, in order of key, page by page."""
        if versions:
            raise UsageError("an inventory is used for the latest state of objects, not for versions")
        last = after
        asked = "SELECT * FROM listed WHERE key > ? AND (? = '' OR key <= ?) ORDER BY key LIMIT ?"
        while page := [Listed(*row) for row in self._base.execute(asked, (last, until, until, _PAGE))]:
            yield page
            last = page[-1].key

    async def close(self) -> None:
        """Let everything go."""
        self._base.close()
        await self._flow.close()


class WithInventory:
    """An object store one of whose buckets is listed by an inventory."""

    def __init__(self, store: ObjectStore, manifest: Path, folder: Path) -> None:
        self._store = store
        self._manifest = manifest
        self._folder = folder

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        return getattr(self._store, name)

    def flow(self, bucket: str) -> Flow:
        """The objects of the bucket."""
        return cast("Flow", Inventoried(flow_of(self._store, bucket), self._manifest, self._folder))
