"""Read a Terraform file into blocks with places, through tree-sitter; nothing is evaluated here.

A block is `{"t": type, "l": labels, "at": [line, column, last line], "a": {name: [expression, line]}, "b": blocks}`.
An expression is a list whose first word says what it is: `v` a value, `r` a reference with its steps, `t` a template,
`l` a list, `o` an object, `c` a call, `?` a choice, `b` and `u` operations, `f` a `for`, `x` what is not followed.
All of it is JSON, so that it can be kept by the content of its file and sent between processes.
"""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING, Any

from exitkit.errors import MissingExtra
from exitkit.scan.limits import MOST_DEPTH, MOST_NODES
from exitkit.scan.readers.expressions import BlockRead, Reading, TooMuch, text

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Query

LONGEST_SECONDS = 4.0
_PIECE = 2**11
_WIDEST = 20_000


@cache
def tools() -> tuple[Parser, Query]:
    """The parser, and the question for comments. Raises MissingExtra where they are not installed."""
    try:
        import tree_sitter
        import tree_sitter_hcl
    except ImportError as error:
        raise MissingExtra("scan", needed_for="reading Terraform") from error
    language = tree_sitter.Language(tree_sitter_hcl.language())
    return tree_sitter.Parser(language), tree_sitter.Query(language, "(comment) @comment")


def read(content: bytes) -> dict[str, Any]:
    """The blocks of a file, what is wrong with it, and where its comments are."""
    from tree_sitter import QueryCursor

    parser, comments = tools()
    until = time.process_time() + LONGEST_SECONDS
    try:
        # In pieces, because only then does the parser ask whether to go on.
        tree = parser.parse(
            lambda offset, _: content[offset : offset + _PIECE],
            progress_callback=lambda *_: time.process_time() > until,
        )
    except ValueError:
        parser.reset()
        return {"refused": f"it takes more than {LONGEST_SECONDS:.0f} s to parse"}
    reading, why = Reading(), []
    blocks: list[BlockRead] = []
    values: dict[str, Any] = {}
    try:
        for block in reading.blocks(tree.root_node):
            blocks.append(block)  # noqa: PERF402 - what came before a limit is kept
        values = _attributes(tree.root_node, reading) if not blocks else {}
    except TooMuch:
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
    told: dict[str, Any] = {"blocks": blocks, "values": values, "comments": sorted(spans), "partial": "; ".join(why)}
    if tree.root_node.has_error and not blocks and not values:
        told["refused"] = why[-1]
    return told


def _attributes(root: Node, reading: Reading) -> dict[str, Any]:
    """Names and values at the top, as in a file of variables."""
    found: dict[str, Any] = {}
    reading.spend(root)
    for body in root.named_children:
        for child in body.named_children if body.type == "body" else ():
            inner = [one for one in child.named_children if one.type == "expression"]
            if child.type == "attribute" and inner:
                found[text(child.named_children[0])] = reading.expression(inner[0], 0)
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
        elif node.has_error and node.child_count < _WIDEST:
            waiting.extend(reversed(node.children))
    return sorted(set(lines))
