"""Keep the writers of two copies apart by their sequences, and bring one's rows to the other, writing over none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from exitkit.drivers.postgres.content import Shape, digest_of, key_of, shapes
from exitkit.drivers.postgres.merge import parents_first, set_counters
from exitkit.ports.apart import Change, Merged

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.sql import Composed

_AT_ONCE = 1000
_REMOVED = "removed there, and stays at home"
_SEQUENCES = """
SELECT schemaname, sequencename, coalesce(last_value, start_value), increment_by, min_value, max_value
FROM pg_sequences ORDER BY schemaname COLLATE "C", sequencename COLLATE "C"
"""


def leap(reader: Connection[Any], writer: Connection[Any], *, by: int) -> tuple[int, tuple[str, ...]]:
    """Let the writer's sequences go on `by` numbers after the reader's; answers how many do, and which have no room."""
    there = {(row[0], row[1]): row[2] for row in writer.execute(_SEQUENCES)}
    moved, left = 0, []
    for schema, name, value, step, least, most in reader.execute(_SEQUENCES).fetchall():
        aim = value + by * step
        if (schema, name) not in there or not least <= aim <= most:
            left.append(f"sequence {schema}.{name} has no room for {by} numbers")
            continue
        moved += 1
        if (there[schema, name] - aim) * step < 0:
            writer.execute("SELECT setval(format('%%I.%%I', %s::text, %s::text)::regclass, %s)", [schema, name, aim])
    return moved, tuple(left)


def bring(reader: Connection[Any], writer: Connection[Any], changes: Iterable[Change]) -> Merged:
    """Bring rows that the reader changed to the writer, parents first, where the writer still has what was copied.

    Raises OutsideError, through the connection, for a table whose columns have other types at home.
    """
    from psycopg.sql import SQL

    waiting: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        waiting[change.table].append(change)
    home = {shape.name: shape for shape in shapes(writer)}
    brought, already = 0, 0
    conflicts: dict[tuple[str, str], str] = {}
    left: dict[tuple[str, str], str] = {}
    kept: list[str] = []
    writer.execute(SQL("SET CONSTRAINTS ALL IMMEDIATE"))
    for number, shape in enumerate(parents_first(shapes(reader))):
        rows = waiting.pop(shape.name, [])
        why = _unlike(shape, home.get(shape.name))
        if why:
            left |= {(row.table, row.key): why for row in rows if row.now}
            continue
        if rows:
            table = _Table(reader, writer, shape, number)
            table.stage(rows)
            there = table.there()
            table.write()
            wrong = dict(table.unlike())
            brought += sum(bool(row.now) for row in rows) - there - len(wrong)
            already += there
            conflicts |= wrong
            kept += list(table.kept())
    kept += [_line(row.table, row.key, _REMOVED) for rows in waiting.values() for row in rows]
    set_counters(reader, writer, lower=False)
    stays = frozenset(conflicts.keys() | left.keys())
    return Merged(brought, already, _lines(conflicts), _lines(left), tuple(kept), stays)


def _lines(why: dict[tuple[str, str], str]) -> tuple[str, ...]:
    return tuple(_line(*row, words) for row, words in why.items())


def _line(table: str, key: str, why: str) -> str:
    return f"{table} row {key}: {why}"


def _unlike(here: Shape, home: Shape | None) -> str:
    """Why a table cannot be merged; nothing where it can."""
    if home is None:
        return "there is no such table at home"
    if (here.keys, here.columns) != (home.keys, home.columns):
        return "its columns are others at home"
    return "" if here.keys else "its table has no primary key, so nobody can tell whose row it is"


class _Table:
    """The changes of one table, in the transaction at home."""

    def __init__(self, reader: Connection[Any], writer: Connection[Any], shape: Shape, number: int) -> None:
        from psycopg.sql import SQL, Identifier

        self._reader, self._writer, self._shape = reader, writer, shape
        self._refused: dict[str, str] = {}
        self._words = {
            "table": Identifier(shape.schema, shape.table),
            "stage": Identifier(f"exitkit_rows_{number}"),
            "change": Identifier(f"exitkit_changes_{number}"),
            "columns": SQL(", ").join(map(Identifier, shape.columns)),
            "key_t": key_of(shape, "t"),
            "key_s": key_of(shape, "s"),
            "digest": digest_of("t"),
            "same": SQL(" AND ").join(SQL("t.{0} = s.{0}").format(Identifier(key)) for key in shape.keys),
        }

    def _said(self, text: str) -> Composed:
        from psycopg.sql import SQL

        return SQL(text).format(**self._words)

    def stage(self, rows: Sequence[Change]) -> None:
        """Lay the changes, and the rows they are about, beside the table at home."""
        self._writer.execute(self._said("CREATE TEMP TABLE {change} (key text, was text, now text) ON COMMIT DROP"))
        made = "CREATE TEMP TABLE {stage} ON COMMIT DROP AS SELECT {columns} FROM {table} LIMIT 0"
        self._writer.execute(self._said(made))
        with self._writer.cursor() as cursor, cursor.copy(self._said("COPY {change} FROM STDIN")) as sink:
            for row in rows:
                sink.write_row((row.key, row.was, row.now))
        keys = iter([row.key for row in rows if row.now])
        while some := list(islice(keys, _AT_ONCE)):
            self._carry(some)

    def _carry(self, keys: list[str]) -> None:
        out = self._said("COPY (SELECT {columns} FROM {table} t WHERE {key_t} = ANY(%s::text[])) TO STDOUT")
        into = self._said("COPY {stage} ({columns}) FROM STDIN")
        with (
            self._reader.cursor() as source,
            self._writer.cursor() as target,
            source.copy(out, [keys]) as rows,
            target.copy(into) as sink,
        ):
            for block in rows:
                sink.write(block)

    def there(self) -> int:
        """How many of the changes home has already."""
        asked = "SELECT count(*) FROM {change} c JOIN {table} t ON {key_t} = c.key WHERE {digest} = c.now"
        row = self._writer.execute(self._said(asked)).fetchone()
        return int(row[0]) if row else 0

    def write(self) -> None:
        """All at once; where home refuses one row, one by one, so that it is that row alone that stays behind."""
        import psycopg

        try:
            with self._writer.transaction():
                for statement in self._statements():
                    self._writer.execute(statement, {"key": None})
        except (psycopg.IntegrityError, psycopg.errors.RaiseException):
            for (key,) in self._writer.execute(self._said("SELECT key FROM {change} WHERE now <> ''")).fetchall():
                self._write_one(key)

    def _write_one(self, key: str) -> None:
        import psycopg

        try:
            with self._writer.transaction():
                for statement in self._statements():
                    self._writer.execute(statement, {"key": key})
        except (psycopg.IntegrityError, psycopg.errors.RaiseException) as error:
            self._refused[key] = error.diag.constraint_name or "a trigger"  # its message would show values

    def _statements(self) -> Iterator[Composed]:
        """New rows where home has none of that key, and changed rows where home still has what was copied."""
        from psycopg.sql import SQL, Identifier

        joined = "FROM {stage} s JOIN {change} c ON c.key = {key_s} WHERE (%(key)s::text IS NULL OR c.key = %(key)s)"
        added = "INSERT INTO {table} AS t ({columns}) OVERRIDING SYSTEM VALUE SELECT {of_stage} "
        rest = [column for column in self._shape.columns if column not in self._shape.keys]
        self._words["of_stage"] = SQL(", ").join(SQL("s.{}").format(Identifier(one)) for one in self._shape.columns)
        yield self._said(added + joined + " AND c.was = '' ON CONFLICT DO NOTHING")
        if rest:
            self._words["set"] = SQL(", ").join(SQL("{0} = s.{0}").format(Identifier(one)) for one in rest)
            unchanged = " AND {same} AND c.was <> '' AND {digest} = c.was"
            changed = "UPDATE {table} t SET {set} "
            yield self._said(changed + joined + unchanged)

    def unlike(self) -> Iterator[tuple[tuple[str, str], str]]:
        """Every change that home does not have now as we have it, and why."""
        asked = (
            "SELECT c.key, c.was <> '', {digest} IS NOT NULL FROM {change} c LEFT JOIN {table} t ON {key_t} = c.key"
            " WHERE c.now <> '' AND {digest} IS DISTINCT FROM c.now ORDER BY c.key"
        )
        for key, copied, has in self._writer.execute(self._said(asked)):
            yield (self._shape.name, key), self._why(key, copied=copied, has=has)

    def _why(self, key: str, *, copied: bool, has: bool) -> str:
        if key in self._refused:
            return f"home refuses it, by {self._refused[key]}"
        if has:
            return "changed on both sides, home keeps its own" if copied else "both sides wrote a row of this key"
        return "changed there, and home has it no more" if copied else "home has another row in its place"

    def kept(self) -> Iterator[str]:
        """Rows that are gone here and still at home."""
        asked = "SELECT c.key FROM {change} c JOIN {table} t ON {key_t} = c.key WHERE c.now = '' ORDER BY 1"
        for (key,) in self._writer.execute(self._said(asked)):
            yield _line(self._shape.name, key, _REMOVED)
