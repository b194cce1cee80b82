"""Machines over the OpenStack API, through apache-libcloud."""

from __future__ import annotations

from exitkit.drivers.machines import Machines
from exitkit.errors import MissingExtra
from exitkit.ports import Compute, Secret


def connect(
    auth_url: str,
    *,
    region: str,
    project: str,
    user: str,
    password: Secret,
    image: str,
    size: str,
    guests: Compute | None = None,
) -> Machines:
    """Machines of one project, of a flavor `size` where none is named.

    `auth_url` ends before `/v3`; libcloud's default API version, 1.1, is long gone.
    """
    try:
        from libcloud.compute.providers import get_driver
        from libcloud.compute.types import Provider
    except ImportError as error:
        raise MissingExtra("cloud", needed_for="machines over OpenStack") from error
    driver = get_driver(Provider.OPENSTACK)(
        user,
        password.reveal(),
        api_version="2.2",
        ex_force_auth_url=auth_url.removesuffix("/").removesuffix("/v3"),
        ex_force_auth_version="3.x_password",
        ex_tenant_name=project,
        ex_domain_name="Default",
        ex_force_service_region=region,
    )
    return Machines(driver, image=image, size=size, guests=guests)
