"""Whatever a workload says, it is placed, composed, formatted and true to the schemas, on every cloud."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exitkit import registry
from exitkit.infra.compose import compose
from exitkit.infra.tree_check import check_tree
from exitkit.infra.vendor import modules
from exitkit.model.placement import Kept
from exitkit.model.workload import KINDS, Workload
from exitkit.placing import changes, losses, place
from tests.laws.workloads import ORDER, workloads
from tests.modules import contract

CLOUDS = ("aws", "ovh")
EXAMPLES = 500
"""Workloads in one run, each on every cloud."""

PARTLY = tuple(cloud for cloud in contract.clouds() if cloud not in CLOUDS)
"""Clouds that offer some kinds only."""

SEEN: dict[str, list[Mapping[str, str]]] = {cloud: [] for cloud in (*CLOUDS, *PARTLY)}
MODULES = {cloud: modules(cloud, contract.standing(cloud)) for cloud in SEEN}
steady = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
fewer = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


def tree(workload: Workload, cloud: str) -> Mapping[str, str]:
    landing = place(workload, registry.get(cloud))
    used = {one.module for one in landing.placements}
    kept = {path: text for path, text in MODULES[cloud].items() if path.split("/")[0] in used}
    return compose(workload, landing, kept)


def mistakes(workload: Workload, cloud: str) -> list[str]:
    """What is wrong with a tree, which is kept for the law that formats it."""
    made = tree(workload, cloud)
    SEEN[cloud].append({path: text for path, text in made.items() if not path.startswith("modules/")})
    return [f"{one.file}:{one.line}: {one.message}" for one in check_tree(made, cloud)]


@steady
@given(workload=workloads())
def test_any_workload_becomes_trees_without_mistakes(workload: Workload) -> None:
    for cloud in CLOUDS:
        assert mistakes(workload, cloud) == []
    assert not place(workload, registry.get("local")).frame.providers


@pytest.mark.parametrize("cloud", PARTLY)
def test_any_workload_of_the_kinds_a_cloud_offers_becomes_a_tree_without_mistakes(cloud: str) -> None:
    @steady
    @given(workload=workloads(contract.offered(cloud)))
    def law(workload: Workload) -> None:
        assert mistakes(workload, cloud) == []

    law()


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not on PATH")
@pytest.mark.parametrize("cloud", SEEN)
def test_what_was_made_is_what_terraform_fmt_would_print(cloud: str) -> None:
    trees = SEEN[cloud][:EXAMPLES]
    if not trees:
        pytest.skip("the law before it was not asked")
    with tempfile.TemporaryDirectory() as folder:
        for number, made in enumerate(trees):
            for path, text in made.items():
                if path.endswith((".tf", ".hcl")):
                    file = Path(folder, str(number), path)
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_text(text, encoding="utf-8")
        done = subprocess.run(
            ["terraform", "fmt", "-check", "-recursive", "-list=true", folder],
            capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"], "CHECKPOINT_DISABLE": "1"},
        )  # fmt: skip

    assert (done.returncode, done.stdout) == (0, "")


@fewer
@given(workload=workloads())
def test_there_is_one_row_of_the_ledger_for_each_thing_needed_and_none_is_unknown(workload: Workload) -> None:
    aws, ovh = map(registry.get, CLOUDS)
    rows = losses(workload, aws, ovh)

    assert tuple((row.component, row.capability) for row in rows) == workload.capabilities()
    assert not [row for row in rows if row.outcome is Kept.UNKNOWN]
    assert all(row.why and row.source and (row.target_resources or row.outcome is Kept.LOST) for row in rows)


@fewer
@given(before=workloads(), after=workloads(), cloud=st.sampled_from(CLOUDS))
def test_a_change_is_nothing_exactly_where_nothing_changed(before: Workload, after: Workload, cloud: str) -> None:
    aws, there = registry.get("aws"), registry.get(cloud)
    old, new = place(before, there), place(after, there)
    rows = losses(before, aws, there), losses(after, aws, there)

    assert changes(old, old, rows[0], rows[0]).nothing
    found = changes(old, new, *rows)
    back = changes(new, old, *reversed(rows))
    assert (found.added, found.removed) == (tuple(back.removed), tuple(back.added))
    assert found.changed.keys() == back.changed.keys()


def test_every_kind_is_made() -> None:
    assert set(ORDER) == set(KINDS)


@pytest.fixture(autouse=True, scope="module")
def forget() -> Iterator[None]:
    yield
    for made in SEEN.values():
        made.clear()
