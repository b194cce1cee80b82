"""What a block names: other resources, also through variables, locals and the outputs of modules."""

from __future__ import annotations

from collections.abc import Iterator

from exitkit.scan.evaluate import Unknown, Value, references
from exitkit.scan.instance import Instance
from exitkit.scan.readers.expressions import BlockRead, Expression
from exitkit.scan.seen import MOST_NAMES

_DEEPEST = 8
_THROUGH = frozenset({"var", "local", "module"})
_NOT_RESOURCES = frozenset({"each", "count", "data", "path", "self", "terraform"})


def names(here: Instance, block: BlockRead) -> list[str]:
    """The addresses of the resources a block names, in order, each once."""
    found: dict[str, None] = {}
    for expression in _expressions(block):
        for dotted in references(expression):
            root, *rest = dotted.split(".")
            if root in _THROUGH and rest:
                worth = here.value(["r", root, [["a", part] for part in rest[: 2 if root == "module" else 1]]])
                found |= dict.fromkeys(refs_of(worth))
            elif rest and root not in _NOT_RESOURCES:
                found[f"{here.prefix}{root}.{rest[0]}"] = None
            if len(found) > MOST_NAMES:
                return list(found)[:MOST_NAMES]
    return list(found)


def refs_of(value: Value) -> Iterator[str]:
    """The addresses a value hangs on, also inside lists and objects."""
    waiting = [(value, 0)]
    while waiting:
        one, depth = waiting.pop()
        if isinstance(one, Unknown):
            yield from one.refs
        elif isinstance(one, list | dict) and depth < _DEEPEST:
            inside = list(one.values() if isinstance(one, dict) else one)[:MOST_NAMES]
            waiting.extend((part, depth + 1) for part in reversed(inside))


def _expressions(block: BlockRead, depth: int = 0) -> Iterator[Expression]:
    yield from (said[0] for name, said in block["a"].items() if name not in {"provider", "depends_on"})
    for inner in block["b"] if depth < _DEEPEST else ():
        if inner["t"] not in {"lifecycle", "provisioner", "connection"}:
            yield from _expressions(inner, depth + 1)
