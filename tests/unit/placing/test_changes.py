"""What a change of a workload does, told as a ledger for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from exitkit import api
from exitkit.cli import ledger
from exitkit.errors import UsageError
from exitkit.model.placement import Kept
from exitkit.model.workload import Workload

NET = {"kind": "network", "name": "net"}
WEB = {"kind": "service", "name": "web", "image": "r.example/w:1", "network": "net", "uses": ["files"]}
FILES = {"kind": "bucket", "name": "files"}
CLOUDS = ("aws", "ovh")
PGE = Path(__file__).resolve().parents[3] / "examples" / "pge-attestation" / "workload.yaml"


def workload(*components: Mapping[str, object]) -> Workload:
    return Workload.model_validate({"name": "shop", "components": components})


BEFORE = workload(NET, FILES, WEB)
AFTER = workload(NET, FILES | {"key": "seal"}, WEB | {"replicas": 4}, {"kind": "key", "name": "seal"})


def test_no_change_changes_nothing() -> None:
    assert all(change.nothing for change in api.difference(BEFORE, BEFORE, CLOUDS))


def test_a_change_is_told_for_each_cloud_with_inputs_and_losses() -> None:
    aws, ovh = api.difference(BEFORE, AFTER, CLOUDS)

    assert (aws.added, aws.removed, ovh.added) == (("seal",), (), ("seal",))
    assert {name: [moved.name for moved in moves] for name, moves in aws.changed.items()} == {
        "files": ["key"],
        "web": ["replicas"],
    }
    assert "files" not in ovh.changed
    assert not aws.lost
    assert {(one.component, one.capability.value) for one in ovh.lost} == {
        ("files", "object.customer-key"),
        ("seal", "key.encrypt"),
        ("seal", "key.rotation"),
    }


def test_taking_it_back_regains_what_was_lost() -> None:
    (_, there), (_, back) = api.difference(BEFORE, AFTER, CLOUDS), api.difference(AFTER, BEFORE, CLOUDS)

    assert back.removed == ("seal",)
    assert back.regained == there.lost


def test_a_change_in_words() -> None:
    text = ledger.show_changes(api.difference(BEFORE, AFTER, CLOUDS), "table")

    assert text.splitlines()[:5] == [
        "aws",
        "  seal is added",
        "  files: key not given → module.seal.access",
        "  web: replicas 2 → 4",
        "",
    ]
    assert "  files: object.customer-key becomes lost: there is no SSE-KMS" in text


def test_the_ledger_has_every_row_in_every_format_and_counts_them() -> None:
    placed = api.place(api.validate(PGE), CLOUDS)
    losses = placed.losses["ovh"]

    told = json.loads(ledger.show(placed, "json"))
    table, markdown = ledger.show(placed, "table"), ledger.show(placed, "md")

    assert len(told["losses"]["ovh"]) == len(losses) == sum(told["counts"]["ovh"][kept.value] for kept in Kept)
    for one in losses:
        assert f"| {one.component} | `{one.capability}` | {one.outcome}" in markdown
        assert one.source in markdown
        assert one.outcome is Kept.KEPT or one.source in table
    assert f"{told['counts']['ovh']['lost']} lost" in table
    assert told["counts"]["ovh"]["unknown"] == 0
    assert any(one.weakens_security for one in losses)


def test_a_format_nobody_knows_is_refused() -> None:
    with pytest.raises(UsageError, match="no format `xml`"):
        ledger.show(api.place(BEFORE, CLOUDS), "xml")


def test_the_example_is_a_full_service_in_120_lines() -> None:
    found = api.validate(PGE)

    assert len(PGE.read_text("utf-8").splitlines()) <= 120
    kinds = {part.kind for part in found.components}
    assert kinds == {"network", "key", "secret", "bucket", "postgres", "queue", "service", "domain", "alarm"}
    assert PGE.read_text("utf-8") == (
        PGE.parents[2] / "exitkit" / "spec" / "examples" / "pge-attestation.yaml"
    ).read_text("utf-8")
