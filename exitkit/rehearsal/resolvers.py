"""Stub resolvers that remember what name servers told them, for as long as they may: what users really ask."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from exitkit.errors import OutsideError
from exitkit.ports import Names, Told

CROWD = 100
"""How many resolvers a switch is watched by."""

ENOUGH = 0.99
"""The share of them that has to answer with the new place before a switch is done."""

_ASK_EVERY_SECONDS = 0.02
_GRACE_SECONDS = 10.0


@dataclass
class Resolver:
    """One resolver: asks the name servers in turn, and asks again once what it was told has grown too old.

    `pace` is how many seconds of a record's time pass in one second here: a rehearsal cannot sleep through five
    minutes for every name.
    """

    servers: Sequence[Names]
    pace: float
    now: Callable[[], float] = time.monotonic
    turn: int = 0
    _known: dict[str, tuple[str, float]] = field(default_factory=dict)

    def resolve(self, name: str) -> str | None:
        """Where a name points, as far as this resolver has heard; None where no server knows it."""
        kept = self._known.get(name)
        if kept is not None and self.now() < kept[1]:
            return kept[0]
        told = self._ask(name)
        if told is None:
            self._known.pop(name, None)
            return None
        self._known[name] = (told.address, self.now() + told.ttl / self.pace)
        return told.address

    def _ask(self, name: str) -> Told | None:
        """Any server that knows the name will do; one that does not answer is passed over while another does."""
        silent: OutsideError | None = None
        for number in range(len(self.servers)):
            server = self.servers[(self.turn + number) % len(self.servers)]
            try:
                told = server.ask(name)
            except OutsideError as error:
                silent = error
                continue
            if told is not None:
                self.turn += 1
                return told
        if silent is not None:
            raise silent
        return None


@dataclass
class Crowd:
    """Many resolvers, each with a memory of its own; they start at different servers."""

    servers: Sequence[Names]
    pace: float
    _resolvers: list[Resolver] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._resolvers = [Resolver(self.servers, self.pace, turn=number) for number in range(CROWD)]

    def share(self, name: str, address: str) -> float:
        """The share of resolvers that answer with this address; each is asked, and remembers what it was told."""
        return sum(one.resolve(name) == address for one in self._resolvers) / len(self._resolvers)

    def await_address(self, name: str, address: str, *, longest: float) -> tuple[float, float]:
        """Ask until enough of them answer with this address; (the share, seconds until then).

        `longest` is the most seconds that a record could have been remembered for; a little is added.
        """
        began = time.monotonic()
        limit = began + longest / self.pace + _GRACE_SECONDS
        while (share := self.share(name, address)) < ENOUGH and time.monotonic() < limit:
            time.sleep(_ASK_EVERY_SECONDS)
        return share, time.monotonic() - began
