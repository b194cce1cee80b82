"""How things are reached: settings of a provider, what a service is told, and secrets that are never shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


class Secret:
    """Something to use and never to show."""

    def __init__(self, reveal: Callable[[], str]) -> None:
        self.reveal = reveal

    @classmethod
    def of(cls, text: str) -> Secret:
        """A secret that is already in hand."""
        return cls(lambda: text)

    def __repr__(self) -> str:
        return "Secret(•••)"

    __str__ = __repr__


@dataclass(frozen=True)
class Settings:
    """How to reach one provider: plain values by name, secrets by name."""

    values: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)


@dataclass(frozen=True)
class Access:
    """What a service is told in order to reach something: plain values and secrets, by the ends of their names."""

    values: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)
