"""Ask a service for what was written to it: it is there, it is missing, or nobody can tell, which is never the same."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import urlopen

from exitkit.model.journal import Seen
from exitkit.model.kinds.service import Canary
from exitkit.rehearsal.clients import key_of
from exitkit.transfer.many import each

_WORKERS = 4
_PAUSES_SECONDS = (0.0, 0.4, 0.8, 1.6, 3.2, 6.4)
"""Before each time that all who did not answer are asked again: a server that is away for a moment lost nothing."""

_ALL_SECONDS = 120.0
"""How long to ask at all; what has no answer then stays unknown."""

_ANSWER_SECONDS = 15.0
_MISSING = (404, 410)
_BUSY = (429, 502, 503, 504)
"""What says nothing about a write."""


class Fate(StrEnum):
    """What became of a write."""

    THERE = "there"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Looked:
    """What a service said when it was asked for a write; `again` where asking once more may tell."""

    fate: Fate
    why: str = ""
    again: bool = False


_SILENT = Looked(Fate.UNKNOWN, "no answer", again=True)


def read_back(address: str | None, canary: Canary, written: Sequence[Seen], *, at: str) -> list[Looked]:
    """What became of each write that a client was told was done, by the name it was given."""
    return _look(address, [canary.read.replace("{identifier}", quote(one.identifier, safe="")) for one in written], at)


def look_up(address: str | None, canary: Canary, unanswered: Sequence[Seen], *, run: str, at: str) -> list[Looked]:
    """What became of each write that had no answer, by the key it was sent with; unknown where none can be asked."""
    if canary.find is None:
        return [Looked(Fate.UNKNOWN, "the service declares no way to find a write by its key")] * len(unanswered)
    return _look(address, [canary.find.replace("{key}", quote(key_of(run, one.n), safe="")) for one in unanswered], at)


def _look(address: str | None, paths: Sequence[str], at: str) -> list[Looked]:
    """Ask for all of them, and again for those that had no answer, until it is told or time is over."""
    found = [_SILENT] * len(paths)
    left, until = list(range(len(paths))), time.monotonic() + _ALL_SECONDS
    for pause in _PAUSES_SECONDS:
        if not left:
            break
        time.sleep(pause)
        for number, looked in each(left, partial(_numbered, address, paths, at, until), workers=_WORKERS):
            found[number] = looked
        left = [number for number in left if found[number].again]
    return found


def _numbered(address: str | None, paths: Sequence[str], at: str, until: float, number: int) -> tuple[int, Looked]:
    return number, _ask(f"http://{address}{paths[number]}", at) if time.monotonic() < until else _SILENT


def _ask(url: str, at: str) -> Looked:
    try:
        with urlopen(url, timeout=_ANSWER_SECONDS) as answer:  # noqa: S310 - the address is a name server's
            return _told(answer.status, answer.headers.get("X-Served-By", at), at)
    except HTTPError as error:
        with error:
            return _told(error.code, error.headers.get("X-Served-By", at), at)
    except (URLError, OSError, HTTPException):
        return _SILENT


def _told(status: int, served: str, at: str) -> Looked:
    if served != at:
        return Looked(Fate.UNKNOWN, f"{served} answered in place of {at}")
    if status == 200:
        return Looked(Fate.THERE)
    if status in _MISSING:
        return Looked(Fate.MISSING)
    if status >= 500 and status not in _BUSY:  # the service has no whole answer to give, however often it is asked
        return Looked(Fate.MISSING, f"answered {status}", again=True)
    return Looked(Fate.UNKNOWN, f"answered {status}", again=status in _BUSY)
