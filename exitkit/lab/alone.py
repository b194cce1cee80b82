"""One object store of the lab by itself, for tests and measurements that need no more."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exitkit.errors import OutsideError
from exitkit.lab import children
from exitkit.lab.faults import Faults

SECONDS = 120.0


@dataclass(frozen=True)
class Alone:
    """Where a store is, who may use it, and the process it is."""

    url: str
    access_key: str
    secret_key: str
    token: str
    process: subprocess.Popen[str]

    def ask_for(self, faults: Faults) -> dict[str, int]:
        """Have these faults from now on; answers how often the ones before struck."""
        return inject(self.url, self.token, faults)


def inject(url: str, token: str, faults: Faults) -> dict[str, int]:
    """Give a store other faults. Raises OutsideError."""
    asked = urllib.request.Request(  # noqa: S310 - the lab's own address
        f"{url}/_exitkit/faults", faults.model_dump_json().encode(), {"Authorization": f"Bearer {token}"}
    )
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
            struck: dict[str, Any] = json.load(answer)["struck"]
    except OSError as error:
        raise OutsideError(f"the store at {url} takes no faults: {error}") from error
    return struck


@contextmanager
def alone(folder: Path, *, access_key: str = "LABALONE", port: int | None = None) -> Iterator[Alone]:
    """A store that keeps its changes in a folder, ended with us. Raises OutsideError where it does not start."""
    folder.mkdir(parents=True, exist_ok=True)
    secret_key = hashlib.sha256(access_key.encode()).hexdigest()
    port = children.free_port(port)
    given = json.dumps({"keys": {access_key: secret_key}, "token": "alone"})
    command = [sys.executable, "-m", "exitkit.lab.endpoint", str(port), str(folder)]
    log = folder / "api.log"
    child = children.start(command, log=log, environment=os.environ, secrets=given)
    try:
        until = time.monotonic() + SECONDS
        while not children.answers("127.0.0.1", port):
            if child.poll() is not None or time.monotonic() > until:
                raise OutsideError(f"the store did not start: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.02)
        yield Alone(f"http://127.0.0.1:{port}", access_key, secret_key, "alone", child)
    finally:
        children.stop(child, seconds=3)
