"""Names kept in one file, looked up at every use; real DNS, with its caches, is not shown by this."""

from __future__ import annotations

import json
import os
from pathlib import Path


class NamesFile:
    """Where names point, in a file that is replaced whole."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def point(self, name: str, address: str) -> None:
        """Let a name point at an address."""
        staging = self._file.with_suffix(".new")
        staging.write_text(json.dumps({**self._read(), name: address}, sort_keys=True))
        os.replace(staging, self._file)

    def resolve(self, name: str) -> str | None:
        """Where a name points, or None."""
        return self._read().get(name)

    def _read(self) -> dict[str, str]:
        return dict(json.loads(self._file.read_text())) if self._file.exists() else {}
