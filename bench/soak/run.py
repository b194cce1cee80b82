"""Rehearse again and again under seeded faults, keep the tally, write it down: python bench/soak/run.py --help.

What is counted does not rest on the rehearsal's own word alone: after each run every write that a client was told had
succeeded is asked of the service at home, and the target is looked at for anything left.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from collections import Counter
from contextlib import chdir
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

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


def one(plan: object, seed: int) -> dict[str, object]:
    """One rehearsal under the faults of a seed, and what came of it."""
    from exitkit.api.faulted import rehearse_faulted
    from exitkit.rehearsal.judge import answer, judge
    from exitkit.rehearsal.measure import measure

    began = time.monotonic()
    done = rehearse_faulted(plan, Quiet(), seed=seed)
    told = measure(plan, done.run.name, done.run.journal)
    verdict = answer(told, judge(plan.workload.objectives, told))
    written, lost = look_at_home(plan, done.run.folder)
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
        "returned": str(told.returned),
        "integrity": str(told.integrity),
        "written": written,
        "lost": lost,
        "left at the target": left_at(plan),
        "seconds": round(time.monotonic() - began, 1),
    }
    kept["outcome"] = outcome(kept)
    return kept


def outcome(kept: dict[str, object]) -> str:
    """What a schedule came to: found, and so no; or all well; anything else is a defect and is named."""
    if kept["planted"]:
        return "planted, found" if kept["verdict"] == "fail" or kept["returned"] == "fail" else "SILENT PASS"
    if kept["lost"]:
        return "LOST WRITES"
    if kept["left at the target"]:
        return "LEFT BEHIND"
    if kept["whole way"]:
        return "went on to the end" if kept["verdict"] == "pass" else "went on, and says no"
    return "came home" if kept["returned"] == "pass" else "came home, not shown"


def look_at_home(plan: object, folder: Path) -> tuple[int, int]:
    """How many writes clients were told had succeeded, and how many of them home does not answer with."""
    from exitkit.lab.lab import Lab
    from exitkit.rehearsal.clients import read_seen

    state = Lab(Path(".exitkit/lab")).state
    home = next(guest.address for name, guest in state.guests.items() if name.startswith(f"{plan.source}-"))
    known = [seen.identifier for seen in read_seen(folder, "web") if seen.outcome == "written"]
    return len(known), sum(not answers(f"http://{home}/notes/{one}") for one in known)


def answers(address: str) -> bool:
    """Whether a note is there; a service that is busy is asked again."""
    for _ in range(5):
        try:
            with urlopen(address, timeout=10) as answer:
                return answer.status == 200
        except HTTPError as error:
            if error.code < 500:
                return False
        except (URLError, OSError):
            pass
        time.sleep(0.2)
    return False


def left_at(plan: object) -> list[str]:
    """What is left at the target: databases, buckets, zones, services."""
    from exitkit import registry
    from exitkit.lab.lab import Lab
    from exitkit.ports import Database, Names

    lab = Lab(Path(".exitkit/lab"))
    settings, provider = lab.settings(plan.target), registry.get(plan.target)
    found = [name for name in lab.state.guests if name.startswith(f"{plan.target}-")]
    found += ["database notes"] if provider.open(Database, settings).exists("notes") else []
    found += ["zone"] if provider.open(Names, settings).records("notes.example") is not None else []
    return found


def main() -> int:
    """Run the schedules that are asked for, each once; go on where the tally ends."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--schedules", type=int, default=200)
    asked.add_argument("--first", type=int, default=1)
    asked.add_argument("--folder", type=Path, default=Path("soak"))
    asked.add_argument("--page", type=Path, help="write the tally as a page")
    asked.add_argument("--until", help="begin no schedule after this time of day, such as 00:20")
    told = asked.parse_args()
    folder = told.folder.resolve()
    page = told.page.resolve() if told.page else None
    if not folder.exists():
        shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    with chdir(folder):
        tally = soak(Path("tally.jsonl"), range(told.first, told.first + told.schedules), told.until)
    if page is not None:
        page.write_text(written(tally))
    bad = sum(kept["outcome"].isupper() for kept in tally)
    sys.stdout.write(f"{len(tally)} schedules, {bad} defects\n")
    return 1 if bad else 0


def soak(file: Path, seeds: range, until: str | None) -> list[dict[str, object]]:
    """Every schedule that the tally does not hold yet, in a lab that stays up meanwhile."""
    from exitkit import api

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


def written(tally: list[dict[str, object]]) -> str:
    """The tally as a page."""
    outcomes = Counter(str(kept["outcome"]) for kept in tally)
    kinds = Counter(kind for kept in tally for kind in kept["happened"])
    lines = [
        "# Rehearsals under faults",
        "",
        f"Written by `bench/soak/run.py` on {datetime.now(UTC):%Y-%m-%d}: {len(tally)} seeded schedules, each a whole",
        "rehearsal of a small workload (two tables written by clients throughout, twenty objects, a zone) with one to",
        "three faults, on a lab that stayed up. After each, every write that a client was told had succeeded was asked",
        "of the service at home, and the target was looked at for anything left. No queue and no secret is in it.",
        "",
        "| | |",
        "|---|---|",
        f"| schedules | {len(tally)} |",
        f"| writes acknowledged to clients | {sum(int(k['written']) for k in tally):,} |",
        f"| writes lost that nobody planted | {sum(int(k['lost']) for k in tally if not k['planted'])} |",
        f"| silent passes | {outcomes['SILENT PASS']} |",
        f"| schedules that left something at the target | {outcomes['LEFT BEHIND']} |",
        f"| processes killed | {sum(int(k['kills']) for k in tally)} |",
        f"| processes that ended with an error | {sum(int(k['failures']) for k in tally)} |",
        f"| longest, seconds | {max((float(k['seconds']) for k in tally), default=0)} |",
        "",
        "| outcome | schedules |",
        "|---|---|",
        *(f"| {what} | {count} |" for what, count in sorted(outcomes.items())),
        "",
        "| fault | times it was armed at its step |",
        "|---|---|",
        *(f"| {what} | {count} |" for what, count in sorted(kinds.items())),
        "",
        "`went on to the end`: resumed where needed, the answer was yes. `came home`: rolled back after the first end",
        "that was not wanted; the answer of a rolled-back run is not a yes, since not everything was shown.",
        "`went on, and says no`: a false alarm, nothing was lost. `ends`: processes that were killed or failed before",
        "the run was over; a fault without one was borne. A full disk is one for the notes of a step, and harms only",
        "the copy of a database.",
        "",
        "| seed | faults | ends | outcome | writes | lost | s |",
        "|---|---|---|---|---|---|---|",
        *(
            f"| {k['seed']} | {'; '.join(k['faults'])} | {int(k['kills']) + int(k['failures'])} | {k['outcome']}"
            f" | {k['written']} | {k['lost']} | {k['seconds']} |"
            for k in sorted(tally, key=lambda kept: int(kept["seed"]))
        ),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    raise SystemExit(main())
