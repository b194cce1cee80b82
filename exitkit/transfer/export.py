"""Write what a journal knows as a manifest: JSON lines, or Parquet where pyarrow is installed.

A line says how each store knew the object then: `tags` names the stores.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from exitkit.errors import MissingExtra
from exitkit.transfer.journal import Fact, Journal

_ROWS = 50_000
_ENCODE = json.JSONEncoder(separators=(",", ":"), sort_keys=True).encode


def export(journal: Journal, file: Path, *, every: bool = False) -> int:
    """The last fact of each key in order of key, or with `every` all of them; answers how many lines were written."""
    facts = journal.facts() if every else iter(journal)
    fresh = file.with_name(f".{file.name}.new")
    written = _parquet(facts, fresh) if file.suffix == ".parquet" else _lines(facts, fresh, sides=journal.sides)
    os.replace(fresh, file)
    return written


def append(journal: Journal, file: Path) -> int:
    """Add to a manifest every fact that it does not tell yet, one a line; what a kill tore is written again."""
    told = whole = 0
    if file.exists():
        with file.open("rb") as lines:
            for line in lines:
                if line.endswith(b"\n"):
                    told, whole = told + 1, whole + len(line)
        os.truncate(file, whole)
    return _lines(journal.facts(since=told), file, sides=journal.sides, more=True)


def _row(fact: Fact, sides: tuple[str, str]) -> dict[str, Any]:
    row = fact._asdict()
    tags = {side: tag for side, tag in zip(sides, (row.pop("here"), row.pop("there")), strict=True) if tag}
    return row | {"tags": tags, "attributes": json.loads(fact.attributes) if fact.attributes else {}}


def _lines(facts: Iterator[Fact], file: Path, *, sides: tuple[str, str], more: bool = False) -> int:
    written = 0
    with open(file, "a" if more else "w", encoding="utf-8", opener=_privately) as out:
        for fact in facts:
            out.write(_ENCODE(_row(fact, sides)) + "\n")
            written += 1
        out.flush()
        os.fsync(out.fileno())
    return written


def _privately(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _parquet(facts: Iterator[Fact], file: Path) -> int:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtra("parquet", needed_for="a manifest in Parquet") from error
    whole = {"size": pa.int64(), "at": pa.int64()}
    schema = pa.schema([(name, whole.get(name, pa.string())) for name in Fact._fields])
    written = 0
    with pq.ParquetWriter(file, schema, compression="zstd") as out:
        while some := list(islice(facts, _ROWS)):
            columns = [
                pa.array(column, type=kind.type) for column, kind in zip(zip(*some, strict=True), schema, strict=True)
            ]
            out.write_table(pa.table(columns, schema=schema))
            written += len(some)
    return written
