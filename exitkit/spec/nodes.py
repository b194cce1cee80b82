"""What a user wrote, piece by piece, each piece knowing its place."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from exitkit.errors import Mistake
from exitkit.model.base import JsonValue

# Readers of YAML 1.1 and of YAML 1.2 differ. A bare word means something here only where both agree on it.
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+][0-9]+)?")
_SAID_TWO_WAYS = frozenset({"yes", "no", "on", "off"})
_COUNTED_TWO_WAYS = re.compile(
    r"[-+]?(?:"
    r"0[0-9_]+|[1-9][0-9]*_[0-9_]*|0[xXoObB][0-9a-fA-F_]+"
    r"|[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"
    r"|(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9_]+)[eE][-+]?[0-9]+"
    r"|[0-9][0-9_]*\.[0-9_]*"
    r")"
)
_NO_NUMBER = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|[-+]?[1-9][0-9]{18,}")


@dataclass
class Node:
    """One piece; lines and columns count from 1, `size` and `height` count the pieces inside it."""

    line: int
    column: int
    end_line: int
    end_column: int
    size: int = field(default=1, kw_only=True)
    height: int = field(default=1, kw_only=True)

    @property
    def value(self) -> JsonValue:
        """The piece as JSON would hold it."""
        raise NotImplementedError

    @property
    def words(self) -> str:
        """What a reader would call it."""
        raise NotImplementedError

    @property
    def instead(self) -> str:
        """How a sentence ends that began with what is expected."""
        return f", not {self.words}"

    def inside(self) -> Iterator[Node]:
        """The pieces directly in it, in order."""
        return iter(())


@dataclass
class Scalar(Node):
    """A word, a number or a text; `bare` is without quotes."""

    text: str = field(kw_only=True)
    bare: bool = field(kw_only=True)

    @property
    def value(self) -> JsonValue:
        """True, false, nothing or a number where every reader of YAML agrees; a text otherwise."""
        if not self.bare or self.doubt:
            return self.text
        if self.nothing:
            return None
        if self.text in _TRUE or self.text in _FALSE:
            return self.text in _TRUE
        if _INTEGER.fullmatch(self.text):
            return int(self.text)
        return float(self.text) if _DECIMAL.fullmatch(self.text) else self.text

    @property
    def doubt(self) -> str:
        """Why the text cannot be taken as it stands; empty where it can."""
        if not self.bare:
            return ""
        if self.text.lower() in _SAID_TWO_WAYS:
            meaning = "true" if self.text.lower() in {"yes", "on"} else "false"
            return f"a bare `{self.text}` is {meaning} to some readers of YAML and a word to others"
        number = _DECIMAL.fullmatch(self.text)
        if _NO_NUMBER.fullmatch(self.text) or (number and not math.isfinite(float(self.text))):
            return f"`{shorten(self.text)}` is not a number that can be passed on"
        if not number and _COUNTED_TWO_WAYS.fullmatch(self.text):
            return f"a bare `{shorten(self.text)}` is a number to some readers of YAML and a text to others"
        return ""

    @property
    def nothing(self) -> bool:
        """Whether nothing is written here."""
        return self.bare and self.text in _NOTHING

    @property
    def instead(self) -> str:
        """How a sentence ends that began with what is expected."""
        return ", and nothing is written here" if self.nothing else super().instead

    @property
    def words(self) -> str:
        """The kind of thing it is, and the thing."""
        match self.value:
            case None:
                return "nothing"
            case bool():
                return f"`{self.text}`"
            case int() | float():
                return f"the number `{shorten(self.text)}`"
            case _ if self.doubt:
                return f"`{shorten(self.text)}`"
            case _:
                return f"the text `{shorten(self.text)}`" if self.text.strip() else "an empty text"


@dataclass
class Items(Node):
    """A list."""

    items: list[Node] = field(default_factory=list, kw_only=True)

    @property
    def value(self) -> JsonValue:
        """The values of its items."""
        return [item.value for item in self.items]

    @property
    def words(self) -> str:
        """A list, whatever is in it."""
        return "a list"

    def inside(self) -> Iterator[Node]:
        """Its items."""
        return iter(self.items)


@dataclass
class Fields(Node):
    """Names with values; `keys` says where each name stands, `partial` that some names could not be read."""

    keys: dict[str, Scalar] = field(default_factory=dict, kw_only=True)
    values: dict[str, Node] = field(default_factory=dict, kw_only=True)
    partial: bool = field(default=False, kw_only=True)

    @property
    def value(self) -> JsonValue:
        """The values by name."""
        return {name: node.value for name, node in self.values.items()}

    @property
    def words(self) -> str:
        """Fields, whatever they are."""
        return "fields"

    def inside(self) -> Iterator[Node]:
        """Its values."""
        return iter(self.values.values())


@dataclass(frozen=True)
class Source:
    """The file a complaint points into, as lines."""

    file: str
    lines: tuple[str, ...]

    @classmethod
    def of(cls, text: str, file: str) -> Source:
        """Cut a text where YAML sees an end of line."""
        return cls(file=file, lines=tuple(re.split("\r\n|[\n\r\x85\u2028\u2029]", text)))

    def at(self, node: Node, message: str, suggestion: str = "") -> Mistake:
        """A mistake that marks the node, as far as it stands on one line."""
        width = node.end_column - node.column if node.end_line == node.line else len(self.lines[node.line - 1])
        return self.mistake(node.line, node.column, message, width=width, suggestion=suggestion)

    def mistake(self, line: int, column: int, message: str, *, width: int = 1, suggestion: str = "") -> Mistake:
        """A mistake at a place; the end of the file is the end of its last line that says something."""
        line = min(line, len(self.lines))
        while line > 1 and not self.lines[line - 1].strip() and not any(map(str.strip, self.lines[line - 1 :])):
            line, column = line - 1, len(self.lines[line - 2]) + 1
        excerpt = self.lines[line - 1]
        column = min(column, len(excerpt) + 1)
        return Mistake(
            message=message,
            file=self.file,
            line=line,
            column=column,
            excerpt=excerpt,
            width=max(1, min(width, len(excerpt.rstrip()) - column + 1)),
            suggestion=suggestion,
        )


def shorten(text: str) -> str:
    """A text as it can stand inside a sentence: one line, at most 40 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:39]}…"
