"""How many requests a second the lab's object store answers, beside moto's own server.

The front checks every signature and payload and remembers every change on disk; moto's server does neither.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import load
from signing import Signer

from exitkit.lab import children
from exitkit.lab.alone import alone

SIZE = 4096
ROUNDS = 3


@contextmanager
def moto(folder: Path) -> Iterator[str]:
    """moto's own server."""
    port = children.free_port()
    command = [sys.executable, "-m", "moto.server", "-p", str(port)]
    child = children.start(command, log=folder / "moto.log")
    while not children.answers("127.0.0.1", port):
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        children.stop(child, seconds=3)


def cpu(pid: int) -> float:
    """The processor time a process has used, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def kinds(signer: Signer, count: int) -> dict[str, list[bytes]]:
    """The requests of every kind."""
    body = bytes(range(256)) * (SIZE // 256)
    keys = [f"/bench/attestations/{i % 12:02}/{i:08}.pdf" for i in range(count)]
    return {
        "PUT": [signer.request("PUT", key, body=body) for key in keys],
        "GET": [signer.request("GET", key) for key in keys],
        "HEAD": [signer.request("HEAD", key) for key in keys],
        "LIST": [signer.request("GET", "/bench", "list-type=2&max-keys=1000")] * max(20, count // 500),
        "DELETE": [signer.request("DELETE", key) for key in keys],
    }


def measured(url: str, signer: Signer, count: int) -> dict[str, float]:
    """The rate of every kind."""
    host, port = url.removeprefix("http://").split(":")
    load.send(host, int(port), [signer.request("PUT", "/bench")], connections=1)
    rates = {}
    for kind, requests in kinds(signer, count).items():
        sent = load.send(host, int(port), requests)
        if sent.refused or sent.requests != len(requests):
            raise SystemExit(f"{kind}: {sent.refused} of {len(requests)} refused, {sent.requests} answered")
        rates[kind] = sent.rate
    return rates


def main() -> None:
    """Measure both in turns, print medians and ratios."""
    count = 20_000 if "--full" in sys.argv else 4_000
    found: dict[str, list[dict[str, float]]] = {"front": [], "moto": []}
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as name:
            with alone(Path(name)) as store:
                found["front"].append(measured(store.url, Signer(store.url, store.access_key, store.secret_key), count))
            with moto(Path(name)) as url:
                found["moto"].append(measured(url, Signer(url, "any", "any"), count // 10))
    print(f"requests a second, {SIZE} B objects, 16 connections, median of {ROUNDS} interleaved rounds")
    print(f"  {'':<8}{'front':>10}{'moto':>10}{'ratio':>8}")
    for kind in found["front"][0]:
        ours, theirs = (statistics.median(each[kind] for each in found[name]) for name in ("front", "moto"))
        print(f"  {kind:<8}{ours:>10,.0f}{theirs:>10,.0f}{ours / theirs:>8.1f}")


if __name__ == "__main__":
    main()
