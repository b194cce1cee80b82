"""The one door out to AWS."""

from __future__ import annotations

from typing import cast

from exitkit.drivers import opening
from exitkit.errors import Unsupported
from exitkit.ports import Compute, Database, Names, ObjectStore, P, Settings
from exitkit.ports.carried import Queues, Secrets
from exitkit.ports.sealer import Sealer


def open_port(port: type[P], settings: Settings) -> P:
    """S3, PostgreSQL, EC2, SQS, Secrets Manager, and the lab's names. Raises Unsupported for anything else."""
    opened: object
    if port is ObjectStore:
        opened = opening.s3(settings, usual=f"https://s3.{settings.values['s3-region']}.amazonaws.com")
    elif port is Database:
        opened = opening.postgres(settings)
    elif port is Compute:
        opened = _machines(settings)
    elif port is Names and "dns-server" in settings.values:
        opened = opening.names(settings)
    elif port is Queues:
        opened = opening.sqs(settings)
    elif port is Secrets:
        opened = opening.aws_secrets(settings)
    elif port is Sealer:
        opened = _key_service(settings)
    else:
        raise Unsupported(f"AWS opens no port {port.__name__} with these settings")
    return cast("P", opened)


def _key_service(settings: Settings) -> Sealer:
    from exitkit.drivers.kms import KeyService

    values = settings.values
    region = values["s3-region"]
    return KeyService(
        values.get("kms-endpoint", f"https://kms.{region}.amazonaws.com"),
        region=region,
        access_key=values["s3-access-key"],
        secret_key=settings.secrets["s3-secret-key"],
    ).sealer()


def _machines(settings: Settings) -> Compute:
    from exitkit.drivers import ec2

    values, secrets = settings.values, settings.secrets
    return ec2.connect(
        values.get("ec2-endpoint", f"https://ec2.{values['s3-region']}.amazonaws.com"),
        region=values["s3-region"],
        access_key=values["s3-access-key"],
        secret_key=secrets["s3-secret-key"],
        image=values.get("machine-image", "ami-12c6146b"),
        guests=opening.guests(settings, "aws"),
    )
