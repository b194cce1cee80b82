"""What keeps a copy that no cloud holds, in the lab: a folder, files of zones, a PostgreSQL server of its own."""

from __future__ import annotations

from pathlib import Path

from exitkit.errors import OutsideError
from exitkit.lab.postgres import SUPERUSER
from exitkit.lab.state import LabState
from exitkit.ports import Secret, Settings


def settings(state: LabState, folder: Path) -> Settings:
    """How to reach it. Raises OutsideError where it was not started."""
    if state.mirror is None:
        raise OutsideError("the lab keeps no mirror")
    values = {
        "folder": str(folder / "mirror"),
        "zones": str(folder / "mirror" / "zones"),
        "postgres-host": "127.0.0.1",
        "postgres-port": str(state.mirror.postgres_port),
        "postgres-user": SUPERUSER,
    }
    return Settings(values=values, secrets={"postgres-password": Secret.of(state.mirror.postgres_password)})
