"""Rows by their hashes: those a copy kept, and those in which two sides differ."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

Row = tuple[str, str, str]
"""(table, key, content hash)"""


def kept(file: Path) -> Iterator[Row]:
    """The rows that a copy noted, in order of table and key."""
    with file.open() as lines:
        for line in lines:
            table, key, digest = json.loads(line)
            yield table, key, digest


def differing(expected: Iterable[Row], found: Iterable[Row]) -> Iterator[str]:
    """Every row that is on one side only or differs, walking both in order of table and key."""
    left, right = iter(expected), iter(found)
    a, b = next(left, None), next(right, None)
    while a is not None or b is not None:
        if a is not None and (b is None or a[:2] < b[:2]):
            yield f"{a[0]} row {a[1]}: missing"
            a = next(left, None)
        elif b is not None and (a is None or b[:2] < a[:2]):
            yield f"{b[0]} row {b[1]}: not in the source"
            b = next(right, None)
        elif a is not None and b is not None:
            if a[2] != b[2]:
                yield f"{a[0]} row {a[1]}: content differs"
            a, b = next(left, None), next(right, None)


def unequal(ours: Iterable[object], theirs: Iterable[object]) -> list[str]:
    """The names of tables that are on one side only, or differ."""
    here = {getattr(table, "name", ""): table for table in ours}
    there = {getattr(table, "name", ""): table for table in theirs}
    return sorted(name for name in here.keys() | there.keys() if here.get(name) != there.get(name))


def told(differing: Iterable[str], table: str) -> bool:
    """Whether one of these lines is about a row of this table."""
    return any(line.startswith(f"{table} row ") for line in differing)
