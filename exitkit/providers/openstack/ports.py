"""The one door out to plain OpenStack."""

from __future__ import annotations

from typing import cast

from exitkit.drivers import opening
from exitkit.errors import Unsupported
from exitkit.ports import Compute, Names, ObjectStore, P, Settings


def open_port(port: type[P], settings: Settings) -> P:
    """Objects over S3, machines over Nova, names on a server that takes signed updates; no databases."""
    values = settings.values
    opened: object
    if port is ObjectStore and "s3-endpoint" in values:
        opened = opening.s3(settings, region="us-east-1")
    elif port is Compute and "openstack-auth-url" in values:
        opened = opening.nova(settings, size="m1.small")
    elif port is Names and "dns-server" in values:
        opened = opening.names(settings)
    else:
        raise Unsupported(f"OpenStack opens no port {port.__name__} with these settings")
    return cast("P", opened)
