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
    from exitkit.drivers import clouds, openstack

    values, secrets = settings.values, settings.secrets
    guests = opening.guests(settings, "ovh")
    if "openstack-cloud" in values:
        named = clouds.named(values["openstack-cloud"])
        values, secrets = {**values, **named.values}, {**secrets, **named.secrets}
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
        size=values.get("machine-size", "d2-4"),
        guests=guests,
    )
