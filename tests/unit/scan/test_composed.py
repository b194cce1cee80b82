"""The resources of a generated tree and where their attributes come from, without running anything."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pytest

from exitkit import api, registry
from exitkit.api.infrastructure import infrastructure_of
from exitkit.api.placed import tree_of
from exitkit.model.infrastructure import Infrastructure, InputOrigin, Origin, Resource
from exitkit.placing import origins
from exitkit.scan.composed import composed
from tests.unit.evidence.rehearsed import SPEC

MAIN = """\
module "box" {
  source   = "./modules/box"
  name     = "shop-box"
  size     = "b3-8"
  zones    = ["a", "b"]
  location = local.location
}
"""
GIVEN = {
    "name": InputOrigin(origin=Origin.DESCRIBED, value="shop-box", literal=True),
    "size": InputOrigin(origin=Origin.CHOSEN, value="b3-8", literal=True),
    "zones": InputOrigin(origin=Origin.OVERRIDE, value=["a", "b"], literal=True),
    "location": InputOrigin(origin=Origin.ASKED),
}


def read(module: str, variables: str = "") -> Infrastructure:
    """What one module makes, called once."""
    declared = "".join(f'variable "{name}" {{}}\n' for name in GIVEN) + variables
    tree = {"main.tf": MAIN, "modules/box/main.tf": module, "modules/box/variables.tf": declared}
    return composed(tree, "cloud", {"box": GIVEN})


def only(module: str, variables: str = "") -> Resource:
    [found] = read(module, variables).resources
    return found


@pytest.mark.parametrize(
    ("expression", "origin"),
    [
        ("var.name", Origin.DESCRIBED),
        ('"${var.name}-logs"', Origin.DESCRIBED),
        ("local.label", Origin.DESCRIBED),
        ('[for each_zone in var.zones : "${var.name}-${each_zone}"]', Origin.DESCRIBED),
        ("[for zone in var.zones : zone]", Origin.OVERRIDE),
        ("var.size", Origin.CHOSEN),
        ("var.location.region", Origin.ASKED),
        ('var.location.region == "x" ? var.size : "small"', Origin.ASKED),
        ("cloud_other.this.id", Origin.JOINED),
        ("data.cloud_me.this.id", Origin.JOINED),
        ("cloud_other.this.label", Origin.DESCRIBED),
        ("cloud_other.this.engine", Origin.MODULE),
        ('"kafka"', Origin.MODULE),
        ("var.days", Origin.MODULE),
        ('jsonencode({ Action = ["a"], Resource = cloud_other.this.arn })', Origin.JOINED),
        ("local.ring", Origin.UNCLEAR),
    ],
)
def test_an_attribute_comes_from_where_its_expression_leads(expression: str, origin: Origin) -> None:
    module = f"""\
locals {{
  label = upper(var.name)
  ring  = local.ring
}}
resource "cloud_thing" "this" {{
  x = {expression}
}}
resource "cloud_other" "this" {{
  label  = "a ${{var.name}}"
  engine = "kafka"
}}
"""
    thing = read(module, 'variable "days" { default = 7 }\n').resources[0]

    assert thing.attributes == {origin: 1}


def test_blocks_inside_count_and_what_is_about_terraform_does_not() -> None:
    found = only("""\
resource "cloud_thing" "this" {
  count      = 1
  depends_on = [cloud_other.this]
  provider   = cloud.paris
  name       = var.name
  off        = null
  off_too    = var.size == "none" ? "x" : null
  rules {
    port = 80
    inner {
      who = var.name
    }
  }
  lifecycle {
    prevent_destroy = true
  }
  timeouts {
    create = "5m"
  }
}
""")

    assert found.attributes == {Origin.DESCRIBED: 2, Origin.MODULE: 1}
    assert found.source == "cloud/modules/box/main.tf:1"


def test_instances_and_dynamic_blocks_are_worked_out() -> None:
    found = only("""\
resource "cloud_thing" "this" {
  for_each = toset(var.zones)
  zone     = each.value
  dynamic "nodes" {
    for_each = range(3)
    content {
      place = nodes.key
      where = var.location.region
    }
  }
}
""")

    assert found.instances == 2
    assert found.attributes == {Origin.OVERRIDE: 2, Origin.ASKED: 6, Origin.MODULE: 6}


@pytest.mark.parametrize(
    ("said", "instances"),
    [
        ('count = var.size == "a" ? 1 : var.size == "b3-8" ? 2 : var.size == "c" ? 3 : 4', 2),
        ('count = var.size == "a" ? 1 : var.size == "b" ? 2 : var.size == "c" ? 3 : 4', 4),
        ('count = (var.size == "b3-8" ? true : false) ? 5 : 6', 5),
        ('for_each = { for n in range(3) : format("%s-%02d", var.name, n + 1) => n }', 3),
        ("for_each = cloud_other.this", 2),
        ("for_each = toset(var.left)", 2),
    ],
)
def test_how_many_there_are_is_worked_out_as_terraform_does(said: str, instances: int) -> None:
    module = f"""\
resource "cloud_thing" "this" {{
  {said}
}}
resource "cloud_other" "this" {{
  for_each = toset(var.zones)
}}
"""
    declared = 'variable "left" { default = ["a", "b", "a"] }\n'

    assert read(module, declared).resources[0].instances == instances


def test_what_only_a_plan_tells_counts_once_and_is_named() -> None:
    found = read("""\
resource "cloud_thing" "many" {
  for_each = cloud_other.this.zones
  zone     = each.value
}
resource "cloud_thing" "blocks" {
  dynamic "nodes" {
    for_each = cloud_other.this.zones
    content {
      place = nodes.value
    }
  }
}
resource "cloud_other" "this" {
  name = var.name
}
resource "cloud_none" "this" {
  count = 0
  name  = var.name
}
resource "terraform_data" "this" {
  input = var.name
}
""")

    assert [(one.type, one.instances) for one in found.resources] == [
        ("cloud_thing", 1), ("cloud_thing", 1), ("cloud_other", 1),
    ]  # fmt: skip
    assert found.resources[0].why
    assert [one.partition(":")[0] for one in found.unclear] == [
        "how many there are of module.box.cloud_thing.many",
        "how many `nodes` there are in module.box.cloud_thing.blocks",
    ]


@cache
def pge() -> Mapping[str, Infrastructure]:
    workload = api.validate(SPEC)
    return infrastructure_of(workload, registry.get("aws"), registry.get("ovh"))


@pytest.mark.parametrize("cloud", ["aws", "ovh"])
def test_every_resource_of_the_example_is_where_it_is_said_to_be(cloud: str) -> None:
    tree = tree_of(api.validate(SPEC), cloud)

    for one in pge()[cloud].resources:
        file, _, line = one.source.removeprefix(f"{cloud}/").rpartition(":")
        _, _, kind, name = one.address.split(".")
        assert tree[file].splitlines()[int(line) - 1] == f'resource "{kind}" "{name}" {{'


@pytest.mark.parametrize("cloud", ["aws", "ovh"])
def test_every_expression_of_our_own_modules_is_understood(cloud: str) -> None:
    assert pge()[cloud].unclear == ()
    assert pge()[cloud].count(Origin.UNCLEAR) == 0


def test_a_setting_for_the_target_alone_is_an_override_and_a_size_is_chosen() -> None:
    plain = api.validate(SPEC)
    parts = tuple(
        one.model_copy(update={"hatch": {"ovh": {"size": "b3-64"}}}) if one.name == "register" else one
        for one in plain.components
    )
    other = plain.model_copy(update={"components": parts})
    ovh = registry.get("ovh")

    before, after = (composed(tree_of(one, "ovh"), "ovh", origins(one, ovh)) for one in (plain, other))

    assert before.count(Origin.OVERRIDE) == 0
    assert after.count(Origin.OVERRIDE) == 1
    assert after.count(Origin.CHOSEN) == before.count(Origin.CHOSEN) - 1
