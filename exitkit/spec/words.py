"""What is wrong with a part of the document, in plain words, at its place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, get_args

from pydantic import BaseModel

from exitkit.errors import Mistake
from exitkit.model.base import Frozen
from exitkit.spec.nodes import Fields, Items, Node, Scalar, Source, shorten
from exitkit.units import Bytes, Duration

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

PATTERNS = {
    r"^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$": "a short name: lower case letters, digits and hyphens, a letter first",
    r"^[a-z][a-z0-9_]{0,62}$": "a name of lower case letters, digits and underscores, a letter first",
    r"^LK\d{3}$": "the code of a rule, such as `LK102`",
    r"^[\w./:@-]+$": "the name of an image, without spaces, such as `registry.example/shop:4.2`",
    r"^/[^\s?#]*$": "a path that begins with `/`, without spaces, `?` or `#`",
    r"^[a-z0-9.-]*$": "a name of lower case letters, digits, dots and hyphens",
    r"^\s*([Ss][Ee][Ll][Ee][Cc][Tt]|[Ww][Ii][Tt][Hh])\b[^;]*$": "one SELECT, without a semicolon",
    r"^/.*\{identifier\}.*$": "a path that begins with `/` and holds `{identifier}`",
    r"^/.*\{key\}.*$": "a path that begins with `/` and holds `{key}`",
    r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$": "a domain, such as `shop.example`",
    r"^(@|[a-z0-9_*]([a-z0-9_.-]*[a-z0-9])?)$": "a label, such as `www`, or `@` for the domain itself",
    r"^[ -~]+$": "a text of plain letters",
    r"^[^@\s]+@[a-z0-9-]+(\.[a-z0-9-]+)+$": "a mail address",
    r"^1\.[0-9]{2}$": 'a minor version in quotes, such as "1.32"',
}
"""What each pattern of the models asks for."""

_WANTED = {
    "int_type": "a whole number",
    "bool_type": "true or false",
    "string_type": "a text",
    "tuple_type": "a list",
    "dict_type": "names with values",
    "model_type": "names with values",
    "date_type": "a date",
    "date_parsing": "a date",
    "date_from_datetime_parsing": "a date",
    "date_from_datetime_inexact": "a date",
    "float_type": "a number",
    "enum": "one of {expected}",
    "literal_error": "{expected}",
    "greater_than_equal": "at least {ge}",
    "greater_than": "more than {gt}",
    "less_than_equal": "at most {le}",
    "less_than": "less than {lt}",
    "string_too_short": "at least {min_length} characters long",
    "string_too_long": "at most {max_length} characters long",
    "too_short": "at least {min_length} long",
    "too_long": "at most {max_length} long",
    "multiple_of": "a multiple of {multiple_of}",
}
"""What each complaint of pydantic asks for."""

Quantity = type[Bytes] | type[Duration]
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Part:
    """A piece of the document that a model describes.

    `who` is its name and `has` what it is, in words; `at` is where it begins; `also` are words beside its fields.
    """

    model: type[Frozen]
    who: str
    has: str
    fields: Fields
    at: Node
    also: Collection[str] = ()

    def find(self, path: Path) -> Node:
        """The piece a path leads to, or the last one on the way that exists."""
        node: Node = self.fields
        for step in path:
            if isinstance(node, Fields) and step in node.values:
                node = node.values[str(step)]
            elif isinstance(node, Items) and isinstance(step, int) and step < len(node.items):
                node = node.items[step]
        return node

    def key(self, path: Path) -> Node:
        """Where the last name of a path stands; the part's own beginning for the empty path."""
        if not path:
            return self.at
        holder = self.find(path[:-1])
        return holder.keys.get(str(path[-1]), holder) if isinstance(holder, Fields) else self.find(path)

    def named(self, path: Path) -> str:
        """What a path leads to, in words."""
        dotted = ".".join(step for step in path if isinstance(step, str))
        item = f"item {path[-1] + 1} of " if path and isinstance(path[-1], int) else ""
        return f"{item}{shorten(dotted)} of {self.who}" if dotted else self.who


def told(errors: Iterable[ErrorDetails], part: Part, source: Source) -> list[Mistake]:
    """Complaints of pydantic, each in our words and at its place; a misspelt field is not also a missing one."""
    mistakes: list[Mistake] = []
    missing: list[Path] = []
    meant: set[Path] = set()
    for error in errors:
        path = error["loc"]
        hatch = path[:1] == ("hatch",) and "hatch" in part.model.model_fields
        path = path[1:2] if hatch else path
        match error["type"]:
            case "missing":
                missing.append(path)
            case "extra_forbidden":
                near = _near(path, part)
                meant |= {(*path[:-1], near)}
                has = part.has if len(path) == 1 else f"the {part.named(path[:-1])} has"
                message = f"{has} no `{shorten(str(path[-1]))}`"
                mistakes.append(source.at(part.key(path), message, f"did you mean `{near}`?" if near else ""))
            case _ if hatch and error["loc"][-1] == "[key]":
                mistakes.append(source.at(part.key(path), f"{part.who} cannot have settings under this name"))
            case _:
                mistakes.append(_wrong(error, part, path, source))
    return mistakes + [
        source.at(part.key(path[:-1]), f"{part.named(path[:-1])} needs `{path[-1]}`")
        for path in missing
        if path not in meant and not _is_partial(part.find(path[:-1]))
    ]


def _is_partial(node: Node) -> bool:
    return isinstance(node, Fields) and node.partial


def _near(path: Path, part: Part) -> str:
    model: type[BaseModel] = part.model
    for step in path[:-1]:
        for name, field in model.model_fields.items():
            kinds = (field.annotation, *get_args(field.annotation)) if step == (field.alias or name) else ()
            model = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), model)
    known = [name for name in aliases(model) if len(path) > 1 or name not in {"name", "hatch"}]
    return nearest(str(path[-1]), [*known, *(part.also if len(path) == 1 else ())])


def _wrong(error: ErrorDetails, part: Part, path: Path, source: Source) -> Mistake:
    node, subject, kind = part.find(path), part.named(path), error["type"]
    of_a_key = len(path) > 2 and path[-1] == "[key]"
    if of_a_key:
        node, subject = part.key(path[:-1]), f"`{shorten(str(path[-2]))}` in {part.named(path[:-2])}"
    instead = "" if of_a_key else node.instead
    quantity = quantities(part.model).get(tuple(step for step in path if isinstance(step, str)))
    context = error.get("ctx", {})
    # Nothing needs no unit; what is wrong with it is something else.
    measured = isinstance(node, Scalar) and (isinstance(node.value, str) or node.text == "0")
    if quantity is not None and not measured:
        return needs_unit(node, subject, quantity, source)
    if kind == "value_error":
        said = re.sub(r"'([^']*)'", r"`\1`", " ".join(str(context.get("error", "")).split()))
        message, _, suggestion = said.partition("; ")
        return source.at(node, f"{subject}: {message[:200]}", suggestion[:200])
    if kind == "string_pattern_mismatch":
        wanted = PATTERNS.get(str(context.get("pattern")), "something else")
    else:
        wanted = _WANTED.get(kind, "something else").format_map(context)
    return source.at(node, f"{subject} must be {wanted}{instead}", _better(node, kind))


def needs_unit(node: Node, subject: str, quantity: Quantity, source: Source) -> Mistake:
    """A bare number where a size or a duration is meant."""
    example = quantity.examples[0]
    if isinstance(node, Scalar) and node.bare and node.text.isdecimal() and len(node.text) < 10:
        example = f"{node.text} {'GiB' if quantity is Bytes else 'min'}"
    return source.at(node, f"{subject} must be a number with its unit{node.instead}", f"such as `{example}`")


def nearest(word: str, known: Collection[str]) -> str:
    """The known word that was perhaps meant; empty where none is near."""
    # Comparing takes time: nobody looks for a slip of the pen among hundreds of names.
    near = get_close_matches(word[:40].lower().replace("_", "-"), list(known)[:200], n=1)
    return near[0] if near else ""


def did_you_mean(word: str, known: Collection[str]) -> str:
    """A suggestion, where something near enough exists."""
    near = nearest(word, known)
    return f"did you mean `{near}`?" if near else ""


@cache
def aliases(model: type[BaseModel]) -> tuple[str, ...]:
    """The names a user may write, in the order of the model."""
    return tuple(field.alias or name for name, field in model.model_fields.items())


@cache
def dates(model: type[BaseModel]) -> tuple[str, ...]:
    """The fields that are days."""
    return tuple(field.alias or name for name, field in model.model_fields.items() if field.annotation is date)


@cache
def quantities(model: type[BaseModel]) -> dict[tuple[str, ...], Quantity]:
    """The fields that are sizes or durations, by the way there."""
    found: dict[tuple[str, ...], Quantity] = {}
    for name, field in model.model_fields.items():
        word = field.alias or name
        for kind in (field.annotation, *get_args(field.annotation)):
            if kind is Bytes or kind is Duration:
                found[(word,)] = kind
            elif isinstance(kind, type) and issubclass(kind, BaseModel):
                found |= {(word, *way): quantity for way, quantity in quantities(kind).items()}
    return found


_BETTER = {
    "string_type": 'write "{text}", in quotes',
    "tuple_type": "write `[{text}]`",
    "date_type": "such as `2027-01-31`",
    "date_parsing": "such as `2027-01-31`",
}
_PLAINLY = {"yes": "true", "on": "true", "true": "true", "no": "false", "off": "false", "false": "false"}


def _better(node: Node, kind: str) -> str:
    if not isinstance(node, Scalar) or node.nothing:
        return ""
    text = shorten(node.text)
    if kind == "bool_type":
        plain = _PLAINLY.get(text.lower(), "")
    else:
        plain = text if kind in {"int_type", "literal_error"} and text.isdecimal() and not node.bare else ""
        if kind == "literal_error" and isinstance(node.value, float):
            return f'write "{text}", in quotes, for a version'
    return f"write `{plain}`, without quotes" if plain else _BETTER.get(kind, "").format(text=text)
