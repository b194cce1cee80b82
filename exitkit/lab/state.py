"""What a lab remembers between starts: its ports, its credentials, the services that run in it."""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
from pathlib import Path

from pydantic import Field

from exitkit.lab import children
from exitkit.model.base import Frozen

KEY_NAME = "exitkit."
"""The name of the key that changes to names are signed with, in the lab."""

CLOUDS = ("aws", "ovh")
"""The clouds the lab stands in for; each has a file of its own beside this one."""

MIRROR = "local"
"""The provider that keeps a copy no cloud holds."""


class CloudState(Frozen):
    """One stand-in: where its API, its PostgreSQL and its name server listen, and who may use them."""

    api_port: int
    access_key: str
    secret_key: str
    postgres_port: int
    postgres_password: str
    dns_port: int
    dns_key: str


class Mirror(Frozen):
    """The database server of a copy that no cloud holds: where it listens, and who may use it."""

    postgres_port: int
    postgres_password: str

    @classmethod
    def fresh(cls) -> Mirror:
        """A new one, on a port that is free now, with a password of its own."""
        return cls(postgres_port=children.free_port(), postgres_password=secrets.token_urlsafe(24))


class Guest(Frozen):
    """One service that the lab runs in place of a machine: what to start, with what, and where it answers."""

    name: str
    command: tuple[str, ...]
    folder: str
    environment: dict[str, str]
    address: str


class LabState(Frozen):
    """The lab's memory. Its file is readable by its owner alone. `cut` are clouds that do not answer for now."""

    identity: str
    clouds: dict[str, CloudState]
    control_port: int
    control_token: str
    guests: dict[str, Guest] = Field(default_factory=dict)
    mirror: Mirror | None = None
    cut: tuple[str, ...] = ()
    pid: int | None = None

    @classmethod
    def fresh(cls) -> LabState:
        """A new lab, with ports that are free now and credentials of its own."""
        ports = children.free_ports(3 * len(CLOUDS) + 1)
        clouds = {
            cloud: CloudState(
                api_port=ports.pop(),
                access_key=f"LAB{cloud.upper()}{secrets.token_hex(6).upper()}",
                secret_key=secrets.token_urlsafe(30),
                postgres_port=ports.pop(),
                postgres_password=secrets.token_urlsafe(24),
                dns_port=ports.pop(),
                dns_key=base64.b64encode(secrets.token_bytes(32)).decode(),
            )
            for cloud in CLOUDS
        }
        return cls(
            identity=secrets.token_hex(8),
            clouds=clouds,
            control_port=ports.pop(),
            control_token=secrets.token_urlsafe(24),
        )

    @classmethod
    def read(cls, folder: Path) -> LabState | None:
        """The lab of a folder, or None where there never was one."""
        file = folder / "lab.json"
        return cls.model_validate_json(file.read_text()) if file.exists() else None

    def write(self, folder: Path) -> None:
        """Remember, whole or not at all."""
        staging = folder / ".lab.json"
        with contextlib.suppress(FileNotFoundError):
            staging.unlink()
        with os.fdopen(os.open(staging, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(self.model_dump_json(indent=2))
        staging.rename(folder / "lab.json")

    @property
    def alive(self) -> bool:
        """Whether the lab that wrote this still runs."""
        return self.pid is not None and children.answers("127.0.0.1", self.control_port)
