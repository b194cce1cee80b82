"""The AWS modules are applied by the real provider, to an emulator, and destroyed: not planned only."""

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

from tests.modules.conftest import MODULES, ROOTS, Root

pytestmark = [
    pytest.mark.terraform,
    pytest.mark.lab,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(
        os.environ.get("EXITKIT_SLOW") != "1" and os.environ.get("CI") != "true",
        reason="takes minutes, which the provider spends waiting: EXITKIT_SLOW=1 runs it",
    ),
]

# What the emulator cannot make, and why. Everything else of the root is made.
EXCLUDED = {
    "module.sessions": "moto makes an ElastiCache replication group, and the provider never finds its first node",
    "module.crowded": "watches the cache",
    "module.jobs.aws_sqs_queue_redrive_allow_policy.this": "moto's SQS answers Unknown Attribute RedriveAllowPolicy",
    "module.platform.aws_eks_addon.identity": "moto's EKS has no add-ons",
    "module.platform.aws_eks_pod_identity_association.autoscaler": "moto's EKS has no pod identities",
}

# What a second plan would change, and why that is the emulator's doing and not the modules'.
DIFFERS = {
    "module.jobs.aws_sqs_queue.this": "moto writes the JSON of the redrive policy in another way",
    "module.platform.aws_eks_cluster.this": "moto keeps neither access_config nor upgrade_policy of a cluster",
    "module.platform.aws_eks_node_group.this": "moto invents remote access, and its cluster is to be replaced",
    "module.platform.aws_launch_template.node": "moto shows tags of the template as tags it specifies",
    "module.register.aws_db_parameter_group.this": "moto hands the parameters of a group back to nobody",
    "module.web.aws_autoscaling_group.this": "follows the version of its launch template",
    "module.web.aws_launch_template.this": "moto shows tags of the template as tags it specifies",
    "module.web.aws_vpc_security_group_egress_rule.balancer[0]": "moto loses the description of a rule on a group",
    "module.web.aws_vpc_security_group_ingress_rule.instance[0]": "moto loses the description of a rule on a group",
}

# Terraform lays this over the root: how to reach the emulator, and what is left out with its users.
_OVERRIDE = """\
provider "aws" {
  access_key                  = "testing"
  secret_key                  = "testing"
  s3_use_path_style           = true
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  # What the emulator lacks should fail now, and not after 25 tries.
  max_retries = 1
}

module "sessions" {
  count = 0
}

module "crowded" {
  count  = 0
  target = { kind = "cache" }
}

module "web" {
  caches = {}
}
"""
_WITHOUT = 'resource "{type}" "{name}" {{\n  count = 0\n}}\n'
_OVERRIDES = "zz_override.tf"
_OFFLINE = "offline_override.tf"
_NOW = ("-input=false", "-auto-approve", "-parallelism=30")


def test_everything_is_made_stays_as_it_is_and_goes_again(world: Root) -> None:
    delivered = _delivered()

    world.do("apply", *_NOW)
    changed = _changed(world)
    made = world.do("state", "list").splitlines()
    world.do("destroy", *_NOW)

    assert {re.split(r"[.[]", each)[1] for each in made} == _modules(world)
    assert changed - set(DIFFERS) == set()
    assert world.do("state", "list") == ""
    assert _delivered() == delivered
    assert {path: (world.folder / path).read_bytes() for path in delivered} == delivered


@pytest.fixture
def world(aws: Root, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Root]:
    """A copy of the root with overrides beside its files, and an emulator for it alone."""
    # The roles of a cluster take policies that AWS manages.
    monkeypatch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
    # One line for each of thousands of requests would bury what Terraform says.
    monkeypatch.setattr(logging.getLogger("werkzeug"), "level", logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        _reset(f"http://{host}:{port}")
        copy = aws.copy(tmp_path)
        _lay_overrides(copy.folder)
        yield Root(copy.folder, copy.settings, {"AWS_ENDPOINT_URL": f"http://{host}:{port}"})
    finally:
        server.stop()


def _reset(emulator: str) -> None:
    """Start from nothing: what the emulator remembers belongs to the process, and not to the server."""
    with urllib.request.urlopen(urllib.request.Request(f"{emulator}/moto-api/reset", method="POST"), timeout=30):
        pass


def _lay_overrides(folder: Path) -> None:
    (folder / _OFFLINE).unlink()
    (folder / _OVERRIDES).write_text(_OVERRIDE, encoding="utf-8")
    kinds = dict(re.findall(r'module "(\w+)" {\n  source = "\./modules/(\w+)"', (folder / "main.tf").read_text()))
    for address in EXCLUDED:
        _, module, *resource = address.split(".")
        if resource:
            text = _WITHOUT.format(type=resource[0], name=resource[1])
            with (folder / "modules" / kinds[module] / _OVERRIDES).open("a", encoding="utf-8") as file:
                file.write(text)


def _changed(root: Root) -> set[str]:
    """What another apply would change."""
    changes: list[dict[str, Any]] = root.plan()["resource_changes"]
    return {each["address"] for each in changes if not {"no-op", "read"} & set(each["change"]["actions"])}


def _modules(root: Root) -> set[str]:
    """The modules of the root that are not left out."""
    named = re.findall(r'^module "(\w+)"', (root.folder / "main.tf").read_text(), re.MULTILINE)
    return {each for each in named if f"module.{each}" not in EXCLUDED}


def _delivered() -> dict[str, bytes]:
    """Every file of the root and its modules, by where it stands in a working folder."""
    own = {file.name: file for file in [ROOTS / "main.tf", *(ROOTS / "aws").iterdir()] if file.name != _OFFLINE}
    modules = {f"modules/{file.relative_to(MODULES / 'aws')}": file for file in (MODULES / "aws").rglob("*.*")}
    return {path: file.read_bytes() for path, file in (own | modules).items() if file.is_file()}
