"""Write the test of a generated tree: its owner runs it with mocked providers, without an account and without us."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, TypeAlias

from exitkit.infra.hcl import Attribute, Block, Comment, Expression, Item, Value, attributes, render
from exitkit.infra.schemas import schema
from exitkit.model.kinds.service import Service
from exitkit.model.placement import Landing
from exitkit.model.workload import Workload

PATH = "tests/tree.tftest.hcl"

_USED = re.compile(r'^(resource|data) "(\w+)"', re.MULTILINE)

_Used: TypeAlias = tuple[Literal["resource", "data"], str]
"""A type a module makes, or asks about."""


def trial(workload: Workload, landing: Landing, modules: Mapping[str, str]) -> str:
    """The text of the test."""
    texts = [text for path, text in modules.items() if path.endswith(".tf")]
    found: set[_Used] = {used for text in texts for used in _USED.findall(text)}
    types = sorted(found, key=lambda used: (used[0] == "data", used[1]))
    frame = landing.frame
    given = {variable.name: variable.example for variable in frame.variables if variable.required}
    items: list[Item] = [
        Comment(
            "Whether this tree holds together, with mocked providers: no account, no network, nothing is made.\n\n"
            "  terraform init -backend=false && terraform test"
        )
    ]
    items += [_mocked(provider.name, types, frame.mocks) for provider in frame.providers]
    if given:
        items.append(Block("variables", body=attributes(given)))
    items.append(
        Block("run", (frame.tested_by,), (Attribute("command", Expression(frame.tested_by)), *_asserts(workload)))
    )
    return render(items)


def _mocked(provider: str, types: Iterable[_Used], mocks: Mapping[str, Mapping[str, Value]]) -> Block:
    """A provider that answers by itself; what is checked by its shape gets a value of that shape."""
    blocks = []
    for sort, name in types:
        found = schema(sort, name) if name.startswith(f"{provider}_") else None
        if found is None:
            continue
        computed = {word for word, one in found["attributes"].items() if one.get("computed")}
        answers = {word: value for word, value in mocks.get("*", {}).items() if word in computed} | dict(
            mocks.get(name if sort == "resource" else f"data.{name}", {})
        )
        if answers:
            blocks.append(Block(f"mock_{sort}", (name,), (Attribute("defaults", answers),)))
    return Block("mock_provider", (provider,), tuple(blocks))


def _asserts(workload: Workload) -> Iterator[Block]:
    """What can be seen from outside: the names that users know."""
    for service in workload.of(Service):
        if service.public and service.hostname:
            scheme = "https" if service.tls else "http"
            output = service.name.replace("-", "_")
            yield Block(
                "assert",
                body=attributes(
                    {
                        "condition": Expression(f'output.{output}.url == "{scheme}://{service.hostname}"'),
                        "error_message": f"{service.name} is not served as {scheme}://{service.hostname}.",
                    }
                ),
            )
