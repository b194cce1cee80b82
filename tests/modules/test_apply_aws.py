"""The AWS tree of the PGE service is applied by the real provider, to an emulator, and destroyed: not planned only."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest

from exitkit import api
from exitkit.api.placed import tree_of
from tests.modules.conftest import PGE

pytestmark = [pytest.mark.terraform, pytest.mark.lab, pytest.mark.timeout(1200)]

# What a second plan would change, attribute by attribute, and why that is the emulator's doing and not the modules'.
DIFFERS = {
    ("module.notices.aws_sqs_queue.this", "redrive_policy"): "moto writes its JSON in another way",
    ("module.register.aws_db_parameter_group.this", "parameter"): "moto hands them back to nobody",
    **{
        (f"module.{name}.{address}", attribute): why
        for name in ("web", "worker")
        for address, attribute, why in (
            ("aws_launch_template.this", "tag_specifications", "moto shows tags of the template as tags it specifies"),
            ("aws_launch_template.this", "latest_version", "known after that change"),
            ("aws_autoscaling_group.this", "launch_template", "follows the version of its launch template"),
        )
    },
    ("module.web.aws_vpc_security_group_egress_rule.balancer[0]", "description"): "moto loses it on a rule for a group",
    (
        "module.web.aws_vpc_security_group_ingress_rule.instance[0]",
        "description",
    ): "moto loses it on a rule for a group",
}


def test_something_of_every_component_is_made(applied: dict[str, Any]) -> None:
    made = {address.split(".")[1] for address in applied["made"]}

    assert made == {component.name for component in api.validate(PGE).components}


def test_a_second_plan_differs_only_where_the_emulator_is_known_to(applied: dict[str, Any]) -> None:
    assert {tuple(each) for each in applied["changed"]} == set(DIFFERS)


def test_everything_goes_again_and_the_delivered_files_are_as_they_were(applied: dict[str, Any]) -> None:
    assert applied["left"] == []
    assert applied["rewritten"] == []


def test_the_policies_of_whoever_applies_allow_all_that_was_asked(applied: dict[str, Any]) -> None:
    tree = tree_of(api.validate(PGE), "aws")
    policies = [json.loads(text) for path, text in tree.items() if path.startswith("policies/apply")]
    allowed = [action for policy in policies for one in policy["Statement"] for action in one["Action"]]

    # Who one is may always be asked, and where IAM does not say, STS does; the certificate is asked for beforehand.
    asked = set(applied["asked"]) - {"sts:GetCallerIdentity", "iam:GetUser", "acm:RequestCertificate"}
    assert len(asked) > 100
    assert [one for one in sorted(asked) if not any(fnmatchcase(one, pattern) for pattern in allowed)] == []
