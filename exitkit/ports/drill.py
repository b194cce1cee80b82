"""What a lab can do to its clouds, and nobody can do to a real one."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class Drill(Protocol):
    """Cuts a cloud off, and lets it answer again."""

    def cut(self, provider: str) -> None:
        """Let nothing of a cloud answer any more; harmless where it is so."""

    def mend(self, provider: str) -> None:
        """Let it answer again; harmless where it does."""

    def is_cut(self, provider: str) -> bool:
        """Whether it was cut off."""

    def answering(self, provider: str) -> tuple[str, ...]:
        """The parts of a cloud that accept a connection now, each asked at its address."""

    def asked(self, provider: str) -> int:
        """How many parts `answering` asks."""

    def turn_off(self, provider: str, service: str) -> None:
        """Let one service of a cloud's API refuse everything; harmless where it does."""

    def turn_on(self, provider: str, service: str) -> None:
        """Let it answer again; harmless where it does."""

    def is_off(self, provider: str, service: str) -> bool:
        """Whether it was turned off."""

    def run_from(self, folder: Path) -> None:
        """From now on services start from this folder."""
