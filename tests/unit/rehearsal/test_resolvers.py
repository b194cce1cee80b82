"""What resolvers remember, for how long, and whom they ask when one server is silent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest

from exitkit.errors import OutsideError
from exitkit.ports import Told
from exitkit.rehearsal.resolvers import CROWD, Crowd, Resolver


@dataclass
class Server:
    """A name server that counts what it is asked."""

    told: dict[str, Told] = field(default_factory=dict)
    silent: bool = False
    asked: int = 0

    def ask(self, name: str) -> Told | None:
        self.asked += 1
        if self.silent:
            raise OutsideError("the name server did not answer")
        return self.told.get(name)

    def point(self, name: str, address: str) -> None:
        raise NotImplementedError

    def set_ttl(self, name: str, seconds: int) -> None:
        raise NotImplementedError

    def records(self, zone: str) -> tuple[str, ...] | None:
        raise NotImplementedError

    def adopt(self, zone: str, records: Iterable[str]) -> None:
        raise NotImplementedError

    def forget(self, zone: str) -> None:
        raise NotImplementedError


def test_an_answer_is_kept_exactly_as_long_as_its_record_says_at_this_pace() -> None:
    server, now = Server({"www": Told("old", 120)}), [0.0]
    resolver = Resolver([server], 60.0, now=lambda: now[0])
    seen = []
    for at in (0.0, 1.0, 1.999, 2.0):
        now[0] = at
        seen.append(resolver.resolve("www"))
        server.told["www"] = Told("new", 120)

    assert seen == ["old", "old", "old", "new"]
    assert server.asked == 2


def test_a_name_that_nobody_knows_is_asked_for_again() -> None:
    server = Server()
    resolver = Resolver([server], 60.0)

    assert resolver.resolve("www") is None
    server.told["www"] = Told("there", 60)
    assert resolver.resolve("www") == "there"


def test_a_silent_server_is_passed_over_while_another_answers() -> None:
    silent, well = Server(silent=True), Server({"www": Told("here", 0)})
    resolver = Resolver([silent, well], 60.0)

    assert [resolver.resolve("www") for _ in range(3)] == ["here"] * 3
    assert silent.asked > 0
    well.silent = True
    with pytest.raises(OutsideError):
        resolver.resolve("www")


def test_a_crowd_starts_at_every_server_and_each_remembers_for_itself() -> None:
    old, new = Server({"www": Told("old", 0)}), Server({"www": Told("new", 10**6)})
    crowd = Crowd([old, new], 60.0)

    assert crowd.share("www", "new") == 0.5
    assert (old.asked, new.asked) == (CROWD / 2, CROWD / 2)
    assert crowd.share("www", "new") == 1.0
    assert new.asked == CROWD
