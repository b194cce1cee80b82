"""The one door out to OVHcloud."""

from __future__ import annotations

from typing import cast

from exitkit.drivers import opening
from exitkit.errors import Unsupported
from exitkit.ports import Compute, Database, Names, ObjectStore, P, Settings
from exitkit.ports.carried import Queues, Secrets


def open_port(port: type[P], settings: Settings) -> P:
    """Object Storage over S3, PostgreSQL, machines over OpenStack, names where the lab keeps them."""
    opened: object
    if port is ObjectStore:
        opened = opening.s3(settings, usual=f"https://s3.{settings.values['s3-region']}.io.cloud.ovh.net")
    elif port is Database:
        opened = opening.postgres(settings)
    elif port is Compute:
        opened = _machines(settings)
    elif port is Queues and "table-queues" in settings.values:
        opened = opening.table_queues(settings)
    elif port is Secrets and "secretsmanager-endpoint" in settings.values:
        opened = opening.aws_secrets(settings)
    elif port is Names and "dns-server" in settings.values:
        opened = opening.names(settings)
    else:
        raise Unsupported(f"OVHcloud opens no port {port.__name__} with these settings")
    return cast("P", opened)


def _machines(settings: Settings) -> Compute:
    from exitkit.drivers import clouds

    guests = opening.guests(settings, "ovh")
    if "openstack-cloud" in settings.values:
        named = clouds.named(settings.values["openstack-cloud"])
        settings = Settings({**settings.values, **named.values}, {**settings.secrets, **named.secrets})
    if "openstack-auth-url" in settings.values:
        return opening.nova(settings, size="d2-4", guests=guests)
    if guests is None:
        raise Unsupported("machines at OVHcloud need the OpenStack API: no openstack-auth-url is set")
    return guests
