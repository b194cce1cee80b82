"""One race: the same objects, every mover, in turns, on stand-ins of their own."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import movers
from arena import SOURCE, TARGET, Run, Server, interleaved, listing, measured, rclone_serves, report, server


@dataclass(frozen=True)
class Race:
    """What is moved, over what."""

    title: str
    count: int
    size: int
    latency: int = 0
    tls: bool = False
    rounds: int = 3
    transfers: tuple[int, ...] = (16, 64)
    timeout: float = 900
    peers: bool = True
    on_rclone: bool = False
    processes: int = 2


def arguments(text: str | None) -> argparse.Namespace:
    """What every bench takes: --full for the numbers of record, --only for one mover."""
    parser = argparse.ArgumentParser(description=text)
    parser.add_argument("--full", action="store_true", help="the size of record, not the short one")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="only movers whose name has this in it")
    return parser.parse_args()


def once(race: Race, command: Callable[[Server, Server, Path], list[str]]) -> Run:
    """One mover, on two fresh stand-ins."""
    with tempfile.TemporaryDirectory(prefix="exitkit-bench-") as name:
        folder = Path(name)
        leaving, arriving = _servers(race, folder)
        with leaving as source, arriving as target:
            said = movers.environment(source, target, folder)
            run = measured(command(source, target, folder), said, (source, target), timeout=race.timeout)
            if run.code == 0 and not race.on_rclone:
                there, here = listing(target, TARGET), listing(source, SOURCE)
                run.wrong = sum(1 for key, (size, tag) in here.items() if not _same(there.get(key), size, tag))
                run.wrong += len(set(there) - set(here))
    return run


Servers = tuple[AbstractContextManager[Server], AbstractContextManager[Server]]


def _servers(race: Race, folder: Path) -> Servers:
    """The two stores of a race: stand-ins, or rclone's own server twice."""
    if race.on_rclone:
        program = movers.program("rclone")
        source = rclone_serves(program, folder / "a", SOURCE, count=race.count, size=race.size)
        return source, rclone_serves(program, folder / "b", TARGET)
    wait = ("--latency", str(race.latency)) if race.latency else ()
    fill = ("--fill", SOURCE, str(race.count), str(race.size))
    return server(folder, *fill, *wait, tls=race.tls), server(folder, "--bucket", TARGET, *wait, tls=race.tls)


def _same(found: tuple[int, str] | None, size: int, tag: str) -> bool:
    """Same size; and the same tag, unless it was moved in parts."""
    return found is not None and found[0] == size and (found[1] == tag or "-" in found[1])


def compared(race: Race, only: str = "") -> None:
    """Run the race and print it."""
    commands: dict[str, Callable[[Server, Server, Path], list[str]]] = {
        "exitkit": lambda source, target, folder: movers.exitkit(source, target, folder / "journal"),
    }
    if race.processes:
        words = ("--processes", str(race.processes))
        commands[f"exitkit, {race.processes} processes"] = lambda source, target, folder: movers.exitkit(
            source, target, folder / "journal", *words
        )
    for number in race.transfers:
        commands[f"rclone {number}"] = lambda _, __, ___, number=number: movers.rclone(number)
    best = race.transfers[-1]
    commands[f"rclone {best} best"] = lambda _, __, ___: movers.rclone(best, *movers.BEST)
    if race.peers:
        memory = Path("/dev/shm") if Path("/dev/shm").is_dir() else Path(tempfile.gettempdir())
        place = memory / "exitkit-bench-s5cmd"
        commands["s5cmd two hops"] = lambda source, target, _: movers.s5cmd(source, target, place, best)
    cases = {
        name: lambda command=command: once(race, command) for name, command in commands.items() if only in name
    }  # fmt: skip
    found = interleaved(cases, race.rounds)
    large = race.size >= 1_000_000
    amount = race.count * race.size // 1_000_000 if large else race.count
    report(race.title, found, amount, first="exitkit", unit="MB" if large else "objects")
    shutil.rmtree("/dev/shm/exitkit-bench-s5cmd", ignore_errors=True)
