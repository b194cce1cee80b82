"""Read Terraform that is written as JSON into the same blocks as its other spelling."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from exitkit.scan.limits import MOST_DEPTH
from exitkit.scan.readers import hcl, places
from exitkit.scan.readers.expressions import BlockRead, Expression
from exitkit.scan.readers.ties import Lines

_LABELS = {"resource": 2, "data": 2, "module": 1, "variable": 1, "output": 1, "provider": 1}


def read(document: Mapping[str, Any], content: bytes) -> dict[str, Any]:
    """The blocks of the file."""
    spots, texts = places.keys(content, Lines(content)), _templates(document)
    blocks = [block for kind, held in document.items() for block in _Blocks(spots, texts).of(str(kind), held)]
    return {"blocks": blocks, "values": {}, "partial": ""}


def _templates(document: Mapping[str, Any]) -> dict[str, Expression]:
    """The texts that hold expressions, read as Terraform reads them: as the text of a heredoc."""
    found: dict[str, None] = {}
    waiting: list[Any] = [document]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict | list):
            waiting.extend(one.values() if isinstance(one, dict) else one)
        elif isinstance(one, str) and ("${" in one or "%{" in one) and _END not in one:
            found[one] = None
    if not found:
        return {}
    lines = [f"t{number} = <<{_END}\n{text}\n{_END}\n" for number, text in enumerate(found)]
    told = hcl.read(f"locals {{\n{''.join(lines)}}}\n".encode("utf-8", "replace"))
    said = told["blocks"][0]["a"] if told.get("blocks") else {}
    return {text: _ended(said[f"t{number}"][0]) for number, text in enumerate(found) if f"t{number}" in said}


_END = "EXITKIT_END_OF_TEXT"


def _ended(expression: Expression) -> Expression:
    """Without the line end that closes a heredoc; a text that is one expression is that expression."""
    if expression[0] == "v":
        return ["v", expression[1].removesuffix("\n")]
    if expression[0] != "t":
        return expression
    *parts, last = expression[1]
    whole = [*parts, ["v", last[1].removesuffix("\n")]] if last[0] == "v" else expression[1]
    kept = [part for part in whole if part != ["v", ""]]
    return kept[0] if len(kept) == 1 else ["t", kept]


def _labelled(held: Any, labels: int) -> Iterator[tuple[list[str], Mapping[str, Any]]]:  # noqa: ANN401
    for one in _several(held):
        for name, inner in one.items() if labels else ():
            if labels == 1:
                yield from (([str(name)], body) for body in _several(inner))
            else:
                yield from (([str(name), *rest], body) for rest, body in _labelled(inner, labels - 1))


def _several(held: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - whatever a file holds
    return [one for one in (held if isinstance(held, list) else [held]) if isinstance(one, dict)]


class _Blocks:
    """Makes blocks, knowing the places of names and the expressions in texts."""

    def __init__(self, spots: Mapping[str, list[int]], texts: Mapping[str, Expression]) -> None:
        self._spots, self._texts = spots, texts

    def of(self, kind: str, held: Any) -> Iterator[BlockRead]:  # noqa: ANN401 - whatever a file holds
        """The blocks under one name at the top of the file."""
        if kind in {"locals", "terraform"}:
            yield from (self._block(kind, [], one, [1, 1, 0]) for one in _several(held))
            return
        for labels, body in _labelled(held, _LABELS.get(kind, 0)):
            if labels:
                yield self._block(kind, labels, body, self._spots.get(labels[-1], [1, 1, 0]))

    def _block(self, kind: str, labels: list[str], body: Mapping[str, Any], at: list[int], depth: int = 0) -> BlockRead:
        attributes = {str(name): [self._expression(value, 0), at[0]] for name, value in body.items()}
        inner = [
            self._block(str(name), [], one, at, depth + 1)
            for name, value in body.items()
            if isinstance(value, dict | list)
            and depth < 4
            and kind in {"resource", "terraform"} | ({kind} if depth else set())
            for one in _several(value)
        ]
        return {"t": kind, "l": labels, "at": at, "a": attributes, "b": inner}

    def _expression(self, value: Any, depth: int) -> Expression:  # noqa: ANN401 - whatever a file holds
        if depth > MOST_DEPTH:
            return ["x", "nested too deep"]
        if isinstance(value, list):
            return ["l", [self._expression(one, depth + 1) for one in value]]
        if isinstance(value, dict):
            return ["o", [[["v", str(name)], self._expression(one, depth + 1)] for name, one in value.items()]]
        if isinstance(value, str) and ("${" in value or "%{" in value):
            return self._texts.get(value, ["x", "an expression inside JSON"])
        return ["v", value]
