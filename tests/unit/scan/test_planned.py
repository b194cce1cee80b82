"""A plan is counted by instance and attribute, tells where each comes from, and no value of it is kept."""

from __future__ import annotations

from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from exitkit import api, registry
from exitkit.api.infrastructure import infrastructure_of, plan_of
from exitkit.model.evidence import Basis
from exitkit.model.infrastructure import InputOrigin, Origin
from exitkit.scan.planned import NoPlan, planned

SECRET = "hunter2-hunter2"
GIVEN = {
    "box": {
        "name": InputOrigin(origin=Origin.DESCRIBED, value="shop-box", literal=True),
        "size": InputOrigin(origin=Origin.CHOSEN, value="b3-8", literal=True),
        "network": InputOrigin(origin=Origin.DESCRIBED),
        "location": InputOrigin(origin=Origin.ASKED),
    }
}
EXPRESSIONS: dict[str, Any] = {
    "name": {"references": ["var.name"]},
    "flavor": {"references": ["var.size"]},
    "region": {"references": ["var.location.region", "var.location"]},
    "network": {"references": ["var.network.id", "var.network"]},
    "password": {"references": ["var.secret"]},
    "engine": {"constant_value": "kafka"},
    "labels": {"references": ["local.labels"]},
    "owner": {"references": ["cloud_user.this.id", "cloud_user.this"]},
    "alias": {"references": ["cloud_user.this.name", "cloud_user.this"]},
    "off": {"references": ["var.name"]},
    "place": {"references": ["each.value"]},
    "rules": [{"port": {"constant_value": 80}, "note": {"references": ["var.name"]}}],
    "timeouts": {"create": {"constant_value": "5m"}},
}


def plan() -> dict[str, Any]:
    """A module called once: two instances of one resource, a user, and something that stands in the state alone."""
    values = {
        "name": "shop-box", "flavor": "b3-8", "region": "GRA", "network": "n", "password": SECRET, "engine": "kafka",
        "labels": ["a"], "alias": "u", "off": None, "place": "a", "rules": [{"port": 80, "note": "n"}],
        "by_the_provider": "x", "nodes": [{"region": "GRA", "size": 0, "tags": []}],
    }  # fmt: skip
    addresses = [f'module.box.cloud_thing.this["{zone}"]' for zone in "ab"]
    things = [
        {"address": one, "mode": "managed", "type": "cloud_thing", "name": "this", "values": values}
        for one in addresses
    ]
    user = {"address": "module.box.cloud_user.this", "mode": "managed", "type": "cloud_user", "name": "this",
            "values": {"name": "u"}}  # fmt: skip
    data = {"address": "module.box.terraform_data.this", "mode": "managed", "type": "terraform_data", "values": {}}
    changes = [
        {"address": one, "change": {"actions": ["create"], "after_unknown": {"owner": True}}} for one in addresses
    ]
    says = {
        "resources": [
            {"address": "cloud_thing.this", "mode": "managed", "expressions": EXPRESSIONS,
             "for_each_expression": {"references": ["var.name"]}},
            {"address": "cloud_user.this", "mode": "managed", "expressions": {"name": {"references": ["var.name"]}}},
            {"address": "terraform_data.this", "mode": "managed", "expressions": {}},
        ]
    }  # fmt: skip
    call = {
        "source": "./modules/box",
        "expressions": {
            "name": {"constant_value": "shop-box"},
            "size": {"constant_value": "b3-8"},
            "network": {"references": ["module.net.attachment", "module.net"]},
            "location": {"references": ["local.location"]},
        },
        "module": says,
    }
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"child_modules": [{"resources": [*things, user, data]}]}},
        "resource_changes": changes,
        "configuration": {"root_module": {"module_calls": {"box": call}}},
    }


def test_attributes_are_counted_by_instance_and_come_from_where_the_configuration_says() -> None:
    found = planned(plan(), "p.json", GIVEN)

    thing, user = found.resources
    assert (found.basis, thing.source) == (Basis.MEASURED, "p.json")
    assert (thing.address, thing.component, thing.instances) == ("module.box.cloud_thing.this", "box", 2)
    assert thing.attributes == {
        Origin.DESCRIBED: 10,  # name, network, alias, place, the note of the rule
        Origin.UNCLEAR: 4,  # labels, by way of a local; the region of a node, of a dynamic block
        Origin.ASKED: 2,  # region
        Origin.CHOSEN: 2,  # flavor
        Origin.JOINED: 2,  # owner, known after apply
        Origin.MODULE: 6,  # engine, the port; password: a variable nobody gives has its default
    }
    assert user.attributes == {Origin.DESCRIBED: 1}


def test_what_is_no_secret_of_ours_is_not_kept_either() -> None:
    kept = planned(plan(), "p.json", GIVEN).canonical().decode()

    assert SECRET not in kept
    assert "kafka" not in kept
    assert "GRA" not in kept


def test_an_input_that_was_changed_by_hand_is_an_override() -> None:
    changed = plan()
    changed["configuration"]["root_module"]["module_calls"]["box"]["expressions"]["size"]["constant_value"] = "b3-64"

    before, after = (planned(one, "p.json", GIVEN) for one in (plan(), changed))

    assert (before.count(Origin.CHOSEN), before.count(Origin.OVERRIDE)) == (2, 0)
    assert (after.count(Origin.CHOSEN), after.count(Origin.OVERRIDE)) == (0, 2)


def test_a_tree_of_somebody_elses_owes_nothing_to_the_description() -> None:
    found = planned(plan(), "p.json", {})

    assert found.count(Origin.DESCRIBED) == 0
    assert found.count(Origin.OVERRIDE) > 0


def test_a_resource_without_configuration_is_named() -> None:
    odd = plan()
    odd["configuration"]["root_module"]["module_calls"]["box"]["module"]["resources"].pop(0)

    assert planned(odd, "p.json", GIVEN).unclear == (
        "module.box.cloud_thing.this stands in no configuration of the plan",
    )


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"format_version": "0.1"}, "not of format 1"),
        ({"planned_values": None, "values": {}}, "it has no `planned_values`"),
        ({"configuration": {}}, "it has no `configuration`"),
        ({"errored": True}, "the plan failed"),
        ({"complete": False}, "not complete"),
        ({"planned_values": {"root_module": {}}}, "leaves nothing behind"),
    ],
)
def test_what_is_no_whole_plan_is_refused_with_the_reason(change: dict[str, Any], why: str) -> None:
    with pytest.raises(NoPlan, match=why):
        planned({**plan(), **change}, "p.json", GIVEN)


def test_a_state_and_a_list_are_no_plan() -> None:
    state = plan()
    state["values"] = state.pop("planned_values")

    with pytest.raises(NoPlan, match="a state, not a plan"):
        planned(state, "p.json", GIVEN)
    with pytest.raises(NoPlan, match="no object"):
        planned([], "p.json", GIVEN)


BROKEN: list[Any] = [None, 1, "x", [], {}, [None], {"a": None}, {"references": [1]}, {"references": None}]


@pytest.mark.parametrize("wrong", BROKEN)
@pytest.mark.parametrize(
    "where",
    [
        ("planned_values", "root_module", "child_modules"),
        ("planned_values", "root_module", "child_modules", 0, "resources"),
        ("planned_values", "root_module", "child_modules", 0, "resources", 0, "values"),
        ("resource_changes",),
        ("resource_changes", 0, "change"),
        ("configuration", "root_module", "module_calls"),
        ("configuration", "root_module", "module_calls", "box"),
        ("configuration", "root_module", "module_calls", "box", "expressions"),
        ("configuration", "root_module", "module_calls", "box", "module", "resources"),
        ("configuration", "root_module", "module_calls", "box", "module", "resources", 0, "expressions"),
        ("configuration", "root_module", "module_calls", "box", "module", "resources", 0, "expressions", "rules"),
        ("configuration", "root_module", "module_calls", "box", "module", "resources", 0, "for_each_expression"),
    ],
)
def test_a_part_of_any_other_shape_is_counted_as_nothing_or_refused(
    where: tuple[str | int, ...], wrong: object
) -> None:
    odd = deepcopy(plan())
    inner: Any = odd
    for step in where[:-1]:
        inner = inner[step]
    inner[where[-1]] = wrong

    try:
        found = planned(odd, "p.json", GIVEN)
    except NoPlan:
        return
    assert found.resources


SHOP = """\
name: shop
components:
  net: {kind: network, cidr: 10.30.0.0/16}
  images: {kind: bucket, versions: true, archive-after-days: 90}
"""
REAL = Path(__file__).with_name("plans") / "shop-ovh.json"
"""What Terraform 1.11 printed on 22 November 2026 of the tree of this workload, without descriptions and prior state."""


def test_a_real_plan_tells_what_the_text_of_its_tree_tells(tmp_path: Path) -> None:
    (tmp_path / "workload.yaml").write_text(SHOP)
    workload = api.validate(tmp_path / "workload.yaml")

    measured = plan_of(workload, "ovh", REAL)
    computed = infrastructure_of(workload, registry.get("ovh"))["ovh"]

    assert measured.source == f"shop-ovh.json (sha256 {sha256(REAL.read_bytes()).hexdigest()})"
    theirs, ours = (
        {one.address: (one.instances, sum(one.attributes.values())) for one in side.resources}
        for side in (measured, computed)
    )
    assert theirs == ours
    assert len(theirs) == 8
    assert {origin: (computed.count(origin), measured.count(origin)) for origin in Origin} == {
        Origin.DESCRIBED: (12, 10),
        Origin.UNCLEAR: (0, 6),
        Origin.OVERRIDE: (0, 0),
        Origin.ASKED: (15, 11),
        Origin.CHOSEN: (0, 0),
        Origin.JOINED: (3, 3),
        Origin.MODULE: (7, 7),
    }
