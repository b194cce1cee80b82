"""What Terraform text says, as values that know their place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from exitkit.errors import Mistake


@dataclass(frozen=True)
class Place:
    """Where something stands; line and column count from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True)
class Known:
    """A value that stands there as it is."""

    value: str | float | bool | None
    place: Place


@dataclass(frozen=True)
class Some:
    """A value nobody knows before Terraform runs; `type` is what it will be, where that can be told.

    `made_by` is the function it comes from, `given` what that was given: a type constraint is written so.
    """

    place: Place
    type: str = ""
    made_by: str = ""
    given: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Reference:
    """A path such as var.region or module.net.id."""

    path: tuple[str, ...]
    place: Place


@dataclass(frozen=True)
class Entry:
    """One entry of an object: its key, where the key stands, its value."""

    key: str
    place: Place
    value: Value


@dataclass(frozen=True)
class Object:
    """An object; `whole` unless it has entries nobody knows before Terraform runs."""

    entries: tuple[Entry, ...]
    place: Place
    whole: bool = True


@dataclass(frozen=True)
class Items:
    """A list, as far as its items can be read."""

    items: tuple[Value, ...]
    place: Place


@dataclass(frozen=True)
class Choice:
    """One of several values."""

    options: tuple[Value, ...]
    place: Place


Value: TypeAlias = Known | Some | Reference | Object | Items | Choice


@dataclass(frozen=True)
class Block:
    """A block: its type, labels, arguments and the blocks inside; the file itself is one, without type."""

    type: str
    labels: tuple[str, ...]
    place: Place
    arguments: Mapping[str, tuple[Place, Value]] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()

    def of(self, *types: str) -> tuple[Block, ...]:
        """The blocks of some types in it."""
        return tuple(block for block in self.blocks if block.type in types)

    def value(self, name: str) -> Value | None:
        """The value of an argument, or None."""
        found = self.arguments.get(name)
        return found[1] if found else None


@dataclass(frozen=True)
class Text:
    """A file: its text, what it says, and every path it refers to."""

    file: str
    lines: tuple[str, ...]
    body: Block
    references: tuple[Reference, ...] = ()

    def mistake(self, place: Place, message: str, *, width: int = 1, suggestion: str = "") -> Mistake:
        """A mistake at a place of this file."""
        excerpt = self.lines[place.line - 1] if place.line <= len(self.lines) else ""
        return Mistake(message, place.file, place.line, place.column, excerpt, width, suggestion)
