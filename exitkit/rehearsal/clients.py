"""Clients that write to a service throughout a rehearsal, and note what they see."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from pydantic import JsonValue, ValidationError

from exitkit.errors import OutsideError
from exitkit.model.journal import Seen
from exitkit.model.kinds.service import Canary
from exitkit.rehearsal.journal import append_whole, end_torn_line
from exitkit.rehearsal.resolvers import Resolver

INTERVAL_SECONDS = 0.1
_PATIENCE_SECONDS = 10.0


@dataclass(frozen=True)
class Outage:
    """A time without a write answered well: when it began, how many seconds it lasted, how many writes failed in it."""

    began: datetime
    seconds: Decimal
    failed: int


class Client:
    """Writes the canary, ten times a second at most, to wherever the name points; a context that begins and ends it."""

    def __init__(
        self, canary: Canary, *, name: str, resolver: Resolver, file: Path, run: str, clock: Callable[[], datetime]
    ) -> None:
        self._canary = canary
        self._name = name
        self._resolver = resolver
        self._file = file
        self._run = run
        self._clock = clock
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._write_on, name=f"client of {name}", daemon=True)
        self._n = max((seen.n for seen in _read(file)), default=0)

    def __enter__(self) -> Client:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join(_PATIENCE_SECONDS + 1)

    def _write_on(self) -> None:
        end_torn_line(self._file)
        out = os.open(self._file, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        try:
            while not self._end.is_set():
                self._n += 1
                self._note(out, self._once(self._n).model_dump_json().encode() + b"\n")
                self._end.wait(INTERVAL_SECONDS)
        finally:
            os.close(out)

    def _note(self, out: int, line: bytes) -> None:
        """Note one write; where the disk has no room for it, wait: what cannot be noted is not asked for either."""
        while True:
            try:
                append_whole(out, line)
            except OSError:
                if not self._end.wait(INTERVAL_SECONDS):
                    continue
            return

    def _once(self, number: int) -> Seen:
        began, at = time.monotonic(), self._clock()
        status, served, identifier = self._ask(number)
        outcome = "written" if identifier else ("refused" if status else "no answer")
        spent = Decimal(str(round(time.monotonic() - began, 4)))
        return Seen.model_validate(
            {
                "n": number,
                "at": at,
                "seconds": spent,
                "outcome": outcome,
                "status": status,
                "served_by": served,
                "identifier": identifier,
            }
        )

    def _ask(self, number: int) -> tuple[int, str, str]:
        headers = {"Content-Type": "application/json", "Idempotency-Key": key_of(self._run, number)}
        body = json.dumps(_filled(self._canary.body, number)).encode()
        try:
            request = Request(f"http://{self._resolver.resolve(self._name)}{self._canary.write}", body, headers)
            with urlopen(request, timeout=_PATIENCE_SECONDS) as answer:  # noqa: S310
                said = json.load(answer)
                return answer.status, answer.headers.get("X-Served-By", ""), str(said[self._canary.identifier])
        except HTTPError as error:
            return error.code, error.headers.get("X-Served-By", ""), ""
        except (URLError, OSError, HTTPException, ValueError, KeyError, OutsideError):
            return 0, "", ""


def key_of(run: str, number: int) -> str:
    """The idempotency key that a client sends a write of a run with."""
    return f"{run}-{number}"


def read_seen(folder: Path, service: str) -> list[Seen]:
    """What the clients of a service saw, in order; a torn last line is passed over."""
    return sorted(_read(folder / f"clients-{service}.jsonl"), key=lambda seen: seen.n)


def outages(seen: Iterable[Seen]) -> list[Outage]:
    """Every time in which at least one write failed: from the last good answer before it to the first one after it.

    A time in which nothing was asked, such as between a kill and a resume, counts only where a write failed beside it.
    """
    found: list[Outage] = []
    last_good: datetime | None = None
    failed = 0
    latest: datetime | None = None
    for one in sorted(seen, key=lambda each: each.n):
        latest = one.at
        if one.outcome != "written":
            failed += 1
            continue
        if failed and last_good is not None:
            found.append(Outage(last_good, _seconds(last_good, one.at), failed))
        last_good, failed = one.at, 0
    if failed and last_good is not None and latest is not None:
        found.append(Outage(last_good, _seconds(last_good, latest), failed))
    return found


def _seconds(began: datetime, ended: datetime) -> Decimal:
    return Decimal(str(round((ended - began).total_seconds(), 3)))


def _read(file: Path) -> list[Seen]:
    if not file.exists():
        return []
    found = []
    for line in file.read_bytes().split(b"\n"):
        try:
            found.append(Seen.model_validate_json(line))
        except ValidationError:
            continue
    return found


def _filled(value: JsonValue, number: int) -> JsonValue:
    """A body with {n} in its texts replaced by the number of the write."""
    if isinstance(value, str):
        return value.replace("{n}", str(number))
    if isinstance(value, dict):
        return {key: _filled(part, number) for key, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, number) for part in value]
    return value
