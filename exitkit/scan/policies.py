"""Read the statements of a policy in JSON, as Terraform writes it; resources stand in it as symbols."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from exitkit.model.permission import Statement
from exitkit.scan.evaluate import Unknown, Value
from exitkit.scan.instance import Instance
from exitkit.scan.readers.expressions import BlockRead, Expression

_SYMBOL = re.compile(r"(?:[\w:-]*)\$\{module\.([^.}]+)\.(?:data\.)?([\w-]+)\.([\w-]+)[^}]*\}(.*)", re.DOTALL)
UNKNOWN = "?"
"""What a document names and nothing here can work out."""


def said_of(block: BlockRead, name: str) -> Expression:
    """The expression of an attribute; that of null where it is not said."""
    said = block["a"].get(name)
    return said[0] if said else ["v", None]


def each_of(here: Instance, block: BlockRead) -> Iterator[dict[str, Value]]:
    """What `each` stands for, once for each instance; a resource that is looped over lends its own loop."""
    over = said_of(block, "for_each")
    if over[0] == "r" and (other := here.folder.resources.get(".".join([over[1], *(step[1] for step in over[2])]))):
        for one in each_of(here, other):
            value = {name: here.evaluator.value(said[0], names=one) for name, said in other["a"].items()}
            yield {"each": {"key": one.get("each", {}).get("key"), "value": value}}
        return
    worth = here.value(over)
    if isinstance(worth, dict):
        yield from ({"each": {"key": key, "value": _opened(value)}} for key, value in worth.items())
    else:
        yield {}


class _Attributes(dict[str, Value]):
    """A resource of which any attribute may be asked: each is a symbol."""

    def __init__(self, symbol: str) -> None:
        super().__init__()
        self._symbol = symbol

    def get(self, key: str, _default: Value = None) -> Value:
        """The symbol of one attribute."""
        return f"{self._symbol[:-1]}.{key}}}"


def _opened(value: Value) -> Value:
    return _Attributes(value) if isinstance(value, str) and _SYMBOL.fullmatch(value) else value


def document(
    here: Instance,
    block: BlockRead,
    attribute: str,
    source: str,
    *,
    principals: tuple[str, ...] | None = None,
    resources: tuple[str, ...] | None = None,
) -> Iterator[Statement]:
    """The statements of a policy in JSON, for each instance of the resource that carries it."""
    expression = said_of(block, attribute)
    encoded = expression[0:2] == ["c", "jsonencode"]
    for one in each_of(here, block):
        worth = here.evaluator.value(expression[2][0], names=one) if encoded else Unknown("not written out")
        said = worth.get("Statement") if isinstance(worth, dict) else worth
        for row in [said] if isinstance(said, dict | Unknown) else listed(said):
            yield _statement(row if isinstance(row, dict) else {}, source, principals, resources)


_KNOWN = frozenset({"Sid", "Effect", "Principal", "Action", "Resource", "Condition"})


def _statement(
    row: Mapping[str, Value], source: str, principals: tuple[str, ...] | None, resources: tuple[str, ...] | None
) -> Statement:
    odd = sorted(set(row) - _KNOWN) or ([] if row.get("Effect") in ("Allow", "Deny") else ["its effect"])
    actions = tuple(worded(one) for one in listed(row.get("Action")))
    named = resources if resources is not None else resources_of(listed(row.get("Resource")))
    return Statement(
        principals=principals if principals is not None else _principals(row.get("Principal")),
        effect="deny" if row.get("Effect") == "Deny" else "allow",
        actions=actions or (UNKNOWN,),
        resources=named or (UNKNOWN,),
        conditions=tuple(_conditions(row.get("Condition"))),
        unclear=f"{odd[0]} is not worked out" if odd else "",
        source=source,
    )


def _conditions(said: Value) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    if isinstance(said, dict):
        for operator, keys in said.items():
            for key, values in keys.items() if isinstance(keys, dict) else [(UNKNOWN, UNKNOWN)]:
                yield operator, key, tuple(worded(one) for one in listed(values))
    elif said is not None:
        yield UNKNOWN, UNKNOWN, ()


def _principals(said: Value) -> tuple[str, ...]:
    if said == "*" or not isinstance(said, dict):
        return ("*",) if said == "*" else (UNKNOWN,)
    named = [worded(one) for values in said.values() for one in listed(values)]
    return tuple(_component(one) or one for one in named)


def resources_of(said: list[Value]) -> tuple[str, ...]:
    """Components; what is of none stays as it is written."""
    return tuple(dict.fromkeys(_component(text) or text for text in (worded(one) for one in said)))


def _component(text: str) -> str | None:
    found = _SYMBOL.fullmatch(text)
    if found is None:
        return None
    component, _, name, rest = found.groups()
    return component + ("" if name == "this" else f":{name}") + rest


def listed(said: Value) -> list[Value]:
    """A list, also of what stands alone."""
    return said if isinstance(said, list) else [] if said is None else [said]


def worded(value: Value) -> str:
    """A text; what is none is unknown."""
    return value if isinstance(value, str) else UNKNOWN
