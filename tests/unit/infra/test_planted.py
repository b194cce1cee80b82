"""Ten mistakes planted in the OVHcloud tree of the PGE service: each is caught once, in its place, with one line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from exitkit import api
from exitkit.api.placed import tree_of
from exitkit.errors import Mistake
from exitkit.infra.tree_check import check_tree

PGE = Path(__file__).resolve().parents[3] / "examples" / "pge-attestation" / "workload.yaml"


@dataclass(frozen=True)
class Planted:
    """What is changed in which files, once in each or everywhere; what is said of it, and what that points at."""

    files: str
    before: str
    after: str
    says: str
    at: tuple[str, str]
    suggests: str = ""
    times: int = 1


TEN = {
    "wrong argument": Planted(
        "modules/bucket/main.tf",
        "hide_objects = true",
        "hide_object = true",
        "ovh_cloud_project_storage has no `hide_object`",
        ("modules/bucket/main.tf", "hide_object"),
        "did you mean `hide_objects`?",
    ),
    # Terraform drops it without a word: validate and plan say nothing.
    "nested key": Planted(
        "modules/service/balancer.tf",
        "floating_ip_create = {",
        "floating_ip_created = {",
        "ovh_cloud_project_loadbalancer.network.private has no `floating_ip_created`",
        ("modules/service/balancer.tf", "floating_ip_created"),
        "did you mean `floating_ip_create`?",
    ),
    # To the schema it is any text.
    "enum": Planted(
        "modules/service/balancer.tf",
        '"ROUND_ROBIN"',
        '"ROUND-ROBIN"',
        "openstack_lb_pool_v2.lb_method cannot be `ROUND-ROBIN`",
        ("modules/service/balancer.tf", '"ROUND-ROBIN"'),
        "did you mean `ROUND_ROBIN`?",
    ),
    "missing block": Planted(
        "modules/queue/main.tf",
        r'(?ms)^  dynamic "nodes" \{.*?^  \}\n',
        "",
        "ovh_cloud_project_database needs a block `nodes`",
        ("modules/queue/main.tf", 'resource "ovh_cloud_project_database" "this"'),
    ),
    "wrong type": Planted(
        "modules/service/balancer.tf",
        "timeout          = 5",
        'timeout          = "5s"',
        'openstack_lb_monitor_v2.timeout takes a number, not `"5s"`',
        ("modules/service/balancer.tf", '"5s"'),
    ),
    # As the zones are spelled, and as AWS spells its own.
    "wrong region spelling": Planted(
        "modules/network/main.tf",
        r"\[var\.location\.region\]",
        '["eu-west-par"]',
        "ovh_cloud_project_network_private.regions cannot be `eu-west-par`",
        ("modules/network/main.tf", '"eu-west-par"'),
        "a region of compute at OVHcloud, such as GRA11, RBX-A or EU-WEST-PAR, in capitals",
    ),
    "secret in a file": Planted(
        "providers.tf",
        "  endpoint = var.ovh_endpoint\n",
        '  endpoint = var.ovh_endpoint\n\n  application_secret = "correct-horse-battery"\n',
        "this looks like a password or key written out: no generated file may hold one",
        ("providers.tf", "application_secret"),
    ),
    "unpinned provider": Planted(
        "modules/domain/versions.tf",
        '"~> 2.19"',
        '">= 2.19"',
        "provider ovh is not pinned: write a version with an upper end",
        ("modules/domain/versions.tf", "ovh = {"),
        "such as `~> 2.19`",
    ),
    "missing output": Planted(
        "modules/service/outputs.tf",
        r'(?ms)^output "entry" \{.*?^\}\n',
        "",
        "module web has no output `entry`",
        ("main.tf", "module.web.entry"),
    ),
    # The module is whole, and no longer the one that CONTRACT.md promises.
    "drifted contract": Planted(
        "modules/bucket/",
        r"\barchive_after_days\b",
        "archive_days",
        "module dossiers has no input `archive_after_days`",
        ("main.tf", "archive_after_days"),
        "did you mean `archive_days`?",
        times=0,
    ),
}


@pytest.fixture(scope="module")
def tree() -> Mapping[str, str]:
    """What `exitkit generate --for ovh` writes."""
    return tree_of(api.validate(PGE), "ovh")


def test_the_tree_as_it_is_has_none(tree: Mapping[str, str]) -> None:
    assert check_tree(tree, "ovh") == ()


def test_they_are_ten() -> None:
    assert len(TEN) == 10


@pytest.mark.parametrize("name", TEN)
def test_a_planted_mistake_is_caught_once_in_its_place_with_one_line(name: str, tree: Mapping[str, str]) -> None:
    planted = TEN[name]
    wrong = plant(tree, planted)

    (mistake,) = check_tree(wrong, "ovh")

    assert line(mistake) == f"{place(wrong, *planted.at)}: {planted.says}"
    assert mistake.suggestion == planted.suggests
    assert "correct-horse-battery" not in str(mistake)


def plant(tree: Mapping[str, str], planted: Planted) -> dict[str, str]:
    """The tree with a mistake in it."""
    changed = {
        path: re.sub(planted.before, planted.after, text, count=planted.times)
        for path, text in tree.items()
        if path.startswith(planted.files) and path.endswith(".tf")
    }
    assert any(text != tree[path] for path, text in changed.items()), f"{planted.files} has no {planted.before}"
    return {**tree, **changed}


def place(tree: Mapping[str, str], file: str, word: str) -> str:
    """Where a word stands first, as file:line:column."""
    before = tree[file][: tree[file].index(word)]
    return f"{file}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def line(mistake: Mistake) -> str:
    """The one line a person reads."""
    said = f"{mistake.file}:{mistake.line}:{mistake.column}: {mistake.message}"
    assert "\n" not in said
    return said
