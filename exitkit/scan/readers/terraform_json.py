"""Read Terraform that is written as JSON into the same blocks as its other spelling."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from exitkit.scan.limits import MOST_DEPTH
from exitkit.scan.readers import places
from exitkit.scan.readers.expressions import BlockRead, Expression
from exitkit.scan.readers.ties import Lines

_LABELS = {"resource": 2, "data": 2, "module": 1, "variable": 1, "output": 1, "provider": 1}


def read(document: Mapping[str, Any], content: bytes) -> dict[str, Any]:
    """The blocks of the file."""
    spots = places.keys(content, Lines(content))
    blocks = [block for kind, held in document.items() for block in _blocks(str(kind), held, spots)]
    return {"blocks": blocks, "values": {}, "partial": ""}


def _blocks(kind: str, held: Any, spots: Mapping[str, list[int]]) -> Iterator[BlockRead]:  # noqa: ANN401
    if kind in {"locals", "terraform"}:
        yield from (_block(kind, [], one, [1, 1, 0]) for one in _several(held))
        return
    for labels, body in _labelled(held, _LABELS.get(kind, 0)):
        if labels:
            yield _block(kind, labels, body, spots.get(labels[-1], [1, 1, 0]))


def _labelled(held: Any, labels: int) -> Iterator[tuple[list[str], Mapping[str, Any]]]:  # noqa: ANN401
    for one in _several(held):
        for name, inner in one.items() if labels else ():
            if labels == 1:
                yield from (([str(name)], body) for body in _several(inner))
            else:
                yield from (([str(name), *rest], body) for rest, body in _labelled(inner, labels - 1))


def _several(held: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - whatever a file holds
    return [one for one in (held if isinstance(held, list) else [held]) if isinstance(one, dict)]


def _block(kind: str, labels: list[str], body: Mapping[str, Any], at: list[int], depth: int = 0) -> BlockRead:
    attributes = {str(name): [_expression(value, 0), at[0]] for name, value in body.items()}
    inner = [
        _block(str(name), [], one, at, depth + 1)
        for name, value in body.items()
        if isinstance(value, dict | list)
        and depth < 4
        and kind in {"resource", "terraform"} | ({kind} if depth else set())
        for one in _several(value)
    ]
    return {"t": kind, "l": labels, "at": at, "a": attributes, "b": inner}


def _expression(value: Any, depth: int) -> Expression:  # noqa: ANN401 - whatever a file holds
    if depth > MOST_DEPTH:
        return ["x", "nested too deep"]
    if isinstance(value, list):
        return ["l", [_expression(one, depth + 1) for one in value]]
    if isinstance(value, dict):
        return ["o", [[["v", str(name)], _expression(one, depth + 1)] for name, one in value.items()]]
    if isinstance(value, str) and ("${" in value or "%{" in value):
        return ["x", "an expression inside JSON"]
    return ["v", value]
