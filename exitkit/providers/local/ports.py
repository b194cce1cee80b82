"""The one door out to this machine: directories, a PostgreSQL server, processes."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from exitkit.errors import Unsupported
from exitkit.ports import Compute, Database, Names, ObjectStore, P, Settings


def open_port(port: type[P], settings: Settings) -> P:
    """Object stores are folders; databases and services are the lab's. Raises Unsupported for anything else."""
    values, secrets = settings.values, settings.secrets
    opened: object
    if port is ObjectStore and "folder" in values:
        from exitkit.drivers.directory import DirectoryStore

        opened = DirectoryStore(Path(values["folder"]))
    elif port is Database and "postgres-host" in values:
        from exitkit.drivers.postgres import PostgresServer

        opened = PostgresServer(
            values["postgres-host"],
            int(values["postgres-port"]),
            user=values["postgres-user"],
            password=secrets["postgres-password"],
        )
    elif port is Compute and "guests-url" in values:
        from exitkit.drivers.guests import Guests

        opened = Guests(
            values["guests-url"], token=secrets["guests-token"], provider="local", file=Path(values["guests-file"])
        )
    elif port is Names and "names-file" in values:
        from exitkit.drivers.names import NamesFile

        opened = NamesFile(Path(values["names-file"]))
    else:
        raise Unsupported(f"this machine opens no port {port.__name__} with these settings")
    return cast("P", opened)
