"""A second run with nothing to do: ours goes by its journal and two listings, rclone by checksum and by time."""

from __future__ import annotations

import tempfile
from pathlib import Path

import movers
from arena import SOURCE, TARGET, interleaved, measured, report, server
from race import arguments


def main() -> None:
    """Copy once with each, then time what comes after."""
    asked = arguments(__doc__)
    count = 100_000 if asked.full else 10_000
    with tempfile.TemporaryDirectory(prefix="exitkit-bench-") as name:
        folder = Path(name)
        fill = ("--fill", SOURCE, str(count), "256")
        with server(folder, *fill) as source, server(folder, "--bucket", TARGET) as target:
            said = movers.environment(source, target, folder)
            both = (source, target)
            first = measured(movers.exitkit(source, target, folder / "journal"), said, both, timeout=900)
            if first.code:
                raise SystemExit(first.said)
            commands = {
                "exitkit --resume": movers.exitkit(source, target, folder / "journal", "--resume"),
                "rclone --checksum": movers.rclone(16),
                "rclone --checksum fast-list": movers.rclone(16, "--fast-list"),
                "rclone as it comes": [word for word in movers.rclone(16) if word != "--checksum"],
            }
            cases = {
                key: lambda command=command: measured(command, said, both, timeout=900)
                for key, command in commands.items()
                if asked.only in key
            }
            found = interleaved(cases, asked.rounds)
    report(f"{count:,} objects, nothing to do", found, count, first="exitkit --resume")


if __name__ == "__main__":
    main()
