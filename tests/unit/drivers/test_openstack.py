"""Machines over OpenStack: made once, found again, removed once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from exitkit.drivers import openstack
from exitkit.drivers.machines import Machines
from exitkit.errors import OutsideError
from exitkit.ports import Machine, Secret
from tests.unit.drivers.keystone import Cloud


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    double = Cloud()
    yield double
    double.http.shutdown()
    double.http.server_close()


def connect(cloud: Cloud, password: str = "right") -> Machines:
    return openstack.connect(
        f"{cloud.url}/v3",
        region="GRA11",
        project="p",
        user="u",
        password=Secret.of(password),
        image="Debian 12",
        size="d2-4",
    )


WEB = Machine("web", "registry.example/shop:1", "d2-4", 8080, "/healthz", {}, {})


def test_a_machine_is_made_found_and_removed(cloud: Cloud) -> None:
    machines = connect(cloud)

    address = machines.start(WEB)

    assert address == "10.20.0.7:8080"
    assert machines.running() == {"web": "10.20.0.7"}
    machines.stop("web")
    assert machines.running() == {}


def test_starting_twice_makes_one_machine(cloud: Cloud) -> None:
    machines = connect(cloud)

    assert machines.start(WEB) == machines.start(WEB)

    assert len(cloud.servers) == 1


def test_stopping_what_is_not_there_is_harmless(cloud: Cloud) -> None:
    connect(cloud).stop("web")

    assert not any(method == "DELETE" for method, _, _ in cloud.asked)


def test_the_size_and_image_of_the_landing_are_asked_for(cloud: Cloud) -> None:
    connect(cloud).start(WEB)

    [asked] = [body["server"] for method, path, body in cloud.asked if method == "POST" and path.endswith("/servers")]
    assert (asked["name"], asked["flavorRef"], asked["imageRef"]) == ("web", "f1", "i1")


def test_a_size_the_cloud_does_not_offer_is_one_clear_error(cloud: Cloud) -> None:
    with pytest.raises(OutsideError, match="offers no machine of size b9-1"):
        connect(cloud).start(Machine("web", "i", "b9-1", 8080, "/", {}, {}))


def test_wrong_credentials_are_one_clear_error_without_the_password(cloud: Cloud) -> None:
    with pytest.raises(OutsideError, match="refuses these credentials") as refused:
        connect(cloud, password="w-r-o-n-g").running()

    assert "w-r-o-n-g" not in str(refused.value)
