"""Machines over the EC2 API, through apache-libcloud."""

from __future__ import annotations

from urllib.parse import urlparse

from exitkit.drivers.machines import Machines
from exitkit.errors import MissingExtra
from exitkit.ports import Compute, Secret


def connect(
    endpoint: str, *, region: str, access_key: str, secret_key: Secret, image: str, guests: Compute | None = None
) -> Machines:
    """Machines of one account at one EC2 endpoint.

    Two of libcloud's habits are undone: it signs with version 2 unless told, and it expects a slash at the end of the
    namespace that not every server writes, without which every list is silently empty.
    """
    try:
        from libcloud.compute.drivers import ec2
        from libcloud.compute.providers import get_driver
        from libcloud.compute.types import Provider
    except ImportError as error:
        raise MissingExtra("cloud", needed_for="machines over EC2") from error
    place = urlparse(endpoint)
    if place.hostname in ("127.0.0.1", "localhost"):
        ec2.NAMESPACE = ec2.NAMESPACE.rstrip("/")
    secure = place.scheme == "https"
    driver = get_driver(Provider.EC2)(
        access_key,
        secret_key.reveal(),
        secure=secure,
        host=place.hostname,
        port=place.port or (443 if secure else 80),
        region=region,
        signature_version="4",
    )
    return Machines(driver, image=image, size="t3.small", guests=guests)
