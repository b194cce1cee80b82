"""Connections to one PostgreSQL server, ordinary and for replication, and what its programs need to get in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from exitkit.errors import MissingExtra, OutsideError
from exitkit.ports import Secret
from exitkit.ports.contract import Session, Way

if TYPE_CHECKING:
    from psycopg import Connection

# So that the same row is the same text on every server, and a frozen database can still be written by us.
_SESSION = {
    "default_transaction_read_only": "off",
    "TimeZone": "UTC",
    "DateStyle": "ISO,MDY",
    "IntervalStyle": "iso_8601",
    "extra_float_digits": "1",
    "bytea_output": "hex",
}


class Connected:
    """One server, as the role that administers it."""

    def __init__(self, host: str, port: int, *, user: str, password: Secret) -> None:
        self._host = host
        self._port = port
        self._user = user
        self._password = password

    @contextmanager
    def connect(self, database: str, *, autocommit: bool = False) -> Iterator[Connection[Any]]:
        """A connection to one database. Raises OutsideError, in our words, for what libpq refuses."""
        options = " ".join(f"-c {name}={value}" for name, value in _SESSION.items())
        with self._opened(database, autocommit=autocommit, options=options) as connection:
            yield connection

    @contextmanager
    def replication(self, database: str) -> Iterator[Connection[Any]]:
        """A connection that speaks the replication protocol, which takes plain commands only."""
        with self._opened(database, autocommit=True, replication="database") as connection:
            yield connection

    @contextmanager
    def session(self, database: str, way: Way = "as ever") -> Iterator[Session]:
        """A session to speak to it in its own words, opened in one way or another. Raises OutsideError."""
        from exitkit.drivers.postgres.session import WAYS, PostgresSession

        options = " ".join(f"-c {name}={value}" for name, value in _SESSION.items())
        with self._opened(database, autocommit=True, options=options, **WAYS[way]) as connection:
            yield PostgresSession(connection)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        return self._host, self._port

    @contextmanager
    def _opened(self, database: str, *, autocommit: bool, **more: Any) -> Iterator[Connection[Any]]:  # noqa: ANN401
        try:
            import psycopg
        except ImportError as error:
            raise MissingExtra("cloud", needed_for="a PostgreSQL database") from error
        try:
            with psycopg.connect(
                host=self._host,
                port=self._port,
                user=self._user,
                dbname=database,
                connect_timeout=10,
                autocommit=autocommit,
                application_name="exitkit",
                **{"password": self._password.reveal(), **more},
            ) as connection:
                yield connection
        except psycopg.Error as error:
            raise OutsideError(f"PostgreSQL at {self._host}:{self._port}: {_first_line(error)}") from error

    def libpq(self, database: str) -> dict[str, str]:
        """The environment that lets a PostgreSQL program in: a password in an argument could be read by anyone."""
        options = " ".join(f"-c {name}={value}" for name, value in _SESSION.items())
        return {
            "PGHOST": self._host,
            "PGPORT": str(self._port),
            "PGUSER": self._user,
            "PGDATABASE": database,
            "PGPASSWORD": self._password.reveal(),
            "PGOPTIONS": options,
            "PGAPPNAME": "exitkit",
        }


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
