"""Zones kept as files, one each: a copy to restore names from, which answers nobody's questions."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from exitkit.errors import OutsideError
from exitkit.ports import Told


class ZoneFiles:
    """Zones below one folder, each record a line."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def ask(self, name: str) -> Told | None:  # noqa: ARG002 - asked of every side
        """None: a copy answers for no name."""
        return None

    def point(self, name: str, address: str) -> None:
        """Raises OutsideError: a copy is changed by copying anew."""
        raise OutsideError(f"a copy of a zone answers for no name, so {name} is not pointed at {address} there")

    def set_ttl(self, name: str, seconds: int) -> None:
        """Raises OutsideError: a copy is changed by copying anew."""
        raise OutsideError(f"a copy of a zone answers for no name, so {name} is not remembered for {seconds} s there")

    def records(self, zone: str) -> tuple[str, ...] | None:
        """Every record of a zone, as it was copied; None where there is no such zone."""
        file = self._folder / f"{zone}.zone"
        return tuple(file.read_text(encoding="utf-8").splitlines()) if file.exists() else None

    def adopt(self, zone: str, records: Iterable[str]) -> None:
        """Keep these records, whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        staging = self._folder / f".{zone}.new"
        staging.write_text("".join(f"{line}\n" for line in records), encoding="utf-8")
        os.replace(staging, self._folder / f"{zone}.zone")

    def forget(self, zone: str) -> None:
        """Take a zone away; harmless where there is none."""
        (self._folder / f"{zone}.zone").unlink(missing_ok=True)
