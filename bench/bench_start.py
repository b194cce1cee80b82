"""How long `exitkit --help` takes, beside an empty Python and beside pip's own help, in turns."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

RUNS = 15
COMMANDS = {
    "exitkit --help": [sys.executable, "-m", "exitkit", "--help"],
    "pip --help": [sys.executable, "-m", "pip", "--help"],
    "python -c pass": [sys.executable, "-c", "pass"],
}


def main() -> None:
    """Run the commands in turns, print each median and the ratio to the first."""
    spent: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(RUNS):
        for name, command in COMMANDS.items():
            began = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
            spent[name].append(time.perf_counter() - began)
    ours = statistics.median(spent["exitkit --help"])
    print(f"start-up, median of {RUNS} interleaved runs")
    for name, times in spent.items():
        median = statistics.median(times)
        print(f"  {name:<16} {median * 1000:6.0f} ms   exitkit / this = {ours / median:5.2f}")


if __name__ == "__main__":
    main()
