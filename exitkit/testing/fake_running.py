"""Machines and name servers in memory; the fate of their world is asked at every call that changes anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from exitkit.errors import OutsideError
from exitkit.ports import Machine, Told
from exitkit.testing.fate import Fate


class FakeCompute:
    """Machines in memory."""

    def __init__(self, provider: str, fate: Fate) -> None:
        self.machines: dict[str, Machine] = {}
        self._provider = provider
        self._fate = fate

    def start(self, machine: Machine) -> str:
        """Start it where it does not run."""
        with self._fate.call(f"{self._provider} start {machine.name}"):
            self.machines.setdefault(machine.name, machine)
        return self.running()[machine.name]

    def stop(self, name: str) -> None:
        """Stop it; harmless where there is none."""
        with self._fate.call(f"{self._provider} stop {name}"):
            self.machines.pop(name, None)

    def running(self) -> Mapping[str, str]:
        """The address of every machine that runs."""
        return {name: f"{name}.{self._provider}.test:{machine.port}" for name, machine in self.machines.items()}


class FakeNames:
    """A name server in memory: addresses with how long they may be remembered, and other records as they stand."""

    def __init__(self, provider: str, fate: Fate) -> None:
        self.known: dict[str, Told] = {}
        self.zones: dict[str, set[str]] = {}
        self._provider = provider
        self._fate = fate

    def ask(self, name: str) -> Told | None:
        """What the server answers."""
        self._fate.reach(self._provider)
        return self.known.get(name)

    def point(self, name: str, address: str) -> None:
        """Let a name point at an address."""
        with self._fate.call(f"{self._provider} point {name}"):
            had = self.known.get(name)
            self.known[name] = Told(address, had.ttl if had else 300)

    def set_ttl(self, name: str, seconds: int) -> None:
        """Let a name be remembered so long."""
        with self._fate.call(f"{self._provider} ttl {name}"):
            if name not in self.known:
                raise OutsideError(f"there is no name {name}")
            self.known[name] = Told(self.known[name].address, seconds)

    def records(self, zone: str) -> tuple[str, ...] | None:
        """Every record of a zone, as lines."""
        if zone not in self.zones:
            return None
        services = {f"{n}. {t.ttl} HTTPS {t.address}" for n, t in self.known.items() if _within(n, zone)}
        return tuple(sorted(self.zones[zone] | services))

    def adopt(self, zone: str, records: Iterable[str]) -> None:
        """Let a zone hold exactly these records."""
        with self._fate.call(f"{self._provider} adopt {zone}"):
            wanted = set(records)
            services = {line for line in wanted if " HTTPS " in line}
            self.zones[zone] = wanted - services
            self.known = {name: told for name, told in self.known.items() if not _within(name, zone)}
            for line in services:
                name, ttl, _, address = line.split(" ", 3)
                self.known[name.removesuffix(".")] = Told(address, int(ttl))

    def forget(self, zone: str) -> None:
        """Take a zone away."""
        with self._fate.call(f"{self._provider} forget {zone}"):
            self.zones.pop(zone, None)
            self.known = {name: told for name, told in self.known.items() if not _within(name, zone)}

    def content(self) -> tuple[object, ...]:
        """Everything there is, to compare."""
        return dict(self.known), {zone: set(lines) for zone, lines in self.zones.items()}


class FakeZones(FakeNames):
    """A copy of zones, which answers for no name."""

    def ask(self, name: str) -> Told | None:  # noqa: ARG002 - asked of every side
        """None."""
        return None


def _within(name: str, zone: str) -> bool:
    return name == zone or name.endswith(f".{zone}")
