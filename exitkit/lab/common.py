"""The settings that every stand-in cloud of the lab has."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from exitkit.lab.postgres import SUPERUSER
from exitkit.lab.state import KEY_NAME, LabState
from exitkit.ports import Secret, Settings


def common(
    state: LabState, cloud: str, folder: Path, *, region: str, more: Mapping[str, str] | None = None
) -> Settings:
    """How to reach one stand-in: its object store, its database server, the lab's control door, its name server."""
    own = state.clouds[cloud]
    return Settings(
        values={
            "s3-endpoint": f"http://127.0.0.1:{own.api_port}",
            "s3-region": region,
            "s3-access-key": own.access_key,
            "postgres-host": "127.0.0.1",
            "postgres-port": str(own.postgres_port),
            "postgres-user": SUPERUSER,
            "guests-url": f"http://127.0.0.1:{state.control_port}",
            "guests-file": str(folder / "guests.json"),
            "dns-key-name": KEY_NAME,
            "dns-server": f"127.0.0.1:{own.dns_port}",
            **(more or {}),
        },
        secrets={
            "s3-secret-key": Secret.of(own.secret_key),
            "postgres-password": Secret.of(own.postgres_password),
            "guests-token": Secret.of(state.control_token),
            "dns-key": Secret.of(own.dns_key),
        },
    )
