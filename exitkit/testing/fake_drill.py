"""A drill in memory: a cloud that is cut off answers nobody, and Terraform of which somebody said what it does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from exitkit.model.evidence import Verdict
from exitkit.ports.tree import Look, Looked
from exitkit.testing.fate import Fate

_PARTS = ("API", "database", "name server")


class FakeDrill:
    """Cuts sides of a world in memory off; nothing of one that is gone takes a call."""

    def __init__(self, fate: Fate) -> None:
        self.off: set[tuple[str, str]] = set()
        self.runs_from: Path | None = None
        self._fate = fate

    def cut(self, provider: str) -> None:
        """Let nothing of it answer."""
        with self._fate.call(f"drill cut {provider}"):
            self._fate.gone.add(provider)

    def mend(self, provider: str) -> None:
        """Let it answer again."""
        with self._fate.call(f"drill mend {provider}"):
            self._fate.gone.discard(provider)

    def is_cut(self, provider: str) -> bool:
        """Whether it was cut off."""
        return provider in self._fate.gone

    def answering(self, provider: str) -> tuple[str, ...]:
        """All of its parts, or none."""
        return () if self.is_cut(provider) else _PARTS

    def asked(self, provider: str) -> int:  # noqa: ARG002 - all have as many
        """How many parts it has."""
        return len(_PARTS)

    def turn_off(self, provider: str, service: str) -> None:
        """Let one service refuse everything."""
        with self._fate.call(f"drill turn-off {service}"):
            self.off.add((provider, service))

    def turn_on(self, provider: str, service: str) -> None:
        """Let it answer again."""
        with self._fate.call(f"drill turn-on {service}"):
            self.off.discard((provider, service))

    def is_off(self, provider: str, service: str) -> bool:
        """Whether it was turned off."""
        return (provider, service) in self.off

    def run_from(self, folder: Path) -> None:
        """Remember where services start from."""
        with self._fate.call("drill run-from"):
            self.runs_from = folder


class FakeTrees:
    """Says that every tree is well."""

    def __init__(self, fate: Fate) -> None:
        self._fate = fate

    def look(self, tree: Path, *, packages: Sequence[Path] = ()) -> Looked:  # noqa: ARG002 - nothing is run
        """That it initialises and is valid."""
        with self._fate.call("drill terraform"):
            return Looked("no program", tuple(Look(name, Verdict.PASS, "well") for name in ("init", "validate")))
