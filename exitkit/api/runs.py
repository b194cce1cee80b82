"""The folder of a run: its plan, its setting, its journal, and where its lab is."""

from __future__ import annotations

import fcntl
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from exitkit import __version__
from exitkit.errors import OutsideError, UsageError
from exitkit.model.base import Frozen
from exitkit.model.journal import FIRST, Earlier, NotExercised, Setting
from exitkit.model.plan import Plan
from exitkit.rehearsal.journal import Journal

RUNS = Path("runs")


class Filling(Frozen):
    """How much to fill the source with, where that is not what lab.toml says."""

    count: int | None = None
    seed: int | None = None


@dataclass(frozen=True)
class Run:
    """One run, as its folder tells it."""

    folder: Path
    plan: Plan
    setting: Setting
    journal: Journal
    lab: Path
    workload_folder: Path
    filling: Filling

    @property
    def owns_lab(self) -> bool:
        """Whether the run has a lab of its own, in its folder."""
        return self.lab.resolve() == (self.folder / "lab").resolve()

    @property
    def name(self) -> str:
        """What people call it."""
        return self.folder.name

    @property
    def journal_digest(self) -> str:
        """The digest of the last entry, which names every one before it."""
        return self.journal.last if len(self.journal) else FIRST


def begin(
    plan: Plan,
    *,
    lab: Path | None,
    workload_folder: Path,
    filling: Filling,
    limits: tuple[NotExercised, ...],
    now: datetime,
    earlier: tuple[Earlier, ...] | None = None,
) -> Run:
    """Make the folder of a new run. `lab` is one that stays; without it the run has a lab of its own.

    `earlier` are the rehearsals known now, from which this one is predicted.
    """
    number = 1
    while (RUNS / f"{plan.short}-{number}").exists():
        number += 1
    folder = RUNS / f"{plan.short}-{number}"
    folder.mkdir(parents=True)
    setting = Setting(
        run=folder.name,
        place="the lab: moto and PostgreSQL on one machine's loopback",
        began=now,
        exitkit=__version__,
        machine={
            "system": f"{platform.system()} {platform.machine()}",
            "processors": str(os.cpu_count() or "unknown"),
            "python": ".".join(map(str, sys.version_info[:3])),
        },
        not_exercised=limits,
        earlier=earlier,
    )
    where = lab if lab is not None else folder / "lab"
    (folder / "plan.json").write_bytes(plan.canonical() + b"\n")
    (folder / "lab.path").write_text(f"{os.path.relpath(where)}\n{os.path.relpath(workload_folder)}\n")
    (folder / "filling.json").write_bytes(filling.canonical() + b"\n")
    (folder / "setting.json").write_bytes(setting.canonical() + b"\n")
    return find(folder.name)


def find(name: str) -> Run:
    """The run of that name, or in that folder. Raises UsageError where there is none, OutsideError where broken."""
    folder = Path(name) if (Path(name) / "plan.json").exists() else RUNS / name
    if not (folder / "setting.json").exists():
        known = ", ".join(names()[-5:]) or "none yet"
        raise UsageError(f"there is no run `{name}`", hint=f"runs here: {known}")
    try:
        plan = Plan.model_validate_json((folder / "plan.json").read_bytes())
        setting = Setting.model_validate_json((folder / "setting.json").read_bytes())
        asked = folder / "filling.json"  # not there where nothing was asked for
        filling = Filling.model_validate_json(asked.read_bytes()) if asked.exists() else Filling()
        lab, workload_folder = (folder / "lab.path").read_text().splitlines()
    except (ValidationError, ValueError, OSError) as error:
        raise OutsideError(f"the run in {folder} cannot be read: its files were changed or are missing") from error
    journal = Journal.open(folder / "journal.jsonl")
    return Run(folder, plan, setting, journal, Path(lab), Path(workload_folder), filling)


@contextmanager
def held(run: Run) -> Iterator[None]:
    """Keep a run to one process at a time. Raises UsageError where another has it."""
    with (run.folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UsageError(f"run {run.name} is going on in another process") from error
        yield


def newest() -> Run:
    """The run that began last. Raises UsageError where there is none."""
    known = names()
    if not known:
        raise UsageError(
            "there is no run here yet", hint="exitkit plan -o exit.plan.json, then exitkit rehearse exit.plan.json"
        )
    return find(known[-1])


def names() -> tuple[str, ...]:
    """The runs in this folder, oldest first."""
    found = (folder for folder in RUNS.glob("*-*") if (folder / "setting.json").exists()) if RUNS.is_dir() else ()
    return tuple(folder.name for folder in sorted(found, key=lambda one: (one / "setting.json").stat().st_mtime))
