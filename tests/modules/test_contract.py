"""The modules keep what terraform/CONTRACT.md promises."""

from __future__ import annotations

import re

import pytest

from tests.modules import contract

each_module = pytest.mark.parametrize(("cloud", "kind"), contract.modules())
each_kind = pytest.mark.parametrize("kind", contract.kinds())
each_cloud = pytest.mark.parametrize("cloud", contract.clouds())


@each_cloud
def test_a_module_stands_for_every_kind_that_is_placed_and_for_no_other(cloud: str) -> None:
    assert contract.standing(cloud) == contract.offered(cloud)
    assert set(contract.standing(cloud)) <= set(contract.kinds())


def test_the_two_clouds_an_exit_goes_between_offer_every_kind() -> None:
    assert contract.standing("aws") == contract.standing("ovh") == sorted(contract.kinds())


@each_module
def test_the_same_kind_takes_the_same_inputs_on_every_cloud(cloud: str, kind: str) -> None:
    assert contract.inputs(cloud, kind) == contract.promised_inputs(kind)


@each_module
def test_the_same_kind_gives_the_same_outputs_on_every_cloud(cloud: str, kind: str) -> None:
    assert set(contract.outputs(cloud, kind)) == contract.promised_outputs(kind)


@each_kind
def test_every_kind_knows_its_name_its_place_and_its_labels(kind: str) -> None:
    assert {"name", "location", "tags"} <= set(contract.promised_inputs(kind))
    assert "id" in contract.promised_outputs(kind)


@each_module
def test_the_fields_of_an_opaque_object_are_those_its_readme_tells(cloud: str, kind: str) -> None:
    given = {output: contract.fields(cloud, kind, output) for output in contract.opaque(kind)}

    assert given == {output: contract.told_fields(cloud, kind, output) for output in given}
    assert all(given.values())


def test_every_kind_that_something_else_uses_has_an_opaque_object() -> None:
    assert {kind for kind in contract.kinds() if contract.opaque(kind)} == set(contract.kinds()) - {"domain", "alarm"}


@pytest.mark.parametrize("cloud", [cloud for cloud, kind in contract.modules() if kind == "alarm"])
def test_an_alarm_can_look_at_the_same_things_on_every_cloud(cloud: str) -> None:
    assert contract.watches(cloud) == contract.promised_watches()


@each_module
def test_every_input_and_output_is_described_in_a_sentence(cloud: str, kind: str) -> None:
    described = contract.variables(cloud, kind) | contract.outputs(cloud, kind)

    assert [name for name, body in described.items() if not body.get("description", "").endswith('."')] == []


@each_module
def test_every_module_pins_the_providers_it_uses_and_configures_none(cloud: str, kind: str) -> None:
    pins = contract.pins(cloud, kind)

    assert set(pins) == contract.providers_used(cloud, kind)
    assert pins.items() <= contract.promised_pins(cloud).items()
    assert not any(re.search(r"^provider ", text, re.MULTILINE) for text in _texts(cloud, kind))


@each_module
def test_no_secret_is_written_in_a_module(cloud: str, kind: str) -> None:
    written = re.compile(
        r'(password|secret|secret_key|access_key|token)\s*=\s*"[^"$]+"|AKIA[0-9A-Z]{16}', re.IGNORECASE
    )

    assert [found for text in _texts(cloud, kind) for found in written.findall(text)] == []


SECRETS = {"password", "secret_key", "private_key", "value", "kubeconfig"}


@pytest.mark.parametrize(("cloud", "kind"), [one for one in contract.modules() if "access" in contract.opaque(one[1])])
def test_an_access_that_holds_a_secret_is_sensitive(cloud: str, kind: str) -> None:
    holds = bool(contract.fields(cloud, kind, "access") & SECRETS)

    assert contract.outputs(cloud, kind)["access"].get("sensitive", False) is holds


def test_an_access_on_aws_holds_no_secret_because_instances_have_a_role() -> None:
    kinds = [kind for kind in contract.kinds() if "access" in contract.opaque(kind)]

    assert [kind for kind in kinds if contract.fields("aws", kind, "access") & SECRETS] == []


@pytest.mark.parametrize("cloud", [cloud for cloud, kind in contract.modules() if kind == "secret"])
def test_a_secret_value_is_taken_as_one(cloud: str) -> None:
    assert contract.variables(cloud, "secret")["value"]["sensitive"] is True


@pytest.mark.parametrize("kind", contract.kinds())
def test_no_aws_module_asks_an_api_while_it_plans(kind: str) -> None:
    assert not any(re.search(r'^data "', text, re.MULTILINE) for text in _texts("aws", kind))


ABOUT = {
    "REGISTER": "postgres",
    "FILES": "bucket",
    "TOKEN": "secret",
    "JOBS": "queue",
    "SESSIONS": "cache",
    "SEAL": "key",
}
"""What the prefixes of CONTRACT.md stand for."""


@pytest.mark.parametrize("cloud", [cloud for cloud, kind in contract.modules() if kind == "service"])
def test_the_container_finds_the_promised_environment(cloud: str) -> None:
    text = "\n".join(_texts(cloud, "service"))
    promised, told = contract.promised_environment(), contract.told_environment(cloud)
    made = set(contract.standing(cloud))

    found = set(re.findall(r'"\$\{prefix\}_([A-Z_]+)', text))
    whole = {""} if "for variable, secret in var.secrets" in text else set()

    assert found | whole == {name.partition("_")[2] for name in told}
    assert told <= set(promised)
    assert told >= {name for name, always in promised.items() if always and ABOUT[name.partition("_")[0]] in made}


@each_module
def test_every_module_tells_its_reader_what_differs(cloud: str, kind: str) -> None:
    readme = contract.readme(cloud, kind)

    assert readme.startswith(f"# {kind} ")
    assert "What differs from" in readme


@each_module
def test_a_readme_leads_nowhere_its_reader_has_not_got(cloud: str, kind: str) -> None:
    links = re.findall(r"\]\((?!https?://)([^)]*)\)", contract.readme(cloud, kind))

    assert [
        link
        for link in links
        if not (contract.MODULES / cloud / kind / link).is_relative_to(contract.MODULES / cloud / kind)
    ] == []


def _texts(cloud: str, kind: str) -> list[str]:
    folder = contract.MODULES / cloud / kind
    return [file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*")) if file.suffix in {".tf", ".tftpl"}]
