"""Look, behind a rehearsal's back, at what clients were told, what was carried, and what is left."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from exitkit import registry
from exitkit.lab.lab import Lab
from exitkit.model.plan import Plan
from exitkit.placing import place
from exitkit.ports import Database, Names, ObjectStore, P
from exitkit.ports.carried import Message, Queues, Secrets
from exitkit.rehearsal.clients import read_seen
from exitkit.rehearsal.world import placed_name

HIDDEN_SECONDS = 40.0
"""How long a message that a killed process took may stay hidden, and then some."""


def look_at_home(plan: Plan, folder: Path) -> tuple[int, int]:
    """How many writes clients were told had succeeded, and how many of them home does not answer with."""
    state = Lab(Path(".exitkit/lab")).state
    home = next(guest.address for name, guest in state.guests.items() if name.startswith(f"{plan.source}-"))
    known = [seen.identifier for seen in read_seen(folder, "web") if seen.outcome == "written"]
    return len(known), sum(not answers(f"http://{home}/notes/{one}") for one in known)


@dataclass(frozen=True)
class Opened:
    """What both sides of the lab hold beside databases, to look at directly."""

    lab: Lab
    plan: Plan

    def port(self, at: str, kind: type[P]) -> P:
        """A port of one side, opened without any wire."""
        return registry.get(at).open(kind, self.lab.settings(at))

    def name(self, at: str, component: str) -> str:
        """What a component is called there."""
        return placed_name(place(self.plan.workload, registry.get(at)), component)

    def secret(self, at: str) -> str | None:
        """The secret of one side, which is shown to nobody."""
        found = self.port(at, Secrets).get(self.name(at, "token"))
        return found.reveal() if found is not None else None

    def objects(self, at: str) -> dict[str, str]:
        """The tag of every object of one side."""
        return {one.key: one.etag for one in self.port(at, ObjectStore).listing(self.name(at, "scans"))}

    def letters(self) -> list[Message]:
        """Every message that waits at home; taken out, and put in again as they were at first."""
        queues, name = self.port(self.plan.source, Queues), self.name(self.plan.source, "letters")
        found: list[Message] = []
        until = time.monotonic() + HIDDEN_SECONDS
        while queues.waiting(name) and time.monotonic() < until:
            taken = queues.take(name, 10)
            found += [one.message for one in taken]
            queues.done(name, taken)
            time.sleep(0 if taken else 0.2)
        queues.send(name, {one.body: one for one in found}.values())
        return found


def look_at_carried(plan: Plan, folder: Path) -> dict[str, object]:
    """What became of the messages, of the secret and of the objects, against what was there before the first run."""
    opened = Opened(Lab(Path(".exitkit/lab")), plan)
    before = json.loads(Path(".exitkit/before.json").read_text())
    bodies = Counter(one.body for one in opened.letters())
    value = opened.secret(plan.source)
    digest = hashlib.sha256((value or "").encode()).hexdigest()
    told = [file for file in folder.rglob("*") if file.is_file() and (value or "?").encode() in file.read_bytes()]
    astray = [str(file) for file in told] or (["the target"] if opened.secret(plan.target) is not None else [])
    return {
        "messages": sum(bodies.values()),
        "messages missing": sorted({*before["letters"]} - {*bodies}),
        "messages twice": sum(count - 1 for count in bodies.values()),
        "secret": "at home alone" if digest == before["secret"] and not astray else f"astray: {astray}",
        "objects at home": "unchanged" if opened.objects(plan.source) == before["objects"] else "changed",
    }


def remember(plan: Plan) -> None:
    """Keep what is at home before the first run under faults; of the secret a digest, outside of every run."""
    opened = Opened(Lab(Path(".exitkit/lab")), plan)
    kept = {
        "letters": [one.body for one in opened.letters()],
        "secret": hashlib.sha256((opened.secret(plan.source) or "").encode()).hexdigest(),
        "objects": opened.objects(plan.source),
    }
    Path(".exitkit/before.json").write_text(json.dumps(kept))


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


def left_at(plan: Plan) -> list[str]:
    """What is left at the target: services, databases, buckets, queues, zones."""
    lab = Lab(Path(".exitkit/lab"))
    settings, provider = lab.settings(plan.target), registry.get(plan.target)
    found = [name for name in lab.state.guests if name.startswith(f"{plan.target}-")]
    found += ["database notes"] if provider.open(Database, settings).exists("notes") else []
    opened = Opened(lab, plan)
    store, queues = opened.port(plan.target, ObjectStore), opened.port(plan.target, Queues)
    found += ["bucket"] if store.exists(opened.name(plan.target, "scans")) else []
    found += ["queue"] if queues.exists(opened.name(plan.target, "letters")) else []
    found += ["zone"] if provider.open(Names, settings).records("notes.example") is not None else []
    return found
