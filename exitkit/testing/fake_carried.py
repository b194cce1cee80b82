"""Queues and a store of secrets in memory; the fate of their world is asked at every call that changes anything."""

from __future__ import annotations

from collections.abc import Iterable

from exitkit.errors import NotFound
from exitkit.ports import Secret
from exitkit.ports.carried import Message, Taken
from exitkit.testing.fate import Fate


class FakeQueues:
    """Queues in memory, which know a message by its id; nothing is hidden, since who takes is killed with us."""

    def __init__(self, provider: str, fate: Fate) -> None:
        self.queues: dict[str, dict[str, str]] = {}
        self._provider = provider
        self._fate = fate

    def create(self, queue: str) -> None:
        """Make an empty queue."""
        with self._fate.call(f"{self._provider} create {queue}"):
            self.queues.setdefault(queue, {})

    def remove(self, queue: str) -> None:
        """Remove a queue."""
        with self._fate.call(f"{self._provider} remove {queue}"):
            self.queues.pop(queue, None)

    def exists(self, queue: str) -> bool:
        """Whether there is such a queue."""
        return queue in self.queues

    def send(self, queue: str, messages: Iterable[Message]) -> int:
        """Put messages in, each once."""
        before = self.waiting(queue)
        for one in messages:
            with self._fate.call(f"{self._provider} send {one.id}"):
                self._queue(queue).setdefault(one.id, one.body)
        return self.waiting(queue) - before

    def take(self, queue: str, most: int) -> tuple[Taken, ...]:
        """Take some messages."""
        some = list(self._queue(queue).items())[: min(most, 2)]
        return tuple(Taken(Message(key, body), key) for key, body in some)

    def done(self, queue: str, taken: Iterable[Taken]) -> None:
        """Remove messages that were taken."""
        for one in taken:
            with self._fate.call(f"{self._provider} done {one.receipt}"):
                self._queue(queue).pop(one.receipt, None)

    def waiting(self, queue: str) -> int:
        """How many messages are in it."""
        return len(self._queue(queue))

    def look(self, queue: str) -> tuple[Message, ...] | None:
        """Every message."""
        return tuple(Message(key, body) for key, body in self._queue(queue).items())

    def _queue(self, queue: str) -> dict[str, str]:
        try:
            return self.queues[queue]
        except KeyError:
            raise NotFound(f"there is no queue {queue}") from None


class FakeSecrets:
    """A store of secrets in memory."""

    def __init__(self, provider: str, fate: Fate) -> None:
        self.known: dict[str, str] = {}
        self._provider = provider
        self._fate = fate

    def put(self, name: str, value: Secret) -> None:
        """Keep a secret."""
        with self._fate.call(f"{self._provider} keep {name}"):
            self.known[name] = value.reveal()

    def get(self, name: str) -> Secret | None:
        """The secret of that name, or None."""
        return Secret.of(self.known[name]) if name in self.known else None

    def remove(self, name: str) -> None:
        """Forget it."""
        with self._fate.call(f"{self._provider} forget {name}"):
            self.known.pop(name, None)
