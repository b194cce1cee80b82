"""What a lab can do to its clouds and nobody can do to a real one: cut one off, and let it answer again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from exitkit.errors import OutsideError
from exitkit.lab import children
from exitkit.lab.faults import Faults, Rule
from exitkit.lab.off import OFF, services_off
from exitkit.lab.state import LabState

_PATIENCE_SECONDS = 120.0


class LabDrill:
    """Cuts clouds off and mends them, through the control door of the lab in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def cut(self, provider: str) -> None:
        """Let nothing of a cloud answer any more; harmless where it is so."""
        self._ask("cut", {"cloud": provider})

    def mend(self, provider: str) -> None:
        """Let it answer again; harmless where it does."""
        self._ask("mend", {"cloud": provider})

    def open_mirror(self) -> None:
        """Start the database server of a copy that no cloud holds; harmless where it runs."""
        self._ask("mirror", {})

    def fill(self, provider: str) -> None:
        """Let the disk of a cloud's database server be full."""
        self._ask("fill", {"cloud": provider})

    def make_room(self, provider: str) -> None:
        """Let it have room again, and start the server where it ended for want of any; harmless where it has room."""
        self._ask("make-room", {"cloud": provider})

    def spoil(self, provider: str, *rules: Rule) -> None:
        """Let a cloud's object store have these faults and no others; without any it is well."""
        self._ask("faults", {"cloud": provider, **Faults(rules=rules).model_dump(mode="json")})

    def is_cut(self, provider: str) -> bool:
        """Whether a cloud was cut off."""
        return provider in self._state().cut

    def answering(self, provider: str) -> tuple[str, ...]:
        """The parts of a cloud that accept a connection now, each asked at its address."""
        state = self._state()
        own = state.clouds[provider]
        addresses = {"API": f"127.0.0.1:{own.api_port}", "database": f"127.0.0.1:{own.postgres_port}"}
        addresses["name server"] = f"127.0.0.1:{own.dns_port}"
        services = {
            f"service {name.removeprefix(f'{provider}-')}": guest.address
            for name, guest in state.guests.items()
            if name.startswith(f"{provider}-")
        }
        return tuple(name for name, at in (addresses | services).items() if _answers(at))

    def asked(self, provider: str) -> int:
        """How many addresses `answering` asks."""
        state = self._state()
        return 3 + sum(name.startswith(f"{provider}-") for name in state.guests)

    def turn_off(self, provider: str, service: str) -> None:
        """Let one service of a cloud's API refuse everything, over a new start too."""
        self._off(provider).write_text(json.dumps(sorted({*self._services_off(provider), service})))

    def turn_on(self, provider: str, service: str) -> None:
        """Let it answer again."""
        self._off(provider).write_text(json.dumps(sorted({*self._services_off(provider)} - {service})))

    def is_off(self, provider: str, service: str) -> bool:
        """Whether it was turned off."""
        return service in self._services_off(provider)

    def _off(self, provider: str) -> Path:
        return self._folder / provider / OFF

    def _services_off(self, provider: str) -> list[str]:
        return services_off(self._off(provider))

    def run_from(self, folder: Path) -> None:
        """From now on services start from this folder, not from the one beside the workload."""
        file = self._folder / "guests.json"
        known = {image: {**how, "folder": str(folder)} for image, how in json.loads(file.read_text()).items()}
        file.write_text(json.dumps(known, indent=2))

    def _state(self) -> LabState:
        state = LabState.read(self._folder)
        if state is None:
            raise OutsideError(f"there is no lab in {self._folder}")
        return state

    def _ask(self, verb: str, body: dict[str, Any]) -> None:
        state = self._state()
        headers = {"Authorization": f"Bearer {state.control_token}", "Content-Type": "application/json"}
        request = Request(f"http://127.0.0.1:{state.control_port}/{verb}", json.dumps(body).encode(), headers)
        try:
            with urlopen(request, timeout=_PATIENCE_SECONDS):  # noqa: S310
                return
        except HTTPError as error:
            raise OutsideError(f"the lab refused to {verb}: {error.read().decode()}") from error
        except (URLError, OSError) as error:
            raise OutsideError("the lab does not answer", hint="exitkit lab up") from error


def _answers(address: str) -> bool:
    host, port = address.split(":")
    return children.answers(host, int(port))
