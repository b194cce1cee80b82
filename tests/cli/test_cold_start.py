"""The source is gone, in the lab: the example as first written fails and says why; once mirrored, it comes back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from exitkit.model.mirror import THINGS
from tests.cli.stage import Stage, entries, number, rehearsed_by, said_of, standing
from tests.standin.mirror import REGISTRY, STAND_INS, lay

pytestmark = pytest.mark.lab

MIRROR = """
mirror:
  folder: vault
  holds: {state: kept/state, images: service, secrets: kept/secrets, keys: kept/keys, names: kept/names,
    identity: kept/identity, pipeline: kept/pipeline, licences: kept/licences, docs: README.md, contacts: kept/contacts}
"""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with standing(tmp_path_factory.mktemp("cold")) as stage:
        yield stage


def cold(stage: Stage) -> tuple[int, str, Path]:
    return rehearsed_by(stage, "cold-start", 40)


@pytest.fixture(scope="module")
def first(stage: Stage) -> tuple[int, str, Path]:
    """The example as it was first written."""
    return cold(stage)


def test_as_first_written_it_fails_and_names_ten_things(first: tuple[int, str, Path]) -> None:
    code, said, run = first

    assert code == 1, said
    assert said_of(run, "take-stock")["verdict"] == "fail"
    details = said_of(run, "take-stock")["details"]
    assert details[:10] == [f"{thing}: lived only at the source" for thing in THINGS]
    assert [line.partition(":")[0] for line in details[10:]] == ["bank-api", "notices"]
    assert number(said_of(run, "cut-source"), "parts of the source that answer") == 0
    assert not any(entry["step"].startswith("start-service") for entry in entries(run))


def test_after_the_drill_the_source_has_all_it_had_acknowledged(first: tuple[int, str, Path]) -> None:
    look = said_of(first[2], "home-probe-web")

    assert look["verdict"] == "pass"
    assert number(look, "writes acknowledged") > 0
    assert number(look, "writes lost") == 0


@pytest.fixture(scope="module")
def mirrored(stage: Stage, first: tuple[int, str, Path]) -> tuple[int, str, Path]:
    """The same with its ten things mirrored."""
    spec = stage.folder / "workload.yaml"
    spec.write_text(spec.read_text(encoding="utf-8") + MIRROR, encoding="utf-8")
    stage.must("generate", "--for", "ovh", "-o", "kept/state")
    lay(stage.folder / "kept" / "state")
    for thing in set(THINGS) - {"images", "docs", "state"}:
        (stage.folder / "kept" / thing).write_text(f"what is kept of {thing}")
    told = json.loads(stage.must("mirror", "-f", "json").out)
    assert [one["thing"] for one in told["things"] if one["there"]] == list(THINGS)
    return cold(stage)


def test_once_mirrored_it_comes_back_and_says_yes(mirrored: tuple[int, str, Path]) -> None:
    code, said, run = mirrored

    assert code == 0, said
    assert number(said_of(run, "take-stock"), "things in the mirror") == 10
    assert all("sha256 " in line for line in said_of(run, "take-stock")["details"][:10])
    assert number(said_of(run, "take-stock"), "parts of the workload that no step restores") == 2
    assert number(said_of(run, "verify-dossiers-2"), "objects differing") == 0
    assert number(said_of(run, "verify-register-2"), "rows differing") == 0


@pytest.mark.terraform
def test_terraform_plans_the_target_from_the_mirrored_tree_and_the_mirrored_providers(
    mirrored: tuple[int, str, Path],
) -> None:
    look = said_of(mirrored[2], "build-tree")

    assert look["verdict"] == "pass"
    assert number(look, "providers installed") == number(look, "providers from the mirror") == len(STAND_INS)
    assert number(look, "resources planned") > 40
    for source, version in STAND_INS.items():
        assert any(line.startswith(f"{REGISTRY}/{source} {version} h1:") for line in look["details"])
    assert {"init: initialised", "validate: valid"} <= set(look["details"])
    assert any(line.startswith("Terraform v") for line in look["details"])
    assert any(line.startswith("not tried: an apply") for line in look["details"])
    assert not list((mirrored[2] / "restored").rglob("*.tf"))


def test_it_is_said_how_much_was_lost_and_how_long_it_took(mirrored: tuple[int, str, Path]) -> None:
    look = said_of(mirrored[2], "probe-web")

    assert look["verdict"] == "pass"
    assert 0 < number(look, "outage") < 15 * 60
    assert 0 <= number(look, "loss") < 60


def test_what_was_written_at_the_target_is_at_home_row_by_row_and_object_by_object(
    mirrored: tuple[int, str, Path],
) -> None:
    run = mirrored[2]
    rows, objects = said_of(run, "home-merged-register"), said_of(run, "home-merged-dossiers")
    served = [json.loads(line) for line in (run / "clients-web.jsonl").read_text().splitlines()]
    written = sum(one["served_by"] == "ovh" and one["outcome"] == "written" for one in served)

    assert said_of(run, "keep-apart-register")["evidence"][0]["value"] == "1"
    assert 0 < written <= number(said_of(run, "undo-keep-apart-register"), "rows brought home") / 2
    for look, unit in ((rows, "rows"), (objects, "objects")):
        assert look["verdict"] == "pass"
        assert number(look, f"{unit} of the target at home") >= written
        assert number(look, f"{unit} in conflict") == number(look, f"{unit} not brought") == 0
    assert number(rows, "rows changed or gone since the copy") == 0
    home = said_of(run, "home-probe-web")
    assert number(home, "writes acknowledged") > written
    assert number(home, "writes lost") == 0
    assert "everything undone, everything written is there at home" in mirrored[1]


def test_the_service_ran_from_the_mirrored_image(mirrored: tuple[int, str, Path]) -> None:
    restored = mirrored[2] / "restored" / "images"

    assert (restored / "attestation" / "__main__.py").is_file()


def test_a_mirror_that_was_changed_is_not_relied_on(stage: Stage, mirrored: tuple[int, str, Path]) -> None:
    body = next(
        file for file in (stage.folder / "vault" / "kept-keys").rglob("*") if file.is_file() and file.suffix != ".json"
    )
    body.write_bytes(body.read_bytes().replace(b"keys", b"kees"))

    said = stage.ask("mirror", "--check")

    assert said.code == 1
    assert "9 of 10" in said.out
    assert "in the mirror is not what was copied" in said.out
