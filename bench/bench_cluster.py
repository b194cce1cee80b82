"""One Dask worker against two, and processes beside them, on one machine: the stand-ins take their share of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import movers
from arena import Run, Server, interleaved, report
from race import Race, arguments, once


def ours(words: tuple[str, ...], source: Server, target: Server, folder: Path) -> list[str]:
    """Our command with these words more."""
    return movers.exitkit(source, target, folder / "journal", *words)


def main() -> None:
    """One race."""
    asked = arguments(__doc__)
    count = 40_000 if asked.full else 10_000
    race = Race("", count, 2048)
    ways: dict[str, tuple[str, ...]] = {
        "Dask, 1 worker": ("--cluster", "local", "--workers", "1"),
        "Dask, 2 workers": ("--cluster", "local", "--workers", "2"),
        "one process": (),
        "2 processes": ("--processes", "2"),
    }

    def run(words: tuple[str, ...]) -> Run:
        return once(race, partial(ours, words))

    cases = {name: partial(run, words) for name, words in ways.items() if asked.only in name}
    found = interleaved(cases, asked.rounds)
    report(f"{count:,} objects of 2 KB", found, count, first="Dask, 1 worker")


if __name__ == "__main__":
    main()
