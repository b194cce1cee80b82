"""A folder in which rehearsals run, and ways to look at its lab that do not go through exitkit."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from exitkit.cli.app import main
from exitkit.cli.console import console
from exitkit.lab.state import CloudState, LabState
from tests.conftest import ROOT, Said, clean_environment, run_command

EXAMPLE = ROOT / "examples" / "pge-attestation"
DOSSIERS = "60"
PATIENCE = 300.0


def copied(to: Path) -> Path:
    """A fresh copy of the example, without what runs have left in the checkout's."""
    return Path(shutil.copytree(EXAMPLE, to, ignore=shutil.ignore_patterns("runs", ".exitkit", "*.plan.json", "infra")))


def until(true: Callable[[], object], what: str, *, seconds: float = PATIENCE) -> None:
    """Wait until something is so; fails when it does not become so in time."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s for {what}"
        time.sleep(0.01)


def processes_naming(*words: str) -> list[str]:
    """The command lines, of all processes there are, in which one of these words stands."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if any(word in line for word in words):
                found.append(f"{entry.name} {line}")
    return found


@dataclass(frozen=True)
class Rehearsal:
    """A rehearsal that goes on beside the test, and not longer than it."""

    process: subprocess.Popen[str]
    folder: Path

    def __enter__(self) -> Rehearsal:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate(timeout=PATIENCE)

    def stop(self, sign: signal.Signals) -> Said:
        """Send it a signal, and answer what it had said."""
        self.process.send_signal(sign)
        out, err = self.process.communicate(timeout=PATIENCE)
        return Said(self.process.returncode, out, err)


@dataclass(frozen=True)
class Stage:
    """The folder of a workload, and where its lab is."""

    folder: Path
    lab: Path

    def run(self, *arguments: str) -> Said:
        """Run the command here."""
        return run_command(*arguments, folder=self.folder)

    def ask(self, *arguments: str) -> Said:
        """Ask the command within this process, which is quicker; for what starts nothing."""
        console.quiet = False
        with chdir(self.folder), redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
            code = main(arguments)
        return Said(code, out.getvalue(), err.getvalue())

    def must(self, *arguments: str) -> Said:
        """Run what has to go well."""
        said = self.run(*arguments)
        assert said.code == 0, f"exitkit {' '.join(arguments)}: exit {said.code}\n{said.out}\n{said.err}"
        return said

    def begin(self, *arguments: str) -> Rehearsal:
        """Run the command beside the test."""
        process = subprocess.Popen(
            [sys.executable, "-m", "exitkit", *arguments],
            cwd=self.folder,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        return Rehearsal(process, self.folder)

    @property
    def latest(self) -> Path:
        """The folder of the run that was begun last."""
        found = [setting.parent for setting in (self.folder / "runs").glob("*/setting.json")]
        return max(found, key=lambda run: int(run.name.rpartition("-")[2]))

    def state(self, lab: Path | None = None) -> LabState:
        """What the lab keeps to itself: ports, credentials, services."""
        found = LabState.read(lab or self.lab)
        assert found is not None
        return found

    def cloud(self, name: str, lab: Path | None = None) -> CloudState:
        """One stand-in."""
        return self.state(lab).clouds[name]


def entries(run: Path) -> list[dict[str, Any]]:
    """The journal's whole lines, read as they are."""
    file = run / "journal.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True) if file.exists() else []
    return [json.loads(line) for line in lines if line.endswith("\n")]


def reached(run: Path, step: str, outcome: str) -> bool:
    """Whether the journal shows that a step came so far."""
    return any((entry["step"], entry["outcome"]) == (step, outcome) for entry in entries(run))


def said_of(run: Path, step: str) -> dict[str, Any]:
    """The last entry of a step."""
    return [entry for entry in entries(run) if entry["step"] == step][-1]


def number(entry: dict[str, Any], what: str) -> float:
    """One number of an entry."""
    return float(next(one["value"] for one in entry["evidence"] if one["what"] == what))


def bucket(cloud: CloudState, region: str) -> Any:
    """The one bucket of a stand-in that holds dossiers, through AWS's own library."""
    import boto3

    store = boto3.resource(
        "s3",
        endpoint_url=f"http://127.0.0.1:{cloud.api_port}",
        region_name=region,
        aws_access_key_id=cloud.access_key,
        aws_secret_access_key=cloud.secret_key,
    )
    return next(one for one in store.buckets.all() if "dossiers" in one.name)


def register(cloud: CloudState) -> Any:
    """A connection to the register of a stand-in, as its administrator, that may write where it was frozen."""
    import psycopg

    return psycopg.connect(
        host="127.0.0.1",
        port=cloud.postgres_port,
        user="exitkit",
        password=cloud.postgres_password,
        dbname="attestations",
        options="-c default_transaction_read_only=off",
    )


@contextmanager
def standing(folder: Path) -> Iterator[Stage]:
    """A fresh copy of the example below a folder, beside a lab that stays up."""
    stage = Stage(copied(folder / "pge"), folder / "pge" / ".exitkit" / "lab")
    stage.must("lab", "up")
    try:
        yield stage
    finally:
        run_command("lab", "down", "--forget", folder=stage.folder)


def rehearsed_by(stage: Stage, playbook: str, dossiers: int) -> tuple[int, str, Path]:
    """Rehearse a playbook: exit code, all that was said, the run's folder."""
    said = stage.run("rehearse", "--playbook", playbook, "--yes", "--dossiers", str(dossiers))
    name = re.search(r"^run (\S+) ", said.err, re.MULTILINE)
    assert name is not None, said.err
    return said.code, said.out + said.err, stage.folder / "runs" / name[1]
