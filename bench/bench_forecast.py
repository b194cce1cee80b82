"""How well small rehearsals predict the full one: 1 %, 5 % and 20 % of the dossiers against all of them, ten times.

Each try rehearses the PGE service in the lab up to the copy of its objects (`exitkit rehearse --until`): three sizes,
twice each, of which a forecast is made, and then the whole, which is the truth. Every try has seeds of its own. What
is compared is what `exitkit trend` compares: the seconds the journal has for the copy step, against P10 to P90. The
same is told for one rehearsal of each size. Misses are printed like hits.

    python bench/bench_forecast.py OUT.json          # rehearses, and goes on where it stopped
    python bench/bench_forecast.py OUT.json --tell   # only tells what was measured
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FULL = int(os.environ.get("BENCH_DOSSIERS", "20000"))
SHARES = (0.01, 0.05, 0.20)
REPEATS = int(os.environ.get("BENCH_REPEATS", "2"))
TRIES = int(os.environ.get("BENCH_TRIES", "10"))


def rehearse(folder: Path, count: int, seed: int) -> dict[str, float]:
    """Copy so many dossiers in a lab of its own; answers objects, bytes and seconds of the copy step."""
    command = [sys.executable, "-m", "exitkit"]
    again = {"cwd": folder, "env": {**os.environ, "PYTHONPATH": str(ROOT)}, "capture_output": True, "text": True}
    asked = ["--yes", "--until", "copy-objects-dossiers", "--dossiers", str(count), "--seed", str(seed)]
    subprocess.run([*command, "rehearse", "exit.plan.json", *asked], check=True, **again)
    sys.path.insert(0, str(ROOT))
    from exitkit.api import runs
    from exitkit.api.past import trial_of

    [run] = sorted(folder.glob("runs/*-*"))
    trial = trial_of(runs.find(str(run)))
    shutil.rmtree(folder / "runs")
    if trial is None:
        raise SystemExit(f"{count} dossiers were not copied to the end")
    return {"objects": trial.objects, "bytes": trial.size, "seconds": trial.seconds}


def measure(out: Path) -> None:
    """Every try that is not there yet."""
    told = json.loads(out.read_text()) if out.exists() else []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "pge"
        shutil.copytree(
            ROOT / "examples" / "pge-attestation", folder, ignore=shutil.ignore_patterns("runs", ".exitkit")
        )
        plan = [sys.executable, "-m", "exitkit", "plan", "--from", "aws", "--to", "ovh", "-o", "exit.plan.json"]
        subprocess.run(plan, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, capture_output=True)
        for number in range(len(told), TRIES):
            seeds = [1000 * repeat + number for repeat in range(1, REPEATS + 1)]
            small = [rehearse(folder, round(FULL * share), seed) for seed in seeds for share in SHARES]
            told.append([*small, rehearse(folder, FULL, seeds[0])])
            out.write_text(json.dumps(told, indent=1) + "\n")


def tell(out: Path) -> None:
    """The forecasts against their truths, from all repeats and from the first of each size, as tables in Markdown."""
    told = json.loads(out.read_text())
    repeats = min(len(runs) // len(SHARES) for runs in told)
    for each in dict.fromkeys((repeats, 1)):
        print(f"\n{each} of each size:\n")
        print("| try | predicted P10 | P50 | P90 | all of it | |\n|---|---|---|---|---|---|")
        _tell([_parted(runs, each) for runs in told])


def _parted(runs: list[dict[str, float]], repeats: int) -> tuple[list[dict[str, float]], dict[str, float]]:
    """The small rehearsals, and the whole."""
    whole = max(runs, key=lambda one: one["objects"])
    return [one for one in runs if one is not whole][: repeats * len(SHARES)], whole


def _tell(tries: list[tuple[list[dict[str, float]], dict[str, float]]]) -> None:
    sys.path.insert(0, str(ROOT))
    from exitkit.lockin.forecast import Trial, coverage, forecast

    records = []
    for number, (small, whole) in enumerate(tries, start=1):
        trials = [Trial(one["objects"], one["bytes"], one["seconds"], f"try {number}") for one in small]
        span = forecast(trials, objects=whole["objects"], size=whole["bytes"]).seconds
        truth = Decimal(str(whole["seconds"]))
        records.append((span, truth))
        ends = [f"{value:.1f} s" for value in (span.p10, span.p50, span.p90)]
        held = "held" if span.p10 <= truth <= span.p90 else "**missed**"
        print(f"| {' | '.join([str(number), *ends, f'{truth:.1f} s', held])} |")
    within, of, error = coverage(records)
    print(f"\n{within} of {of} held; the P50 was off by {error} % on average.")


if __name__ == "__main__":
    results = Path(sys.argv[1])
    if "--tell" not in sys.argv:
        measure(results)
    tell(results)
