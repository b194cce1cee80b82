"""Queues as tables, where a cloud has none: taken with SKIP LOCKED, each message known by its first id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from exitkit.ports.carried import Message, Taken

if TYPE_CHECKING:
    from psycopg import Connection

    from exitkit.drivers.postgres.server import PostgresServer

_DATABASE, _MARK = "exitkit_queues", "the queues"
_HIDDEN_SECONDS = 5


class TableQueues:
    """The queues of one PostgreSQL server, in a database of their own, which goes with the last of them."""

    def __init__(self, server: PostgresServer, *, owner: str) -> None:
        self._server = server
        self._owner = owner

    def create(self, queue: str) -> None:
        """Make an empty queue; harmless where it exists."""
        self._server.create(_DATABASE, owner=self._owner, mark=_MARK)
        self._do(
            "CREATE TABLE IF NOT EXISTS {} (id text PRIMARY KEY, body text NOT NULL, nth bigserial,"
            " hidden_until timestamptz NOT NULL DEFAULT '-infinity')",
            queue,
        )

    def remove(self, queue: str) -> None:
        """Remove a queue and what is in it."""
        if not self._server.exists(_DATABASE):
            return
        self._do("DROP TABLE IF EXISTS {}", queue)
        with self._open() as connection:
            left = connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public'").fetchone()
        if left is None:
            self._server.drop(_DATABASE, mark=_MARK)

    def exists(self, queue: str) -> bool:
        """Whether there is such a queue."""
        if not self._server.exists(_DATABASE):
            return False
        with self._open() as connection:
            return connection.execute("SELECT 1 FROM pg_tables WHERE tablename = %s", [queue]).fetchone() is not None

    def send(self, queue: str, messages: Iterable[Message]) -> int:
        """Put messages in; one whose id is here already is not put in twice. Answers how many were new."""
        sql = "INSERT INTO {} (id, body) VALUES (%s, %s) ON CONFLICT DO NOTHING"
        return sum(self._do(sql, queue, [one.id, one.body]) for one in messages)

    def take(self, queue: str, most: int) -> tuple[Taken, ...]:
        """Take some messages, in the order they came, hidden for a few seconds."""
        sql = (
            "UPDATE {0} SET hidden_until = now() + make_interval(secs => %s) WHERE id IN (SELECT id FROM {0}"
            " WHERE hidden_until < now() ORDER BY nth LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING id, body, nth"
        )
        rows = sorted(self._rows(sql, queue, [_HIDDEN_SECONDS, most]), key=lambda row: int(row[2]))
        return tuple(Taken(Message(row[0], row[1]), row[0]) for row in rows)

    def done(self, queue: str, taken: Iterable[Taken]) -> None:
        """Remove messages that were taken."""
        self._do("DELETE FROM {} WHERE id = ANY (%s)", queue, [[one.receipt for one in taken]])

    def waiting(self, queue: str) -> int:
        """How many messages are in it."""
        return int(self._rows("SELECT count(*) FROM {}", queue)[0][0])

    def look(self, queue: str) -> tuple[Message, ...] | None:
        """Every message, in the order they came."""
        return tuple(Message(*row) for row in self._rows("SELECT id, body FROM {} ORDER BY nth", queue))

    @contextmanager
    def _open(self) -> Iterator[Connection[Any]]:
        with self._server.connect(_DATABASE, autocommit=True) as connection:
            yield connection

    def _do(self, sql: str, queue: str, values: list[Any] | None = None) -> int:
        from psycopg.sql import SQL, Identifier

        with self._open() as connection:
            return connection.execute(SQL(sql).format(Identifier(queue)), values).rowcount

    def _rows(self, sql: str, queue: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
        from psycopg.sql import SQL, Identifier

        with self._open() as connection:
            return connection.execute(SQL(sql).format(Identifier(queue)), values).fetchall()
