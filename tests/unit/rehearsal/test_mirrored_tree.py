"""The target's Terraform out of the mirror: what is found there, and what is made of what the program says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from exitkit.api.playbooks import read_playbook
from exitkit.drivers.directory import DirectoryStore
from exitkit.model.evidence import Verdict
from exitkit.model.gone import BuildTree
from exitkit.model.journal import Result
from exitkit.model.mirror import Mirror
from exitkit.ports.tree import Installed, Look, Looked
from exitkit.rehearsal.steps import tree
from exitkit.testing.worlds import EVERYTHING, fake_plan, fake_world
from exitkit.transfer.mirror import keep

COLD = read_playbook("cold-start")
GOOD = (Look("init", Verdict.PASS, "initialised"), Look("validate", Verdict.PASS, "valid"))
REGISTRY = "registry.terraform.io"
OURS, OTHERS = Installed(f"{REGISTRY}/a/ours", "1.2.3", "h1:x="), Installed(f"{REGISTRY}/b/others", "4.5.6", "h1:y=")


class Program:
    """Says what it is told to, and remembers what it was shown."""

    def __init__(self, said: Looked) -> None:
        self.said = said
        self.shown: list[str] = []

    def look(self, tree: Path, *, packages: Sequence[Path] = ()) -> Looked:
        self.shown = sorted(file.relative_to(tree).as_posix() for file in tree.rglob("*") if file.is_file())
        for package in packages:
            assert all(file.stat().st_mode & 0o100 for file in package.rglob("terraform-provider-*"))
        return self.said


def built(folder: Path, files: Sequence[str], said: Looked = Looked("Terraform v1", GOOD)) -> tuple[Result, Program]:  # noqa: B008
    """The step, in a world whose mirror holds these files as its state."""
    for name in files:
        file = folder / "state" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    store, program = DirectoryStore(folder / "vault"), Program(said)
    if files:
        keep(Mirror(folder="vault", holds={"state": "state"}), EVERYTHING.name, folder, store)
    plan = fake_plan(EVERYTHING, COLD)
    world = replace(
        fake_world(plan.model_copy(update={"steps": ()}), folder).world, plan=plan, kept=store, trees=program
    )
    step = next(one for one in plan.steps if isinstance(one, BuildTree))
    return tree.build(step, world), program


def test_the_tree_is_the_one_folder_that_holds_terraform_of_its_own(tmp_path: Path) -> None:
    found, program = built(tmp_path, ["main.tf", "modules/net/main.tf", "tests/tree.tftest.hcl"])

    assert found.verdict is Verdict.PASS
    assert program.shown == ["main.tf", "modules/net/main.tf", "tests/tree.tftest.hcl"]
    assert not list(tmp_path.glob("restored"))


def test_of_several_trees_it_is_the_one_named_as_the_target(tmp_path: Path) -> None:
    assert built(tmp_path, ["here/main.tf", "there/main.tf", "there/own.txt"])[1].shown == ["main.tf", "own.txt"]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (["notes.txt"], "the mirror's state holds no Terraform: there could not be built from it"),
        (["a/main.tf", "b/main.tf"], "the mirror's state holds a, b, and none of them is named there"),
    ],
)
def test_a_mirror_without_the_targets_tree_is_a_no(files: list[str], words: str, tmp_path: Path) -> None:
    found, _ = built(tmp_path, files)

    assert (found.verdict, found.details) == (Verdict.FAIL, (words,))


def test_without_the_program_or_a_provider_it_is_unknown_and_says_why(tmp_path: Path) -> None:
    found, _ = built(tmp_path, ["main.tf"], Looked("", (Look("init", Verdict.UNKNOWN, "no terraform here"),)))

    assert found.verdict is Verdict.UNKNOWN
    assert found.details[0] == "init: no terraform here"


def test_each_provider_is_told_with_its_hash_and_where_it_came_from(tmp_path: Path) -> None:
    package = f"plugins/{REGISTRY}/a/ours/1.2.3/linux_amd64/terraform-provider-ours_v1.2.3"
    found, _ = built(tmp_path, ["main.tf", package], Looked("Terraform v1", GOOD, (OURS, OTHERS), planned=7))

    assert {one.what: int(one.value) for one in found.evidence} == {
        "providers installed": 2,
        "providers from the mirror": 1,
        "resources planned": 7,
    }
    assert f"{OURS.source} 1.2.3 h1:x=, from the mirror" in found.details
    assert f"{OTHERS.source} 4.5.6 h1:y=, from where this machine gets it, not from the mirror" in found.details
