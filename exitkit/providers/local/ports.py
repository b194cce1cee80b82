"""The one door out to this machine: directories, a PostgreSQL server, processes."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from exitkit.drivers import opening
from exitkit.errors import Unsupported
from exitkit.ports import Compute, Database, Names, ObjectStore, P, Settings


def open_port(port: type[P], settings: Settings) -> P:
    """Object stores are folders; databases and services are the lab's. Raises Unsupported for anything else."""
    values = settings.values
    opened: object
    if port is ObjectStore and "folder" in values:
        from exitkit.drivers.directory import DirectoryStore

        opened = DirectoryStore(Path(values["folder"]))
    elif port is Database and "postgres-host" in values:
        opened = opening.postgres(settings)
    elif port is Compute and "guests-url" in values:
        opened = opening.guests(settings, "local")
    elif port is Names and "zones" in values:
        from exitkit.drivers.zones import ZoneFiles

        opened = ZoneFiles(Path(values["zones"]))
    elif port is Names and "dns-server" in values:
        opened = opening.names(settings)
    else:
        raise Unsupported(f"this machine opens no port {port.__name__} with these settings")
    return cast("P", opened)
