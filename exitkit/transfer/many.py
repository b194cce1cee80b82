"""Do one thing to many objects at once, a bounded number of them in hand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from exitkit.errors import NotFound, OutsideError, Unsupported

T = TypeVar("T")
R = TypeVar("R")

_TRIES = 4
_PAUSE_SECONDS = 0.2


def each(things: Iterable[T], do: Callable[[T], R], *, workers: int) -> Iterator[R]:
    """The results of `do` for all things, as they come; stops at the first error, or when the caller does."""
    with ThreadPoolExecutor(workers, thread_name_prefix="exitkit") as pool:
        waiting: set[Future[R]] = set()
        try:
            for thing in things:
                waiting.add(pool.submit(patiently, do, thing))
                if len(waiting) >= workers * 8:
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    yield from (future.result() for future in done)
            for future in waiting:
                yield future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def patiently(do: Callable[[T], R], thing: T) -> R:
    """Do it, again after a pause where the other side failed in a way that may pass."""
    for attempt in range(1, _TRIES):
        try:
            return do(thing)
        except (NotFound, Unsupported):
            raise
        except OutsideError:
            time.sleep(_PAUSE_SECONDS * 2**attempt)
    return do(thing)
