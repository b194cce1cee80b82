"""The one door out to plain OpenStack."""

from __future__ import annotations

from typing import cast

from exitkit.drivers import opening
from exitkit.errors import Unsupported
from exitkit.ports import Compute, Names, ObjectStore, P, Settings


def open_port(port: type[P], settings: Settings) -> P:
    """Objects over S3, machines over Nova, names on a server that takes signed updates; no databases."""
    values, secrets = settings.values, settings.secrets
    opened: object
    if port is ObjectStore and "s3-endpoint" in values:
        from exitkit.drivers.s3 import S3Store

        opened = S3Store(
            values["s3-endpoint"],
            region=values.get("s3-region", "us-east-1"),
            access_key=values["s3-access-key"],
            secret_key=secrets["s3-secret-key"],
        )
    elif port is Compute and "openstack-auth-url" in values:
        from exitkit.drivers import openstack

        opened = openstack.connect(
            values["openstack-auth-url"],
            region=values["openstack-region"],
            project=values["openstack-project"],
            user=values["openstack-user"],
            password=secrets["openstack-password"],
            image=values.get("machine-image", "Debian 12"),
            size=values.get("machine-size", "m1.small"),
        )
    elif port is Names and "dns-server" in values:
        opened = opening.names(settings)
    else:
        raise Unsupported(f"OpenStack opens no port {port.__name__} with these settings")
    return cast("P", opened)
