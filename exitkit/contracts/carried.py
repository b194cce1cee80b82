"""What programs rely on of a queue and of a store of secrets, tried on one made for it and removed again.

Both are reached through our own ports, since no two clouds speak one protocol here: what a program's own library would
be told is not tried, and each contract says so.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from exitkit.contracts.check import Contract, UntriedError, asked, hold
from exitkit.model.contract import Facet
from exitkit.ports import Secret
from exitkit.ports.carried import Message, Queues, Secrets

_TEXT = '{"société": "Exemple d’été", "n": 1, "lines": "a\\nb"}'
_LONG = 100_000
"""Characters of a long message: well under the 256 KiB of Amazon SQS (its quotas, read 2026-11-22)."""


_PATIENCE, _PAUSE_SECONDS = 8, 0.1
"""How often a queue may give nothing, and the pause then: one that is spread out looks at a part of itself."""


@dataclass(frozen=True)
class Line:
    """A queue made for checks."""

    queues: Queues
    name: str

    def sent(self, *bodies: str) -> list[Message]:
        """Put messages in, each with an id nobody had before."""
        told = [Message(secrets.token_hex(8), body) for body in bodies]
        self.queues.send(self.name, told)
        return told

    def taken(self, wanted: list[Message]) -> list[Message]:
        """What comes of these, each removed; a queue that gives none may only not have looked everywhere yet."""
        ids, found, patience = {one.id for one in wanted}, list[Message](), _PATIENCE
        while len(found) < len(wanted) and patience:
            some = self.queues.take(self.name, 10)
            self.queues.done(self.name, some)
            found += [one.message for one in some if one.message.id in ids]
            if not some:
                patience -= 1
                time.sleep(_PAUSE_SECONDS)
        return found


@dataclass(frozen=True)
class Drawer:
    """A name in a store of secrets, made for checks."""

    vault: Secrets
    name: str


QUEUE: Contract[Line] = Contract("queue")
"""The checks of a queue."""

SECRET: Contract[Drawer] = Contract("secret")
"""The checks of a store of secrets."""


def name_for(component: str) -> str:
    """What is made for checks is called, always the same beside one component."""
    return f"exitkit-contract-{hashlib.sha256(component.encode()).hexdigest()[:16]}"


@contextmanager
def line(queues: Queues | None, name: str) -> Iterator[Line]:
    """A queue, gone afterwards; one that a killed try left is used again: some clouds make none of its name so soon."""
    if queues is None:
        raise UntriedError("there are no queues here that we know to speak to")
    made = Line(queues, name_for(name))
    queues.create(made.name)
    yield made
    queues.remove(made.name)


@contextmanager
def drawer(vault: Secrets | None, name: str) -> Iterator[Drawer]:
    """A name with no secret, and none afterwards."""
    if vault is None:
        raise UntriedError("there is no store of secrets here that we know to speak to")
    made = Drawer(vault, name_for(name))
    yield made
    vault.remove(made.name)


def clear_queue(queues: Queues | None, name: str) -> int:
    """Remove the queue a killed try has left; answers how many there were."""
    if queues is None or not queues.exists(name_for(name)):
        return 0
    queues.remove(name_for(name))
    return 1


def clear_secret(vault: Secrets | None, name: str) -> int:
    """Remove the secret a killed try has left; answers how many there were."""
    if vault is None or vault.get(name_for(name)) is None:
        return 0
    vault.remove(name_for(name))
    return 1


@QUEUE.promise(Facet.SEMANTIC, asked)
def a_message_comes_as_it_was_sent(line: Line) -> None:
    """A message comes out as it went in, accents and line breaks too."""
    found = [one.body for one in line.taken(line.sent(_TEXT))]
    hold(found == [_TEXT], "it came otherwise" if found else "it did not come")


@QUEUE.promise(Facet.SEMANTIC)
def a_long_message_comes_whole(line: Line) -> None:
    """A message of a hundred thousand characters comes out whole."""
    found = [len(one.body) for one in line.taken(line.sent("x" * _LONG))]
    hold(found == [_LONG], f"{found[0] if found else 0} characters came")


@QUEUE.promise(Facet.BEHAVIOURAL, asked)
def every_message_comes(line: Line) -> None:
    """Every message that was sent comes out, in whatever order."""
    wanted = line.sent("first", "second", "third")
    found = {one.id for one in line.taken(wanted)}
    hold(found == {one.id for one in wanted}, f"{len(found)} messages came of {len(wanted)}")


@QUEUE.promise(Facet.BEHAVIOURAL, asked)
def what_is_taken_is_hidden(line: Line) -> None:
    """A message that one took is hidden from others for a while."""
    [wanted] = line.sent("one")
    first = [one for one in line.queues.take(line.name, 10) if one.message.id == wanted.id]
    again = [one for one in line.queues.take(line.name, 10) if one.message.id == wanted.id]
    line.queues.done(line.name, first or again)
    if not first:
        raise UntriedError("it had not come yet")
    hold(not again, "two took it at once")


@QUEUE.promise(Facet.SYNTACTIC)
def programs_speak_to_it_as_before(line: Line) -> None:  # noqa: ARG001 - it is not asked
    """Programs speak to it by the same protocol."""
    raise UntriedError("it is asked through our own port, and no program's library")


@SECRET.promise(Facet.SEMANTIC, asked)
def a_secret_comes_back(drawer: Drawer) -> None:
    """A secret comes back as it was kept, accents and line breaks too."""
    kept = f"{secrets.token_urlsafe(16)} é\n="
    drawer.vault.put(drawer.name, Secret.of(kept))
    hold(_read(drawer) == kept, "another value came back")


@SECRET.promise(Facet.BEHAVIOURAL, asked)
def a_new_value_replaces(drawer: Drawer) -> None:
    """A new value replaces the old one at once."""
    for kept in (secrets.token_urlsafe(16), secrets.token_urlsafe(16)):
        drawer.vault.put(drawer.name, Secret.of(kept))
        hold(_read(drawer) == kept, "the old value came back")


@SECRET.promise(Facet.SEMANTIC)
def a_long_secret_comes_back(drawer: Drawer) -> None:
    """A secret of ten thousand characters, such as a bundle of certificates, comes back whole."""
    kept = secrets.token_hex(5000)
    drawer.vault.put(drawer.name, Secret.of(kept))
    hold(_read(drawer) == kept, "another value came back")


@SECRET.promise(Facet.BEHAVIOURAL, asked)
def what_is_forgotten_is_gone(drawer: Drawer) -> None:
    """A secret that was forgotten is not told any more."""
    drawer.vault.put(drawer.name, Secret.of(secrets.token_urlsafe(16)))
    drawer.vault.remove(drawer.name)
    hold(_read(drawer) is None, "it is still told")


@SECRET.promise(Facet.SYNTACTIC)
def programs_are_told_as_before(drawer: Drawer) -> None:  # noqa: ARG001 - it is not asked
    """Programs ask for it by the same protocol."""
    raise UntriedError("it is asked through our own port, and no program's library")


def _read(drawer: Drawer) -> str | None:
    """What is kept, in memory only."""
    found = drawer.vault.get(drawer.name)
    return None if found is None else found.reveal()
