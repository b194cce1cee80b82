"""What is counted from the text of a generated tree is what terraform plans; a plan of it is read for D3."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from exitkit import api, registry
from exitkit.api.infrastructure import infrastructure_of, plan_of, with_plans
from exitkit.api.judge import known_of
from exitkit.model.evidence import Basis
from exitkit.model.infrastructure import Infrastructure, Origin
from exitkit.report.build import build
from tests.modules.conftest import PGE, Root
from tests.modules.test_generated import tree

pytestmark = pytest.mark.terraform

# Where a plan tells other than the text, both counts: of dynamic blocks it tells only what is planned, without what is
# empty or known after apply, with what the provider fills in; and `secret_string_wo` is written and never planned.
APART = {
    "aws": {
        "module.bank-api.aws_secretsmanager_secret_version.this": (3, 2),
        "module.web.aws_autoscaling_group.this": (22, 19),
        "module.web.aws_lb_listener.http": (8, 11),
        "module.worker.aws_autoscaling_group.this": (22, 19),
    },
    "ovh": {
        "module.notices.ovh_cloud_project_database.this": (17, 11),
        "module.register.ovh_cloud_project_database.this": (16, 12),
    },
}
__all__ = ["tree"]


@pytest.fixture(scope="session")
def plan(tree: tuple[str, Root], tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A real plan of a generated tree, as `terraform show -json` prints it."""
    cloud, root = tree
    file = tmp_path_factory.mktemp("plans") / f"{cloud}.json"
    file.write_text(json.dumps(root.plan()))
    return cloud, file


def counts(found: Infrastructure) -> dict[str, int]:
    return {one.address: one.instances for one in found.resources}


def test_the_text_of_a_tree_tells_as_many_resources_as_terraform_plans(plan: tuple[str, Path]) -> None:
    cloud, file = plan
    workload = api.validate(PGE)

    [computed] = infrastructure_of(workload, registry.get(cloud)).values()
    measured = plan_of(workload, cloud, file)

    assert counts(measured) == counts(computed)
    assert measured.unclear == ()


def test_the_text_of_a_tree_tells_as_many_attributes_as_terraform_plans(plan: tuple[str, Path]) -> None:
    cloud, file = plan
    workload = api.validate(PGE)

    [computed] = infrastructure_of(workload, registry.get(cloud)).values()
    measured = plan_of(workload, cloud, file)

    theirs, ours = (
        {one.address: sum(one.attributes.values()) for one in side.resources} for side in (measured, computed)
    )
    assert {address: (ours[address], count) for address, count in theirs.items() if ours[address] != count} == APART[
        cloud
    ]
    for one, other in zip(measured.resources, sorted(computed.resources, key=_order(measured)), strict=True):
        clear = {origin: count for origin, count in one.attributes.items() if origin is not Origin.UNCLEAR}
        assert all(count <= other.attributes.get(origin, 0) for origin, count in clear.items()), one.address


def _order(measured: Infrastructure):  # type: ignore[no-untyped-def]
    places = {one.address: place for place, one in enumerate(measured.resources)}
    return lambda one: places[one.address]


def test_a_plan_outranks_the_text_on_its_own_side_alone(plan: tuple[str, Path]) -> None:
    cloud, file = plan
    facts = known_of(api.validate(PGE), "aws", "ovh", datetime(2026, 11, 22, tzinfo=UTC).date())

    known = with_plans(facts, {cloud: file})

    assert {name: one.basis for name, one in known.planned.items()} == {cloud: Basis.MEASURED}
    assert {one.basis for one in known.infrastructure.values()} == {Basis.COMPUTED}
    [d3] = [one for one in build(known).dimensions if one.code == "D3"]
    assert any(one.basis is Basis.MEASURED and file.name in one.sources[0] for one in d3.figures)
    assert not any(f"--terraform-plan {cloud}" in one for one in d3.missing)
