"""Rehearse under a schedule of faults: a process is started, ends as the schedule has it, and another goes on."""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from exitkit.api import runs
from exitkit.api.rehearsed import Watcher, resume, rollback, way_back
from exitkit.api.runs import Filling, Run
from exitkit.api.staged import STAYING_LAB
from exitkit.errors import ExitkitError, OutsideError
from exitkit.model.plan import Plan
from exitkit.rehearsal.faults import Schedule, draw

_MOST_ENDS = 12
"""Ends that were not wanted, after which something other than the schedule must be wrong."""


@dataclass(frozen=True)
class Faulted:
    """A rehearsal under faults: the run, what was drawn, what of it happened, and how often a process ended early."""

    run: Run
    schedule: Schedule
    happened: tuple[int, ...]
    kills: int
    failures: int


def rehearse_faulted(
    plan: Plan,
    watcher: Watcher,
    *,
    seed: int,
    count: int | None = None,
    filled: int | None = None,
) -> Faulted:
    """There and back again under the schedule of a seed. Raises OutsideError where no end is reached."""
    from exitkit.api.trouble import Trouble
    from exitkit.lab.lab import Lab, need_packages
    from exitkit.lab.limits import limits

    need_packages()
    lab = STAYING_LAB if Lab(STAYING_LAB).up else None
    begun = runs.begin(
        plan,
        lab=lab,
        workload_folder=Path(plan.spec).parent,
        filling=Filling(count=count, seed=filled),
        limits=limits(),
        now=datetime.now(UTC),
    )
    schedule = draw(seed, plan)
    (begun.folder / "faults.json").write_bytes(schedule.canonical() + b"\n")
    kills = failures = 0
    home = False
    while True:
        code = _in_a_process_of_its_own(begun, watcher, home=home)
        if code == 0:
            break
        kills, failures = kills + (code < 0), failures + (code > 0)
        watcher.said(f"ended {'by a kill' if code < 0 else 'with an error'}: {schedule.then}")
        if kills + failures > _MOST_ENDS:
            raise OutsideError(f"run {begun.name} reaches no end", hint=f"seed {seed}; see {begun.folder}")
        home = schedule.then == "roll back"
    happened = tuple(sorted(Trouble(begun.folder).happened()))
    return Faulted(runs.find(str(begun.folder)), schedule, happened, kills, failures)


def _in_a_process_of_its_own(begun: Run, watcher: Watcher, *, home: bool) -> int:
    """0 where it reached its end, 1 where it failed, the number of the signal below 0 where it was killed."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status)
    try:
        found = runs.find(str(begun.folder))
        if home and way_back(found):
            rollback(found, watcher)
        else:
            resume(found, watcher)
        os._exit(0)
    except ExitkitError as error:
        _end(begun, 1, f"{error.message}\n")
    except BaseException:  # noqa: BLE001 - whatever ends this process is told to the one that waits
        _end(begun, 2, traceback.format_exc())
    finally:
        os._exit(2)


def _end(begun: Run, code: int, told: str) -> NoReturn:
    """Say why, where there is room to, and end."""
    with suppress(OSError), (begun.folder / "ends.txt").open("a") as out:
        out.write(told)
    os._exit(code)
