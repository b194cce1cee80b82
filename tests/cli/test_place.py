"""The verbs that place: place, generate."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ask
from tests.conftest import Said

Holds = Callable[[str, Said], None]
NO_PROGRAM = "".join(f"terraform   {look} unknown: terraform not found\n" for look in ("fmt", "init", "validate"))
YOURS = "This tree is yours. It does not need exitkit.\n"


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_where_each_part_lands_is_as_we_reviewed(ask: Ask, pge: Path, holds: Holds) -> None:
    holds("place", ask("place", "--on", "aws,ovh"))


def test_one_provider_loses_nothing(ask: Ask, pge: Path) -> None:
    said = ask("place", "--on", "aws")

    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[0].split() == ["component", "kind", "aws"]
    assert "is degraded" not in said.out


def test_places_in_json_hold_landings_and_losses(ask: Ask, pge: Path) -> None:
    said = ask("place", "-f", "json")
    told = json.loads(said.out)

    assert (said.code, said.err) == (0, "")
    assert (told["format_version"], told["workload"]) == (1, "pge-attestation")
    assert [landing["provider"] for landing in told["landings"]] == ["aws", "ovh"]
    assert [len(landing["placements"]) for landing in told["landings"]] == [12, 12]
    assert list(told["losses"]) == ["ovh"]
    assert all(loss["why"] and loss["source"] for loss in told["losses"]["ovh"])


@pytest.mark.parametrize(
    ("arguments", "name", "hint"),
    [
        (("place", "--on", "awz"), "awz", "did you mean `aws`?"),
        (("place", "--on", "aws,azure"), "azure", "providers: aws, local, openstack, ovh"),
        (("generate", "--for", "ohv"), "ohv", "did you mean `ovh`?"),
        (("plan", "--to", "gcp"), "gcp", "providers: aws, local, openstack, ovh"),
        (("score", "--on", "was"), "was", "did you mean `aws`?"),
        (("providers", "show", "ohv"), "ohv", "did you mean `ovh`?"),
    ],
)
def test_an_unknown_provider_is_told_with_a_suggestion(
    ask: Ask, pge: Path, arguments: tuple[str, ...], name: str, hint: str
) -> None:
    said = ask(*arguments)

    assert said == Said(2, "", f"error: there is no provider `{name}`\n\nhint: {hint}\n")
    assert sorted(contents(pge.parent)) == ["workload.yaml"]


@pytest.mark.parametrize("on", ["", ",", "aws,aws"])
def test_places_need_providers_each_named_once(ask: Ask, pge: Path, on: str) -> None:
    said = ask("place", "--on", on)

    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("error: ")


@pytest.mark.usefixtures("no_terraform")
@pytest.mark.parametrize("cloud", ["aws", "ovh"])
def test_without_terraform_a_tree_is_written_and_its_worth_unknown(ask: Ask, shop: Path, cloud: str) -> None:
    said = ask("generate", "--for", cloud, "-o", "tree")
    files = contents(shop.parent / "tree")

    told = f"tree   {len(files)} files, 4 modules copied in, no secrets\nschema      ok\n"
    assert said == Said(0, told + NO_PROGRAM + YOURS, "")
    assert {"main.tf", "variables.tf", "versions.tf", "modules/bucket/main.tf"} <= set(files)
    assert not [path for path in files if Path(path).name.endswith(".new")]


@pytest.mark.usefixtures("no_terraform")
def test_a_tree_goes_to_infra_if_nothing_else_is_said(ask: Ask, shop: Path) -> None:
    ask("generate")

    assert (shop.parent / "infra" / "ovh" / "main.tf").is_file()


@pytest.mark.usefixtures("no_terraform")
def test_a_tree_in_json_says_what_changed(ask: Ask, shop: Path) -> None:
    first, again = (json.loads(ask("generate", "-o", "tree", "-f", "json").out) for _ in range(2))

    assert (first["format_version"], first["folder"], len(first["changed"])) == (1, "tree", first["files"])
    assert again["changed"] == []
    assert {one["verdict"] for one in again["terraform"]["checks"]} == {"unknown"}


@pytest.mark.usefixtures("no_terraform")
def test_check_says_yes_where_nothing_is_stale(ask: Ask, shop: Path) -> None:
    ask("generate", "-o", "tree")
    before = contents(shop.parent)

    said = ask("generate", "-o", "tree", "--check")

    assert said == Said(0, f"tree   {len(before) - 1} files, all as they would be written\nschema      ok\n", "")
    assert contents(shop.parent) == before


@pytest.mark.usefixtures("no_terraform")
def test_check_says_no_and_names_what_is_stale_and_touches_nothing(ask: Ask, shop: Path) -> None:
    ask("generate", "-o", "tree")
    tree = shop.parent / "tree"
    (tree / "main.tf").write_text("# edited\n")
    (tree / "modules" / "bucket" / "variables.tf").unlink()
    (tree / "modules" / "bucket" / "left-over.tf").write_text("")
    (tree / "mine.tf").write_text("")
    before = contents(shop.parent)

    said = ask("generate", "-o", "tree", "--check")

    stale = ["main.tf", "modules/bucket/left-over.tf", "modules/bucket/variables.tf"]
    assert said == Said(
        1, "\n".join(["tree   3 files are stale", *(f"  {path}" for path in stale), "schema      ok", ""]), ""
    )
    assert contents(shop.parent) == before


def test_check_of_nothing_is_no(ask: Ask, shop: Path) -> None:
    said = ask("generate", "-o", "tree", "--check")

    assert said.code == 1
    assert not (shop.parent / "tree").exists()


@pytest.mark.usefixtures("no_terraform")
def test_generating_again_keeps_what_its_owner_added(ask: Ask, shop: Path) -> None:
    ask("generate", "-o", "tree")
    tree = shop.parent / "tree"
    (tree / "mine.tf").write_text("# mine\n")
    (tree / "main.tf").write_text("# edited\n")

    ask("generate", "-o", "tree")

    assert (tree / "mine.tf").read_text() == "# mine\n"
    assert (tree / "main.tf").read_text() != "# edited\n"


def test_a_tree_cannot_be_a_file(ask: Ask, shop: Path) -> None:
    before = contents(shop.parent)

    said = ask("generate", "-o", "workload.yaml")

    assert said == Said(2, "", "error: workload.yaml is not a folder\n")
    assert contents(shop.parent) == before


def test_a_tree_below_a_file_leaves_nothing_behind(ask: Ask, shop: Path) -> None:
    before = contents(shop.parent)

    said = ask("generate", "-o", "workload.yaml/infra")

    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("error: workload.yaml/infra ")
    assert contents(shop.parent) == before


def test_this_machine_has_no_terraform_of_its_own(ask: Ask, shop: Path) -> None:
    said = ask("generate", "--for", "local", "-o", "tree")

    assert said == Said(3, "", "error: this machine needs no Terraform: there is nothing to generate\n")
    assert not (shop.parent / "tree").exists()


@pytest.mark.parametrize("verb", ["place", "generate", "plan", "score"])
def test_every_verb_tells_the_mistakes_of_a_workload(ask: Ask, tmp_path: Path, verb: str) -> None:
    (tmp_path / "workload.yaml").write_text("name: shop\ncomponents:\n  net: {kind: nettwork}\n")

    said = ask(verb)

    assert (said.code, said.out) == (2, "")
    assert "--> workload.yaml:3:15" in said.err
    assert sorted(contents(tmp_path)) == ["workload.yaml"]
