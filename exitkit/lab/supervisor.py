"""Keep a lab's programs running, and end them all when the lab's owner ends.

Run as `python -m exitkit.lab.supervisor FOLDER [--owned]`. An owned lab lives as long as its standard input is open:
when the owner is killed the kernel closes it, and every program ends. One that is not owned ends on SIGTERM.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from http.server import ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue

from exitkit.errors import OutsideError
from exitkit.lab import children, postgres
from exitkit.lab.alone import inject
from exitkit.lab.control import Job, handler
from exitkit.lab.faults import Faults
from exitkit.lab.state import MIRROR, Guest, LabState, Mirror

READY_SECONDS = 60.0


class Supervisor:
    """One lab: its state, its programs, and the jobs it is asked to do, done one at a time by one thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._state = LabState.read(folder) or LabState.fresh()
        self._programs: list[tuple[str, subprocess.Popen[str], bool]] = []
        self._guests: dict[str, subprocess.Popen[str]] = {}
        self.jobs: Queue[Job] = Queue()

    def start(self) -> None:
        """Start every program, but those of a cloud that was cut off, and wait until each answers."""
        self._state.write(self._folder)  # before anything is made with these ports and credentials
        waiting: dict[str, int] = {}
        for cloud in self._state.clouds:
            if cloud not in self._state.cut:
                waiting |= self._open_api(cloud)
        for cloud, state in self._state.clouds.items():
            if cloud not in self._state.cut:
                waiting |= self._open_postgres(cloud, state.postgres_port, state.postgres_password)
        if (mirror := self._state.mirror) is not None:
            waiting |= self._open_postgres(MIRROR, mirror.postgres_port, mirror.postgres_password)
        self._wait(waiting)
        for guest in self._state.guests.values():
            if not self._is_cut(guest.name):
                self._run(guest)
        self._await_guests()

    def _open_api(self, cloud: str) -> dict[str, int]:
        """Start a cloud's API and its name server; answers the ports to wait for, by program."""
        state = self._state.clouds[cloud]
        children.free_port(state.api_port)
        keys = {state.access_key: state.secret_key}
        secrets = json.dumps({"keys": keys, "token": self._state.control_token})
        place = self._folder / cloud
        place.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "exitkit.lab.endpoint", str(state.api_port), str(place)]
        child = children.start(command, log=self._folder / f"{cloud}-api.log", secrets=secrets)
        self._programs.append((f"{cloud}-api", child, False))
        command = [sys.executable, "-m", "exitkit.lab.nameserver", str(state.dns_port), str(place), cloud]
        child = children.start(command, log=self._folder / f"{cloud}-names.log", secrets=state.dns_key)
        self._programs.append((f"{cloud}-names", child, False))
        return {f"{cloud}-api": state.api_port, f"{cloud}-names": state.dns_port}

    def _open_postgres(self, cloud: str, port: int, password: str) -> dict[str, int]:
        """Start a cloud's database server."""
        name = f"{cloud}-postgres"
        server = postgres.start(name, self._folder, port, password=password, identity=self._state.identity)
        self._programs.append((name, server, True))
        return {name: port}

    def _cut(self, cloud: str) -> None:
        """Let nothing of a cloud answer: its programs and its services end, and stay so over a new start."""
        self._remember(cut=tuple(sorted({*self._state.cut, cloud})))
        for name in [name for name in self._guests if self._is_cut(name)]:
            children.stop(self._guests.pop(name), seconds=3)
        own = [one for one in self._programs if one[0].startswith(f"{cloud}-")]
        self._programs = [one for one in self._programs if one not in own]
        for _, child, is_postgres in own:
            postgres.stop(child) if is_postgres else children.stop(child, seconds=3)

    def _mend(self, cloud: str) -> None:
        """Let a cloud that was cut off answer again, with its services."""
        if cloud not in self._state.cut:
            return
        state = self._state.clouds[cloud]
        self._wait(self._open_api(cloud) | self._open_postgres(cloud, state.postgres_port, state.postgres_password))
        self._remember(cut=tuple(one for one in self._state.cut if one != cloud))
        for guest in self._state.guests.values():
            if guest.name.startswith(f"{cloud}-"):
                self._run(guest)
        self._await_guests()

    def _server(self, cloud: str) -> subprocess.Popen[str]:
        """A cloud's database server. Raises KeyError where the cloud was cut off."""
        return {name: child for name, child, _ in self._programs}[f"{cloud}-postgres"]

    def _make_room(self, cloud: str) -> None:
        """Let a database server's files grow again; one that ended for want of room is started again."""
        if cloud in self._state.cut:
            return
        server = self._server(cloud)
        postgres.make_room(server)
        if server.poll() is not None:
            self._programs = [one for one in self._programs if one[1] is not server]
            state = self._state.clouds[cloud]
            self._wait(self._open_postgres(cloud, state.postgres_port, state.postgres_password))

    def _open_mirror(self) -> None:
        """Start the database server of a copy that no cloud holds; harmless where it runs."""
        if self._state.mirror is None:
            mirror = Mirror.fresh()
            self._remember(mirror=mirror)
            self._wait(self._open_postgres(MIRROR, mirror.postgres_port, mirror.postgres_password))

    def _is_cut(self, guest: str) -> bool:
        return any(guest.startswith(f"{cloud}-") for cloud in self._state.cut)

    def _await_guests(self) -> None:
        """Wait until the services that ran before answer again; one that ended is not waited for."""
        until = time.monotonic() + READY_SECONDS
        for name, guest in self._state.guests.items():
            if self._is_cut(name):
                continue
            host, port = guest.address.split(":")
            while self._guests[name].poll() is None and not children.answers(host, int(port)):
                if time.monotonic() > until:
                    return
                time.sleep(0.05)

    def serve(self) -> None:
        """Open the control door, say that the lab is up, do jobs until told to stop."""
        door = ThreadingHTTPServer(
            ("127.0.0.1", self._state.control_port), handler(self._state.control_token, self.jobs)
        )
        threading.Thread(target=door.serve_forever, daemon=True).start()
        self._remember(pid=os.getpid())
        while True:
            try:
                # Not for ever: a signal that another thread takes would not wake a main thread that sleeps on a lock.
                job = self.jobs.get(timeout=0.2)
            except Empty:
                continue
            if job.verb == "stop":
                job.done({})
                break
            try:
                job.done(self._do(job))
            except (OSError, KeyError, ValueError, OutsideError) as error:
                job.done({"error": str(error)})

    def end(self) -> None:
        """End every program, guests first."""
        for child in self._guests.values():
            children.stop(child, seconds=3)
        for _, child, is_postgres in self._programs:
            postgres.stop(child) if is_postgres else children.stop(child, seconds=3)
        with contextlib.suppress(OSError):
            self._remember(pid=None)

    def _do(self, job: Job) -> dict[str, object]:  # noqa: PLR0911 - one arm per verb
        match job.verb:
            case "start":
                return {"address": self._start(job.body)}
            case "forget":
                self._forget(str(job.body["name"]))
                return {}
            case "faults":
                return {"struck": self._inject(job.body)}
            case "cut":
                self._cut(self._cloud(job.body))
                return {}
            case "mend":
                self._mend(self._cloud(job.body))
                return {}
            case "fill":
                cloud = self._cloud(job.body)
                files = postgres.home(self._folder, self._state.identity) / f"{cloud}-postgres"
                postgres.fill(self._server(cloud), files)
                return {}
            case "make-room":
                self._make_room(self._cloud(job.body))
                return {}
            case "mirror":
                self._open_mirror()
                return {}
            case _:
                alive = {name: child.poll() is None for name, child in self._guests.items()}
                return {"guests": {g.name: g.address for g in self._state.guests.values() if alive.get(g.name)}}

    def _start(self, body: dict[str, object]) -> str:
        name = str(body["name"])
        known = self._state.guests.get(name)
        running = self._guests.get(name)
        if known is not None and running is not None and running.poll() is None:
            return known.address
        address = known.address if known else f"127.0.0.1:{children.free_port()}"
        guest = Guest.model_validate({**body, "address": address})
        self._run(guest)
        self._remember(guests={**self._state.guests, name: guest})
        return address

    def _cloud(self, body: dict[str, object]) -> str:
        """The cloud a job is about. Raises KeyError where the lab has no such cloud."""
        name = str(body["cloud"])
        self._state.clouds[name]
        return name

    def _inject(self, body: dict[str, object]) -> dict[str, int]:
        """Give one stand-in's object store faults, or, with no rules, none."""
        cloud = self._state.clouds[str(body.pop("cloud"))]
        url = f"http://127.0.0.1:{cloud.api_port}"
        return inject(url, self._state.control_token, Faults.model_validate(body))

    def _forget(self, name: str) -> None:
        child = self._guests.pop(name, None)
        if child is not None:
            children.stop(child, seconds=3)
        self._remember(guests={key: guest for key, guest in self._state.guests.items() if key != name})

    def _run(self, guest: Guest) -> None:
        host, port = guest.address.split(":")
        environment = {**os.environ, **guest.environment, "LISTEN_HOST": host, "LISTEN_PORT": port}
        self._guests[guest.name] = children.start(
            guest.command,
            log=self._folder / f"guest-{guest.name}.log",
            environment=environment,
            folder=Path(guest.folder),
        )

    def _remember(self, **changed: object) -> None:
        self._state = self._state.model_copy(update=changed)
        self._state.write(self._folder)

    def _wait(self, waiting: dict[str, int]) -> None:
        until = time.monotonic() + READY_SECONDS
        while waiting:
            waiting = {name: port for name, port in waiting.items() if not children.answers("127.0.0.1", port)}
            for name, child, _ in self._programs:
                if child.poll() is not None:
                    raise OutsideError(f"{name} ended at once: {_last_line(self._folder / f'{name}.log')}")
            if time.monotonic() > until:
                raise OutsideError(f"{', '.join(waiting)} did not answer within {READY_SECONDS:.0f} s")
            time.sleep(0.05)


def _last_line(file: Path) -> str:
    lines = file.read_text(errors="replace").strip().splitlines() if file.exists() else []
    return lines[-1] if lines else "it said nothing"


def _end_with_owner(jobs: Queue[Job]) -> None:
    """Ask for the end when standard input closes, which the kernel does when the owner is gone."""
    with contextlib.suppress(OSError):
        while os.read(0, 1024):
            pass
    jobs.put(Job("stop", {}))


def main() -> int:
    """Run a lab until its owner ends or it is told to stop."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    supervisor = Supervisor(folder)
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: supervisor.jobs.put(Job("stop", {})))
    if "--owned" in sys.argv:
        threading.Thread(target=_end_with_owner, args=(supervisor.jobs,), daemon=True).start()
    try:
        supervisor.start()
        supervisor.serve()
    except (OutsideError, OSError) as error:
        (folder / "failed").write_text(str(error))
        return 3
    finally:
        supervisor.end()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
