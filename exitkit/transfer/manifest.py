"""What is known of every object that was moved: one line per fact, added to, the last one for a key holds."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType


@dataclass(frozen=True)
class Moved:
    """One object: its size, the SHA-256 computed while its bytes passed, and the tag each store had for it then.

    `verified` says that it was read back from where it was written and had that hash.
    """

    key: str
    size: int
    sha256: str
    tags: dict[str, str] = field(default_factory=dict)
    verified: bool = False


class Manifest:
    """The facts about one bucket's objects, in a file of JSON lines. Safe to add to from several threads."""

    def __init__(self, file: Path) -> None:
        self._known: dict[str, Moved] = {}
        self._lock = threading.Lock()
        self._load(file)
        self._out = os.open(file, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)

    def _load(self, file: Path) -> None:
        if not file.exists():
            return
        body = file.read_bytes()
        whole = body.rfind(b"\n") + 1
        if whole != len(body):  # killed while writing: what is torn was never relied on
            os.truncate(file, whole)
        for line in body[:whole].splitlines():
            fact = json.loads(line)
            self._known[fact["key"]] = Moved(**fact)

    def add(self, moved: Moved) -> None:
        """Remember one more fact."""
        line = json.dumps(asdict(moved), separators=(",", ":")).encode() + b"\n"
        with self._lock:
            os.write(self._out, line)
            self._known[moved.key] = moved

    def get(self, key: str) -> Moved | None:
        """What is known of one object."""
        return self._known.get(key)

    def __iter__(self) -> Iterator[Moved]:
        return iter(sorted(self._known.values(), key=lambda moved: moved.key))

    def __len__(self) -> int:
        return len(self._known)

    def sync(self) -> None:
        """Let the disk have everything."""
        os.fsync(self._out)

    def __enter__(self) -> Manifest:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.sync()
        os.close(self._out)
