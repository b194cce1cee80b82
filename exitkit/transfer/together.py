"""Run work side by side, and let the first error end it all; on an event loop of our own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

from exitkit.errors import OutsideError

R = TypeVar("R")


async def together(work: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Wait for all of it; the first error ends the rest, and is raised as it is."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION) if tasks else (set(), set())
        for task in done:
            if (error := task.exception()) is not None:
                raise error
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def ticking(do: Callable[[], None], seconds: float) -> AsyncIterator[None]:
    """Do it every so many seconds as long as this lasts; what goes wrong with it is left to whoever does it next."""

    async def ticks() -> None:
        with suppress(OutsideError):
            while True:
                await asyncio.sleep(seconds)
                do()

    task = asyncio.create_task(ticks())
    try:
        yield
    finally:
        task.cancel()


def run(work: Coroutine[Any, Any, R]) -> R:
    """Run it on a loop of its own: uvloop's where it is installed, which does the same in less time."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(work)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)
