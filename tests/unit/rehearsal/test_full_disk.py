"""A disk that is full: a line is written whole or not at all, and whoever cannot note a write does not ask for it."""

from __future__ import annotations

import resource
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from math import inf
from pathlib import Path

import pytest

from exitkit.errors import OutsideError
from exitkit.model.journal import FIRST, Entry, Outcome, Seen
from exitkit.model.kinds.service import Canary
from exitkit.ports.carried import Message
from exitkit.rehearsal.clients import Client, read_seen
from exitkit.rehearsal.journal import Journal
from exitkit.rehearsal.resolvers import Resolver
from exitkit.rehearsal.steps import carried
from exitkit.transfer.journal import Fact
from exitkit.transfer.journal import Journal as Moved

Full = Callable[[int], AbstractContextManager[None]]


@pytest.fixture
def full() -> Full:
    """Lets no file of ours become larger than so many bytes, as on a disk that has become full."""

    @contextmanager
    def filled(most: int) -> Iterator[None]:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    return filled


def entry(journal: Journal) -> Entry:
    return Entry(
        seq=len(journal),
        at=datetime(2026, 11, 1, tzinfo=UTC),
        plan=FIRST,
        step="copy-objects-files",
        outcome=Outcome.STARTED,
        previous=journal.last,
    )


@pytest.mark.parametrize("room", [0, 1, 150])
def test_an_entry_for_which_there_is_no_room_is_not_there_at_all(tmp_path: Path, full: Full, room: int) -> None:
    file = tmp_path / "journal.jsonl"
    journal = Journal.open(file)
    journal.append(entry(journal))
    whole = file.read_bytes()

    with full(len(whole) + room), pytest.raises(OSError, match="File too large"):
        journal.append(entry(journal))

    assert (file.read_bytes(), len(journal)) == (whole, 1)
    journal.append(entry(journal))
    assert len(Journal.open(file)) == 2


def test_a_client_waits_for_room_and_asks_for_nothing_it_could_not_note(
    tmp_path: Path, full: Full, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [threading.Event(), threading.Event()]
    client = Client(
        Canary(write="/w", read="/r/{identifier}", body={}),
        name="a.test",
        resolver=Resolver([], inf),
        file=tmp_path / "clients-web.jsonl",
        run="run",
        clock=lambda: datetime.now(UTC),
    )

    def once(number: int) -> Seen:
        asked[min(number, 2) - 1].set()
        at = datetime.now(UTC)
        return Seen.model_validate({"n": number, "at": at, "seconds": 0, "outcome": "written", "identifier": "x"})

    monkeypatch.setattr(client, "_once", once)
    with ExitStack() as held:
        disk = held.enter_context(ExitStack())
        disk.enter_context(full(50))
        held.enter_context(client)
        assert asked[0].wait(10)
        assert not asked[1].wait(0.5)
        assert read_seen(tmp_path, "web") == []
        disk.close()
        assert asked[1].wait(10)

    assert [seen.n for seen in read_seen(tmp_path, "web")][:2] == [1, 2]


def test_messages_are_noted_together_or_not_and_half_a_line_hides_no_other(tmp_path: Path, full: Full) -> None:
    notes = tmp_path / "move-messages-jobs.jsonl"
    carried._note(notes, [Message("a", "first")])
    with full(notes.stat().st_size + 20), pytest.raises(OSError, match="File too large"):
        carried._note(notes, [Message("b", "second"), Message("c", "third")])
    with notes.open("a") as out:
        out.write('{"id": "torn by a ki')
    carried._note(notes, [Message("d", "fourth")])

    assert set(carried._noted(notes)) == {"a", "d"}


def test_the_journal_of_a_copy_says_that_there_is_no_room(tmp_path: Path, full: Full) -> None:
    with Moved(tmp_path / "objects.sqlite") as known:
        known.add(Fact("a", 1, "00" * 32, "x", "y"))
        known.flush()
        known.add(Fact("b" * 100_000, 1, "00" * 32, "x", "y"))
        with full(4096), pytest.raises(OutsideError, match=r"cannot be written: .*(full|disk I/O error)"):
            known.flush()

    with Moved(tmp_path / "objects.sqlite") as known:
        assert known.get("a") is not None
