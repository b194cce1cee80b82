"""Read a Terraform file into blocks with places, through tree-sitter; nothing is evaluated here.

A block is `{"t": type, "l": labels, "at": [line, column, last line], "a": {name: [expression, line]}, "b": blocks}`.
An expression is a list whose first word says what it is: `v` a value, `r` a reference with its steps, `t` a template,
`l` a list, `o` an object, `c` a call, `?` a choice, `b` and `u` operations, `f` a `for`, `x` what is not followed.
All of it is JSON, so that it can be kept by the content of its file and sent between processes.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from exitkit.errors import MissingExtra
from exitkit.scan.limits import MOST_DEPTH, MOST_NODES

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Query

Expression = list[Any]
BlockRead = dict[str, Any]

LONGEST_SECONDS = 5.0
_PIECE = 2**16
_WANTED = frozenset({"resource", "data", "module", "variable", "locals", "provider", "output", "terraform"})
_OPERATORS = frozenset({"+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||"})
_ESCAPE = re.compile(r'\\(["\\nrt])|([$%])\2\{')
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


@cache
def _tools() -> tuple[Parser, Query]:
    try:
        import tree_sitter
        import tree_sitter_hcl
    except ImportError as error:
        raise MissingExtra("scan", needed_for="reading Terraform") from error
    language = tree_sitter.Language(tree_sitter_hcl.language())
    return tree_sitter.Parser(language), tree_sitter.Query(language, "(comment) @comment")


class _TooMuch(Exception):
    """The file says more than is read of one file."""


class _Reading:
    """One pass over one file."""

    def __init__(self) -> None:
        self.left = MOST_NODES
        self.cut = False

    def spend(self) -> None:
        """One more node. Raises _TooMuch beyond the limit."""
        self.left -= 1
        if self.left < 0:
            raise _TooMuch

    def blocks(self, node: Node, depth: int = 0) -> Iterator[BlockRead]:
        """The blocks directly in a body, or in what is left of one that is broken."""
        for child in node.named_children:
            if child.type == "block":
                read = self.block(child, 0)
                if read is not None:
                    yield read
            elif child.type in {"body", "ERROR"} and depth < 4:
                yield from self.blocks(child, depth + 1)

    def block(self, node: Node, depth: int) -> BlockRead | None:
        """One block with all that is in it; None for a kind nobody asks for."""
        self.spend()
        kind, labels, body = "", [], None
        for child in node.named_children:
            if child.type == "identifier" and not kind:
                kind = _text(child)
            elif child.type in {"string_lit", "identifier"}:
                labels.append(_string(child) if child.type == "string_lit" else _text(child))
            elif child.type == "body":
                body = child
        if depth == 0 and kind not in _WANTED:
            return None
        read: BlockRead = {"t": kind, "l": labels, "at": _place(node), "a": {}, "b": []}
        if depth > MOST_DEPTH:
            self.cut = True
            return read
        for child in body.named_children if body is not None else ():
            if child.type == "attribute":
                name, *value = child.named_children
                inner = next((one for one in value if one.type == "expression"), None)
                line = child.start_point.row + 1
                read["a"][_text(name)] = [self.expression(inner, 0) if inner else ["x", "broken"], line]
            elif child.type == "block":
                nested = self.block(child, depth + 1)
                if nested is not None:
                    read["b"].append(nested)
        return read

    def expression(self, node: Node, depth: int) -> Expression:
        """One expression, whatever wraps it."""
        self.spend()
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
                yield ["a", _text(inner[0]) if inner else ""]
            case "index" if inner and inner[0].type == "new_index":
                yield ["i", self.chain(_solid(inner[0]), depth + 1)]
            case "index":
                yield ["i", ["v", int(digits) if (digits := _text(node).strip(".")).isdecimal() else digits]]
            case "splat":
                yield ["*"]
                yield from (step for part in inner for last in _solid(part) for step in self.steps(last, depth + 1))
            case _:
                yield ["?"]

    def parts(self, node: Node, depth: int) -> Expression:
        """A text with what is put into it."""
        parts: list[Expression] = []
        for child in node.named_children:
            if child.type == "template_literal":
                parts.append(["v", _unescaped(_text(child))])
            elif child.type == "template_interpolation":
                inner = next((one for one in child.named_children if one.type == "expression"), None)
                parts.append(self.expression(inner, depth) if inner else ["v", ""])
            elif child.type == "template_directive":
                parts.append(["x", "a directive in a template"])
        if all(part[0] == "v" for part in parts):
            return ["v", "".join(part[1] for part in parts)]
        return ["t", parts]


def _conditional(reading: _Reading, node: Node, depth: int) -> Expression:
    parts = [reading.expression(one, depth) for one in _solid(node)]
    return ["?", *parts] if len(parts) == 3 else ["x", "broken"]


def _binary(reading: _Reading, node: Node, depth: int) -> Expression:
    sign = next((one for one in node.children if one.type in _OPERATORS), None)
    if sign is None:
        return ["x", "broken"]
    left = [one for one in _solid(node) if one.start_byte < sign.start_byte]
    right = [one for one in _solid(node) if one.start_byte > sign.start_byte]
    return ["b", sign.type, reading.chain(left, depth), reading.chain(right, depth)]


def _unary(reading: _Reading, node: Node, depth: int) -> Expression:
    return ["u", node.children[0].type, reading.chain(_solid(node), depth)]


def _call(reading: _Reading, node: Node, depth: int) -> Expression:
    name, *rest = _solid(node)
    given = [reading.expression(one, depth) for part in rest for one in _solid(part) if one.type == "expression"]
    return ["c", _text(name), given]


def _object(reading: _Reading, node: Node, depth: int) -> Expression:
    pairs = []
    for element in _solid(node):
        sides = [one for one in _solid(element) if one.type == "expression"]
        if element.type == "object_elem" and len(sides) == 2:
            key = reading.expression(sides[0], depth)
            bare = key[0] == "r" and not key[2] and not _text(sides[0]).startswith("(")
            pairs.append([["v", key[1]] if bare else key, reading.expression(sides[1], depth)])
    return ["o", pairs]


def _for(reading: _Reading, node: Node, depth: int) -> Expression:
    intro = next((one for one in node.named_children if one.type == "for_intro"), None)
    if intro is None:
        return ["x", "broken"]
    names = [_text(one) for one in intro.named_children if one.type == "identifier"]
    over = [reading.expression(one, depth) for one in intro.named_children if one.type == "expression"]
    given = [reading.expression(one, depth) for one in node.named_children if one.type == "expression"]
    tests = [one for part in node.named_children if part.type == "for_cond" for one in _solid(part)]
    grouped = any(one.type == "ellipsis" for one in node.children)
    if grouped or len(over) != 1 or not given:
        return ["x", "a `for` that groups" if grouped else "broken"]
    return ["f", names, over[0], given, reading.expression(tests[0], depth) if tests else None]


def _number(node: Node) -> Expression:
    try:
        number = float(_text(node))
        return ["v", int(number) if number.is_integer() else number]
    except (ValueError, OverflowError):
        return ["x", "not a number"]


_READ = {
    "variable_expr": lambda reading, node, depth: ["r", _text(node), []],
    "conditional": _conditional,
    "binary_operation": _binary,
    "unary_operation": _unary,
    "function_call": _call,
    "tuple": lambda reading, node, depth: ["l", [reading.expression(one, depth) for one in _solid(node)
                                                 if one.type == "expression"]],
    "object": _object,
    "for_tuple_expr": _for,
    "for_object_expr": _for,
    "quoted_template": _Reading.parts,
    "heredoc_template": _Reading.parts,
    "string_lit": lambda reading, node, depth: ["v", _string(node)],
    "numeric_lit": lambda reading, node, depth: _number(node),
    "bool_lit": lambda reading, node, depth: ["v", _text(node) == "true"],
    "null_lit": lambda reading, node, depth: ["v", None],
}  # fmt: skip
_MARKS = frozenset({
    "comment", "tuple_start", "tuple_end", "object_start", "object_end", "quoted_template_start",
    "quoted_template_end", "ellipsis",
})  # fmt: skip


def _solid(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type not in _MARKS]


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _string(node: Node) -> str:
    return _unescaped("".join(_text(child) for child in node.named_children if child.type == "template_literal"))


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPED[found[1]] if found[1] else f"{found[2]}{{", text)


def _place(node: Node) -> list[int]:
    return [node.start_point.row + 1, node.start_point.column + 1, node.end_point.row + 1]


def read(content: bytes) -> dict[str, Any]:
    """The blocks of a file, what is wrong with it, and where its comments are."""
    from tree_sitter import QueryCursor

    parser, comments = _tools()
    until = time.process_time() + LONGEST_SECONDS
    try:
        # In pieces, because only then does the parser ask whether to go on.
        tree = parser.parse(
            lambda offset, _: content[offset : offset + _PIECE], progress_callback=lambda *_: time.process_time() > until
        )
    except ValueError:
        parser.reset()
        return {"refused": f"it takes more than {LONGEST_SECONDS:.0f} s to parse"}
    reading, why = _Reading(), []
    blocks: list[BlockRead] = []
    try:
        for block in reading.blocks(tree.root_node):
            blocks.append(block)  # noqa: PERF402 - what came before a limit is kept
    except _TooMuch:
        why.append(f"it says more than the {MOST_NODES:,} things that are read of one file")
    if reading.cut:
        why.append(f"it is nested deeper than {MOST_DEPTH} levels")
    if tree.root_node.has_error:
        lines = _broken_lines(tree.root_node)
        why.append(f"not valid HCL at line {', '.join(map(str, lines))}" if lines else "not valid HCL")
    spans = [
        [node.start_byte, node.end_byte, node.start_point.row + 1]
        for nodes in QueryCursor(comments).captures(tree.root_node).values()
        for node in nodes
    ]
    values = _attributes(tree.root_node, reading) if not blocks else {}
    told: dict[str, Any] = {"blocks": blocks, "values": values, "comments": sorted(spans), "partial": "; ".join(why)}
    if tree.root_node.has_error and not blocks and not values:
        told["refused"] = why[-1]
    return told


def _attributes(root: Node, reading: _Reading) -> dict[str, Any]:
    """Names and values at the top, as in a file of variables."""
    found: dict[str, Any] = {}
    for body in root.named_children:
        for child in body.named_children if body.type == "body" else ():
            inner = [one for one in child.named_children if one.type == "expression"]
            if child.type == "attribute" and inner:
                found[_text(child.named_children[0])] = reading.expression(inner[0], 0)
    return found


def _broken_lines(root: Node) -> list[int]:
    """The first lines where the parser lost its way."""
    lines: list[int] = []
    waiting = [root]
    steps = 0
    while waiting and len(lines) < 3 and steps < 20_000:
        node = waiting.pop()
        steps += 1
        if node.type == "ERROR" or node.is_missing:
            lines.append(node.start_point.row + 1)
        elif node.has_error:
            waiting.extend(reversed(node.children))
    return sorted(set(lines))
