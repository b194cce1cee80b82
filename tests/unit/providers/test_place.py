"""Where components land on each provider."""

from __future__ import annotations

import pytest

from exitkit import registry
from exitkit.errors import Unsupported
from exitkit.model.placement import Input, Literally
from exitkit.model.workload import Workload
from exitkit.placing import place

NET = {"kind": "network", "name": "net"}


def landed(provider: str, **settings: object) -> tuple[dict[str, object], tuple[str, ...]]:
    """The plain inputs of one component, and its notes."""
    component = {"name": "part", **settings}
    if settings["kind"] in {"postgres", "service"}:
        component["network"] = "net"
    workload = Workload.model_validate({"name": "shop", "components": [NET, component]})
    placement = registry.get(provider).place(workload.component("part"), workload)
    return {name: _plain(value) for name, value in placement.inputs.items()}, placement.notes


def _plain(value: Input) -> object:
    return value.value if isinstance(value, Literally) else value


@pytest.mark.parametrize(
    ("provider", "cpus", "memory", "name"),
    [
        ("aws", 2, "4 GiB", "t3.medium"),
        ("aws", 2, "8 GiB", "t3.large"),
        ("aws", 8, "32 GiB", "m6i.2xlarge"),
        ("aws", 2, "12 GiB", "r7i.large"),
        ("ovh", 2, "4 GiB", "c3-4"),
        ("ovh", 2, "8 GiB", "b3-8"),
        ("ovh", 4, "8 GiB", "c3-8"),
        ("ovh", 2, "12 GiB", "r3-16"),
    ],
)
def test_a_service_gets_the_smallest_machine_that_holds_it(provider: str, cpus: int, memory: str, name: str) -> None:
    inputs, _ = landed(provider, kind="service", image="r.example/x:1", cpus=cpus, memory=memory)

    assert inputs["size"] == name


@pytest.mark.parametrize("provider", ["aws", "ovh"])
@pytest.mark.parametrize("kind", [{"kind": "service", "image": "r.example/x:1"}, {"kind": "postgres", "release": 16}])
def test_what_no_size_holds_is_refused(provider: str, kind: dict[str, object]) -> None:
    with pytest.raises(Unsupported, match=r"part asks for 64 processors and 1.0 TiB: no size"):
        landed(provider, **kind, cpus=64, memory="1 TiB")


def test_a_shared_size_is_noted() -> None:
    inputs, notes = landed("aws", kind="postgres", release=16)

    assert inputs["size"] == "db.t4g.large"
    assert notes == ("db.t4g.large shares its processors; load that lasts is paid for extra",)


def test_rds_storage_has_a_floor() -> None:
    inputs, _ = landed("aws", kind="postgres", release=16, storage="5 GiB")

    assert inputs["storage_gib"] == 20


@pytest.mark.parametrize(
    ("standby", "days", "plan", "nodes_are_two"),
    [(False, 2, "discovery", False), (True, 1, "production", True), (False, 7, "production", True)],
)
def test_the_plan_has_the_nodes_and_keeps_the_backups(
    *, standby: bool, days: int, plan: str, nodes_are_two: bool
) -> None:
    inputs, _ = landed("ovh", kind="postgres", release=16, standby=standby, **{"backup-days": days})

    assert (inputs["plan"], inputs["standby"]) == (plan, nodes_are_two)


def test_a_standby_that_comes_with_the_plan_is_noted() -> None:
    _, notes = landed("ovh", kind="postgres", release=16)

    assert any("a standby comes with it" in note for note in notes)


def test_backups_no_plan_of_two_nodes_keeps_are_refused() -> None:
    with pytest.raises(Unsupported, match="30 days of backups: OVHcloud keeps 14"):
        landed("ovh", kind="postgres", release=16, **{"backup-days": 30})


def test_a_plan_named_in_the_hatch_is_believed() -> None:
    inputs, _ = landed("ovh", kind="postgres", release=16, **{"backup-days": 30}, hatch={"ovh": {"plan": "advanced"}})

    assert inputs["plan"] == "advanced"


def test_the_disk_that_comes_with_a_size_is_taken_and_noted() -> None:
    inputs, notes = landed("ovh", kind="postgres", release=16)

    assert inputs["storage_gib"] == 160
    assert "b3-8 comes with 160 GiB of disk, not 100" in notes


def test_this_machine_needs_no_terraform() -> None:
    shop = Workload.model_validate({"name": "shop", "components": [NET, {"kind": "bucket", "name": "files"}]})

    landing = place(shop, registry.get("local"))

    assert {placement.module for placement in landing.placements} == {"local"}
    assert landing.frame.providers == ()
    assert any("object.encryption: " in note for note in landing.placement("files").notes)


@pytest.mark.parametrize(("provider", "names"), [("aws", {"aws"}), ("ovh", {"ovh", "openstack"})])
def test_a_frame_names_its_providers_and_a_certificate_for_each_service_with_tls(
    provider: str, names: set[str]
) -> None:
    service = {"kind": "service", "image": "r.example/x:1", "network": "net"}
    shop = Workload.model_validate(
        {"name": "shop", "components": [NET, {**service, "name": "web-site"}, {**service, "name": "api", "tls": False}]}
    )

    frame = registry.get(provider).frame(shop)

    assert {needed.name for needed in frame.providers} == names
    required = {variable.name for variable in frame.variables if variable.required}
    assert required == {"web_site_certificate"} | ({"project"} if provider == "ovh" else set())


@pytest.mark.parametrize("provider", ["aws", "ovh"])
def test_credentials_are_named_and_never_given(provider: str) -> None:
    shop = Workload.model_validate({"name": "shop", "components": [NET]})

    frame = registry.get(provider).frame(shop)

    assert frame.credentials
    assert not any("=" in line for line in frame.credentials)
