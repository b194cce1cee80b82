"""Open what every cloud's settings name alike: an S3 store, a PostgreSQL server, a name server, the lab's guests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from exitkit.ports import Settings

if TYPE_CHECKING:
    from exitkit.drivers.awsjson import Account
    from exitkit.drivers.carried import AwsSecrets, Sqs
    from exitkit.drivers.dns import NameServer
    from exitkit.drivers.guests import Guests
    from exitkit.drivers.machines import Machines
    from exitkit.drivers.postgres import PostgresServer
    from exitkit.drivers.postgres.queues import TableQueues
    from exitkit.drivers.s3 import S3Store


def s3(settings: Settings, *, usual: str = "", region: str = "") -> S3Store:
    """The object store of an account; `usual` and `region` are the cloud's own, used where the settings name none."""
    from exitkit.drivers.s3 import S3Store

    values = settings.values
    return S3Store(
        values.get("s3-endpoint", usual),
        region=values.get("s3-region", region) if region else values["s3-region"],
        access_key=values["s3-access-key"],
        secret_key=settings.secrets["s3-secret-key"],
    )


def nova(settings: Settings, *, size: str, guests: Guests | None = None) -> Machines:
    """The machines of an OpenStack project; `size` is the cloud's own, used where the settings name none."""
    from exitkit.drivers import openstack

    values = settings.values
    return openstack.connect(
        values["openstack-auth-url"],
        region=values["openstack-region"],
        project=values["openstack-project"],
        user=values["openstack-user"],
        password=settings.secrets["openstack-password"],
        image=values.get("machine-image", "Debian 12"),
        size=values.get("machine-size", size),
        guests=guests,
    )


def postgres(settings: Settings) -> PostgresServer:
    """The database server."""
    from exitkit.drivers.postgres import PostgresServer

    values = settings.values
    return PostgresServer(
        values["postgres-host"],
        int(values["postgres-port"]),
        user=values["postgres-user"],
        password=settings.secrets["postgres-password"],
    )


def names(settings: Settings) -> NameServer:
    """The name server that takes signed updates."""
    from exitkit.drivers.dns import NameServer

    host, _, port = settings.values["dns-server"].rpartition(":")
    return NameServer(host, int(port), key_name=settings.values["dns-key-name"], key=settings.secrets["dns-key"])


def sqs(settings: Settings) -> Sqs:
    """The queues of an AWS account."""
    from exitkit.drivers.carried import Sqs

    return Sqs(_account(settings, "sqs", "AmazonSQS", "1.0"))


def aws_secrets(settings: Settings) -> AwsSecrets:
    """The store of secrets of an AWS account."""
    from exitkit.drivers.carried import AwsSecrets

    return AwsSecrets(_account(settings, "secretsmanager", "secretsmanager", "1.1"))


def _account(settings: Settings, service: str, prefix: str, release: str) -> Account:
    from exitkit.drivers.awsjson import Account

    values = settings.values
    endpoint = values.get(f"{service}-endpoint", f"https://{service}.{values['s3-region']}.amazonaws.com")
    secret, region = settings.secrets["s3-secret-key"], values.get(f"{service}-region", values["s3-region"])
    return Account(endpoint, region, values["s3-access-key"], secret, service, prefix, release)


def table_queues(settings: Settings) -> TableQueues:
    """Queues as tables of the database server."""
    from exitkit.drivers.postgres.queues import TableQueues

    return TableQueues(postgres(settings), owner=settings.values["postgres-user"])


def guests(settings: Settings, provider: str) -> Guests | None:
    """What the lab runs in place of machines; None where there is no lab."""
    from exitkit.drivers.guests import Guests

    values = settings.values
    if "guests-url" not in values:
        return None
    token = settings.secrets["guests-token"]
    return Guests(values["guests-url"], token=token, provider=provider, file=Path(values["guests-file"]))
