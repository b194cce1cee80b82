"""Say what a database holds, such that the same content gives the same words on every server."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from exitkit.ports import Table
from exitkit.ports.database import SEQUENCE

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.sql import Composable, Composed

_TABLES = """
SELECT n.nspname, c.relname,
       coalesce((SELECT array_agg(a.attname ORDER BY k.nth)
                 FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, nth)
                 JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
                 WHERE i.indrelid = c.oid AND i.indisprimary), '{}') AS keys,
       (SELECT array_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
       coalesce((SELECT array_agg(DISTINCT f.confrelid::regclass::text) FROM pg_constraint f
                 WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid <> c.oid), '{}') AS parents,
       c.oid::regclass::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
"""

_SEQUENCES = """
SELECT schemaname, sequencename, coalesce(last_value, start_value), last_value IS NOT NULL
FROM pg_sequences ORDER BY schemaname COLLATE "C", sequencename COLLATE "C"
"""


@dataclass(frozen=True)
class Shape:
    """One table: where it is, its primary key (empty where it has none), its columns, the tables it refers to."""

    schema: str
    table: str
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    parents: tuple[str, ...]
    regclass: str

    @property
    def name(self) -> str:
        """Its name with its schema."""
        return f"{self.schema}.{self.table}"


@dataclass(frozen=True)
class Counter:
    """One sequence: where it is, its value, whether that was handed out."""

    schema: str
    sequence: str
    value: int
    called: bool


def shapes(reader: Connection[Any]) -> tuple[Shape, ...]:
    """Every table of the user's, by name."""
    return tuple(
        Shape(schema, table, tuple(keys), tuple(columns or ()), tuple(parents), regclass)
        for schema, table, keys, columns, parents, regclass in reader.execute(_TABLES)
    )


def counters(reader: Connection[Any]) -> tuple[Counter, ...]:
    """Every sequence, by name."""
    return tuple(Counter(*row) for row in reader.execute(_SEQUENCES))


def tables(reader: Connection[Any], without: Collection[str] = ()) -> tuple[Table, ...]:
    """Every table with its rows and a SHA-256 over the sorted SHA-256 of each; every sequence as a table of one row."""
    found = [_counted(reader, shape) for shape in shapes(reader) if shape.name not in without]
    found += [
        Table(f"{SEQUENCE}{c.schema}.{c.sequence}", 1, f"{c.value}{'' if c.called else ' next'}")
        for c in counters(reader)
    ]
    return tuple(found)


def fingerprints(reader: Connection[Any]) -> Iterator[tuple[str, str, str]]:
    """(table, key, SHA-256) of every row, by table and key; without a primary key a row's hash is its key."""
    for shape in shapes(reader):
        with reader.cursor(name="exitkit_rows") as cursor:
            cursor.itersize = 5000
            for key, digest in cursor.execute(_rows(shape)):
                yield shape.name, key, digest


def _counted(reader: Connection[Any], shape: Shape) -> Table:
    from psycopg.sql import SQL, Identifier

    row = reader.execute(
        SQL(
            "SELECT count(*), encode(sha256(coalesce(string_agg(h, '' ORDER BY h COLLATE \"C\"), '')::bytea), 'hex')"
            " FROM (SELECT encode(sha256(convert_to(t::text, 'UTF8')), 'hex') AS h FROM {} t) x"
        ).format(Identifier(shape.schema, shape.table))
    ).fetchone()
    return Table(shape.name, int(row[0]), str(row[1])) if row else Table(shape.name, 0, "")


def key_of(shape: Shape, of: str = "t") -> Composable:
    """A row's key as text, in SQL, where the table goes by the name `of`; without a primary key the row's hash."""
    from psycopg.sql import SQL, Identifier

    if not shape.keys:
        return digest_of(of)
    columns = [SQL("{}.{}").format(Identifier(of), Identifier(column)) for column in shape.keys]
    return SQL("{}::text").format(columns[0]) if len(columns) == 1 else _several(columns)


def digest_of(of: str = "t") -> Composable:
    """The SHA-256 of a row, in SQL; null where there is no row."""
    from psycopg.sql import SQL, Identifier

    return SQL("encode(sha256(convert_to({}::text, 'UTF8')), 'hex')").format(Identifier(of))


def _several(columns: list[Composed]) -> Composable:
    from psycopg.sql import SQL

    return SQL("jsonb_build_array({})::text").format(SQL(", ").join(columns))


def _rows(shape: Shape) -> Composed:
    from psycopg.sql import SQL, Identifier

    return SQL(
        "SELECT key, digest FROM (SELECT {} AS key, {} AS digest FROM {} t) x"
        ' ORDER BY key COLLATE "C", digest COLLATE "C"'
    ).format(key_of(shape), digest_of(), Identifier(shape.schema, shape.table))
