"""Another cloud is two folders: it is made in a copy of the house, where no other file is touched, and found by all."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from exitkit import registry
from exitkit.model.capability import Capability
from tests.conftest import ROOT, Said, clean_environment, run_command

NAME = "fourth"
FOLDERS = (f"exitkit/providers/{NAME}/", f"terraform/{NAME}/")
KINDS = ("network", "bucket")
CLAIMED = {
    one: claim for one, claim in registry.get("openstack").claims.items() if one.split(".")[0] in ("network", "object")
}

SHOP = """\
name: shop
components:
  net:   {kind: network}
  files: {kind: bucket, versions: true}
"""
REGISTER = "  register: {kind: postgres, release: 16, network: net}\n"

# What its author writes into the skeleton: it is made of OpenStack, as several clouds are.
WRITTEN = {
    "KINDS: tuple[str, ...] = ()": f"KINDS: tuple[str, ...] = {KINDS!r}",
    "import Frame, FromRoot, Literally, Placement\n": """\
import Frame, FromRoot, Literally, Placement, RequiredProvider, RootVariable
""",
    "        providers=(),\n": """\
        providers=(
            RequiredProvider(
                name="openstack", source="terraform-provider-openstack/openstack", version="~> 3.4",
                settings={"region": FromRoot(expression="var.region")},
            ),
        ),
""",
    "        variables=(),\n": """\
        variables=(
            RootVariable(name="region", type="string", description="Where.", required=True, example="north-1"),
            RootVariable(name="zones", type="list(string)", description="Zones.", default=[]),
        ),
""",
}
SPELLED = """\
[[rule]]
at = ["openstack.region"]
pattern = "^[a-z]+-[0-9]$"
means = "a region of Fourth, such as north-1"
source = "a page (read 2026-11)"
"""


@dataclass(frozen=True)
class House:
    """A copy of the house, in which a cloud is made, and what was in it before."""

    folder: Path
    before: Mapping[str, str]

    def run(self, *words: str) -> Said:
        return run_command(*words, folder=self.folder / "work", PYTHONPATH=str(self.folder))

    def changed(self) -> set[str]:
        now = files(self.folder)
        return {path for path in now.keys() | self.before.keys() if now.get(path) != self.before.get(path)}


def files(folder: Path) -> dict[str, str]:
    found = (file for file in folder.rglob("*") if file.is_file())
    named = {file.relative_to(folder): file for file in found}
    return {
        path.as_posix(): sha256(file.read_bytes()).hexdigest()
        for path, file in named.items()
        if path.parts[0] != "work" and not {"__pycache__", ".hypothesis"} & set(path.parts)
    }


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The house with one cloud more, made as `providers new` and its author make it."""
    folder = tmp_path_factory.mktemp("house")
    left = shutil.ignore_patterns("__pycache__", ".terraform*", "examples")
    for name in ("exitkit", "terraform", "playbooks", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=left)
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "work").mkdir()
    (folder / "work" / "workload.yaml").write_text(SHOP)
    made = House(folder, files(folder))
    told = made.run("providers", "new", NAME)
    assert told.code == 0, told.err
    write(folder)
    return made


def write(folder: Path) -> None:
    """What its author does: claims, modules, where things land, how regions are spelled."""
    own, modules = (folder / one for one in FOLDERS)
    claims = [
        f'["{one}"]\nsupport = "{claim.support}"\ndegrades = {str(claim.degrades).lower()}\n'
        f'weakens_security = {str(claim.weakens_security).lower()}\nwhy = "{claim.why}"\nsource = "{claim.source}"\n'
        f"resources = {list(claim.resources)}\n"
        for one, claim in CLAIMED.items()
    ]
    (own / "claims.toml").write_text("\n".join(claims))
    (own / "spellings.toml").write_text(SPELLED)
    text = (own / "place.py").read_text()
    for before, after in WRITTEN.items():
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    (own / "place.py").write_text(text)
    for kind in KINDS:
        shutil.copytree(folder / "terraform" / "openstack" / kind, modules / kind)


def test_no_other_file_is_touched_and_it_is_at_most_three_hundred_lines_of_python(house: House) -> None:
    changed = house.changed()
    python = [path for path in changed if path.endswith(".py")]

    assert changed
    assert [path for path in changed if not path.startswith(FOLDERS)] == []
    assert sum(len((house.folder / path).read_text().splitlines()) for path in python) <= 300


def test_a_check_of_it_finds_nothing_broken_and_lists_all_that_nobody_looked_at(house: House) -> None:
    told = house.run("providers", "check", NAME)

    listed = {line.split()[1] for line in told.out.splitlines() if line.startswith("unmapped")}
    assert (told.code, " broken " in told.out, " stale " in told.out) == (0, False, False), told.out
    assert listed == {one.value for one in Capability if one not in CLAIMED}


def test_a_workload_is_placed_on_it_beside_another_cloud(house: House) -> None:
    told = house.run("place", "workload.yaml", "--on", f"aws,{NAME}")

    assert told.code == 0, told.err
    assert f"aws → {NAME}: " in told.out
    assert "0 unknown" in told.out


def test_a_kind_it_has_not_is_refused_with_a_reason(house: House) -> None:
    (house.folder / "work" / "more.yaml").write_text(SHOP + REGISTER)

    told = house.run("place", "more.yaml", "--on", f"aws,{NAME}")

    assert told.code != 0
    assert "register: not looked at yet" in told.err


def test_its_tree_is_generated_checked_and_held_to_its_own_spelling(house: House) -> None:
    tree = house.folder / "work" / "tree"

    made = house.run("generate", "workload.yaml", "--for", NAME, "-o", str(tree))
    again = house.run("generate", "workload.yaml", "--for", NAME, "-o", str(tree), "--check")
    (tree / "main.tf").write_text("")
    changed = house.run("generate", "workload.yaml", "--for", NAME, "-o", str(tree), "--check")

    assert (made.code, again.code, changed.code) == (0, 0, 1), made.err
    assert sorted(path.name for path in (tree / "modules").iterdir()) == sorted(KINDS)
    found = "from exitkit.infra.tree_check import check_tree\n"
    found += "tree = {'main.tf': 'provider \"openstack\" {\\n  region = \"GRA11\"\\n}\\n'}\n"
    found += f"print(len(check_tree(tree, '{NAME}')), len(check_tree(tree, 'ovh')), len(check_tree(tree, 'openstack')))"
    assert python(house, "-c", found) == "1 0 0\n"


def test_the_tests_of_the_house_find_it_and_hold_it_to_the_contract(house: House) -> None:
    said = python(
        house, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not lab", "-k", NAME,
        "tests/modules/test_contract.py", "tests/conformance", "tests/unit/providers/test_claims.py",
    )  # fmt: skip

    passed = int(said.rpartition(" passed")[0].rpartition(" ")[2].rpartition("\n")[2])
    assert passed > 30, said


def python(house: House, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words],
        cwd=house.folder,
        env=clean_environment(PYTHONPATH=str(house.folder), PYTHONDONTWRITEBYTECODE="1"),
        text=True,
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
