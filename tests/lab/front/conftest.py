"""A store of the lab by itself, and moto's own server beside it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from exitkit.lab import children
from exitkit.lab.alone import Alone, alone
from exitkit.lab.faults import Faults, Rule

Client = Any


def client(url: str, access_key: str, secret_key: str, **settings: Any) -> Client:
    """A boto3 client that sends nothing twice."""
    import boto3
    from botocore.config import Config

    usual = {
        "signature_version": "s3v4",
        "s3": {"addressing_style": "path"},
        "retries": {"max_attempts": 0},
        "request_checksum_calculation": "when_required",
        "response_checksum_validation": "when_required",
        "read_timeout": 20,
    }
    return boto3.client(
        "s3", endpoint_url=url, aws_access_key_id=access_key, aws_secret_access_key=secret_key,
        region_name="us-east-1", config=Config(**{**usual, **settings}),
    )  # fmt: skip


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alone]:
    """One store of the lab."""
    with alone(tmp_path_factory.mktemp("store")) as found:
        yield found


@pytest.fixture
def front(store: Alone) -> Client:
    """A client of the store."""
    return client(store.url, store.access_key, store.secret_key)


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of moto's own server."""
    port = children.free_port()
    log = tmp_path_factory.mktemp("moto") / "log"
    child = children.start([sys.executable, "-m", "moto.server", "-p", str(port)], log=log)
    until = time.monotonic() + 60
    while not children.answers("127.0.0.1", port) and time.monotonic() < until:
        time.sleep(0.05)
    yield client(f"http://127.0.0.1:{port}", "any", "any")
    children.stop(child, seconds=3)


@pytest.fixture
def faulty(store: Alone) -> Iterator[Callable[..., None]]:
    """Asks the store for one fault; none is left afterwards."""

    def ask(kind: str, *, seed: int = 1, **more: Any) -> None:
        store.ask_for(Faults(seed=seed, rules=(Rule(kind=kind, **more),)))

    yield ask
    store.ask_for(Faults())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a store keeps its changes."""
    return tmp_path / "store"
