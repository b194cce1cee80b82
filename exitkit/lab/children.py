"""Start programs that do not outlive the one that started them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def _die_with_parent(user: int | None) -> Callable[[], None]:
    """What a child does before it becomes its program: drop root where asked, and ask to be killed with its parent."""
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

    def prepare() -> None:
        os.setpgid(0, 0)
        if user is not None:
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)
        if libc is not None:
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

    return prepare


def start(
    command: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    secrets: str = "",
    user: int | None = None,
) -> subprocess.Popen[str]:
    """Start a program in a group of its own; `secrets` go to its standard input, one line. It dies with us."""
    with log.open("a") as out:
        child = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=out,
            cwd=folder,
            env=None if environment is None else dict(environment),
            text=True,
            preexec_fn=_die_with_parent(user),  # noqa: PLW1509 - the supervisor starts children from one thread
        )
    if child.stdin is not None:
        with contextlib.suppress(BrokenPipeError):
            child.stdin.write(secrets + "\n")
            child.stdin.flush()
            child.stdin.close()
    return child


def stop(child: subprocess.Popen[str], *, seconds: float = 10, first: signal.Signals = signal.SIGTERM) -> None:
    """Ask a program to end, then end it."""
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(first)
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait(seconds)


def free_port(wanted: int | None = None) -> int:
    """A free port on loopback: the wanted one where it can be had. Raises OSError where a wanted one is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", wanted or 0))
        return int(probe.getsockname()[1])


def free_ports(count: int) -> list[int]:
    """So many different free ports on loopback: each is held until all are drawn."""
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def answers(host: str, port: int) -> bool:
    """Whether something accepts connections there."""
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=0.5):
        return True
    return False
