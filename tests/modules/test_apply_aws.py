"""The AWS tree of the PGE service is applied by the real provider, to an emulator, and destroyed: not planned only."""

from __future__ import annotations

import logging
import os
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from exitkit import api
from tests.modules.conftest import PGE, Root
from tests.standin.mirror import discover

pytestmark = [
    pytest.mark.terraform,
    pytest.mark.lab,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(
        os.environ.get("EXITKIT_SLOW") != "1",
        reason="takes minutes, which the provider spends waiting: EXITKIT_SLOW=1 runs it",
    ),
]

# What the emulator cannot make, and why: module folder, type, name. Everything else of the tree is made.
EXCLUDED = {
    ("queue", "aws_sqs_queue_redrive_allow_policy", "this"): "moto's SQS answers Unknown Attribute RedriveAllowPolicy",
}

# What a second plan would change, attribute by attribute, and why that is the emulator's doing and not the modules'.
DIFFERS = {
    ("module.notices.aws_sqs_queue.this", "redrive_policy"): "moto writes its JSON in another way",
    ("module.register.aws_db_parameter_group.this", "parameter"): "moto hands them back to nobody",
    **{
        (f"module.{name}.{address}", attribute): why
        for name in ("web", "worker")
        for address, attribute, why in (
            ("aws_launch_template.this", "tag_specifications", "moto shows tags of the template as tags it specifies"),
            ("aws_launch_template.this", "latest_version", "known after that change"),
            ("aws_autoscaling_group.this", "launch_template", "follows the version of its launch template"),
        )
    },
    ("module.web.aws_vpc_security_group_egress_rule.balancer[0]", "description"): "moto loses it on a rule for a group",
    (
        "module.web.aws_vpc_security_group_ingress_rule.instance[0]",
        "description",
    ): "moto loses it on a rule for a group",
}

# Terraform lays this over the tree: how to reach the emulator.
_EMULATOR = """\
provider "aws" {
  access_key                  = "testing"
  secret_key                  = "testing"
  s3_use_path_style           = true
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  # What the emulator lacks should fail soon, and not after 25 tries; a connection that breaks gets another.
  max_retries = 4
}
"""
# What the README of the tree tells its owner to do first, on the day it goes.
_PROTECTED = re.compile(r'^module "([\w-]+)" \{[^}]*?^  deletion_protection +=', re.MULTILINE)
_LET_GO = 'module "{name}" {{\n  deletion_protection = false\n}}\n'
_WITHOUT = 'resource "{type}" "{name}" {{\n  count = 0\n}}\n'
_REGION = "eu-west-3"
_UNSET: tuple[Any, ...] = (None, "", [], {})
_NOW = ("-input=false", "-auto-approve", "-parallelism=30")


def test_the_tree_is_made_stays_as_it_is_and_goes_again(tmp_path: Path, settings: Path, emulator: str) -> None:
    folder = tmp_path / "tree"
    api.generate(api.validate(PGE), "aws", folder)
    delivered = _files(folder)
    _lay_beside(folder, _certificate(emulator))
    tree = Root(folder, settings, {"AWS_ENDPOINT_URL": emulator, "TF_VAR_bank_api_value": "made up"})
    tree.do("init", "-input=false")

    tree.do("apply", *_NOW)
    made = tree.do("state", "list").splitlines()
    changed = _changed(tree)
    # Only these: with what the emulator changed by itself, the fleets would be refreshed, which it cannot.
    tree.do("apply", *_NOW, *(f"-target=module.{name}" for name in _let_go(folder)))
    tree.do("destroy", *_NOW)

    assert {each.split(".")[1] for each in made} == {component.name for component in api.validate(PGE).components}
    assert changed == set(DIFFERS)
    assert tree.do("state", "list") == ""
    found = _files(folder)
    assert {path: found[path] for path in delivered} == delivered


@pytest.fixture
def emulator(terraform: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an emulator for one test alone."""
    real = discover()
    if real is None or not (real / "hashicorp" / "aws").is_dir():
        pytest.skip("no folder registry.terraform.io with hashicorp/aws in the usual places")
    # One line for each of thousands of requests would bury what Terraform says.
    monkeypatch.setattr(logging.getLogger("werkzeug"), "level", logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        _reset(f"http://{host}:{port}")
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def _reset(emulator: str) -> None:
    """Start from nothing: what the emulator remembers belongs to the process, and not to the server."""
    with urllib.request.urlopen(urllib.request.Request(f"{emulator}/moto-api/reset", method="POST"), timeout=30):
        pass


def _certificate(emulator: str) -> str:
    """What the README of the tree tells its owner to ask ACM for beforehand."""
    import boto3

    acm = boto3.client(
        "acm",
        endpoint_url=emulator,
        region_name=_REGION,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    asked: str = acm.request_certificate(DomainName="attestations.pge.example")["CertificateArn"]
    return asked


def _lay_beside(folder: Path, certificate: str) -> None:
    """The test's own files, beside the delivered ones."""
    _add(folder / "terraform.tfvars", f'web_certificate = "{certificate}"\n')
    _add(folder / "emulator_override.tf", _EMULATOR)
    for module, sort, name in EXCLUDED:
        _add(folder / "modules" / module / "emulator_override.tf", _WITHOUT.format(type=sort, name=name))


def _let_go(folder: Path) -> list[str]:
    """Switch every protection off, as the README of the tree tells, in a file beside it; returns the modules."""
    protected = _PROTECTED.findall((folder / "main.tf").read_text(encoding="utf-8"))
    _add(folder / "let_go_override.tf", "".join(_LET_GO.format(name=name) for name in protected))
    return protected


def _add(file: Path, text: str) -> None:
    """Write a file that nobody delivered."""
    with file.open("x", encoding="utf-8") as new:
        new.write(text)


def _changed(tree: Root) -> set[tuple[str, str]]:
    """What another apply would change: the address of a resource, and which of its attributes."""
    changes = {each["address"]: each["change"] for each in tree.plan()["resource_changes"] if each["mode"] == "managed"}
    assert {tuple(each["actions"]) for each in changes.values()} <= {("no-op",), ("update",)}
    return {
        (address, attribute)
        for address, change in changes.items()
        for attribute in change["before"]
        if _told(change["before"][attribute]) != _told(change["after"].get(attribute))
    }


def _told(value: Any) -> Any:
    """A value without what is left out: the provider reads an unset text as empty, and plans it as null."""
    match value:
        case dict():
            return {name: told for name, each in value.items() if (told := _told(each)) not in _UNSET}
        case list():
            return [told for each in value if (told := _told(each)) not in _UNSET]
    return value


def _files(folder: Path) -> dict[str, bytes]:
    """Every file of the tree by its path, but for what Terraform keeps to itself."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and ".terraform" not in file.relative_to(folder).parts
    }
