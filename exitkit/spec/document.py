"""What a user may write: the document, read part by part so that one mistake hides no other."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from exitkit.errors import Mistake
from exitkit.model.base import Frozen, JsonValue, Slug
from exitkit.model.finding import Suppression
from exitkit.model.mirror import Mirror
from exitkit.model.workload import KINDS, Component, Objectives
from exitkit.spec.nodes import Fields, Items, Node, Scalar, Source, shorten
from exitkit.spec.schema import schema
from exitkit.spec.words import Part, dates, did_you_mean, nearest, needs_unit, quantities, told

FIELDS = ("name", "objectives", "components", "accept", "mirror")
"""The fields of the document itself."""

NAME = "a short name: lower case letters, digits and hyphens, a letter first, at most 40"

M = TypeVar("M", bound=Frozen)


@dataclass(frozen=True)
class Draft:
    """One component as written: `kind` and `fields` where they could be read, `component` where nothing is wrong."""

    name: str
    key: Scalar
    kind: str | None = None
    fields: Fields | None = None
    component: Component | None = None


@dataclass(frozen=True)
class Acceptance:
    """One accepted finding as written."""

    fields: Fields
    suppression: Suppression | None


@dataclass(frozen=True)
class Document:
    """A document as far as it could be read, with the mistakes so far; `doubts` matter where no mistake stands."""

    source: Source
    name: str = ""
    objectives: Objectives = field(default_factory=Objectives)
    drafts: tuple[Draft, ...] = ()
    accept: tuple[Acceptance, ...] = ()
    mirror: Mirror | None = None
    mistakes: tuple[Mistake, ...] = ()
    doubts: tuple[Mistake, ...] = ()


class Reader:
    """Reads one document; every complaint is added to `mistakes`."""

    def __init__(self, source: Source, providers: Collection[str]) -> None:
        self.source = source
        self.providers = tuple(sorted(providers))
        self.mistakes: list[Mistake] = []

    def document(self, root: Node | None) -> Document:
        """The whole document."""
        if root is None or _is_nothing(root):
            self._say(root, "the file is empty", "a workload has a `name` and `components`")
            return Document(self.source, mistakes=tuple(self.mistakes))
        if not isinstance(root, Fields):
            self._say(root, f"a workload is names with values, such as `name: shop`{root.instead}")
            return Document(self.source, mistakes=tuple(self.mistakes))
        unknown = [word for word in root.values if word not in FIELDS]
        for word in unknown:
            self._say(root.keys[word], f"a workload has no `{shorten(word)}`", did_you_mean(word, FIELDS))
        meant = {nearest(word, FIELDS) for word in unknown}
        for word in ("name", "components"):
            if word not in meant | root.values.keys() and not root.partial:
                self._say(_start_of(root), f"the workload needs `{word}`")
        name = self._name(root)
        objectives = self._objectives(root)
        drafts = tuple(self._components(root))
        accept = tuple(self._accept(root))
        mirror = self._mirror(root)
        doubts = tuple(_doubts(root, self.source))
        return Document(self.source, name, objectives, drafts, accept, mirror, tuple(self.mistakes), doubts)

    def _name(self, root: Fields) -> str:
        node = root.values.get("name")
        if node is None:
            return ""
        if isinstance(node.value, str) and _is_name(node.value):
            return node.value
        self._say(node, f"name of the workload must be {NAME}{node.instead}", _as_name(node))
        return ""

    def _objectives(self, root: Fields) -> Objectives:
        node = root.values.get("objectives")
        if node is None or _is_nothing(node):
            return Objectives()
        if not isinstance(node, Fields):
            self._say(node, f"objectives must be names with values, such as `outage: 15 min`{node.instead}")
            return Objectives()
        part = Part(Objectives, "objectives", "objectives have", node, root.keys["objectives"])
        return self._check(Objectives, part, _fields(node)) or Objectives()

    def _mirror(self, root: Fields) -> Mirror | None:
        node = root.values.get("mirror")
        if node is None or _is_nothing(node):
            return None
        if not isinstance(node, Fields):
            self._say(node, f"mirror must be names with values, such as `folder: mirror`{node.instead}")
            return None
        return self._check(Mirror, Part(Mirror, "mirror", "a mirror has", node, root.keys["mirror"]), _fields(node))

    def _components(self, root: Fields) -> Iterator[Draft]:
        node = root.values.get("components")
        if node is None:
            return
        if _is_nothing(node) or (isinstance(node, Fields) and not node.values):
            self._say(root.keys["components"], "the workload needs at least one component")
        elif not isinstance(node, Fields):
            self._say(node, f"components must be names with values, such as `net: {{kind: network}}`{node.instead}")
        else:
            for name, value in node.values.items():
                yield self._component(name, node.keys[name], value)

    def _component(self, name: str, key: Scalar, node: Node) -> Draft:
        if not _is_name(name):
            self._say(key, f"`{shorten(name)}` must be {NAME}", _as_name(key))
        if not isinstance(node, Fields):
            at = key if _is_nothing(node) else node
            self._say(at, f"{shorten(name)} must be fields, such as `kind: bucket`{node.instead}")
            return Draft(name, key)
        kind = node.values.get("kind")
        if kind is None:
            slip = nearest("kind", [word for word in node.values if len(word) < 8])
            meant = f"is `{slip}` meant to be `kind`?" if slip else f"kinds: {', '.join(KINDS)}"
            if not node.partial:
                self._say(key, f"{shorten(name)} needs `kind`", meant)
            return Draft(name, key, fields=node)
        word = kind.text if isinstance(kind, Scalar) else ""
        if word not in KINDS:
            message = f"there is no kind `{shorten(word)}`" if word else f"kind of {shorten(name)} must be a word"
            self._say(
                kind, f"{message}{'' if word else kind.instead}; kinds: {', '.join(KINDS)}", did_you_mean(word, KINDS)
            )
            return Draft(name, key, fields=node)
        part = Part(KINDS[word], shorten(name), f"a {word} has", node, key, self.providers)
        component = self._check(KINDS[word], part, self._given(name, part))
        return Draft(name, key, word, node, component)

    def _given(self, name: str, part: Part) -> dict[str, JsonValue]:
        given: dict[str, JsonValue] = {"name": name if _is_name(name) else "unnamed"}
        hatch: dict[str, JsonValue] = {}
        for word, value in _fields(part.fields).items():
            if word == "name":
                self._say(part.fields.keys[word], f"{part.has} no `name`", f"its name is its key, `{part.who}`")
            elif word == "hatch":
                names = ", ".join(f"`{provider}`" for provider in self.providers)
                self._say(part.fields.keys[word], f"{part.has} no `hatch`", f"write settings under {names}")
            elif word in self.providers:
                hatch[word] = value
            else:
                given[word] = value
        return {**given, "hatch": hatch}

    def _accept(self, root: Fields) -> Iterator[Acceptance]:
        node = root.values.get("accept")
        if node is None or _is_nothing(node):
            return
        if not isinstance(node, Items):
            self._say(node, f"accept must be a list of findings, each with `rule`, `because`, `until`{node.instead}")
            return
        for item in node.items:
            if not isinstance(item, Fields):
                self._say(item, f"an acceptance must say `rule`, `because` and `until`{item.instead}")
                continue
            part = Part(Suppression, "an acceptance", "an acceptance has", item, _start_of(item))
            yield Acceptance(item, self._check(Suppression, part, _fields(item)))

    def _check(self, model: type[M], part: Part, given: dict[str, JsonValue]) -> M | None:
        before = len(self.mistakes)
        for way, quantity in quantities(model).items():
            for node, holder in _written(part.fields, given, way):
                if isinstance(node, Scalar) and _has_no_unit(node):
                    self.mistakes.append(needs_unit(node, f"{'.'.join(way)} of {part.who}", quantity, self.source))
                    holder[way[-1]] = 0
        for word in dates(model):
            # pydantic also takes seconds since 1970.
            if isinstance(given.get(word), str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", str(given[word])):
                given[word] = "-"
        try:
            # As JSON: YAML's texts, numbers and lists, strictly, and only by the names a user writes.
            checked = model.model_validate_json(json.dumps(given), strict=True, by_alias=True, by_name=False)
        except ValidationError as errors:
            self.mistakes += told(errors.errors(include_url=False), part, self.source)
            return None
        return checked if len(self.mistakes) == before else None

    def _say(self, node: Node | None, message: str, suggestion: str = "") -> None:
        if node is None:
            self.mistakes.append(self.source.mistake(1, 1, message, suggestion=suggestion))
        else:
            self.mistakes.append(self.source.at(node, message, suggestion))


def _doubts(root: Node, source: Source) -> Iterator[Mistake]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Scalar) and node.doubt:
            yield source.at(node, node.doubt, f'write "{shorten(node.text)}", in quotes, for the text')
        waiting.extend(node.inside())


_SLUG = TypeAdapter(Slug)


def _is_name(text: str) -> bool:
    try:
        _SLUG.validate_python(text)
    except ValidationError:
        return False
    return True


def _as_name(node: Node) -> str:
    text = node.text if isinstance(node, Scalar) else ""
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return f"did you mean `{name}`?" if _is_name(name) else ""


def _has_no_unit(node: Scalar) -> bool:
    bare_number = isinstance(node.value, int | float) and node.value != 0
    # No size and no duration is this long; what reads them need not try.
    return bare_number or len(node.text) > 60


def _written(node: Node | None, given: JsonValue, way: tuple[str, ...]) -> Iterator[tuple[Node, dict[str, JsonValue]]]:
    """What a way leads to as it was written, and the values it is among; through every item of a list."""
    if isinstance(node, Items) and isinstance(given, list):
        for item, held in zip(node.items, given, strict=True):
            yield from _written(item, held, way)
    elif isinstance(node, Fields) and isinstance(given, dict):
        inner = node.values.get(way[0])
        if len(way) > 1:
            yield from _written(inner, given.get(way[0]), way[1:])
        elif inner is not None:
            yield inner, given


def _fields(node: Fields) -> dict[str, JsonValue]:
    return {word: value.value for word, value in node.values.items()}


def _is_nothing(node: Node) -> bool:
    return isinstance(node, Scalar) and node.nothing


def _start_of(fields: Fields) -> Node:
    return next(iter(fields.keys.values()), fields)


__all__ = ["FIELDS", "Acceptance", "Document", "Draft", "Reader", "schema"]
