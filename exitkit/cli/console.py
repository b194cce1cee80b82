"""The only writer to the terminal: stdout is the answer, stderr is the conversation."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exitkit.errors import ExitkitError, Mistake

_MOST_MISTAKES = 50
_WIDEST_EXCERPT = 100


class Console:
    """Where words go. `quiet` keeps the conversation to errors."""

    def __init__(self) -> None:
        self.quiet = False
        self._bar = False

    def answer(self, text: str) -> None:
        """What was asked for, on stdout."""
        self._clear()
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        sys.stdout.flush()

    def say(self, text: str) -> None:
        """A line of conversation, on stderr."""
        if not self.quiet:
            self._clear()
            sys.stderr.write(text + "\n")
            sys.stderr.flush()

    def progress(self, text: str) -> None:
        """How far something is: one line that moves, on a terminal only."""
        if sys.stderr.isatty() and not self.quiet and os.environ.get("TERM") != "dumb":
            sys.stderr.write(f"\r\x1b[2K      {text}")
            sys.stderr.flush()
            self._bar = True

    def fail(self, error: ExitkitError) -> None:
        """What went wrong, where, and what to do; on stderr, always."""
        from exitkit.errors import SpecError

        self._clear()
        if isinstance(error, SpecError):
            sys.stderr.write("\n\n".join(_shown(one) for one in error.mistakes[:_MOST_MISTAKES]) + "\n")
            left = len(error.mistakes) - _MOST_MISTAKES
            counted = f"{len(error.mistakes)} mistake{'s' if len(error.mistakes) > 1 else ''}"
            sys.stderr.write(f"\n{counted}{f', {left} not shown' if left > 0 else ''}\n")
        else:
            sys.stderr.write(f"error: {error.message}\n")
        if error.hint:
            sys.stderr.write(f"\nhint: {error.hint}\n")
        sys.stderr.flush()

    def _clear(self) -> None:
        if self._bar:
            sys.stderr.write("\r\x1b[2K")
            self._bar = False


console = Console()


def _shown(mistake: Mistake) -> str:
    """A mistake with its line, and marks below the part that is wrong."""
    number = str(mistake.line)
    margin = " " * len(number)
    start = max(0, mistake.column - 1 - _WIDEST_EXCERPT // 2) if len(mistake.excerpt) > _WIDEST_EXCERPT else 0
    excerpt = mistake.excerpt[start : start + _WIDEST_EXCERPT]
    marks = "^" * max(1, min(mistake.width, len(excerpt) - (mistake.column - 1 - start)))
    suggestion = f" {mistake.suggestion}" if mistake.suggestion else ""
    return "\n".join([
        f"error: {mistake.message}",
        f"{margin}--> {mistake.file}:{mistake.line}:{mistake.column}",
        f"{margin} |",
        f"{number} | {excerpt}",
        f"{margin} | {' ' * (mistake.column - 1 - start)}{marks}{suggestion}",
    ])  # fmt: skip


def table(rows: Iterable[Sequence[str]], *, header: Sequence[str] = (), indent: int = 0) -> str:
    """Columns, each as wide as its widest cell, two spaces apart; nothing at the ends of lines."""
    listed = [list(header), *map(list, rows)] if header else [list(row) for row in rows]
    if not listed:
        return ""
    widths = [max(len(row[column]) for row in listed) for column in range(len(listed[0]))]
    pad = " " * indent
    return "\n".join(
        pad + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in listed
    )


def deliver(text: str, out: Path | None) -> None:
    """An answer to stdout, or whole into a file. Raises UsageError where it cannot be written."""
    if out is None:
        console.answer(text)
        return
    deliver_bytes((text if text.endswith("\n") else text + "\n").encode(), out)


def deliver_bytes(body: bytes, out: Path) -> None:
    """Bytes, whole into a file. Raises UsageError where it cannot be written."""
    from exitkit.errors import UsageError

    try:
        fresh = out.with_name(f".{out.name}.new")
        fresh.write_bytes(body)
        os.replace(fresh, out)
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}") from error
