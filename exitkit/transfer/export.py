"""Write what a journal knows as a manifest: JSON lines, or Parquet where pyarrow is installed."""

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


def export(journal: Journal, file: Path, *, every: bool = False) -> int:
    """The last fact of each key in order of key, or with `every` all of them; answers how many lines were written."""
    facts = journal.facts() if every else iter(journal)
    fresh = file.with_name(f".{file.name}.new")
    written = _parquet(facts, fresh) if file.suffix == ".parquet" else _lines(facts, fresh)
    os.replace(fresh, file)
    return written


def _row(fact: Fact) -> dict[str, Any]:
    return fact._asdict() | {"attributes": json.loads(fact.attributes) if fact.attributes else {}}


def _lines(facts: Iterator[Fact], file: Path) -> int:
    written = 0
    with file.open("w", encoding="utf-8") as out:
        for fact in facts:
            out.write(json.dumps(_row(fact), sort_keys=True, ensure_ascii=False) + "\n")
            written += 1
        out.flush()
        os.fsync(out.fileno())
    return written


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
