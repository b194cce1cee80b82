"""The one door out to OVHcloud."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from exitkit.errors import Unsupported
from exitkit.ports import Compute, Database, Names, ObjectStore, P, Settings


def open_port(port: type[P], settings: Settings) -> P:
    """Object Storage over S3, PostgreSQL, machines over OpenStack, names where the lab keeps them."""
    values, secrets = settings.values, settings.secrets
    opened: object
    if port is ObjectStore:
        from exitkit.drivers.s3 import S3Store

        opened = S3Store(
            values.get("s3-endpoint", f"https://s3.{values['s3-region']}.io.cloud.ovh.net"),
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
        raise Unsupported(f"OVHcloud opens no port {port.__name__} with these settings")
    return cast("P", opened)


def _machines(settings: Settings) -> Compute:
    from exitkit.drivers import openstack
    from exitkit.drivers.guests import Guests

    values, secrets = settings.values, settings.secrets
    guests = None
    if "guests-url" in values:
        guests = Guests(
            values["guests-url"], token=secrets["guests-token"], provider="ovh", file=Path(values["guests-file"])
        )
    if "openstack-auth-url" not in values:
        if guests is None:
            raise Unsupported("machines at OVHcloud need the OpenStack API: no openstack-auth-url is set")
        return guests
    return openstack.connect(
        values["openstack-auth-url"],
        region=values["openstack-region"],
        project=values["openstack-project"],
        user=values["openstack-user"],
        password=secrets["openstack-password"],
        image=values.get("machine-image", "Debian 12"),
        guests=guests,
    )
