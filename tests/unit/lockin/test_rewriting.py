"""D3 of the example: what is left over is named, and every type that our modules make has been looked at."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from exitkit import registry
from exitkit.api.infrastructure import plan_of
from exitkit.lockin.counted import Counted
from exitkit.lockin.rewriting import rewriting
from exitkit.model.evidence import Basis
from exitkit.model.infrastructure import Infrastructure, Origin, Resource, stands_at_a_cloud
from exitkit.report.render.translated import memory
from tests.unit.lockin.test_observed import counted
from tests.unit.scan.test_planned import plan

MODULES = Path(__file__).resolve().parents[3] / "terraform"
ALARMS = ("errors", "waiting", "full")
TOPICS = ("aws_sns_topic", "aws_sns_topic_policy", "aws_sns_topic_subscription")

# Nothing at OVHcloud stands for these: no default group is emptied there, and no private way leads to object storage.
UNNAMED = {"aws_default_security_group", "aws_vpc_endpoint"}


def test_what_has_no_equivalent_at_the_target_is_left_over_by_name() -> None:
    found = rewriting(counted())

    assert set(found.residue) == {
        *(f"module.{alarm}.{topic}.this: alarm.notify is lost" for alarm in ALARMS for topic in TOPICS),
        "module.net.aws_default_security_group.this: no claim of aws names it for what is needed",
        "module.net.aws_vpc_endpoint.s3: no claim of aws names it for what is needed",
    }
    figures = {one.what: one for one in found.figures}
    left = figures["resources left over, by name below"]
    assert left.value == len(found.residue)
    assert "aws/modules/network/routes.tf:59" in left.sources


def test_every_type_our_modules_make_is_named_by_a_claim_or_known_to_be_named_by_none() -> None:
    named = {one for claim in registry.get("aws").claims.values() for one in claim.resources}
    texts = "\n".join(file.read_text() for file in sorted((MODULES / "aws").rglob("*.tf")))
    made = {one for one in re.findall(r'^resource "(\w+)"', texts, re.MULTILINE) if stands_at_a_cloud(one)}

    assert len(made) > 50
    assert made - named == UNNAMED


@pytest.mark.parametrize("side", ["aws", "ovh"])
def test_without_a_tree_of_one_side_nothing_is_compared_and_that_is_said(side: str) -> None:
    known: Counted = replace(counted(), infrastructure={
        name: one for name, one in counted().infrastructure.items() if name != side
    })  # fmt: skip

    found = rewriting(known)

    assert not any("γ" in one.what or "φ" in one.what for one in found.figures)
    assert any("ρ" in one.what for one in found.figures) is (side == "aws")
    assert any(one.startswith(f"a tree that is generated for {side}") for one in found.missing)
    assert found.residue == ()


def there(*rows: tuple[str, str, int]) -> Infrastructure:
    made = tuple(
        Resource(
            address=f"module.{part}.{kind}.this", type=kind, component=part, instances=count,
            attributes={Origin.MODULE: 1}, source="x:1",
        )
        for kind, part, count in rows
    )  # fmt: skip
    return Infrastructure(basis=Basis.COMPUTED, source="x", resources=made)


@pytest.mark.parametrize(
    ("target", "share"),
    [
        ([("ovh_cloud_project_storage", "dossiers", 1)], 1),
        ([("ovh_cloud_project_storage", "dossiers", 2)], 0),
        ([("ovh_cloud_project_storage", "elsewhere", 1)], 1),
        ([("ovh_cloud_project_gateway", "dossiers", 1)], 0),
    ],
)
def test_one_to_one_is_one_type_as_often_and_nothing_lost(target: list[tuple[str, str, int]], share: int) -> None:
    sides = {"aws": there(("aws_s3_bucket", "dossiers", 1)), "ovh": there(*target)}

    found = rewriting(replace(counted(), infrastructure=sides))

    figures = {one.what: one.value for one in found.figures}
    assert figures["resources with exactly one at the target, in class P1"] == share


def test_what_is_kept_in_another_class_is_not_one_to_one() -> None:
    sides = {
        "aws": there(("aws_s3_bucket_policy", "dossiers", 1)),
        "ovh": there(("ovh_cloud_project_storage", "dossiers", 1)),
    }

    found = rewriting(replace(counted(), infrastructure=sides))

    figures = {one.what: one.value for one in found.figures}
    assert figures["of them, with something at the target (γ)"] == 1
    assert figures["resources with exactly one at the target, in class P1"] == 0


def test_everything_d3_says_is_told_in_french(tmp_path: Path) -> None:
    (tmp_path / "ovh.json").write_text(json.dumps(plan()))
    measured = plan_of(counted().workload, "ovh", tmp_path / "ovh.json")
    cases = ({}, {"infrastructure": {}}, {"planned": {"ovh": measured}})

    for found in (rewriting(replace(counted(), **case)) for case in cases):
        said = (found.name, found.formula, *found.missing, *found.residue, *(one.what for one in found.figures))
        assert [one for one in said if memory("fr").told(one) is None] == []
