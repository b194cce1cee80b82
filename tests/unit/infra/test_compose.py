"""A generated tree: complete, portable, without secrets, and the one we reviewed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from difflib import unified_diff
from pathlib import Path

import hcl2
import pytest

from exitkit import registry
from exitkit.errors import Unsupported
from exitkit.infra.compose import compose
from exitkit.infra.secret_check import secrets_in
from exitkit.infra.vendor import modules
from exitkit.model.placement import Literally
from exitkit.model.workload import Workload
from exitkit.placing import place
from tests.unit.infra.conftest import Composed

CLOUDS = ("aws", "ovh")
HERE = Path(__file__)
GOLDEN = HERE.parents[2] / "golden"
CONTRACT = HERE.parents[3] / "terraform" / "CONTRACT.md"


def root(tree: Mapping[str, str]) -> dict[str, str]:
    """What we write; the modules are written by hand, and are copied as they are."""
    return {path: text for path, text in tree.items() if not path.startswith("modules/")}


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_tree_is_the_one_we_reviewed(shop: Workload, composed: Composed, cloud: str) -> None:
    """The PGE service's, with its modules, is held by tests/modules/test_generated.py."""
    tree, folder = root(composed(shop, cloud)), GOLDEN / cloud / "shop"

    if os.environ.get("EXITKIT_ACCEPT") == "1":
        _write(folder, tree)
    files = (file for file in folder.rglob("*") if file.is_file())
    kept = root({str(file.relative_to(folder)): file.read_text("utf-8") for file in files})

    assert sorted(tree) == sorted(kept)
    changed = "".join(_diff(path, kept[path], tree[path]) for path in tree)
    assert not changed, f"EXITKIT_ACCEPT=1 rewrites it\n{changed}"


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_same_workload_is_the_same_bytes(shop: Workload, composed: Composed, cloud: str) -> None:
    again = Workload.model_validate_json(shop.model_dump_json())

    first, second = composed(shop, cloud), composed(again, cloud)

    assert list(first.items()) == list(second.items())


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_modules_in_it_are_ours_unchanged(shop: Workload, composed: Composed, cloud: str) -> None:
    tree = composed(shop, cloud)

    copied = {path: text for path, text in tree.items() if path.startswith("modules/")}

    assert {path.split("/")[1] for path in copied} == {"network", "bucket", "postgres", "service"}
    for path, text in copied.items():
        assert text == (CONTRACT.parent / cloud / path.removeprefix("modules/")).read_text("utf-8")


def test_only_the_modules_used_are_copied(composed: Composed) -> None:
    alone = Workload.model_validate({"name": "files", "components": [{"kind": "bucket", "name": "files"}]})

    tree = composed(alone, "ovh")

    assert {path.split("/")[1] for path in tree if path.startswith("modules/")} == {"bucket"}
    assert "openstack" not in tree["versions.tf"]


def test_both_roots_have_the_same_shape(shop: Workload, composed: Composed) -> None:
    here, there = (_shape(composed(shop, cloud)["main.tf"]) for cloud in CLOUDS)

    assert here.keys() == there.keys()
    assert {name: there[name] - here[name] for name in here} == {
        "net": set(),
        "images": set(),
        "orders": {"plan"},
        "web": set(),
    }
    assert not any(here[name] - there[name] for name in here)


def test_both_roots_tell_the_same(shop: Workload, composed: Composed) -> None:
    here, there = (composed(shop, cloud)["outputs.tf"] for cloud in CLOUDS)

    assert here == there


@pytest.mark.parametrize("cloud", CLOUDS)
def test_no_file_holds_what_looks_like_a_secret(shop: Workload, composed: Composed, cloud: str) -> None:
    assert not list(secrets_in(composed(shop, cloud)))


@pytest.mark.parametrize("cloud", CLOUDS)
def test_there_is_no_lock_and_no_state(shop: Workload, composed: Composed, cloud: str) -> None:
    tree = composed(shop, cloud)

    assert not [path for path in tree if path.endswith((".lock.hcl", ".tfstate", ".tfvars"))]


@pytest.mark.parametrize("cloud", CLOUDS)
def test_every_input_given_is_in_the_contract_and_every_required_one_is_given(shop: Workload, cloud: str) -> None:
    landing = place(shop, registry.get(cloud))

    for placement in landing.placements:
        inputs = _contract(placement.kind)
        assert placement.inputs.keys() <= inputs.keys(), placement.component
        assert {name for name, default in inputs.items() if default == "required"} <= placement.inputs.keys()


def test_what_has_no_terraform_is_refused(shop: Workload) -> None:
    landing = place(shop, registry.get("local"))

    with pytest.raises(Unsupported, match="needs no Terraform"):
        compose(shop, landing, {})


def test_a_cloud_without_modules_is_refused() -> None:
    with pytest.raises(Unsupported, match="no Terraform modules for local: nothing can be generated"):
        modules("local", ["local"])


def test_a_kind_without_a_module_is_refused() -> None:
    with pytest.raises(Unsupported, match="no Terraform module for function on ovh"):
        modules("ovh", ["function"])


def test_the_readme_says_what_to_do_and_what_differs(shop: Workload, composed: Composed) -> None:
    text = composed(shop, "ovh")["README.md"]

    assert "This tree is yours. It does not need exitkit." in text
    assert "fill in `project`, `web_certificate`" in text
    assert "- **web**: service.identity: " in text


def test_a_tree_asks_for_the_newest_terraform_that_a_module_of_it_needs(composed: Composed) -> None:
    secret = Workload.model_validate({"name": "s", "components": [{"kind": "secret", "name": "token"}]})
    bucket = Workload.model_validate({"name": "s", "components": [{"kind": "bucket", "name": "files"}]})

    assert 'required_version = ">= 1.11"' in composed(secret, "aws")["versions.tf"]
    assert 'required_version = ">= 1.9"' in composed(bucket, "aws")["versions.tf"]


def test_a_secret_has_no_line_in_the_example_and_no_default(composed: Composed) -> None:
    tree = composed(Workload.model_validate({"name": "s", "components": [{"kind": "secret", "name": "token"}]}), "aws")

    assert "token_value =" not in tree["terraform.tfvars.example"]
    assert "TF_VAR_token_value" in tree["terraform.tfvars.example"]
    assert "TF_VAR_token_value" in tree["README.md"]
    variable = tree["variables.tf"].split('variable "token_value"')[1].split("}")[0]
    assert "sensitive   = true" in variable
    assert "default" not in variable


def test_a_required_variable_has_a_line_in_the_example_and_no_default(shop: Workload, composed: Composed) -> None:
    tree = composed(shop, "aws")

    assert 'web_certificate = ""' in tree["terraform.tfvars.example"]
    assert "default" not in tree["variables.tf"].split('variable "web_certificate"')[1]


def test_without_required_variables_there_is_no_example(composed: Composed) -> None:
    alone = Workload.model_validate({"name": "files", "components": [{"kind": "bucket", "name": "files"}]})

    assert "terraform.tfvars.example" not in composed(alone, "aws")


def test_a_text_with_a_template_in_it_stays_a_text(shop: Workload) -> None:
    landing = place(shop, registry.get("aws"))
    web = landing.placement("web")
    odd = web.model_copy(update={"inputs": web.inputs | {"environment": Literally(value={"GREETING": "${name}"})}})
    landing = landing.model_copy(update={"placements": (*landing.placements[:-1], odd)})

    assert 'GREETING = "$${name}"' in compose(shop, landing, {})["main.tf"]


def _shape(text: str) -> dict[str, set[str]]:
    blocks = hcl2.loads(text)["module"]
    return {name.strip('"'): set(body) for block in blocks for name, body in block.items()}


def _contract(kind: str) -> dict[str, str]:
    """The inputs of a kind and their defaults, from the tables of the contract."""
    section = CONTRACT.read_text("utf-8").split(f"### Inputs of {kind}\n")[1].split("###")[0]
    rows = [
        [cell.strip().strip("`") for cell in line.split("|")[1:-1]] for line in section.splitlines() if "| `" in line
    ]
    return {row[0]: row[2] for row in rows}


def _diff(path: str, kept: str, made: str) -> str:
    return "".join(unified_diff(kept.splitlines(keepends=True), made.splitlines(keepends=True), f"kept/{path}", path))


def _write(folder: Path, tree: Mapping[str, str]) -> None:
    for file in [file for file in folder.rglob("*") if file.is_file()]:
        file.unlink()
    for path, text in tree.items():
        folder.joinpath(path).parent.mkdir(parents=True, exist_ok=True)
        folder.joinpath(path).write_text(text, encoding="utf-8")
