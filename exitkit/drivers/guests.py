"""Services run as processes by the lab's control door, in place of machines."""

from __future__ import annotations

import json
import shlex
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from exitkit.errors import OutsideError
from exitkit.ports import Machine, Secret

_READY_SECONDS = 60.0


class Guests:
    """The services of one provider in the lab. `file` says by which command each image is run."""

    def __init__(self, url: str, *, token: Secret, provider: str, file: Path) -> None:
        self._url = url
        self._token = token
        self._prefix = f"{provider}-"
        self._file = file

    def start(self, machine: Machine) -> str:
        """Start it where it does not run, wait until it is well; answers its address."""
        known = json.loads(self._file.read_text()) if self._file.exists() else {}
        if machine.image not in known:
            raise OutsideError(
                f"the lab does not know how to run the image {machine.image}",
                hint="say so in lab.toml beside the workload: [images] with a command per image",
            )
        secrets = {name: secret.reveal() for name, secret in machine.secrets.items()}
        asked = {
            "name": self._prefix + machine.name,
            "command": [part.replace("{python}", sys.executable) for part in shlex.split(known[machine.image]["run"])],
            "folder": known[machine.image]["folder"],
            "environment": {**machine.environment, **secrets, "SERVED_BY": self._prefix.rstrip("-")},
        }
        address = str(self._ask("start", asked)["address"])
        self._wait(address, machine)
        return address

    def stop(self, name: str) -> None:
        """Stop and forget it; harmless where there is none."""
        self._ask("forget", {"name": self._prefix + name})

    def running(self) -> Mapping[str, str]:
        """The address of every service of this provider that runs, by name."""
        guests: dict[str, str] = self._ask("list", {})["guests"]
        return {n.removeprefix(self._prefix): address for n, address in guests.items() if n.startswith(self._prefix)}

    def _ask(self, verb: str, body: Mapping[str, object]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token.reveal()}", "Content-Type": "application/json"}
        try:
            with urlopen(Request(f"{self._url}/{verb}", json.dumps(body).encode(), headers), timeout=30) as answer:  # noqa: S310
                return dict(json.load(answer))
        except HTTPError as error:
            raise OutsideError(f"the lab refused to {verb} {body.get('name', '')}: {error.read().decode()}") from error
        except (URLError, OSError) as error:
            raise OutsideError("the lab does not answer", hint="exitkit lab up") from error

    def _wait(self, address: str, machine: Machine) -> None:
        until = time.monotonic() + _READY_SECONDS
        seen = "no answer"
        while time.monotonic() < until:
            try:
                with urlopen(f"http://{address}{machine.health}", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except HTTPError as error:
                seen = f"status {error.code}"
            except (URLError, OSError) as error:
                seen = type(error).__name__
            time.sleep(0.1)
        raise OutsideError(f"{machine.name} at {address} was not well within {_READY_SECONDS:.0f} s: {seen}")
