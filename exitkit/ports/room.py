"""How much an account may still make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True)
class Room:
    """A quota: how many there are, how many there may be."""

    used: int
    most: int


@runtime_checkable
class Roomy(Protocol):
    """A port that knows its quota."""

    def room(self) -> Room | None:
        """The machines of the account; None where the cloud does not say."""
