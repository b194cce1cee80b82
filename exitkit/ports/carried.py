"""Queues of messages, and stores of secrets: what services are handed and do not keep themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from exitkit.ports.access import Secret


@dataclass(frozen=True)
class Message:
    """One message: the id it was given first, wherever it is now, and its body."""

    id: str
    body: str


@dataclass(frozen=True)
class Taken:
    """A message that was taken and is hidden from others for a while; `receipt` is what removes it."""

    message: Message
    receipt: str


@runtime_checkable
class Queues(Protocol):
    """The queues of one account."""

    def create(self, queue: str) -> None:
        """Make an empty queue; harmless where it exists."""

    def remove(self, queue: str) -> None:
        """Remove a queue and what is in it; harmless where there is none."""

    def exists(self, queue: str) -> bool:
        """Whether there is such a queue."""

    def send(self, queue: str, messages: Iterable[Message]) -> int:
        """Put messages in; answers how many were new, as far as the queue can tell one from another."""

    def take(self, queue: str, most: int) -> tuple[Taken, ...]:
        """Take some messages, hidden from others for a few seconds; none where all are gone or hidden."""

    def done(self, queue: str, taken: Iterable[Taken]) -> None:
        """Remove messages that were taken."""

    def waiting(self, queue: str) -> int:
        """How many messages are in it, hidden ones too."""

    def look(self, queue: str) -> tuple[Message, ...] | None:
        """Every message, left where it is; None where a queue cannot be read without taking."""


@runtime_checkable
class Secrets(Protocol):
    """The store of secrets of one account. A value passes through it and is never shown."""

    def put(self, name: str, value: Secret) -> None:
        """Keep a secret under a name, instead of what was there."""

    def get(self, name: str) -> Secret | None:
        """The secret of that name, or None."""

    def remove(self, name: str) -> None:
        """Forget it at once; harmless where there is none."""
