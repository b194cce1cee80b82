"""Read the contract from its tables, and the modules from their files, into the same shape."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import dropwhile, takewhile
from pathlib import Path
from typing import Any

import hcl2

from exitkit import registry
from exitkit.errors import Unsupported
from exitkit.model.workload import Component, Workload
from exitkit.ports import Provider

MODULES = Path(__file__).resolve().parents[2] / "terraform"

Inputs = dict[str, tuple[str, str]]  # name: type and default

_NET = {"kind": "network", "name": "net"}
_WEB = {"kind": "service", "name": "web", "image": "r.example/web:1", "network": "net"}
EVERY = Workload.model_validate(
    {
        "name": "shop",
        "components": [
            _NET,
            {"kind": "key", "name": "seal"},
            {"kind": "secret", "name": "token", "description": "a token"},
            {"kind": "bucket", "name": "files"},
            {"kind": "postgres", "name": "register", "release": 16, "network": "net"},
            {"kind": "queue", "name": "jobs", "network": "net"},
            {"kind": "cache", "name": "sessions", "release": "8.0", "network": "net"},
            {"kind": "cluster", "name": "pods", "release": "1.32", "network": "net"},
            _WEB,
            {"kind": "domain", "name": "names", "zone": "shop.example"},
            {"kind": "alarm", "name": "down", "on": "web", "when": "unhealthy", "above": 0, "notify": "a@shop.example"},
        ],
    }
)
"""A component of every kind, which asks for no more than its kind does."""


def kinds() -> list[str]:
    """The kinds the contract knows."""
    return re.findall(r"^### Inputs of (\w+)$", _contract(), re.MULTILINE)


def clouds() -> list[str]:
    """Every provider that generates Terraform: found, not listed."""
    return [name for name in registry.names() if registry.get(name).frame(EVERY).providers]


def standing(cloud: str) -> list[str]:
    """The kinds that have a module on a cloud."""
    return sorted(file.parent.name for file in (MODULES / cloud).glob("*/main.tf"))


def offered(cloud: str) -> list[str]:
    """The kinds a provider places."""
    provider = registry.get(cloud)
    return sorted(part.kind for part in EVERY.components if _placed(provider, part))


def _placed(provider: Provider, part: Component) -> bool:
    try:
        provider.place(part, EVERY)
    except Unsupported:
        return False
    return True


def modules() -> list[tuple[str, str]]:
    return [(cloud, kind) for cloud in clouds() for kind in standing(cloud)]


def promised_pins(cloud: str) -> dict[str, tuple[str, str]]:
    """What the root of a tree on a cloud says of the providers it needs."""
    return {one.name: (one.source, one.version) for one in registry.get(cloud).frame(EVERY).providers}


def promised_inputs(kind: str) -> Inputs:
    return {name: (_tight(type_), default) for name, type_, default, _ in _table(f"Inputs of {kind}")}


def promised_outputs(kind: str) -> set[str]:
    return {name for name, _ in _table(f"Outputs of {kind}")}


def opaque(kind: str) -> list[str]:
    """The outputs of a kind whose fields are told by each module's README."""
    return [name for name, meaning in _table(f"Outputs of {kind}") if meaning.startswith("opaque")]


def told_fields(cloud: str, kind: str, output: str) -> set[str]:
    """The fields of an opaque object, as the README of its module lists them."""
    return {field for field, _ in _rows(readme(cloud, kind).partition(f"\nFields of `{output}`:\n")[2])}


def told_environment(cloud: str) -> set[str]:
    """The variables a container finds, as the README of the service module lists them."""
    return {name for name, _ in _rows(readme(cloud, "service").partition("\nWhat the container finds")[2])}


def promised_environment() -> dict[str, bool]:
    """The variables there are, and whether they are found on every cloud that makes what they are about."""
    rows = _table("What the container finds in its environment")
    return {name: found == "always" for name, found in rows}


def readme(cloud: str, kind: str) -> str:
    return (MODULES / cloud / kind / "README.md").read_text(encoding="utf-8")


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
    return _rows(_contract().split(f"### {title}\n", 1)[1])


def _rows(text: str) -> Iterator[list[str]]:
    """The rows of the first table of a text, up to the next heading, without its head."""
    lines = iter(text.split("\n#", 1)[0].splitlines())
    rows = list(takewhile(_is_row, dropwhile(lambda line: not _is_row(line), lines)))
    for row in rows[2:]:
        yield [cell.strip().strip("`") for cell in row.strip("|").split("|")]


def _is_row(line: str) -> bool:
    return line.startswith("|")


def _bare(text: str) -> str:
    return text.strip('"')


def _tight(expression: str) -> str:
    return re.sub(r"\s", "", expression.removeprefix("${").removesuffix("}"))


def _spelled(value: Any) -> str:
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
