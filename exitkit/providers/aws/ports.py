"""The one door out to AWS."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from exitkit.errors import Unsupported
from exitkit.ports import Compute, Database, Names, ObjectStore, P, Settings


def open_port(port: type[P], settings: Settings) -> P:
    """S3, PostgreSQL, EC2, and names where the lab keeps them. Raises Unsupported for anything else."""
    values, secrets = settings.values, settings.secrets
    opened: object
    if port is ObjectStore:
        from exitkit.drivers.s3 import S3Store

        opened = S3Store(
            values.get("s3-endpoint", f"https://s3.{values['s3-region']}.amazonaws.com"),
            region=values["s3-region"],
            access_key=values["s3-access-key"],
            secret_key=secrets["s3-secret-key"],
        )
    elif port is Database:
        from exitkit.drivers.postgres import PostgresServer

        opened = PostgresServer(
            values["postgres-host"],
            int(values["postgres-port"]),
            user=values["postgres-user"],
            password=secrets["postgres-password"],
        )
    elif port is Compute:
        opened = _machines(settings)
    elif port is Names and "names-file" in values:
        from exitkit.drivers.names import NamesFile

        opened = NamesFile(Path(values["names-file"]))
    else:
        raise Unsupported(f"AWS opens no port {port.__name__} with these settings")
    return cast("P", opened)


def _machines(settings: Settings) -> Compute:
    from exitkit.drivers import ec2
    from exitkit.drivers.guests import Guests

    values, secrets = settings.values, settings.secrets
    guests = None
    if "guests-url" in values:
        guests = Guests(
            values["guests-url"], token=secrets["guests-token"], provider="aws", file=Path(values["guests-file"])
        )
    return ec2.connect(
        values.get("ec2-endpoint", f"https://ec2.{values['s3-region']}.amazonaws.com"),
        region=values["s3-region"],
        access_key=values["s3-access-key"],
        secret_key=secrets["s3-secret-key"],
        image=values.get("machine-image", "ami-12c6146b"),
        guests=guests,
    )
