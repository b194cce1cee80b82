"""Read the contract from its tables, and the modules from their files, into the same shape."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import hcl2

MODULES = Path(__file__).resolve().parents[2] / "terraform"
CLOUDS = ("aws", "ovh")
PINS = {
    "aws": {"aws": ("hashicorp/aws", "~> 5.100")},
    "ovh": {
        "ovh": ("ovh/ovh", "~> 2.19"),
        "openstack": ("terraform-provider-openstack/openstack", "~> 3.4"),
    },
}

Inputs = dict[str, tuple[str, str]]  # name: type and default


def kinds() -> list[str]:
    """The kinds the contract knows."""
    return re.findall(r"^### Inputs of (\w+)$", _contract(), re.MULTILINE)


def modules() -> list[tuple[str, str]]:
    return [(cloud, folder.name) for cloud in CLOUDS for folder in sorted((MODULES / cloud).iterdir())]


def promised_inputs(kind: str) -> Inputs:
    return {name: (_tight(type_), default) for name, type_, default, _ in _table(f"Inputs of {kind}")}


def promised_outputs(kind: str) -> set[str]:
    return {name for name, _ in _table(f"Outputs of {kind}")}


def promised_fields(title: str, cloud: str) -> set[str]:
    return {field for row_cloud, field, _ in _table(title) if row_cloud == cloud}


def promised_environment(cloud: str) -> set[str]:
    """The endings of the variables a container finds, such as HOST; a secret has none."""
    column = 1 + CLOUDS.index(cloud)
    rows = _table("What the container finds in its environment")
    return {row[0].partition("_")[2] for row in rows if row[column].startswith("yes")}


def promised_watches() -> set[tuple[str, str]]:
    """What an alarm can look at: the kind and the word."""
    return {(kind, when) for when, kinds, _ in _table("What an alarm can look at") for kind in kinds.split(", ")}


def watches(cloud: str) -> set[tuple[str, str]]:
    """What the alarm module of a cloud knows how to look at."""
    table: dict[str, Any] = next(
        each[name] for each in _blocks(cloud, "alarm", "locals") for name in ("metrics", "expressions") if name in each
    )
    return {(kind, when) for kind, each in table.items() if isinstance(each, dict) for when in each if when[0] != "_"}


def variables(cloud: str, kind: str) -> dict[str, dict[str, Any]]:
    return _labelled(cloud, kind, "variable")


def outputs(cloud: str, kind: str) -> dict[str, dict[str, Any]]:
    return _labelled(cloud, kind, "output")


def fields(cloud: str, kind: str, output: str) -> set[str]:
    """The fields of an opaque object, also of one that may be null."""
    value = outputs(cloud, kind)[output]["value"]
    if isinstance(value, dict):
        return {name for name in value if not name.startswith("__")}
    return set(re.findall(r"[{,]\s*(\w+)\s*[=:]", value.split("null", 1)[1]))


def inputs(cloud: str, kind: str) -> Inputs:
    return {
        name: (_tight(body["type"]), _spelled(body["default"]) if "default" in body else "required")
        for name, body in variables(cloud, kind).items()
    }


def pins(cloud: str, kind: str) -> dict[str, tuple[str, str]]:
    terraform = _blocks(cloud, kind, "terraform")
    providers = [found for each in terraform for found in each.get("required_providers", [])]
    return {
        name: (_bare(body["source"]), _bare(body["version"]))
        for each in providers
        for name, body in each.items()
        if not name.startswith("__")
    }


def providers_used(cloud: str, kind: str) -> set[str]:
    """Which providers the resources and data sources of a module belong to."""
    blocks = _blocks(cloud, kind, "resource") + _blocks(cloud, kind, "data")
    types = {_bare(name) for each in blocks for name in each if not name.startswith("__")}
    return {name.split("_")[0] for name in types} - {"terraform"}


def _blocks(cloud: str, kind: str, sort: str) -> list[dict[str, Any]]:
    return [block for file in sorted((MODULES / cloud / kind).glob("*.tf")) for block in _parsed(file).get(sort, [])]


@cache
def _parsed(file: Path) -> dict[str, Any]:
    document: dict[str, Any] = hcl2.loads(file.read_text(encoding="utf-8"))
    return document


def _labelled(cloud: str, kind: str, sort: str) -> dict[str, dict[str, Any]]:
    return {
        _bare(label): body
        for block in _blocks(cloud, kind, sort)
        for label, body in block.items()
        if not label.startswith("__")
    }


def _contract() -> str:
    return (MODULES / "CONTRACT.md").read_text(encoding="utf-8")


def _table(title: str) -> Iterator[list[str]]:
    """The rows of the first table under a heading, without its head."""
    section = _contract().split(f"### {title}\n", 1)[1].split("\n#", 1)[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    for row in rows[2:]:
        yield [cell.strip().strip("`") for cell in row.strip("|").split("|")]


def _bare(text: str) -> str:
    return text.strip('"')


def _tight(expression: str) -> str:
    return re.sub(r"\s", "", expression.removeprefix("${").removesuffix("}"))


def _spelled(value: Any) -> str:
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
