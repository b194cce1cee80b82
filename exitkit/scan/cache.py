"""Keep what was read of a file by the file's content; a file that did not change is not read twice."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from exitkit.scan.readers.file import FORMAT

SMALLEST = 2_000
"""A file shorter than this is read sooner than it is found again."""


class Cache:
    """A folder of answers, or nothing at all where there is none."""

    def __init__(self, folder: Path | None, salt: str) -> None:
        self._folder = folder / f"scan-{FORMAT}-{salt[:12]}" if folder is not None else None

    def get(self, reader: str, digest: str) -> dict[str, Any] | None:
        """What was read of this content before; None where nothing was kept, or not whole."""
        if self._folder is None:
            return None
        try:
            told = json.loads((self._folder / digest[:2] / f"{digest}.{reader}.json").read_bytes())
        except (OSError, ValueError, RecursionError):
            return None
        return told if isinstance(told, dict) else None

    def put(self, reader: str, digest: str, told: dict[str, Any]) -> None:
        """Keep it; a disk that is full is no reason to fail."""
        if self._folder is None:
            return
        with suppress(OSError, ValueError, RecursionError):
            place = self._folder / digest[:2]
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = place / f".{digest}.{reader}.{os.getpid()}"
            fresh.write_text(json.dumps(told, separators=(",", ":")), encoding="utf-8")
            os.replace(fresh, place / f"{digest}.{reader}.json")


def usual_folder() -> Path:
    """Where answers are kept if nobody says otherwise."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "exitkit"
