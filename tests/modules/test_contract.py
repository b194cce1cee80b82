"""The modules keep what terraform/CONTRACT.md promises."""

from __future__ import annotations

import re

import pytest

from tests.modules import contract

each_module = pytest.mark.parametrize(("cloud", "kind"), contract.modules())
each_kind = pytest.mark.parametrize("kind", contract.kinds())


@pytest.mark.parametrize("cloud", contract.CLOUDS)
def test_every_kind_of_the_contract_stands_on_every_cloud(cloud: str) -> None:
    standing = {kind for where, kind in contract.modules() if where == cloud}

    assert standing == set(contract.kinds())


@each_kind
def test_the_same_kind_takes_the_same_inputs_on_every_cloud(kind: str) -> None:
    taken = [contract.inputs(cloud, kind) for cloud in contract.CLOUDS]

    assert taken == [contract.promised_inputs(kind)] * len(contract.CLOUDS)


@each_kind
def test_the_same_kind_gives_the_same_outputs_on_every_cloud(kind: str) -> None:
    given = [set(contract.outputs(cloud, kind)) for cloud in contract.CLOUDS]

    assert given == [contract.promised_outputs(kind)] * len(contract.CLOUDS)


@each_kind
def test_every_kind_knows_its_name_its_place_and_its_labels(kind: str) -> None:
    assert {"name", "location", "tags"} <= set(contract.promised_inputs(kind))
    assert "id" in contract.promised_outputs(kind)


@pytest.mark.parametrize("cloud", contract.CLOUDS)
@pytest.mark.parametrize(
    ("kind", "output", "title"),
    [
        ("network", "attachment", "Fields of attachment"),
        ("bucket", "access", "Fields of access to a bucket"),
        ("postgres", "access", "Fields of access to a database"),
        ("postgres", "watch", "Fields of watch on a database"),
        ("service", "entry", "Fields of entry"),
        ("service", "watch", "Fields of watch on a service"),
        ("queue", "access", "Fields of access to a queue"),
        ("queue", "watch", "Fields of watch on a queue"),
        ("secret", "access", "Fields of access to a secret"),
        ("key", "access", "Fields of access to a key"),
        ("cache", "access", "Fields of access to a cache"),
        ("cache", "watch", "Fields of watch on a cache"),
        ("cluster", "access", "Fields of access to a cluster"),
    ],
)
def test_the_fields_of_an_opaque_object_are_the_documented_ones(cloud: str, kind: str, output: str, title: str) -> None:
    assert contract.fields(cloud, kind, output) == contract.promised_fields(title, cloud)


@pytest.mark.parametrize("cloud", contract.CLOUDS)
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
    assert pins.items() <= contract.PINS[cloud].items()
    assert not any(re.search(r"^provider ", text, re.MULTILINE) for text in _texts(cloud, kind))


@each_module
def test_no_secret_is_written_in_a_module(cloud: str, kind: str) -> None:
    written = re.compile(
        r'(password|secret|secret_key|access_key|token)\s*=\s*"[^"$]+"|AKIA[0-9A-Z]{16}', re.IGNORECASE
    )

    assert [found for text in _texts(cloud, kind) for found in written.findall(text)] == []


@pytest.mark.parametrize("kind", [kind for kind in contract.kinds() if "access" in contract.promised_outputs(kind)])
def test_an_access_that_holds_a_secret_is_sensitive(kind: str) -> None:
    secrets = {"password", "secret_key", "private_key", "value", "kubeconfig"}

    assert contract.fields("ovh", kind, "access") & secrets
    assert contract.outputs("ovh", kind)["access"]["sensitive"] is True
    assert not contract.fields("aws", kind, "access") & secrets


@pytest.mark.parametrize("cloud", contract.CLOUDS)
def test_a_secret_value_is_taken_as_one(cloud: str) -> None:
    assert contract.variables(cloud, "secret")["value"]["sensitive"] is True


@pytest.mark.parametrize("kind", contract.kinds())
def test_no_aws_module_asks_an_api_while_it_plans(kind: str) -> None:
    assert not any(re.search(r'^data "', text, re.MULTILINE) for text in _texts("aws", kind))


@pytest.mark.parametrize("cloud", contract.CLOUDS)
def test_the_container_finds_the_promised_environment(cloud: str) -> None:
    text = "\n".join(_texts(cloud, "service"))

    found = set(re.findall(r'"\$\{prefix\}_([A-Z_]+)', text))
    whole = {""} if "for variable, secret in var.secrets" in text else set()

    assert found | whole == contract.promised_environment(cloud)


@each_module
def test_every_module_tells_its_reader_what_differs(cloud: str, kind: str) -> None:
    readme = (contract.MODULES / cloud / kind / "README.md").read_text(encoding="utf-8")

    assert f"CONTRACT.md#{kind}" in readme
    assert "What differs from" in readme


def _texts(cloud: str, kind: str) -> list[str]:
    folder = contract.MODULES / cloud / kind
    return [file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*")) if file.suffix in {".tf", ".tftpl"}]
