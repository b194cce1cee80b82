"""One session with one database, in plain SQL, where a refusal is an answer with its SQLSTATE."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from exitkit.errors import OutsideError
from exitkit.ports.contract import Said, Way

if TYPE_CHECKING:
    from psycopg import Connection

WAYS: dict[Way, dict[str, str]] = {
    "as ever": {},
    "by SCRAM": {"require_auth": "scram-sha-256"},
    "over TLS": {"sslmode": "require"},
    "with a wrong password": {"password": "exitkit-knows-no-such-password"},
}
"""How libpq is told to open a session (PostgreSQL documentation, 32.1.2 Parameter Key Words, read 2026-11-22)."""

_GONE = ("08", "57P")
"""SQLSTATEs of a connection that broke, and of a server that goes down."""


class PostgresSession:
    """A connection that commits each statement on its own."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def run(self, statement: str) -> Said:
        """One statement: its rows as text, or the SQLSTATE of its refusal. Raises OutsideError where nobody answers."""
        import psycopg

        try:
            with self._connection.cursor() as cursor:
                cursor.execute(statement.encode())
                if cursor.description is None:
                    return Said()
                rows = cursor.fetchall()
        except psycopg.Error as error:
            state = error.sqlstate or ""
            if not state or state.startswith(_GONE) or self._connection.closed:
                raise OutsideError("the session with PostgreSQL broke off") from error
            return Said(state=state)
        return Said(tuple(tuple(None if value is None else str(value) for value in row) for row in rows))

    def heard(self, seconds: float) -> tuple[tuple[str, str], ...]:
        """(channel, text) of the first notification within so many seconds; empty where none comes."""
        found = self._connection.notifies(timeout=seconds, stop_after=1)
        return tuple((one.channel, one.payload) for one in found)
