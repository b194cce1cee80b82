"""Read Terraform text into what it says, each piece with its place; nothing is evaluated that cannot be read off."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from exitkit.errors import MissingExtra, Mistake
from exitkit.infra.values import Block, Choice, Entry, Items, Known, Object, Place, Reference, Some, Text, Value


class Unreadable(Exception):
    """A text that is not HCL; the mistake says where."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(mistake.message)
        self.mistake = mistake


@lru_cache(maxsize=4096)
def read(text: str, file: str) -> Text:
    """What a text says. Raises Unreadable where it is not HCL, MissingExtra where nothing here can read it."""
    try:
        from hcl2.api import parses_to_tree
        from lark.exceptions import UnexpectedInput
    except ImportError as error:
        raise MissingExtra("read", needed_for="reading Terraform") from error
    lines = tuple(text.splitlines())
    try:
        tree = parses_to_tree(text if text.endswith("\n") else text + "\n")
    except UnexpectedInput as error:
        place = Place(file, max(1, error.line), max(1, error.column))
        empty = Text(file, lines, Block("", (), place))
        raise Unreadable(empty.mistake(place, "this is not HCL")) from error
    reader = _Reader(file)
    return Text(file, lines, reader.body(tree.children[0], "", (), tree), tuple(reader.references))


# Functions whose answer has a known type, or is made of what they are given.
_ANSWERS = {
    **dict.fromkeys(("format", "join", "lower", "upper", "replace", "trimspace", "templatefile", "substr"), "string"),
    **dict.fromkeys(("jsonencode", "base64encode", "cidrsubnet", "sha256", "title", "tostring", "file"), "string"),
    **dict.fromkeys(("length", "ceil", "floor", "max", "min", "tonumber"), "number"),
    **dict.fromkeys(("alltrue", "anytrue", "can", "contains", "startswith", "endswith", "tobool"), "bool"),
}


_LITERALS: Mapping[str, Callable[[str], float | bool | None]] = {
    "literal_value": {"true": True, "false": False}.get,
    "int_lit": float,
    "float_lit": float,
}


class _Reader:
    """Turns the tree of a parser into values; lark's nodes have `data`, `children` and `meta`."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.references: list[Reference] = []

    def body(self, node: Any, kind: str, labels: tuple[str, ...], at: Any) -> Block:  # noqa: ANN401 - a parser's node
        arguments: dict[str, tuple[Place, Value]] = {}
        blocks: list[Block] = []
        for child in _trees(node):
            if child.data == "attribute":
                name, value = _trees(child)
                arguments[_word(name)] = (self._place(name), self.value(value))
            elif child.data == "block":
                *heads, inner = _trees(child)
                words = tuple(map(_word, heads))
                blocks.append(self.body(inner, words[0], words[1:], child))
        return Block(kind, labels, self._place(at), arguments, tuple(blocks))

    def value(self, node: Any) -> Value:  # noqa: ANN401 - a parser's node
        place, trees, word = self._place(node), list(_trees(node)), str(node.data)
        if word in ("expr_term", "interpolation"):
            return self.value(trees[0])
        if word in ("identifier", "get_attr_expr_term", "index_expr_term"):
            return self._reference(node)
        if word in ("literal_value", "int_lit", "float_lit"):
            return Known(_LITERALS[word](str(node.children[0])), place)
        made = {"string": self._string, "object": self._object, "function_call": self._call}.get(word)
        if made is not None:
            return made(node, trees, place)
        return _composed(word, tuple(self.value(tree) for tree in trees if tree.data not in _INTRO), place)

    def _string(self, _node: object, parts: list[Any], place: Place) -> Value:
        text = "".join(str(token) for part in parts for token in part.children if not hasattr(token, "data"))
        inner = [tree for part in parts for tree in _trees(part)]
        for tree in inner:
            self.value(tree)
        # An escape stands for something else; what it is does not matter to a check.
        return Some(place, "string") if inner else Known(text, place)

    def _object(self, _node: object, trees: list[Any], place: Place) -> Object:
        entries, whole = [], True
        for element in trees:
            if element.data != "object_elem":
                continue
            key, value = list(_trees(element))
            word = _key(key)
            if word is None:
                whole = False
                self.value(value)
            else:
                entries.append(Entry(word, self._place(key), self.value(value)))
        return Object(tuple(entries), place, whole)

    def _call(self, _node: object, trees: list[Any], place: Place) -> Value:
        name = _word(trees[0])
        given = [self.value(tree) for arguments in trees[1:] for tree in _trees(arguments)]
        if name == "concat":
            return Items(tuple(item for one in given for item in _items(one)), place)
        if name == "merge":
            objects = [one for one in given if isinstance(one, Object)]
            entries = {entry.key: entry for one in objects for entry in one.entries}
            whole = len(objects) == len(given) and all(one.whole for one in objects)
            return Object(tuple(entries.values()), place, whole)
        if name == "one":
            return Choice((*(item for one in given for item in _items(one)), Some(place)), place)
        if name in ("try", "coalesce", "toset", "tolist", "compact", "distinct"):
            return given[0] if name.startswith("to") and given else Choice((*given, Some(place)), place)
        return Some(place, _ANSWERS.get(name, ""), name, tuple(given))

    def _reference(self, node: Any) -> Value:  # noqa: ANN401 - a parser's node
        path = tuple(_path(node, self.value))
        if not path:
            return Some(self._place(node))
        found = Reference(path, self._place(node))
        self.references.append(found)
        return found

    def _place(self, node: Any) -> Place:  # noqa: ANN401 - a parser's node
        return Place(self.file, getattr(node.meta, "line", 1), getattr(node.meta, "column", 1))


_INTRO = ("for_intro", "for_cond")


def _composed(word: str, inner: tuple[Value, ...], place: Place) -> Value:
    match word:
        case "tuple":
            return Items(inner, place)
        case "for_tuple_expr":
            return Items(inner[:1], place)
        case "conditional":
            return Choice(inner[1:3], place)
    return Some(place, "string" if "heredoc" in word else "")


def _trees(node: Any) -> Iterator[Any]:  # noqa: ANN401 - a parser's node
    return (child for child in node.children if hasattr(child, "data") and child.data != "new_line_or_comment")


def _word(node: Any) -> str:  # noqa: ANN401 - a parser's node
    """An identifier, or a string in quotes, as text."""
    if node.data != "string":
        return str(node.children[0]).strip()
    return "".join(str(token) for part in _trees(node) for token in part.children if not hasattr(token, "data"))


def _key(node: Any) -> str | None:  # noqa: ANN401 - a parser's node
    """The key of an entry; None where it is computed."""
    term = next(_trees(node))
    inner = list(_trees(term))
    if len(term.children) != 1 or not inner or inner[0].data not in ("identifier", "string"):
        return None
    computed = any(True for part in _trees(inner[0]) for _ in _trees(part))
    return None if computed else _word(inner[0])


def _path(node: Any, value: Callable[[Any], Value]) -> Iterator[str]:  # noqa: ANN401 - a parser's node
    """The names of a reference, up to the first index; nothing for what is no reference."""
    match str(node.data):
        case "identifier":
            yield _word(node)
        case "expr_term" if len(node.children) == 1:
            yield from _path(node.children[0], value)
        case "get_attr_expr_term" | "index_expr_term":
            before, *after = _trees(node)
            path = list(_path(before, value))
            if not path:
                value(before)
            yield from path
            for step in after:
                if step.data == "get_attr":
                    yield from (_word(tree) for tree in _trees(step) if path and tree.data == "identifier")
                else:
                    for tree in _trees(step):
                        value(tree)


def _items(value: Value) -> Iterator[Value]:
    match value:
        case Items():
            yield from value.items
        case Choice():
            for option in value.options:
                yield from _items(option)
        case _:
            yield Some(value.place)
