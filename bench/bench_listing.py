"""List every key of a large bucket: ours, rclone, s5cmd."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import movers
from arena import HERE, SOURCE, Run, Server, interleaved, measured, report, server
from race import arguments


def listed(at: Server, command: list[str], folder: Path) -> Run:
    """One lister over the same stand-in; all of them are given what movers are."""
    return measured(command, movers.environment(at, at, folder), (at,), timeout=900)


def main() -> None:
    """One race over one bucket."""
    asked = arguments(__doc__)
    count = 630_000 if asked.full else 60_000
    with tempfile.TemporaryDirectory(prefix="exitkit-bench-") as name:
        folder = Path(name)
        with server(folder, "--fill", SOURCE, str(count), "16") as at:
            rclone = [movers.program("rclone"), "lsf", "-R", f"leaving:{SOURCE}"]
            s5cmd = f"{movers.program('s5cmd')} --endpoint-url {at.url} ls 's3://{SOURCE}/*'"
            commands = {
                "exitkit": [sys.executable, str(HERE / "lister.py"), at.url, SOURCE],
                "rclone lsf --fast-list": [*rclone, "--fast-list"],
                "rclone lsf": rclone,
                "s5cmd ls": ["sh", "-c", s5cmd],
            }
            cases = {
                key: lambda command=command: listed(at, command, folder)
                for key, command in commands.items()
                if asked.only in key
            }
            found = interleaved(cases, asked.rounds)
    for key, runs in found.items():
        for run in runs:
            lines = run.said.split() if key == "exitkit" else run.said.splitlines()
            run.wrong = count - int(lines[0]) if key == "exitkit" and lines else 0
    report(f"listing {count:,} keys", found, count, first="exitkit", unit="keys")


if __name__ == "__main__":
    main()
