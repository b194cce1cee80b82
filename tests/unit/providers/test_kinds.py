"""The seven kinds of this house that came later, where they land and what they cost."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal

import pytest

from exitkit import registry
from exitkit.errors import Unsupported
from exitkit.model.placement import FromModule, FromModules, FromRoot, Literally
from exitkit.model.workload import Workload
from exitkit.placing import place
from tests.unit.infra.test_tree_check import EVERY

NET = {"kind": "network", "name": "net"}
CLOUDS = ("aws", "ovh")


def workload(*components: Mapping[str, object]) -> Workload:
    return Workload.model_validate({"name": "shop", "components": components})


def plain(provider: str, *components: Mapping[str, object]) -> tuple[dict[str, object], tuple[str, ...]]:
    """The plain inputs of the last component, and its notes."""
    placement = place(workload(*components), registry.get(provider)).placements[-1]
    return {name: one.value for name, one in placement.inputs.items() if isinstance(one, Literally)}, placement.notes


@pytest.mark.parametrize(
    ("provider", "memory", "replicas", "wanted"),
    [
        ("aws", "1 GiB", 0, {"size": "cache.t4g.small", "replicas": 0}),
        ("aws", "16 GiB", 5, {"size": "cache.r7g.xlarge", "replicas": 5}),
        ("ovh", "1 GiB", 0, {"size": "b3-8", "plan": "discovery", "replicas": 0}),
        ("ovh", "16 GiB", 1, {"size": "b3-16", "plan": "production", "replicas": 1}),
        ("ovh", "1 GiB", 5, {"size": "b3-8", "plan": "advanced", "replicas": 2}),
    ],
)
def test_a_cache_gets_the_smallest_nodes_and_the_plan_that_has_them(
    provider: str, memory: str, replicas: int, wanted: dict[str, object]
) -> None:
    cache = {"kind": "cache", "name": "fast", "network": "net", "memory": memory, "replicas": replicas}

    inputs, notes = plain(provider, NET, cache)

    assert wanted.items() <= inputs.items()
    assert any("the most a plan has, not 5" in note for note in notes) is (provider == "ovh" and replicas == 5)


def test_a_cache_that_no_node_holds_is_refused() -> None:
    with pytest.raises(Unsupported, match=r"fast asks for 1.0 TiB: no size of AWS"):
        plain("aws", NET, {"kind": "cache", "name": "fast", "network": "net", "memory": "1 TiB"})


@pytest.mark.parametrize(("provider", "size"), [("aws", "t3.large"), ("ovh", "b3-8")])
def test_a_cluster_has_machines_of_the_size_asked_for(provider: str, size: str) -> None:
    inputs, _ = plain(provider, NET, {"kind": "cluster", "name": "pods", "release": "1.32", "network": "net"})

    assert (inputs["size"], inputs["nodes_min"], inputs["nodes_max"], inputs["release"]) == (size, 2, 4, "1.32")


def test_a_queue_stands_on_the_first_network_where_a_broker_needs_one() -> None:
    queue = {"kind": "queue", "name": "jobs"}

    here, there = (place(workload(NET, queue), registry.get(cloud)).placement("jobs") for cloud in CLOUDS)

    assert "network" not in here.inputs
    assert there.inputs["network"] == FromModule(component="net", output="attachment")
    assert "its broker stands on net, for no network is named" in there.notes
    with pytest.raises(Unsupported, match="needs a network"):
        place(workload(queue), registry.get("ovh"))


def test_a_secret_comes_from_a_variable_that_no_file_holds() -> None:
    landing = place(workload({"kind": "secret", "name": "bank-token"}), registry.get("aws"))

    assert landing.placement("bank-token").inputs["value"] == FromRoot(expression="var.bank_token_value")
    variables = {one.name: one for one in landing.frame.variables}
    assert variables["bank_token_value"].sensitive
    assert variables["bank_token_value"].required
    assert variables["bank_token_edition"].default == 1


@pytest.mark.parametrize("kind", ["key", "secret"])
def test_keys_and_secrets_at_ovhcloud_need_a_vault_that_was_ordered(kind: str) -> None:
    with_it = place(workload({"kind": kind, "name": "it"}), registry.get("ovh")).frame
    without = place(workload(NET), registry.get("ovh")).frame

    assert "vault" in {one.name for one in with_it.variables}
    assert "vault" not in {one.name for one in without.variables}
    assert any("Order a KMS domain" in step for step in with_it.steps_before)


def test_what_a_cloud_lacks_is_not_said_in_its_root_but_above_it() -> None:
    shop = workload({"kind": "key", "name": "seal"}, {"kind": "bucket", "name": "files", "key": "seal"})

    here, there = (place(shop, registry.get(cloud)).placement("files") for cloud in CLOUDS)

    assert here.inputs["key"] == FromModule(component="seal", output="access")
    assert "key" not in there.inputs
    assert there.lacks == ("object.customer-key: " + registry.get("ovh").claims["object.customer-key"].why,)  # type: ignore[index]


def test_a_service_is_told_of_everything_it_uses_by_kind() -> None:
    parts = [
        {"kind": "queue", "name": "jobs", "network": "net"},
        {"kind": "cache", "name": "fast", "network": "net"},
        {"kind": "secret", "name": "bank-token"},
        {"kind": "key", "name": "seal"},
    ]
    uses = [str(part["name"]) for part in parts]
    web = {"kind": "service", "name": "web", "image": "r.example/w:1", "network": "net", "uses": uses}

    inputs = place(workload(NET, *parts, web), registry.get("aws")).placement("web").inputs

    assert {name: list(one.outputs) for name, one in inputs.items() if isinstance(one, FromModules)} == {
        "queues": ["JOBS"],
        "caches": ["FAST"],
        "secrets": ["BANK_TOKEN"],
        "keys": ["SEAL"],
    }


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_worker_needs_no_certificate_and_pays_no_load_balancer(cloud: str) -> None:
    worker = {"kind": "service", "name": "worker", "image": "r.example/w:1", "network": "net", "public": False}
    shop = workload(NET, worker)

    landing = place(shop, registry.get(cloud))

    assert "certificate" not in landing.placement("worker").inputs
    assert "worker_certificate" not in {one.name for one in landing.frame.variables}
    bill = registry.get(cloud).bill(shop.component("worker"), shop)
    assert [line.what for line in bill.lines] == ["worker: machines"]


@pytest.mark.parametrize(
    ("cloud", "kind", "value"),
    [("aws", "key", "1.00"), ("aws", "secret", "0.40"), ("aws", "queue", "0.00"), ("ovh", "key", None)],
)
def test_what_has_a_known_price_is_counted_and_what_has_none_is_named(cloud: str, kind: str, value: str | None) -> None:
    shop = workload(NET, {"kind": kind, "name": "it"})

    bill = registry.get(cloud).bill(shop.component("it"), shop)

    assert [line.value for line in bill.lines] == ([Decimal(value)] if value else [])
    assert bill.unpriced == (() if value else (f"it: {kind}",))


def test_the_policy_of_whoever_applies_knows_only_the_services_used() -> None:
    files = {"kind": "bucket", "name": "files"}

    frame = place(workload(files), registry.get("aws")).frame
    policy = json.loads(frame.files["policies/apply.json"])

    (statement,) = policy["Statement"]
    assert statement["Resource"] == ["arn:aws:s3:::shop-files"]
    assert all(action.startswith("s3:") for action in statement["Action"])
    there = json.loads(place(workload(files), registry.get("ovh")).frame.files["policies/apply.json"])
    assert not [action for action in there["allow"] if "database" in action or "kube" in action]


@pytest.mark.parametrize("cloud", CLOUDS)
def test_no_policy_grants_everything(cloud: str) -> None:
    parts = [
        {"kind": kind, "name": f"the-{kind}", "network": "net"} | extra
        for kind, extra in {
            "postgres": {"release": 16},
            "service": {"image": "r.example/w:1"},
            "queue": {},
            "cache": {},
            "cluster": {"release": "1.32"},
        }.items()
    ]
    files = place(workload(NET, *parts), registry.get(cloud)).frame.files
    policies = [json.loads(text) for path, text in files.items() if path.startswith("policies/apply")]
    statements = [one for policy in policies for one in policy.get("Statement", [{"Action": policy.get("allow")}])]

    actions = [action for one in statements for action in one["Action"]]
    assert actions
    assert [action for action in actions if action == "*" or action.endswith(":*")] == []


def test_on_aws_what_knows_no_name_is_limited_by_region_and_what_is_removed_by_name_or_tag() -> None:
    files = place(Workload.model_validate(EVERY), registry.get("aws")).frame.files
    policies = [json.loads(text) for path, text in files.items() if path.startswith("policies/apply")]
    statements = [one for policy in policies for one in policy["Statement"]]

    anywhere = [one for one in statements if one["Resource"] == ["*"]]
    removing = [one for one in anywhere if any(re.search(r":(Delete|\*)", action) for action in one["Action"])]
    assert [one["Sid"] for one in anywhere if "Condition" not in one] == ["Zones"]  # zones stand in no region
    tagged = [one for one in removing if "aws:ResourceTag/Workload" in str(one.get("Condition"))]
    assert [one["Sid"] for one in removing if one not in tagged] == ["FirewallsAndTags", "Zones"]
    assert {one["Sid"] for one in tagged} == {"FirewallsRemoved", "NetworksRemoved", "TemplatesRemoved"}


@pytest.mark.parametrize("many", [1, 60])
def test_a_policy_is_no_longer_than_aws_takes(many: int) -> None:
    services = [
        {"kind": "service", "name": f"w{number}", "image": "r.example/w:1", "network": "net"} for number in range(many)
    ]
    files = place(workload(NET, *services), registry.get("aws")).frame.files
    policies = {path: text for path, text in files.items() if path.startswith("policies/apply")}

    assert (len(policies) > 1) is (many > 1)
    assert max(len("".join(text.split())) for text in policies.values()) <= 6144
    text = "".join(policies.values())
    assert all(f"role/shop-w{number}-*" in text for number in range(many))


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_state_is_encrypted_and_its_place_is_filled_in_by_its_owner(cloud: str) -> None:
    files = place(workload(NET), registry.get(cloud)).frame.files

    assert 'backend "s3"' in files["backend.tf.example"]
    assert "encrypt = true" in files["backend.tf.example"]
    assert "bucket" in files["state.tfbackend.example"]
