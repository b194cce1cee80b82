"""A third cloud, made without a change to the house: network, bucket and service on plain OpenStack."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from exitkit import api, registry
from exitkit.api.placed import tree_of
from exitkit.drivers.s3 import S3Store
from exitkit.errors import Unsupported
from exitkit.infra.tree_check import check_tree
from exitkit.infra.trial import PATH
from exitkit.model.capability import Capability, Support
from exitkit.model.placement import Literally
from exitkit.model.workload import Workload
from exitkit.placing import place
from exitkit.ports import Database, ObjectStore, Secret, Settings
from exitkit.testing.checks import CHECKS, Tier
from tests.modules.conftest import MODULES, Root
from tests.modules.conftest import settings as settings  # noqa: PLC0414 - a fixture of the modules' tests
from tests.modules.conftest import terraform as terraform  # noqa: PLC0414 - a fixture of the modules' tests

NAME = "openstack"
KINDS = ("network", "bucket", "service")
OPENSTACK = registry.get(NAME)
HOUSE = Path(str(api.__file__)).parents[1]

NET = {"kind": "network", "name": "net"}
FILES = {"kind": "bucket", "name": "files", "versions": True}
WEB = {"kind": "service", "name": "web", "image": "r.example/web:1", "network": "net", "uses": ["files"]}
WORKER = {**WEB, "name": "worker", "public": False, "replicas": 1}

each_kind = pytest.mark.parametrize("kind", KINDS)
OFFLINE = [check for check in CHECKS if check.tier is not Tier.PORTS]


def workload(*components: Mapping[str, object]) -> Workload:
    return Workload.model_validate({"name": "shop", "components": components})


def module_texts(kind: str = "") -> list[str]:
    files = sorted((MODULES / NAME / kind).rglob("*"))
    return [file.read_text(encoding="utf-8") for file in files if file.suffix in {".tf", ".tftpl"}]


def test_the_test_of_a_tree_is_told_where_objects_are() -> None:
    tree = tree_of(workload(NET, FILES), NAME)

    assert 'mock_data "openstack_identity_auth_scope_v3"' in tree[PATH]
    assert "https://objects.example/v1" in tree[PATH]


def test_it_spells_its_regions_as_it_likes_and_a_cloud_made_of_it_does_not() -> None:
    tree = {
        "main.tf": 'provider "openstack" {\n  region = "RegionOne"\n}\n',
    }

    assert check_tree(tree, NAME) == ()
    (mistake,) = check_tree(tree, "ovh")
    assert mistake.message == "openstack.region cannot be `RegionOne`"


def test_a_cloud_is_at_most_three_hundred_lines() -> None:
    files = (HOUSE / "providers" / NAME).glob("*.py")

    assert sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files) <= 300


def test_every_capability_is_claimed_with_a_reason_and_a_dated_source() -> None:
    made = set(re.findall(r'^resource "(\w+)"', "\n".join(module_texts()), flags=re.MULTILINE))
    offered = (Support.NATIVE, Support.WORKAROUND)

    for capability, claim in OPENSTACK.claims.items():
        assert claim.why != "not looked at yet", capability
        assert re.search(r"\(read \d{4}-\d{2}(-\d{2})?\)$", claim.source), capability
        assert set(claim.resources) <= made, capability
        assert bool(claim.resources) is (claim.support in offered), capability


@pytest.mark.parametrize(
    ("component", "capability"),
    [
        ({"kind": "postgres", "name": "part", "release": 16, "network": "net"}, Capability.POSTGRES_DATABASE),
        ({"kind": "queue", "name": "part"}, Capability.QUEUE_SEND_RECEIVE),
        ({"kind": "secret", "name": "part"}, Capability.SECRET_STORE),
        ({"kind": "cache", "name": "part", "network": "net"}, Capability.CACHE_STORE),
    ],
)
def test_a_kind_without_a_module_is_refused_with_the_reason_of_its_claim(
    component: dict[str, object], capability: Capability
) -> None:
    shop = workload(NET, component)

    with pytest.raises(Unsupported) as refusal:
        place(shop, OPENSTACK)

    assert refusal.value.message == f"part: {OPENSTACK.claims[capability].why}"


def test_a_service_gets_a_flavor_and_says_that_clouds_name_them_differently() -> None:
    placement = place(workload(NET, FILES, WEB), OPENSTACK).placement("web")

    assert placement.inputs["size"] == Literally(value="m1.medium")
    assert any("openstack: {size: ...}" in note for note in placement.notes)


def test_a_flavor_of_its_own_is_believed_however_large_the_service() -> None:
    own = {**WEB, "cpus": 64, "memory": "1 TiB", "hatch": {NAME: {"size": "b.64c1t"}}}

    placement = place(workload(NET, FILES, own), OPENSTACK).placement("web")

    assert placement.inputs["size"] == Literally(value="b.64c1t")


def test_what_no_flavor_holds_is_refused() -> None:
    with pytest.raises(Unsupported, match="no size of OpenStack"):
        place(workload(NET, FILES, {**WEB, "cpus": 64}), OPENSTACK)


def test_no_key_is_given_to_a_bucket_and_its_landing_says_so() -> None:
    shop = workload(NET, {"kind": "key", "name": "seal"}, {**FILES, "key": "seal"})

    placement = OPENSTACK.place(shop.component("files"), shop)

    assert "key" not in placement.inputs


def test_there_is_no_price_that_holds_everywhere() -> None:
    shop = workload(NET, FILES, WEB)

    assert [bill.lines for bill in (OPENSTACK.bill(part, shop) for part in shop.components)] == [(), (), ()]


def test_objects_are_reached_over_s3_and_databases_are_not() -> None:
    found = Settings(
        {"s3-endpoint": "https://s3.example", "s3-access-key": "a"}, {"s3-secret-key": Secret(lambda: "b")}
    )

    assert isinstance(OPENSTACK.open(ObjectStore, found), S3Store)  # type: ignore[type-abstract]
    with pytest.raises(Unsupported, match="OpenStack opens no port Database"):
        OPENSTACK.open(Database, found)  # type: ignore[type-abstract]


# --- Terraform itself, against the genuine schema


@pytest.fixture(scope="module")
def tree(settings: Path, tmp_path_factory: pytest.TempPathFactory) -> Root:
    """A generated tree of a small workload, initialised."""
    folder = tmp_path_factory.mktemp(NAME)
    made = api.generate(workload(NET, FILES, {**WEB, "hostname": "shop.example"}, WORKER), NAME, folder)
    assert not made.mistakes
    (folder / "terraform.tfvars").write_text(
        'region          = "RegionOne"\nweb_certificate = "https://key-manager.example/v1/secrets/1"\n'
    )
    root = Root(folder, settings)
    root.do("init", "-input=false")
    return root


@pytest.mark.terraform
def test_the_generated_tree_is_valid_and_plans(tree: Root) -> None:
    assert tree.run("fmt", "-check", "-recursive", "-no-color").stdout == ""
    tree.do("validate")
    planned = [one for one in tree.plan()["resource_changes"] if one["mode"] == "managed"]

    assert {tuple(one["change"]["actions"]) for one in planned} == {("create",)}
    counted = {kind: sum(one["type"] == kind for one in planned) for kind in {one["type"] for one in planned}}
    assert counted["openstack_compute_instance_v2"] == 3
    assert counted["openstack_lb_loadbalancer_v2"] == 1
    assert counted["openstack_networking_floatingip_v2"] == 1
    assert counted["openstack_objectstorage_container_v1"] == 1


@pytest.mark.terraform
def test_the_test_a_generated_tree_brings_along_passes(tree: Root) -> None:
    assert "0 failed" in tree.do("test")


@pytest.mark.terraform
def test_what_is_made_stays_as_it_is(tree: Root, tmp_path: Path) -> None:
    root = tree.copy(tmp_path)

    root.do("apply", "-input=false", "-auto-approve")

    assert root.run("plan", "-input=false", "-detailed-exitcode", "-no-color").returncode == 0


CATALOGUE = """
override_data {
  target = data.openstack_identity_auth_scope_v3.this
  values = {
    service_catalog = [
      { id = "1", name = "swift", type = "object-store", endpoints = [
        { id = "1", interface = "internal", region = "One", region_id = "One", url = "http://10.0.0.1/v1/AUTH_1" },
        { id = "2", interface = "public", region = "Two", region_id = "Two", url = "https://two.example/v1/AUTH_1" },
        { id = "3", interface = "public", region = "One", region_id = "One", url = "https://one.example:8080/v1/A_1" },
      ] },
    ]
  }
}

variables {
  name     = "files"
  location = { region = "One", zones = [] }
  versions = true
}

run "endpoint" {
  command = plan

  assert {
    condition     = output.endpoint == "https://one.example:8080"
    error_message = output.endpoint
  }
}

run "warned" {
  command = plan

  variables {
    retain_days = 30
  }

  expect_failures = [check.retention]
}
"""


@pytest.mark.terraform
def test_the_s3_endpoint_is_found_in_the_catalogue_and_no_lock_is_warned_of(settings: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(MODULES / NAME / "bucket", tmp_path / "bucket"))
    (folder / "catalogue.tftest.hcl").write_text(CATALOGUE)
    root = Root(folder, settings)
    root.do("init", "-input=false")

    assert "2 passed, 0 failed" in root.do("test")
