"""Let a schedule of faults befall a run: on its wires, its disk, its clock, its process; each fault once."""

from __future__ import annotations

import json
import os
import resource
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from exitkit.errors import OutsideError
from exitkit.lab import children
from exitkit.lab.drill import LabDrill
from exitkit.lab.faults import Rule
from exitkit.lab.wire import Mood, Wire
from exitkit.model.journal import Result
from exitkit.model.kinds.postgres import Postgres
from exitkit.model.plan import AnyStep
from exitkit.ports import Database, Settings
from exitkit.rehearsal.clients import read_seen
from exitkit.rehearsal.faults import Fault, Schedule
from exitkit.rehearsal.world import World

_MOODS: dict[str, tuple[str, Mood]] = {
    "network cut": ("all", "cut"),
    "throttling": ("s3", "throttle"),
    "expired credential": ("s3", "expired"),
    "slow database": ("postgres", "slow"),
    "half-finished copy": ("all", "half"),
}
"""On which wires a fault is, and how they are then."""

_SERVERS = ("full database disk", "full object store", "object store's clock skew")
"""What befalls a server of the lab itself, and not the way to it."""

_LAST_BYTES = 300
"""How much room a full disk still has, at most: less than an entry of the journal takes."""

_PATIENCE_SECONDS = 0.3
"""How long after a step began it is killed, at most; a step may be over by then, and the kill comes between two."""


class Trouble:
    """What befalls a run, as its folder says: the schedule, what of it has happened, the ports of its wires."""

    def __init__(self, folder: Path, lab: LabDrill | None = None) -> None:
        self._folder = folder
        self._lab = lab
        self._wires: dict[tuple[str, str], Wire] = {}
        self._off = timedelta()
        file = folder / "faults.json"
        self.schedule = Schedule.model_validate_json(file.read_bytes()) if file.exists() else None

    def through(self, provider: str, settings: Settings) -> Settings:
        """The same side, reached over wires, whose ports stay the same for the whole run; its servers are well."""
        if self.schedule is None:
            return settings
        self._recover(provider)
        values, ports = dict(settings.values), self._ports()
        s3, postgres = values["s3-endpoint"].rpartition(":")[2], values["postgres-port"]
        for part, to in (("s3", s3), ("postgres", postgres)):
            port = ports.setdefault(f"{provider} {part}", children.free_port())
            self._wires[(provider, part)] = Wire(port, int(to))
        values["s3-endpoint"] = f"http://127.0.0.1:{ports[f'{provider} s3']}"
        values["postgres-port"] = str(ports[f"{provider} postgres"])
        (self._folder / "wires.json").write_text(json.dumps(ports))
        return Settings(values, settings.secrets)

    def around(self, step: AnyStep, act: Callable[[], Result], world: World) -> Result:
        """Do a step, and let what was drawn for it happen meanwhile."""
        due = [fault for fault in self._due() if fault.step == step.id]
        if not due:
            return act()
        with ExitStack() as held:
            for fault in due:
                self._note(fault)
                if fault.moment == "before":
                    self._strike(fault, world)
                if fault.moment == "during":
                    held.enter_context(self._during(fault))
            result = act()
        for fault in due:
            if fault.moment == "after":
                self._strike(fault, world)
        return result

    def now(self) -> datetime:
        """The clock, as far off as it was put."""
        return datetime.now(UTC) + self._off

    def close(self) -> None:
        """Take the wires away, and let every server be well."""
        for provider in {provider for provider, _ in self._wires}:
            self._recover(provider)
        for wire in self._wires.values():
            wire.close()

    def happened(self) -> set[int]:
        """The numbers of the faults that have happened."""
        file = self._folder / "faults.jsonl"
        return {int(json.loads(line)["number"]) for line in file.read_text().splitlines()} if file.exists() else set()

    def _due(self) -> list[Fault]:
        past = self.happened()
        return [one for one in self.schedule.faults if one.number not in past] if self.schedule else []

    def _note(self, fault: Fault) -> None:
        """It happens once: on disk before it does."""
        with (self._folder / "faults.jsonl").open("a") as out:
            out.write(json.dumps({"number": fault.number, "told": fault.told}) + "\n")
            out.flush()
            os.fsync(out.fileno())

    def _strike(self, fault: Fault, world: World) -> None:
        if fault.kind == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif fault.kind == "planted difference":
            _change_a_row(world, fault.side)
        elif fault.kind == "planted loss":
            _lose_a_write(world, fault.side)

    @contextmanager
    def _during(self, fault: Fault) -> Iterator[None]:
        if fault.kind == "kill":
            late = fault.seconds * _PATIENCE_SECONDS
            threading.Timer(late, lambda: os.kill(os.getpid(), signal.SIGKILL)).start()
            yield
        elif fault.kind == "clock skew":
            self._off = timedelta(seconds=fault.seconds)
            yield
        elif fault.kind == "full disk":
            _fill_own_disk(self._folder, fault.after)  # whoever makes room does it once this process has ended
            yield
        elif fault.kind in _SERVERS:
            with self._at_a_server(fault):
                yield
        else:
            with self._on_wires(fault):
                yield

    @contextmanager
    def _on_wires(self, fault: Fault) -> Iterator[None]:
        part, mood = _MOODS[fault.kind]
        wires = [wire for (side, of), wire in self._wires.items() if side == fault.side and part in ("all", of)]

        def well() -> None:
            for wire in wires:
                wire.be("well")

        for wire in wires:
            wire.be(mood, after=fault.after)
        timer = threading.Timer(fault.seconds, well)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            if fault.kind != "network cut":
                timer.cancel()
                well()

    @contextmanager
    def _at_a_server(self, fault: Fault) -> Iterator[None]:
        """Until the step ends, or as long as it was drawn: a clock stays wrong for the whole step."""
        lab = self._lab
        if lab is None:
            raise OutsideError(f"there is no lab in which {fault.told} could happen")
        if fault.kind == "full database disk":
            lab.fill(fault.side)
        elif fault.kind == "full object store":
            lab.spoil(fault.side, Rule(kind="full", methods=("PUT", "POST")))
        else:
            lab.spoil(fault.side, Rule(kind="skew", seconds=fault.seconds))
        try:
            yield
        finally:
            self._recover(fault.side)

    def _recover(self, provider: str) -> None:
        """Let a cloud's servers be well; what a killed process did to them stays until then."""
        if self._lab is not None and not self._lab.is_cut(provider):
            self._lab.spoil(provider)
            self._lab.make_room(provider)

    def _ports(self) -> dict[str, int]:
        file = self._folder / "wires.json"
        return dict(json.loads(file.read_text())) if file.exists() else {}


def _fill_own_disk(folder: Path, room: int) -> None:
    """From now on let no file that this process or a program of its own writes become larger than the journal is.

    `room` bytes more are left, so that a line may break off in its middle, as on a disk that has become full.
    """
    journal = folder / "journal.jsonl"
    used = journal.stat().st_size if journal.exists() else 0
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (used + room % _LAST_BYTES, hard))


def _change_a_row(world: World, at: str) -> None:
    """Behind everyone's back, change one row of a database."""
    databases = world.side(at).databases
    for postgres in world.plan.workload.of(Postgres):
        with _reached(databases, postgres.database) as connection:
            connection.execute(
                "DO $$ DECLARE t text; BEGIN SELECT c.oid::regclass::text INTO t FROM pg_class c"
                " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE relkind = 'r' AND n.nspname = 'public'"
                " ORDER BY pg_relation_size(c.oid) DESC LIMIT 1; SET LOCAL session_replication_role = replica;"
                " EXECUTE format('DELETE FROM %s WHERE ctid = (SELECT min(ctid) FROM %s)', t, t); END $$"
            )
            return
    raise OutsideError("there is no database in which a difference could be planted")


def _lose_a_write(world: World, at: str) -> None:
    """Behind everyone's back, remove the row of the last write that was acknowledged by this side."""
    databases = world.side(at).databases
    for file in sorted(world.folder.glob("clients-*.jsonl")):
        seen = read_seen(world.folder, file.stem.removeprefix("clients-"))
        known = [one.identifier for one in seen if one.outcome == "written"]
        for postgres in world.plan.workload.of(Postgres):
            rows = [r for r in databases.fingerprints(postgres.database) if known and r[1] == known[-1]]
            with _reached(databases, postgres.database) as connection:
                for table, key, _ in rows:
                    column = connection.execute(
                        "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid"
                        " AND a.attnum = i.indkey[0] WHERE i.indrelid = %s::regclass AND i.indisprimary",
                        [table],
                    ).fetchone()
                    connection.execute("SET session_replication_role = replica")
                    connection.execute(f'DELETE FROM {table} WHERE "{column[0]}"::text = %s', [key])  # noqa: S608
                    return
    raise OutsideError("there is no acknowledged write that could be lost")


def _reached(databases: Database, database: str) -> AbstractContextManager[Any]:
    """A connection of the administrator's. Raises OutsideError where this is no PostgreSQL that we connect to."""
    connect = getattr(databases, "connect", None)
    if connect is None:
        raise OutsideError("nothing can be planted in this database")
    return cast("AbstractContextManager[Any]", connect(database, autocommit=True))
