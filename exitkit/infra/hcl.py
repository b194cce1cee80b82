"""Write values as canonical HCL: byte for byte what `terraform fmt` would print."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_NOT_BARE = frozenset({"for", "null", "true", "false"})
_WIDTH = 80
_STEP = "  "
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_PLAIN = re.compile(r"[ !#-\[\]-~]*")
_INTRODUCER = re.compile(r"([$%]*)([$%])(?=\{)")


@dataclass(frozen=True)
class Expression:
    """HCL that is written as it is; its lines are indented with what surrounds it."""

    text: str


@dataclass(frozen=True)
class Comment:
    """A remark, one `#` a line, attached to what follows it."""

    text: str


@dataclass(frozen=True)
class Blank:
    """An empty line between two attributes."""


@dataclass(frozen=True)
class Attribute:
    """A name and its value."""

    name: str
    value: Value


@dataclass(frozen=True)
class Block:
    """A type, its labels, and what stands between the braces."""

    type: str
    labels: tuple[str, ...] = ()
    body: tuple[Item, ...] = ()


Value: TypeAlias = "bool | int | float | Decimal | str | Expression | Sequence[Value] | Mapping[str, Value] | None"
Item: TypeAlias = Attribute | Block | Comment | Blank


def render(items: Iterable[Item]) -> str:
    """One document, ending in a newline; nothing for nothing. Raises ValueError for what HCL cannot say."""
    lines = list(_body(tuple(items), 0))
    return "\n".join(lines) + "\n" if lines else ""


def attributes(values: Mapping[str, Value]) -> tuple[Attribute, ...]:
    """One attribute for each entry, in order."""
    return tuple(Attribute(name, value) for name, value in values.items())


def quote(text: str) -> str:
    """A string literal: nothing in it is taken for an escape or a template."""
    escaped = text if _PLAIN.fullmatch(text) else "".join(map(_escape, text))
    guarded = _INTRODUCER.sub(_double, escaped)
    return f'"{guarded}"'


def _escape(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if "\ud800" <= char <= "\udfff":
        raise ValueError(f"half a character: U+{ord(char):04X}")
    if char.isprintable():
        return char
    return _spelled(char)


def _double(found: re.Match[str]) -> str:
    # `$${` means `${`; introducers before that would be read together with it, so they are spelled out.
    before = "".join(map(_spelled, found[1]))
    return before + found[2] * 2


def _body(items: Sequence[Item], depth: int) -> Iterator[str]:
    """The lines of a body: attributes that stand together are aligned, blocks and remarks stand apart."""
    group: list[tuple[str, Value]] = []
    for item in _spaced(items):
        if isinstance(item, Attribute):
            group.append((_name(item.name), item.value))
            continue
        yield from _aligned(group, depth)
        group.clear()
        match item:
            case Block():
                yield from _block(item, depth)
            case Comment():
                yield from ((_STEP * depth + f"# {line}").rstrip() for line in item.text.splitlines() or [""])
            case Blank():
                yield ""
    yield from _aligned(group, depth)


def _spaced(items: Sequence[Item]) -> Iterator[Item]:
    """The items with the empty lines between them that a reader would want: none first, none last, none twice."""
    previous: Item | None = None
    wanted = False
    for item in items:
        if isinstance(item, Blank):
            wanted = True
            continue
        apart = isinstance(previous, Block) or (isinstance(item, Block | Comment) and not isinstance(previous, Comment))
        if previous is not None and (wanted or apart):
            yield Blank()
        yield item
        previous, wanted = item, False


def _block(block: Block, depth: int) -> Iterator[str]:
    head = " ".join((_STEP * depth + _name(block.type), *(quote(label) for label in block.labels), "{"))
    inner = list(_body(block.body, depth + 1))
    if not inner:
        yield head + "}"
        return
    yield head
    yield from inner
    yield _STEP * depth + "}"


def _aligned(group: Iterable[tuple[str, Value]], depth: int) -> Iterator[str]:
    """Names with their values; the equals signs of neighbours on one line each stand under one another."""
    pad = _STEP * depth
    row: list[tuple[str, str]] = []
    for name, value in group:
        first, *rest = _value(value, depth)
        if not rest:
            row.append((name, first))
            continue
        yield from _row(row, pad)
        row.clear()
        yield f"{pad}{name} = {first}"
        yield from rest
    yield from _row(row, pad)


def _row(row: Sequence[tuple[str, str]], pad: str) -> Iterator[str]:
    width = max((len(name) for name, _ in row), default=0)
    yield from (f"{pad}{name.ljust(width)} = {text}" for name, text in row)


def _value(value: Value, depth: int) -> list[str]:
    """The lines of a value; the first bears no indentation, for it follows a name or a bracket."""
    match value:
        case None | bool():
            return [json.dumps(value)]
        case int() | float() | Decimal():
            return [_number(value)]
        case str():
            return [quote(value)]
        case Expression():
            first, *rest = value.text.splitlines()
            return [first, *(_STEP * depth + line if line else "" for line in rest)]
        case Mapping():
            entries = [(_key(key), entry) for key, entry in value.items()]
            return ["{", *_aligned(entries, depth + 1), _STEP * depth + "}"] if entries else ["{}"]
        case Sequence():
            return _list(value, depth)


def _list(values: Sequence[Value], depth: int) -> list[str]:
    """On one line where that is short, else one item a line."""
    items = [_value(value, depth + 1) for value in values]
    if all(len(item) == 1 for item in items):
        line = f"[{', '.join(item[0] for item in items)}]"
        if len(line) <= _WIDTH:
            return [line]
    pad = _STEP * (depth + 1)
    inner = [line for first, *rest in items for line in _with_comma([pad + first, *rest])]
    return ["[", *inner, _STEP * depth + "]"]


def _with_comma(lines: list[str]) -> list[str]:
    return [*lines[:-1], lines[-1] + ","]


def _number(value: float | Decimal) -> str:
    if not math.isfinite(value):
        raise ValueError(f"not a number HCL can write: {value}")
    return str(value) if isinstance(value, Decimal) else json.dumps(value)


def _name(name: str) -> str:
    if not _IDENTIFIER.fullmatch(name):
        raise ValueError(f"not a name in HCL: {name!r}")
    return name


def _key(key: str) -> str:
    """A key of an object: bare where that can be read back, else quoted with its other letters spelled out.

    Spelled out, because alignment counts what a reader sees, and that is not what a program counts.
    """
    if _IDENTIFIER.fullmatch(key) and key not in _NOT_BARE:
        return key
    return "".join(char if char.isascii() else _spelled(char) for char in quote(key))


def _spelled(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"
