"""What a seed draws, and what a wire does when told."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from exitkit.lab import children
from exitkit.lab.wire import Wire
from exitkit.rehearsal.faults import PLANTED, draw
from exitkit.testing.worlds import CHAIN, fake_plan

PLAN = fake_plan(CHAIN)


def test_a_seed_draws_the_same_again_and_another_seed_something_else() -> None:
    assert draw(7, PLAN) == draw(7, PLAN)
    assert len({draw(seed, PLAN).digest for seed in range(50)}) == 50


def test_two_hundred_seeds_draw_every_kind_at_steps_there_are() -> None:
    drawn = [draw(seed, PLAN) for seed in range(1, 201)]
    kinds = Counter(fault.kind for one in drawn for fault in one.faults)
    there = [step.id for step in PLAN.steps]
    known = {*there, *(step.id for step in PLAN.way_back(there))}

    assert set(kinds) == {
        "kill", "network cut", "throttling", "expired credential", "full disk", "full database disk",
        "full object store", "slow database", "half-finished copy", "clock skew", "object store's clock skew", *PLANTED,
    }  # fmt: skip
    assert min(kinds.values()) >= 8
    assert {fault.step for one in drawn for fault in one.faults} <= known
    assert 10 <= sum(one.planted for one in drawn) <= 40
    assert {one.then for one in drawn} == {"resume", "roll back"}


def test_what_is_planted_comes_after_the_last_merge_or_before_the_probe() -> None:
    for one in (draw(seed, PLAN) for seed in range(200)):
        if one.planted:
            (fault,) = one.faults
            wanted = {
                "planted difference": ("catch-up-ledger", "after"),
                "planted loss": ("probe-web", "before"),
            }
            assert (fault.step, fault.moment) == wanted[fault.kind]
            assert one.then == "resume"


@pytest.fixture
def echo() -> Iterator[int]:
    """A server that sends back what it is sent."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                while block := connection.recv(4096):
                    connection.sendall(block)

    threading.Thread(target=serve, daemon=True).start()
    yield server.getsockname()[1]
    server.close()


@pytest.fixture
def wire(echo: int) -> Iterator[tuple[Wire, int]]:
    port = children.free_port()
    found = Wire(port, echo)
    yield found, port
    found.close()


def sent(port: int, text: bytes) -> bytes:
    """What comes back for these bytes, as far as it does."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as one:
            one.sendall(text)
            one.shutdown(socket.SHUT_WR)
            back = b""
            while block := one.recv(4096):
                back += block
            return back
    except OSError:
        return b""


def test_a_wire_carries_and_is_cut_and_carries_again(wire: tuple[Wire, int]) -> None:
    found, port = wire

    assert sent(port, b"hello") == b"hello"
    with socket.create_connection(("127.0.0.1", port), timeout=5) as standing:
        standing.sendall(b"a")
        assert standing.recv(1) == b"a"
        found.be("cut")
        assert sent(port, b"hello") == b""
        assert ended(standing)
    found.be("well")
    assert sent(port, b"hello") == b"hello"


def ended(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except OSError:
        return True


def test_a_wire_breaks_off_after_so_many_bytes(wire: tuple[Wire, int]) -> None:
    found, port = wire
    found.be("half", after=100)

    assert len(sent(port, bytes(50_000))) < 50_000


@pytest.mark.parametrize(
    ("mood", "status", "code"), [("throttle", 503, b"SlowDown"), ("expired", 403, b"ExpiredToken")]
)
def test_a_wire_says_no_as_an_object_store_does(wire: tuple[Wire, int], mood: str, status: int, code: bytes) -> None:
    found, port = wire
    found.be(mood)  # type: ignore[arg-type]

    with pytest.raises(HTTPError) as refused:
        urlopen(f"http://127.0.0.1:{port}/x", timeout=5)
    assert refused.value.code == status
    assert code in refused.value.read()
