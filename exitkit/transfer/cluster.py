"""Spread the ranges of a move over machines, and bring what they remember together in one journal.

A range is a task that may be done twice: its own journal tells what is there already. That file must lie where every
worker can reach it; with a cluster on one machine any folder will do.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from exitkit.errors import MissingExtra, OutsideError
from exitkit.transfer.copy import Progress, Tally
from exitkit.transfer.find import Range
from exitkit.transfer.journal import Journal

Task = Callable[[Range, str], Tally]
"""Moves one range, with its own journal in that file. It must be possible to send it to another process."""

LOCAL, PROCESSES = "local", "processes"
"""A Dask cluster of this machine's own; and no cluster, but processes of this machine."""

RETRIES = 3


def spread(
    ranges: Sequence[Range],
    task: Task,
    journal: Journal,
    *,
    cluster: str,
    workers: int = 0,
    progress: Progress = lambda _objects, _bytes: None,
) -> Tally:
    """Do every range on a cluster (`tcp://…`, "local", "processes"), then join the journals. Raises OutsideError."""
    folder = journal.file.resolve().with_suffix(".shards")
    folder.mkdir(exist_ok=True)
    files = [folder / f"{number:05}.sqlite" for number in range(len(ranges))]
    given = [journal.give(*one, file) for one, file in zip(ranges, files, strict=True)]
    try:
        if cluster == PROCESSES:
            return _side_by_side(ranges, files, task, workers, progress)
        return _done(ranges, files, task, cluster, workers)
    finally:
        for file, since in zip(files, given, strict=True):
            _joined(journal, file, since)
        folder.rmdir()
        journal.sync()


def _side_by_side(
    ranges: Sequence[Range], files: Sequence[Path], task: Task, workers: int, progress: Progress
) -> Tally:
    """Processes of this machine: each begins anew, so that it shares no connection and no lock with this one."""
    total = Tally()
    began = time.monotonic()
    with ProcessPoolExecutor(workers or os.cpu_count() or 1, mp_context=get_context("spawn")) as pool:
        try:
            for future in as_completed(
                [pool.submit(task, one, str(file)) for one, file in zip(ranges, files, strict=True)]
            ):
                total += future.result()
                progress(total.objects, total.bytes)
        except BrokenProcessPool as error:
            raise OutsideError("a process that copied was ended", hint="go on with --resume") from error
        finally:
            pool.shutdown(cancel_futures=True)
    return replace(total, seconds=time.monotonic() - began)


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
