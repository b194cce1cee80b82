"""Rehearse again and again under seeded faults, keep the tally, write it down: python bench/soak/run.py --help.

What is counted does not rest on the rehearsal's own word alone: after each run every write that a client was told had
succeeded is asked of the service at home; the messages, the secret and the objects at home are held against what was
there before; the target is looked at for anything left, and the run's folder for the secret.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from contextlib import chdir
from datetime import UTC, datetime
from pathlib import Path

from look import left_at, look_at_carried, look_at_home, remember
from page import written

from exitkit import api
from exitkit.api.faulted import rehearse_faulted
from exitkit.model.plan import Plan
from exitkit.rehearsal.judge import answer, judge
from exitkit.rehearsal.measure import measure

HERE = Path(__file__).parent


class Quiet:
    """Nobody is told anything."""

    def began(self, run: str, journal: str) -> None:
        """Keep quiet."""

    def said(self, words: str) -> None:
        """Keep quiet."""

    def wrote(self, *_: object, **__: object) -> None:
        """Keep quiet."""

    def progress(self, words: str) -> None:
        """Keep quiet."""


def one(plan: Plan, seed: int) -> dict[str, object]:
    """One rehearsal under the faults of a seed, and what came of it."""
    began = time.monotonic()
    done = rehearse_faulted(plan, Quiet(), seed=seed)
    told = measure(plan, done.run.name, done.run.journal)
    verdict = answer(told, judge(plan.workload.objectives, told))
    written, lost = look_at_home(plan, done.run.folder)
    carried = look_at_carried(plan, done.run.folder)
    noticed = [
        each.what
        for one in told.steps
        for each in one.evidence
        if each.what in ("messages missing", "messages taken twice", "messages there twice") and each.value
    ]
    struck = [fault for fault in done.schedule.faults if fault.number in done.happened]
    rolled = any(one.state != "ok" and not one.way_back for one in told.steps)
    kept = {
        "seed": seed,
        "faults": [fault.told for fault in done.schedule.faults],
        "happened": [fault.kind for fault in struck],
        "planted": done.schedule.planted and bool(struck),
        "then": done.schedule.then,
        "kills": done.kills,
        "failures": done.failures,
        "verdict": str(verdict),
        "whole way": not rolled,
        "began": any(plan.way_back(one.id for one in told.steps if one.state != "not run" and not one.way_back)),
        "returned": str(told.returned),
        "integrity": str(told.integrity),
        "written": written,
        "lost": lost,
        **carried,
        "doubles noticed": "messages there twice" in noticed,
        "left at the target": left_at(plan),
        "seconds": round(time.monotonic() - began, 1),
    }
    kept["outcome"] = outcome(kept)
    return kept


def outcome(kept: dict[str, object]) -> str:
    """What a schedule came to: found, and so no; or all well; anything else is a defect and is named in capitals."""
    if kept["planted"]:
        return "planted, found" if kept["verdict"] == "fail" or kept["returned"] == "fail" else "SILENT PASS"
    defects = {
        "LOST WRITES": kept["lost"],
        "LOST MESSAGES": kept["messages missing"],
        "DOUBLED UNNOTICED": kept["messages twice"] and not kept["doubles noticed"],
        "SECRET ASTRAY": kept["secret"] != "at home alone",
        "OBJECTS CHANGED": kept["objects at home"] != "unchanged",
        "LEFT BEHIND": kept["left at the target"],
    }
    found = next((name for name, so in defects.items() if so), None)
    if found is not None:
        return found
    if not kept["began"]:
        return "ended before anything was changed"
    if kept["whole way"]:
        return "went on to the end" if kept["verdict"] == "pass" else "went on, and says no"
    return "came home" if kept["returned"] == "pass" else "came home, not shown"


def main() -> int:
    """Run the schedules that are asked for, each once; go on where the tally ends."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--schedules", type=int, default=200)
    asked.add_argument("--first", type=int, default=1)
    asked.add_argument("--folder", type=Path, default=Path("soak"))
    asked.add_argument("--page", type=Path, help="write the tally as a page")
    asked.add_argument("--tree", default="unknown", help="the commit of this tree, to name on the page")
    asked.add_argument("--also", type=Path, nargs="*", default=[], help="tallies of other labs, for the same page")
    asked.add_argument("--until", help="begin no schedule after this time of day, such as 00:20")
    told = asked.parse_args()
    folder = told.folder.resolve()
    page = told.page.resolve() if told.page else None
    if not folder.exists():
        shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    with chdir(folder):
        tally = soak(Path("tally.jsonl"), range(told.first, told.first + told.schedules), told.until)
    if page is not None:
        more = [json.loads(line) for file in told.also for line in file.read_text().splitlines()]
        labs = "a lab" if not told.also else f"{len(told.also) + 1} labs side by side"
        page.write_text(written([*tally, *more], told.tree, labs))
    bad = sum(kept["outcome"].isupper() for kept in tally)
    sys.stdout.write(f"{len(tally)} schedules, {bad} defects\n")
    return 1 if bad else 0


def soak(file: Path, seeds: range, until: str | None) -> list[dict[str, object]]:
    """Every schedule that the tally does not hold yet, in a lab that stays up meanwhile."""
    tally = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    past = {kept["seed"] for kept in tally}
    if past >= set(seeds):
        return tally
    api.lab_up()
    try:
        plan = api.plan(
            api.validate(Path("workload.yaml")),
            spec=Path("workload.yaml"),
            source="aws",
            target="ovh",
            playbook="orderly",
        )
        if not list(Path(".exitkit/lab").glob("stood-*")):
            calm = api.rehearse(plan, Quiet(), count=20)
            shutil.rmtree(calm.folder)
            remember(plan)
        for seed in (seed for seed in seeds if seed not in past):
            if until is not None and datetime.now(UTC).strftime("%H:%M") in later(until):
                break
            kept = one(plan, seed)
            tally.append(kept)
            with file.open("a") as out:
                out.write(json.dumps(kept) + "\n")
            sys.stdout.write(f"{seed:>4}  {kept['seconds']:>6} s  {kept['outcome']}  {kept['faults']}\n")
            sys.stdout.flush()
            if not str(kept["outcome"]).isupper():
                for run in Path("runs").glob("*"):
                    shutil.rmtree(run)
            if kept["left at the target"]:
                break
    finally:
        api.lab_down(forget=False)
    return tally


def later(until: str) -> set[str]:
    """The minutes of the hour that begins at a time of day."""
    hour, minute = (int(part) for part in until.split(":"))
    return {f"{(hour + (minute + n) // 60) % 24:02}:{(minute + n) % 60:02}" for n in range(60)}


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    raise SystemExit(main())
