"""The journal's file: one line per entry, synced, each line naming the one before; a torn last line is forgiven."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from exitkit.errors import OutsideError
from exitkit.model.journal import FIRST, Entry


class Journal:
    """The entries of one run, in a file that only grows."""

    def __init__(self, file: Path, entries: list[Entry]) -> None:
        self._file = file
        self._entries = entries

    @classmethod
    def open(cls, file: Path) -> Journal:
        """Read a journal, or begin one. Raises OutsideError, with the line, where the chain is broken."""
        if not file.exists():
            return cls(file, [])
        body = file.read_bytes()
        whole = body.rfind(b"\n") + 1
        if whole != len(body):
            os.truncate(file, whole)
        return cls(file, list(_checked(file, body[:whole])))

    def append(self, entry: Entry) -> None:
        """Add one entry; it is on disk when this returns. Raises OSError where it is not, and then nothing of it is."""
        out = os.open(self._file, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        try:
            append_whole(out, _line(entry))
            os.fsync(out)
        finally:
            os.close(out)
        self._entries.append(entry)

    @property
    def last(self) -> str:
        """The digest that the next entry names as the one before it."""
        return self._entries[-1].digest if self._entries else FIRST

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self._entries))

    def __len__(self) -> int:
        return len(self._entries)


def append_whole(out: int, line: bytes) -> None:
    """Write a line whole to an open file that only grows, or none of it. Raises OSError."""
    whole, left = os.fstat(out).st_size, memoryview(line)
    try:
        while left:
            left = left[os.write(out, left) :]
    except OSError:
        with suppress(OSError):
            os.ftruncate(out, whole)
        raise


def end_torn_line(file: Path) -> None:
    """Let what a kill tore stand on a line of its own, where reading passes it over."""
    if file.exists() and file.read_bytes()[-1:] not in (b"", b"\n"):
        with file.open("ab") as out:
            out.write(b"\n")


def _line(entry: Entry) -> bytes:
    """An entry as its line: the canonical form, with the digest of it, so that the last line is held to one too."""
    record = {**entry.model_dump(mode="json"), "digest": entry.digest}
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def _checked(file: Path, body: bytes) -> Iterator[Entry]:
    previous = FIRST
    for number, line in enumerate(body.splitlines(), start=1):
        try:
            record = json.loads(line)
            record.pop("digest")
            entry = Entry.model_validate(record)
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise OutsideError(f"{file}:{number}: this line is not an entry", hint="restore the file") from error
        if line + b"\n" != _line(entry):
            raise OutsideError(f"{file}:{number}: this line was changed after it was written")
        if entry.previous != previous or entry.seq != number - 1:
            raise OutsideError(f"{file}:{number}: the chain is broken: this entry does not follow the one before it")
        previous = entry.digest
        yield entry
