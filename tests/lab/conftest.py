"""One cloud's endpoint, started as the lab starts it, stopped and started again at will."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from exitkit.lab import children
from tests.conftest import clean_environment

KEY, SECRET = "LABTEST", "a secret of the lab's own"
REGION = "eu-west-3"


@dataclass
class Endpoint:
    """A running endpoint, and AWS's own library to speak to it."""

    folder: Path
    port: int = field(default_factory=children.free_port)
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it, and wait for its word."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "exitkit.lab.endpoint", str(self.port), str(self.folder)],
            env=clean_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with self.process.stdin as keys:
            keys.write(json.dumps({"keys": {KEY: SECRET}}) + "\n")
        assert self.process.stdout.readline() == "ready\n"
        deadline = time.monotonic() + 30
        while not children.answers("127.0.0.1", self.port):
            assert time.monotonic() < deadline, "it said it was ready, and does not answer"

    def kill(self) -> None:
        """End it without a word."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=120)
        if self.process.stdout is not None:
            self.process.stdout.close()

    def client(self, service: str, *, key: str = KEY, secret: str = SECRET) -> Any:
        """AWS's own library."""
        import boto3
        from botocore.config import Config

        return boto3.client(
            service,
            endpoint_url=f"http://127.0.0.1:{self.port}",
            region_name=REGION,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=Config(read_timeout=60, retries={"max_attempts": 0}, s3={"addressing_style": "path"}),
        )


@pytest.fixture
def endpoints(tmp_path: Path) -> Iterator[Callable[[], Endpoint]]:
    """Makes endpoints, and ends them."""
    made: list[Endpoint] = []

    def make() -> Endpoint:
        endpoint = Endpoint(tmp_path)
        endpoint.start()
        made.append(endpoint)
        return endpoint

    yield make
    for endpoint in made:
        endpoint.kill()


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """One endpoint for all the tests of a module that restart nothing."""
    endpoint = Endpoint(tmp_path_factory.mktemp("endpoint"))
    endpoint.start()
    endpoint.client("s3").create_bucket(Bucket="odd", CreateBucketConfiguration={"LocationConstraint": REGION})
    yield endpoint
    endpoint.kill()
