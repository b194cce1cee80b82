"""The whole of it: every object copied, verified, journalled, the target listed again; killed once, and resumed.

Short runs take 20,000 objects; --full takes 63,000 and 630,000, so that memory can be seen to stay flat.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import movers
from arena import SOURCE, TARGET, Run, listing, measured, server
from race import Race, arguments, once

SIZE = 2048


def printed(name: str, run: Run, count: int) -> None:
    """One line for one run."""
    bad = f"  EXIT {run.code}" if run.code else ""
    print(
        f"  {name:<34}{run.seconds:>9.1f} s{count / run.seconds:>10,.0f}/s  cpu {run.cpu / count * 1000:.3f} s/1k"
        f"{run.memory / 1e6:>8.0f} MB  {run.wrong} wrong or missing{bad}",
        flush=True,
    )


def killed(count: int, seed: int) -> None:
    """Kill a run at a moment of chance, look at the target, go on, and look again."""
    with tempfile.TemporaryDirectory(prefix="exitkit-bench-") as name:
        folder = Path(name)
        fill = ("--fill", SOURCE, str(count), str(SIZE))
        with server(folder, *fill) as source, server(folder, "--bucket", TARGET) as target:
            said = movers.environment(source, target, folder)
            command = movers.exitkit(source, target, folder / "journal")
            child = subprocess.Popen(command, env={**os.environ, **said}, stdout=subprocess.DEVNULL,
                                     stderr=subprocess.DEVNULL, start_new_session=True)  # fmt: skip
            wait = random.Random(seed).uniform(1.0, max(2.0, count / 15_000))
            time.sleep(wait)
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            arrived = len(listing(target, TARGET))
            rest = measured([*command, "--resume"], said, (source, target), timeout=3600)
            rest.wrong = len(set(listing(source, SOURCE).items()) ^ set(listing(target, TARGET).items()))
            printed(f"killed at {wait:.1f} s ({arrived:,} there), rest", rest, max(count - arrived, 1))
            looked = measured(
                movers.verifying(source, target, folder / "journal"), said, (source, target), timeout=3600
            )
            printed(f"both sides read and compared, {count:,}", looked, count)


def main() -> None:
    """Whole runs, then a killed one."""
    asked = arguments(__doc__)
    counts = (63_000, 630_000) if asked.full else (20_000,)
    print(f"objects of {SIZE} B, target listed again after each")
    for count in counts:
        race = Race("", count, SIZE, timeout=3600)
        run = once(race, lambda source, target, folder: movers.exitkit(source, target, folder / "journal"))
        printed(f"exitkit, {count:,}", run, count)
        if run.code:
            print(run.said[-2000:], file=sys.stderr)
        if asked.only not in "rclone 16 --checksum":
            continue
        run = once(race, lambda _source, _target, _folder: movers.rclone(16))
        printed(f"rclone 16 --checksum, {count:,}", run, count)
    killed(counts[-1], seed=int(time.time()))


if __name__ == "__main__":
    main()
