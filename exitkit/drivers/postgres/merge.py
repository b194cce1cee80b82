"""Bring one database's tables to the content of another's, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from exitkit.drivers.postgres.content import Shape, counters, shapes, tables
from exitkit.errors import Unsupported

if TYPE_CHECKING:
    from psycopg import Connection

_STAGE = "exitkit_stage"


def merge(reader: Connection[Any], writer: Connection[Any], *, prune: bool, without: Collection[str] = ()) -> int:
    """Copy the tables that differ, parents first; answers the rows changed. `reader` and `writer` are in transactions.

    Tables in `without` are neither read nor written; sequences always are.

    With `prune` rows that the reader lacks are removed, children first. Raises Unsupported for a table that differs,
    has no primary key, and may not be pruned.
    """
    here = {table.name: table.content for table in tables(reader, without)}
    there = {table.name: table.content for table in tables(writer, without)}
    ours = [shape for shape in shapes(reader) if shape.name not in without]
    differing = [shape for shape in parents_first(ours) if here[shape.name] != there.get(shape.name)]
    for number, shape in enumerate(differing):
        if not shape.keys and not prune:
            raise Unsupported(f"{shape.name} has no primary key, so what was written to it cannot be brought back")
        _stage(reader, writer, shape, number)
    changed = 0
    if prune:
        changed += sum(_remove(writer, differing[n], n) for n in reversed(range(len(differing))))
    changed += sum(_insert(writer, shape, number) for number, shape in enumerate(differing))
    set_counters(reader, writer, lower=prune)
    return changed


def parents_first(found: Sequence[Shape]) -> list[Shape]:
    """Tables in an order in which each comes after those it refers to, as far as there is one."""
    ordered: list[Shape] = []
    waiting = list(found)
    while waiting:
        names = {shape.regclass for shape in waiting}
        ready = [shape for shape in waiting if not names & set(shape.parents)] or waiting
        ordered += ready
        waiting = [shape for shape in waiting if shape not in ready]
    return ordered


def _stage(reader: Connection[Any], writer: Connection[Any], shape: Shape, number: int) -> None:
    from psycopg.sql import SQL, Identifier

    table, stage = Identifier(shape.schema, shape.table), Identifier(f"{_STAGE}_{number}")
    columns = SQL(", ").join(map(Identifier, shape.columns))
    writer.execute(
        SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} LIMIT 0").format(stage, columns, table)
    )
    out = SQL("COPY {} ({}) TO STDOUT").format(table, columns)
    into = SQL("COPY {} ({}) FROM STDIN").format(stage, columns)
    with reader.cursor() as source, writer.cursor() as target, source.copy(out) as rows, target.copy(into) as sink:
        for block in rows:
            sink.write(block)


def _remove(writer: Connection[Any], shape: Shape, number: int) -> int:
    from psycopg.sql import SQL, Identifier

    table, stage = Identifier(shape.schema, shape.table), Identifier(f"{_STAGE}_{number}")
    if not shape.keys:
        return writer.execute(SQL("DELETE FROM {}").format(table)).rowcount
    same = SQL(" AND ").join(SQL("s.{0} = t.{0}").format(Identifier(key)) for key in shape.keys)
    gone = SQL("DELETE FROM {} t WHERE NOT EXISTS (SELECT 1 FROM {} s WHERE {})")
    return writer.execute(gone.format(table, stage, same)).rowcount


def _insert(writer: Connection[Any], shape: Shape, number: int) -> int:
    from psycopg.sql import SQL, Composable, Identifier

    table, stage = Identifier(shape.schema, shape.table), Identifier(f"{_STAGE}_{number}")
    columns = SQL(", ").join(map(Identifier, shape.columns))
    rest = [column for column in shape.columns if column not in shape.keys]
    conflict: Composable = SQL("")
    if shape.keys and rest:
        new = SQL(", ").join(SQL("{0} = excluded.{0}").format(Identifier(column)) for column in rest)
        old = SQL(", ").join(SQL("t.{}").format(Identifier(column)) for column in rest)
        excluded = SQL(", ").join(SQL("excluded.{}").format(Identifier(column)) for column in rest)
        keys = SQL(", ").join(map(Identifier, shape.keys))
        conflict = SQL("ON CONFLICT ({}) DO UPDATE SET {} WHERE ROW({}) IS DISTINCT FROM ROW({})").format(
            keys, new, old, excluded
        )
    elif shape.keys:
        conflict = SQL("ON CONFLICT DO NOTHING")
    added = SQL("INSERT INTO {} AS t ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {} {}")
    return writer.execute(added.format(table, columns, columns, stage, conflict)).rowcount


def set_counters(reader: Connection[Any], writer: Connection[Any], *, lower: bool) -> None:
    """Let sequences go on where the reader's are; without `lower` never back."""
    known = {(c.schema, c.sequence): c for c in counters(writer)}
    for wanted in counters(reader):
        found = known.get((wanted.schema, wanted.sequence))
        if found is None or found == wanted or (not lower and found.value >= wanted.value):
            continue
        name = f'"{wanted.schema}"."{wanted.sequence}"'
        writer.execute("SELECT setval(%s::regclass, %s, %s)", [name, wanted.value, wanted.called])
