"""Remember every change on disk before it is answered, and read it back, forgiving a torn end.

A record is a line of JSON that says what changed, and the bytes that came with it. A kill tears at most the last one,
whose request was never answered; it is cut off. A power cut is not survived: nothing is synced.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Change = dict[str, Any]
"""What changed: `op` names it, the rest is what it needs."""

_SIZES = struct.Struct("<IQ")
_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


class Memory:
    """A log of changes in a file that only grows."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._log = os.open(file, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)

    def write(self, change: Change, body: bytes | memoryview = b"") -> None:
        """Add one change. Raises OSError, and then leaves no part of it."""
        head = _encode(change).encode("utf-8", "surrogatepass")
        record = b"".join((_SIZES.pack(len(head), len(body)), head, body))
        written = os.write(self._log, record)
        while written < len(record):
            written += os.write(self._log, memoryview(record)[written:])

    def read(self) -> Iterator[tuple[Change, bytes]]:
        """Every change so far, oldest first; what is torn at the end is cut off, so that writing can go on."""
        whole = 0
        with self._file.open("rb", buffering=2**20) as log:
            while len(sizes := log.read(_SIZES.size)) == _SIZES.size:
                head_size, body_size = _SIZES.unpack(sizes)
                head, body = log.read(head_size), log.read(body_size)
                if len(head) < head_size or len(body) < body_size:
                    break
                yield json.loads(head), body
                whole += _SIZES.size + head_size + body_size
        os.ftruncate(self._log, whole)
