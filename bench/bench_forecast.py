"""How well small rehearsals predict the full one: 1 %, 5 % and 20 % of the dossiers against all of them, ten times.

Each try rehearses the PGE service in the lab up to the copy of its objects (`exitkit rehearse --until`), at four sizes
and with a seed of its own. The first three are what a forecast is made of; the fourth is the truth. What is compared is
what `exitkit trend` compares: the seconds the journal has for the copy step, against P10 to P90. Misses are printed
like hits.

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
FULL = int(os.environ.get("BENCH_DOSSIERS", "2000"))
SHARES = (0.01, 0.05, 0.20, 1.0)
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
            told.append([rehearse(folder, round(FULL * share), 1000 + number) for share in SHARES])
            out.write_text(json.dumps(told, indent=1) + "\n")


def tell(out: Path) -> None:
    """The forecast of each try against its truth, as a table in Markdown."""
    sys.path.insert(0, str(ROOT))
    from exitkit.lockin.forecast import Trial, coverage, forecast

    tries = [
        [Trial(one["objects"], one["bytes"], one["seconds"], f"try {number}") for one in told]
        for number, told in enumerate(json.loads(out.read_text()), start=1)
    ]
    records = []
    print("| try | 1 % | 5 % | 20 % | predicted P10 | P50 | P90 | all of it | |\n|---|---|---|---|---|---|---|---|---|")
    for number, (*small, full) in enumerate(tries, start=1):
        span = forecast(small, objects=full.objects, size=full.size).seconds
        truth = Decimal(str(full.seconds))
        records.append((span, truth))
        seconds = [f"{one.seconds:.2f} s" for one in small]
        ends = [f"{value:.1f} s" for value in (span.p10, span.p50, span.p90)]
        held = "held" if span.p10 <= truth <= span.p90 else "missed"
        print(f"| {' | '.join([str(number), *seconds, *ends, f'{truth:.1f} s', held])} |")
    within, of, error = coverage(records)
    print(f"\n{within} of {of} held; the P50 was off by {error} % on average.")


if __name__ == "__main__":
    results = Path(sys.argv[1])
    if "--tell" not in sys.argv:
        measure(results)
    tell(results)
