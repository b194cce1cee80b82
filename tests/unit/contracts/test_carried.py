"""The contracts of queues, secrets and zones, tried on ones in memory: those that are right, and those that are not."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from exitkit.contracts import carried, check
from exitkit.contracts.carried import QUEUE, SECRET, clear_queue, clear_secret, drawer, line, name_for
from exitkit.contracts.check import Contract, hold_both
from exitkit.contracts.names import DNS, zone
from exitkit.errors import OutsideError
from exitkit.model.contract import Checked
from exitkit.model.evidence import Verdict
from exitkit.model.kinds.domain import Domain, first_records
from exitkit.ports import Secret, Told
from exitkit.ports.carried import Message, Taken
from exitkit.testing.fake_carried import FakeQueues, FakeSecrets
from exitkit.testing.fake_running import FakeNames
from exitkit.testing.fate import Fate

PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN
ZONE = Domain.model_validate(
    {
        "kind": "domain",
        "name": "names",
        "zone": "a.test",
        "records": {
            "@": {"type": "TXT", "value": "v=spf1 -all"},
            "mail": {"type": "A", "value": "192.0.2.1", "ttl": 60},
        },
    }
)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carried, "_PAUSE_SECONDS", 0.0)


class HidingQueues(FakeQueues):
    """Queues in memory that hide what was taken."""

    def __init__(self) -> None:
        super().__init__("here", Fate())
        self.hidden: set[str] = set()

    def take(self, queue: str, most: int) -> tuple[Taken, ...]:
        """Take some that nobody has."""
        seen = [(key, body) for key, body in self.queues[queue].items() if key not in self.hidden][:most]
        self.hidden |= {key for key, _ in seen}
        return tuple(Taken(Message(key, body), key) for key, body in seen)


class CuttingQueues(HidingQueues):
    """Queues that cut a message off."""

    def take(self, queue: str, most: int) -> tuple[Taken, ...]:
        """Take some, of each a part."""
        cut = super().take(queue, most)
        return tuple(Taken(Message(one.message.id, one.message.body[:50_000]), one.receipt) for one in cut)


class LosingQueues(HidingQueues):
    """Queues that lose what comes after a first message."""

    def send(self, queue: str, messages: Any) -> int:
        """Put the first in."""
        return super().send(queue, list(messages)[:1])


class AsciiSecrets(FakeSecrets):
    """A store that knows no accents, and keeps the first value it was given."""

    def put(self, name: str, value: Secret) -> None:
        """Keep it, without what is not ASCII."""
        super().put(name, Secret.of(value.reveal().encode("ascii", "replace").decode()))


class StubbornSecrets(FakeSecrets):
    """A store that forgets nothing."""

    def remove(self, name: str) -> None:
        """Do nothing."""


class WildNames(FakeNames):
    """A name server that knows every name."""

    def ask(self, name: str) -> Told | None:
        """Always the same place."""
        return Told("192.0.2.9:80", 60)


def here_and_there(contract: Contract[Any], here: Any, there: Any) -> dict[str, Checked]:
    """Every check, by its name."""
    return {one.name: one for one in hold_both(contract, ZONE, here, there)}


def only_here(found: dict[str, Checked]) -> set[str]:
    """What only the target does not do."""
    return {name for name, one in found.items() if one.only_at_source}


@pytest.mark.parametrize(
    ("there", "broken"),
    [
        (HidingQueues(), set()),
        (CuttingQueues(), {"queue.a-long-message-comes-whole"}),
        (LosingQueues(), {"queue.every-message-comes"}),
        (FakeQueues("there", Fate()), {"queue.what-is-taken-is-hidden"}),
    ],
)
def test_a_queue_that_does_it_wrongly_is_named(there: FakeQueues, broken: set[str]) -> None:
    here = HidingQueues()
    here.create("jobs")
    here.send("jobs", [Message("m1", "somebody's")])

    found = here_and_there(QUEUE, partial(line, here, "jobs"), partial(line, there, "jobs"))

    assert only_here(found) == broken
    assert found["queue.programs-speak-to-it-as-before"].target is UNKNOWN
    assert here.queues == {"jobs": {"m1": "somebody's"}}
    assert there.queues == {}


@pytest.mark.parametrize(
    ("there", "broken"),
    [
        (FakeSecrets("there", Fate()), set()),
        (AsciiSecrets("there", Fate()), {"secret.a-secret-comes-back"}),
        (StubbornSecrets("there", Fate()), {"secret.what-is-forgotten-is-gone"}),
    ],
)
def test_a_store_of_secrets_that_does_it_wrongly_is_named(there: FakeSecrets, broken: set[str]) -> None:
    here = FakeSecrets("here", Fate())
    here.put("token", Secret.of("somebody's"))

    found = here_and_there(SECRET, partial(drawer, here, "token"), partial(drawer, there, "token"))

    assert only_here(found) == broken
    assert here.known == {"token": "somebody's"}


def test_no_value_of_a_secret_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carried.secrets, "token_urlsafe", lambda _size: "hush-hush")
    wrong = AsciiSecrets("there", Fate())

    found = here_and_there(SECRET, partial(drawer, wrong, "token"), partial(drawer, wrong, "token"))

    assert not [one for one in found.values() if "hush" in one.line]


def served(records: tuple[str, ...], kind: type[FakeNames] = FakeNames) -> FakeNames:
    """A name server with a zone."""
    names = kind("here", Fate())
    names.adopt(ZONE.zone, records)
    return names


RIGHT = first_records(ZONE)


@pytest.mark.parametrize(
    ("there", "broken"),
    [
        (served(RIGHT), set()),
        (served(RIGHT[:1]), {"dns.records-say-what-was-written", "dns.records-are-remembered-as-long-as-said"}),
        (
            served(tuple(one.replace(" 60 ", " 61 ") for one in RIGHT)),
            {"dns.records-are-remembered-as-long-as-said"},
        ),
        (served(RIGHT, WildNames), {"dns.what-is-not-there-is-not-told"}),
        (FakeNames("there", Fate()), {one.name for one in DNS.checks}),
    ],
)
def test_a_name_server_that_does_it_wrongly_is_named(there: FakeNames, broken: set[str]) -> None:
    before = there.content()

    found = here_and_there(DNS, partial(zone, served(RIGHT), ZONE), partial(zone, there, ZONE))

    assert only_here(found) == broken
    assert there.content() == before


@pytest.mark.parametrize(
    ("contract", "opened"),
    [(QUEUE, partial(line, None, "x")), (SECRET, partial(drawer, None, "x")), (DNS, partial(zone, None, ZONE))],
)
def test_where_there_is_none_nothing_is_known(contract: Contract[Any], opened: Any) -> None:
    found = here_and_there(contract, opened, opened)

    assert {(one.source, one.target) for one in found.values()} == {(UNKNOWN, UNKNOWN)}
    assert all("that we know" in one.why for one in found.values())


def test_what_a_killed_try_left_is_used_again_and_cleared() -> None:
    queues, vault = HidingQueues(), FakeSecrets("here", Fate())
    queues.create(name_for("jobs"))
    queues.send(name_for("jobs"), [Message("old", "left")])
    vault.put(name_for("token"), Secret.of("left"))

    assert (clear_queue(queues, "jobs"), clear_secret(vault, "token")) == (1, 1)
    assert (clear_queue(queues, "jobs"), clear_secret(vault, "token")) == (0, 0)
    assert (queues.queues, vault.known) == ({}, {})


class SilentSecrets(FakeSecrets):
    """A store that gives no answer, and counts how often it was asked."""

    asked = 0

    def put(self, name: str, value: Secret) -> None:
        """Nobody answers."""
        self.asked += 1
        raise OutsideError("nobody answers")


def test_a_side_that_falls_silent_is_not_asked_for_ever() -> None:
    silent, pauses = SilentSecrets("here", Fate()), list[float]()
    bench, patience = carried.Drawer(silent, "x"), check.Patience(left=0.7, pause=pauses.append)

    first, second = (check.try_one(one, bench, patience) for one in SECRET.checks[:2])

    assert first == (UNKNOWN, "nobody answers")
    assert second[0] is UNKNOWN
    assert "stopped answering" in second[1]
    assert (pauses, silent.asked) == ([0.2, 0.4], 3)
