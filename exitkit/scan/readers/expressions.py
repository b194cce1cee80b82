"""Turn what tree-sitter sees of Terraform into blocks and expressions, which are plain lists (see hcl.py)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from exitkit.scan.limits import MOST_DEPTH, MOST_NODES

if TYPE_CHECKING:
    from tree_sitter import Node

Expression = list[Any]
BlockRead = dict[str, Any]

_WANTED = frozenset({"resource", "data", "module", "variable", "locals", "provider", "output", "terraform"})
_OPERATORS = frozenset({"+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||"})
_ESCAPE = re.compile(r'\\(["\\nrt])|([$%])\2\{|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})')
_DOUBLED = re.compile(r"([$%])\1\{")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


class TooMuch(Exception):
    """The file says more than is read of one file."""


class Reading:
    """One pass over one file."""

    def __init__(self) -> None:
        self.left = MOST_NODES
        self.cut = False

    def spend(self, node: Node) -> None:
        """One more node, if there is room for all that is in it. Raises TooMuch beyond the limit."""
        self.left -= 1
        if node.named_child_count > self.left:
            raise TooMuch

    def blocks(self, node: Node, depth: int = 0) -> Iterator[BlockRead]:
        """The blocks directly in a body, or in what is left of one that is broken."""
        self.spend(node)
        for child in node.named_children:
            if child.type == "block":
                read = self.block(child, 0)
                if read is not None:
                    yield read
            elif child.type in {"body", "ERROR"} and depth < 4:
                yield from self.blocks(child, depth + 1)

    def block(self, node: Node, depth: int) -> BlockRead | None:
        """One block with all that is in it; None for a kind nobody asks for."""
        self.spend(node)
        heads = [child for child in node.named_children if child.type in {"identifier", "string_lit"}]
        kind = text(heads[0]) if heads else ""
        if depth == 0 and kind not in _WANTED:
            return None
        labels = [_string(child) if child.type == "string_lit" else text(child) for child in heads[1:]]
        read: BlockRead = {"t": kind, "l": labels, "at": _place(node), "a": {}, "b": []}
        if depth > MOST_DEPTH:
            self.cut = True
            return read
        body = next((child for child in node.named_children if child.type == "body"), None)
        for child in body.named_children if body is not None else ():
            if child.type == "attribute":
                name, *value = child.named_children
                inner = next((one for one in value if one.type == "expression"), None)
                line = child.start_point.row + 1
                read["a"][text(name)] = [self.expression(inner, 0) if inner else ["x", "broken"], line]
            elif child.type == "block" and (nested := self.block(child, depth + 1)) is not None:
                read["b"].append(nested)
        return read

    def expression(self, node: Node, depth: int) -> Expression:
        """One expression, whatever wraps it."""
        self.spend(node)
        if depth > MOST_DEPTH:
            self.cut = True
            return ["x", "nested too deep"]
        read = _READ.get(node.type)
        if read is not None:
            return read(self, node, depth + 1)
        return self.chain(_solid(node), depth + 1)

    def chain(self, nodes: Sequence[Node], depth: int) -> Expression:
        """What stands first, and the steps that lead on from it."""
        if not nodes:
            return ["x", "empty"]
        first = self.expression(nodes[0], depth)
        if len(nodes) == 1:
            return first
        steps = [step for node in nodes[1:] for step in self.steps(node, depth)]
        if first[0] == "r":
            return ["r", first[1], [*first[2], *steps]]
        return ["s", first, steps]

    def steps(self, node: Node, depth: int) -> Iterator[Expression]:
        """One step: a name, an index, or a splat with what follows it."""
        inner = _solid(node)
        match node.type:
            case "get_attr":
                yield ["a", text(inner[0]) if inner else ""]
            case "index" if inner and inner[0].type == "new_index":
                yield ["i", self.chain(_solid(inner[0]), depth + 1)]
            case "index":
                yield ["i", ["v", int(digits) if (digits := text(node).strip(".")).isdecimal() else digits]]
            case "splat":
                yield ["*"]
                yield from (step for part in inner for last in _solid(part) for step in self.steps(last, depth + 1))
            case _:
                yield ["?"]

    def parts(self, node: Node, depth: int) -> Expression:
        """A text with what is put into it."""
        parts: list[Expression] = []
        for child in _with_spaces(node):
            if isinstance(child, str):
                parts.append(["v", child])
            elif child.type == "template_literal":
                parts.append(["v", _unescaped(text(child), quoted=node.type == "quoted_template")])
            elif child.type == "template_interpolation":
                inner = next((one for one in child.named_children if one.type == "expression"), None)
                parts.append(self.expression(inner, depth) if inner else ["v", ""])
            elif child.type == "template_directive":
                parts.append(["x", "a directive in a template"])
        if len(parts) == 1 and node.type == "quoted_template":
            return parts[0]
        if all(part[0] == "v" and isinstance(part[1], str) for part in parts):
            whole = "".join(part[1] for part in parts)
            return ["v", dedent(whole) if node.children[0].end_byte - node.start_byte == len("<<-") else whole]
        return ["t", parts]


def _conditional(reading: Reading, node: Node, depth: int) -> Expression:
    parts = [reading.expression(one, depth) for one in _choices(node)]
    if len(parts) < 3 or len(parts) % 2 == 0:
        return ["x", "broken"]
    chosen = parts.pop()
    while parts:
        test, yes = parts[-2:]
        del parts[-2:]
        chosen = ["?", test, yes, chosen]
    return chosen


def _choices(node: Node) -> list[Node]:
    """Test, answer, test, answer, and what is left: the grammar takes `a ? b : c ? d : e` for `(a ? b : c) ? d : e`."""
    found: list[Node] = []
    while node.type == "conditional" and len(inner := _solid(node)) == 3:
        found[:0] = inner[1:]
        [first] = _solid(inner[0])[:1] or [inner[0]]
        bare = inner[0].type == "expression" and first.type == "conditional"
        if not bare:
            return [inner[0], *found]
        node = first
    return []


def _binary(reading: Reading, node: Node, depth: int) -> Expression:
    sign = next((one for one in node.children if one.type in _OPERATORS), None)
    if sign is None:
        return ["x", "broken"]
    left = [one for one in _solid(node) if one.start_byte < sign.start_byte]
    right = [one for one in _solid(node) if one.start_byte > sign.start_byte]
    return ["b", sign.type, reading.chain(left, depth), reading.chain(right, depth)]


def _unary(reading: Reading, node: Node, depth: int) -> Expression:
    return ["u", node.children[0].type, reading.chain(_solid(node), depth)]


def _call(reading: Reading, node: Node, depth: int) -> Expression:
    name, *rest = _solid(node)
    given = [reading.expression(one, depth) for part in rest for one in _solid(part) if one.type == "expression"]
    opened = [["*"]] if any(one.type == "ellipsis" for part in rest for one in part.children) else []
    return ["c", text(name), given, *opened]


def _object(reading: Reading, node: Node, depth: int) -> Expression:
    pairs = []
    for element in _solid(node):
        sides = [one for one in _solid(element) if one.type == "expression"]
        if element.type == "object_elem" and len(sides) == 2:
            key = reading.expression(sides[0], depth)
            bare = key[0] == "r" and not key[2] and not text(sides[0]).startswith("(")
            pairs.append([["v", key[1]] if bare else key, reading.expression(sides[1], depth)])
    return ["o", pairs]


def _for(reading: Reading, node: Node, depth: int) -> Expression:
    intro = next((one for one in node.named_children if one.type == "for_intro"), None)
    if intro is None:
        return ["x", "broken"]
    names = [text(one) for one in intro.named_children if one.type == "identifier"]
    over = [reading.expression(one, depth) for one in intro.named_children if one.type == "expression"]
    given = [reading.expression(one, depth) for one in node.named_children if one.type == "expression"]
    tests = [one for part in node.named_children if part.type == "for_cond" for one in _solid(part)]
    if len(over) != 1 or not given:
        return ["x", "broken"]
    grouped = [True] if any(one.type == "ellipsis" for one in node.children) else []
    return ["f", names, over[0], given, reading.expression(tests[0], depth) if tests else None, *grouped]


def _number(node: Node) -> Expression:
    try:
        number = float(text(node))
        return ["v", int(number) if number.is_integer() else number]
    except (ValueError, OverflowError):
        return ["x", "not a number"]


def _reference(_reading: Reading, node: Node, _depth: int) -> Expression:
    return ["r", text(node), []]


def _tuple(reading: Reading, node: Node, depth: int) -> Expression:
    return ["l", [reading.expression(one, depth) for one in _solid(node) if one.type == "expression"]]


def _literal(_reading: Reading, node: Node, _depth: int) -> Expression:
    match node.type:
        case "string_lit":
            return ["v", _string(node)]
        case "bool_lit":
            return ["v", text(node) == "true"]
        case "numeric_lit":
            return _number(node)
        case _:
            return ["v", None]


_READ: dict[str, Callable[[Reading, Node, int], Expression]] = {
    "variable_expr": _reference,
    "conditional": _conditional,
    "binary_operation": _binary,
    "unary_operation": _unary,
    "function_call": _call,
    "tuple": _tuple,
    "object": _object,
    "for_tuple_expr": _for,
    "for_object_expr": _for,
    "quoted_template": Reading.parts,
    "heredoc_template": Reading.parts,
    **dict.fromkeys(("string_lit", "numeric_lit", "bool_lit", "null_lit"), _literal),
}
_MARKS = frozenset({
    "comment", "tuple_start", "tuple_end", "object_start", "object_end", "quoted_template_start",
    "quoted_template_end", "ellipsis",
})  # fmt: skip


def _solid(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type not in _MARKS]


def text(node: Node) -> str:
    """What a node says, as it stands in the file."""
    return (node.text or b"").decode("utf-8", "replace")


def _string(node: Node) -> str:
    pieces = (_piece(child) for child in _with_spaces(node))
    return _unescaped("".join(pieces))


def _piece(child: Node | str) -> str:
    if isinstance(child, str):
        return child
    return text(child) if child.type == "template_literal" else ""


def _with_spaces(node: Node) -> Iterator[Node | str]:
    """The parts of a text, and the blanks between them, which the grammar counts to none."""
    whole, base, at, opened = node.text or b"", node.start_byte, -1, False
    for child in node.children:
        if 0 <= at < child.start_byte:
            blank = whole[at - base : child.start_byte - base].decode("utf-8", "replace")
            yield blank.removeprefix("\n") if opened else blank
        opened = child.type == "heredoc_identifier"
        yield child
        at = child.end_byte


def _unescaped(said: str, *, quoted: bool = True) -> str:
    """What letters stand for; in a heredoc a backslash is a backslash."""
    return _ESCAPE.sub(_letter, said) if quoted else _DOUBLED.sub(lambda found: f"{found[1]}{{", said)


def _letter(found: re.Match[str]) -> str:
    if found[1] or found[2]:
        return _ESCAPED[found[1]] if found[1] else f"{found[2]}{{"
    number = int(found[3] or found[4], 16)
    return chr(number) if number < 0xD800 or 0xDFFF < number <= 0x10FFFF else found[0]


def _place(node: Node) -> list[int]:
    return [node.start_point.row + 1, node.start_point.column + 1, node.end_point.row + 1]
