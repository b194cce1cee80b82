"""Apply the AWS tree of the PGE service to an emulator with the real provider, look at it, and destroy it.

The provider spends five minutes on this and waits for nearly all of them, whatever answers it: 81 s each to make and to
change a database, 61 s to remove it, 61 s for a load balancer, 55 s for a lifecycle. These waits are written into it,
without a switch. Therefore this is a program of its own, begun when the tests begin and awaited when they end.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import parse_qs

from moto.moto_server.werkzeug_app import DomainDispatcherApplication
from moto.server import ThreadedMotoServer

from exitkit import api
from tests.modules.conftest import PGE, Root
from tests.modules.owned import end_with_owner
from tests.standin.mirror import lay

# What the emulator cannot make, and why: module folder, type, name. Everything else of the tree is made.
EXCLUDED = {
    ("queue", "aws_sqs_queue_redrive_allow_policy", "this"): "moto's SQS answers Unknown Attribute RedriveAllowPolicy",
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
_SIGNED = re.compile(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/")
_CALLED = {"monitoring": "cloudwatch"}
"""What a service is called in policies, where requests are signed for another name."""
_UNSET: tuple[Any, ...] = (None, "", [], {})
_NOW = ("-input=false", "-auto-approve", "-parallelism=30")


def main(folder: Path) -> None:
    """Make the tree in a folder, apply and destroy it, and write what was seen into `seen.json` there."""
    asked: set[str] = set()
    with _emulator(asked) as emulator:
        seen = _seen(folder / "tree", lay(folder), emulator) | {"asked": sorted(asked)}
    (folder / "seen.json").write_text(json.dumps(seen, indent=2), encoding="utf-8")


def _seen(folder: Path, settings: Path, emulator: str) -> dict[str, Any]:
    """What became of the tree: what was made, what another apply would change, what is left, what was rewritten."""
    took: dict[str, float] = {}

    @contextmanager
    def timed(what: str) -> Iterator[None]:
        begun = monotonic()
        yield
        took[what] = round(monotonic() - begun, 1)

    api.generate(api.validate(PGE), "aws", folder)
    delivered = _files(folder)
    _lay_beside(folder, _certificate(emulator))
    tree = Root(folder, settings, {"AWS_ENDPOINT_URL": emulator, "TF_VAR_bank_api_value": "made up"})
    tree.do("init", "-input=false")
    with timed("apply"):
        tree.do("apply", *_NOW)
    made = tree.do("state", "list").splitlines()
    with timed("second plan"):
        changed = sorted(_changed(tree))
    with timed("let go"):
        # Only these: with what the emulator changed by itself, the fleets would be refreshed, which it cannot.
        tree.do("apply", *_NOW, *(f"-target=module.{name}" for name in _let_go(folder)))
    with timed("destroy"):
        tree.do("destroy", *_NOW)
    found = _files(folder)
    return {
        "made": made,
        "changed": changed,
        "left": tree.do("state", "list").splitlines(),
        "rewritten": [path for path in delivered if found.get(path) != delivered[path]],
        "seconds": took,
    }


@contextmanager
def _emulator(asked: set[str]) -> Iterator[str]:
    """The address of an emulator; what it is asked is written down, as policies name it."""
    # One line for each of a thousand requests would bury what Terraform says.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    answer = DomainDispatcherApplication.__call__

    def noted(self: DomainDispatcherApplication, environ: dict[str, Any], start: Any) -> Any:
        if action := _action(environ):
            asked.add(action)
        return answer(self, environ, start)

    DomainDispatcherApplication.__call__ = noted  # type: ignore[method-assign]
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def _action(environ: dict[str, Any]) -> str:
    """What one request asks, such as `ec2:CreateVpc`; empty where it says so in its path alone."""
    signed = _SIGNED.search(environ.get("HTTP_AUTHORIZATION", ""))
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if not target and "urlencoded" in environ.get("CONTENT_TYPE", ""):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        target = parse_qs(body.decode()).get("Action", [""])[0]
    return f"{_CALLED.get(signed[1], signed[1])}:{target.rpartition('.')[2]}" if signed and target else ""


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


if __name__ == "__main__":
    end_with_owner(Path(sys.argv[1]))
    main(Path(sys.argv[1]))
