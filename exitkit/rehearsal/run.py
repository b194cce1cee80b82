"""Carry out steps, writing first, looking before doing again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from exitkit.errors import ExitkitError
from exitkit.model.evidence import Verdict
from exitkit.model.journal import LOOKED, Entry, Outcome, Result
from exitkit.model.plan import AnyStep

Do = Callable[[AnyStep], Result]
"""Does a step and answers what it brought; doing it twice is the same as once."""

Holds = Callable[[AnyStep], bool]
"""Whether what a step is for is already so."""

Clock = Callable[[], datetime]


class Book(Protocol):
    """What `run` asks of a journal."""

    @property
    def last(self) -> str:
        """The digest that the next entry names as the one before it."""

    def append(self, entry: Entry) -> None:
        """Add one entry."""

    def __iter__(self) -> Iterator[Entry]: ...

    def __len__(self) -> int: ...


def run(plan: str, steps: Sequence[AnyStep], journal: Book, *, do: Do, holds: Holds, clock: Clock) -> Iterator[Entry]:
    """Carry out what the journal does not already show as done; yields each entry as it is written.

    Each step is written down before it is tried. A step that was started and did not end well is in doubt, so we look
    (`holds`) before we act again. Once a look has failed nothing more is changed: only the looks that follow it at
    once are still taken, so that everything wrong is found together. Raises ValueError where the journal belongs to
    another plan; what `do` raises goes through, written down.
    """
    if any(entry.plan != plan for entry in journal):
        raise ValueError("this journal belongs to another plan")
    last = {entry.step: entry for entry in journal}
    scribe = _Scribe(plan, journal, clock)
    failed = False
    for step in steps:
        if failed and step.changes:
            return
        before = last.get(step.id)
        if before is not None and before.outcome is Outcome.OK:
            failed = failed or before.verdict is Verdict.FAIL
            continue
        if before is not None and holds(step):
            yield scribe.write(step, Outcome.OK, Result(details=LOOKED))
            continue
        yield scribe.write(step, Outcome.STARTED)
        try:
            result = do(step)
        except Exception as error:
            yield scribe.write(step, Outcome.FAILED, Result(details=(_words(error),)))
            raise
        yield scribe.write(step, Outcome.OK, result)
        failed = failed or result.verdict is Verdict.FAIL


def touched(journal: Iterable[Entry]) -> tuple[str, ...]:
    """Every step that was so much as started, in the order it first was."""
    return tuple(dict.fromkeys(entry.step for entry in journal))


class _Scribe:
    """Writes entries, each naming the one before."""

    def __init__(self, plan: str, journal: Book, clock: Clock) -> None:
        self._plan = plan
        self._journal = journal
        self._clock = clock

    def write(self, step: AnyStep, outcome: Outcome, result: Result | None = None) -> Entry:
        brought = result or Result()
        latest = max((entry.at for entry in self._journal), default=None)
        now = self._clock()
        entry = Entry(
            seq=len(self._journal),
            at=now if latest is None else max(now, latest),  # a clock that was put back does not turn time around
            plan=self._plan,
            step=step.id,
            outcome=outcome,
            verdict=brought.verdict,
            evidence=brought.evidence,
            details=brought.details,
            tried=brought.tried,
            previous=self._journal.last,
        )
        self._journal.append(entry)
        return entry


def _words(error: Exception) -> str:
    return error.message if isinstance(error, ExitkitError) else f"{type(error).__name__}: {error}"
