"""Speaking to both sides of a contract in the protocol's own words, and taking a refusal for an answer."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

Signed = Literal["as the owner", "with a wrong secret", "by nobody"]
"""Who a request says it is from."""


@dataclass(frozen=True)
class Ask:
    """One request: a method, a path such as /bucket/key, what is asked and said beside it, its bytes.

    `hashed` is the SHA-256 that is signed for the bytes, in hex; their own where it is empty.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    hashed: str = ""
    signed: Signed = "as the owner"


@dataclass(frozen=True)
class Reply:
    """What came back: a status, headers by their names in lower case, bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@runtime_checkable
class Talk(Protocol):
    """An object store in S3's own words."""

    @property
    def endpoint(self) -> str:
        """Where it is, as a URL."""

    def ask(self, ask: Ask) -> Reply:
        """One request and its answer, whatever it says. Raises OutsideError where none came, or one that says later."""


@runtime_checkable
class Talks(Protocol):
    """An object store that can be spoken to so."""

    def talk(self) -> Talk:
        """Speak to it as this account."""


@dataclass(frozen=True)
class Said:
    """What a server answered to a statement: rows as text, or the SQLSTATE of its refusal."""

    rows: tuple[tuple[str | None, ...], ...] = ()
    state: str = ""


@runtime_checkable
class Session(Protocol):
    """One connection to one database, every statement its own transaction unless it says otherwise."""

    def run(self, statement: str) -> Said:
        """One statement. Raises OutsideError where the connection is gone."""

    def heard(self, seconds: float) -> tuple[tuple[str, str], ...]:
        """(channel, text) of the first notification that comes within so many seconds; empty where none does."""


Way = Literal["as ever", "by SCRAM", "over TLS", "with a wrong password"]
"""How a session is opened."""


@runtime_checkable
class Sessions(Protocol):
    """A PostgreSQL server whose databases can be spoken to so."""

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""

    def session(self, database: str, way: Way = "as ever") -> AbstractContextManager[Session]:
        """A session. Raises OutsideError where none is opened."""
