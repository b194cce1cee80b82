"""Spread the ranges of a move over machines, and bring what they remember together in one journal.

A range is a task that may be done twice: its own journal tells what is there already. That file must lie where every
worker can reach it; with a cluster on one machine any folder will do.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from exitkit.errors import MissingExtra, OutsideError
from exitkit.transfer.copy import Tally
from exitkit.transfer.find import Range
from exitkit.transfer.journal import Journal

Task = Callable[[Range, str], Tally]
"""Moves one range, with its own journal in that file. It must be possible to send it to another process."""

LOCAL = "local"
RETRIES = 3


def spread(ranges: Sequence[Range], task: Task, journal: Journal, *, cluster: str, workers: int = 0) -> Tally:
    """Do every range on a cluster (`tcp://…`, or "local"), then join the journals. Raises OutsideError."""
    folder = journal.file.resolve().with_suffix(".shards")
    folder.mkdir(exist_ok=True)
    files = [folder / f"{number:05}.sqlite" for number in range(len(ranges))]
    given = [journal.give(*one, file) for one, file in zip(ranges, files, strict=True)]
    try:
        return _done(ranges, files, task, cluster, workers)
    finally:
        for file, since in zip(files, given, strict=True):
            _joined(journal, file, since)
        folder.rmdir()
        journal.sync()


def _done(ranges: Sequence[Range], files: Sequence[Path], task: Task, cluster: str, workers: int) -> Tally:
    try:
        import distributed
    except ImportError as error:
        raise MissingExtra("cluster", needed_for="moving objects on a cluster") from error
    dask: Any = distributed  # it has no types
    total = Tally()
    own: Any = None
    if cluster == LOCAL:
        count = workers or os.cpu_count() or 1
        own = dask.LocalCluster(n_workers=count, threads_per_worker=1, dashboard_address=None)
    try:
        with dask.Client(own or cluster, timeout=30) as client:
            waiting = client.map(task, ranges, [str(file) for file in files], pure=False, retries=RETRIES)
            for future in dask.as_completed(waiting):
                total += future.result()
    except OSError as error:
        raise OutsideError(f"the cluster at {cluster} does not answer: {error}") from error
    finally:
        if own is not None:
            own.close()
    return total


def _joined(journal: Journal, file: Path, since: int) -> None:
    if file.exists():
        journal.take(file, since=since)
        for one in file.parent.glob(f"{file.name}*"):
            one.unlink()
