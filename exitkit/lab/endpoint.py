"""Serve one cloud's API on loopback: a strict, fast front for its object store, moto for everything else.

moto keeps its world in memory. What changed it is written to a log before it is answered, and done again at the next
start, so a lab that was killed comes back as it was. Run as `python -m exitkit.lab.endpoint PORT FOLDER`; credentials
come on standard input, so that they appear in no process list.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import socket
import sys
from collections.abc import Callable, Coroutine
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from exitkit.lab.faults import VARIABLE, Faults

LOG = "changes.log"


def main() -> None:
    """Serve until killed; prints one line when ready."""
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    given = json.loads(sys.stdin.readline())
    faults = Faults.model_validate(json.loads(os.environ.get(VARIABLE, "{}")).get(folder.name, {}))
    os.environ.setdefault("MOTO_S3_DEFAULT_KEY_BUFFER_SIZE", str(16 * 2**20))
    _quiet_collector()
    _run(_serve(port, folder, given["keys"], given.get("token", ""), faults))


async def _serve(port: int, folder: Path, keys: dict[str, str], token: str, faults: Faults) -> None:
    from exitkit.lab.front.serving import Store

    store = Store(keys, token, folder / LOG, faults)
    gc.collect()
    gc.freeze()
    loop = asyncio.get_running_loop()
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    server = await loop.create_server(store.wire, sock=listening, backlog=1024)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    async with server:
        await server.serve_forever()


def _quiet_collector() -> None:
    """Objects live long and hold no cycles: look for some seldom, or a run of writes stops for it again and again."""
    gc.set_threshold(100_000, 50, 1000)


def _run(serving: Coroutine[Any, Any, None]) -> None:
    """Run on uvloop where it is installed."""
    run: Callable[[Coroutine[Any, Any, None]], None] = asyncio.run
    if find_spec("uvloop") is not None:
        import uvloop

        run = uvloop.run
    run(serving)


if __name__ == "__main__":
    main()
