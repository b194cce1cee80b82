"""Check Terraform text against the genuine schemas, and against the enums that schemas leave out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Literal, TypeAlias

from exitkit.errors import Mistake
from exitkit.infra.schemas import Schema, names, rules, schema
from exitkit.infra.values import Block, Choice, Entry, Items, Known, Object, Place, Reference, Some, Text, Value

_META = frozenset({"count", "for_each", "depends_on", "provider", "lifecycle", "provisioner", "connection"})
_PROVIDER_META = frozenset({"alias", "version"})
_DEEPEST = 8


@dataclass(frozen=True)
class Folder:
    """The files of one module, and what its locals and the defaults of its variables say."""

    texts: tuple[Text, ...]
    locals: Mapping[str, Value] = field(default_factory=dict)
    defaults: Mapping[str, Value] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Sequence[Text]) -> Folder:
        """The folder of some texts."""
        known = {
            name: value
            for text in texts
            for block in text.body.of("locals")
            for name, (_, value) in block.arguments.items()
        }
        defaults = {
            block.labels[0]: value
            for block in cls(tuple(texts)).blocks("variable")
            if (value := block.value("default"))
        }
        return cls(tuple(texts), known, defaults)

    def blocks(self, *types: str) -> Iterator[Block]:
        """Every block of some types, file by file."""
        for text in self.texts:
            yield from text.body.of(*types)

    def mistake(self, place: Place, message: str, *, width: int = 1, suggestion: str = "") -> Mistake:
        """A mistake at a place in one of the files."""
        text = next(text for text in self.texts if text.file == place.file)
        return text.mistake(place, message, width=width, suggestion=suggestion)

    def resolved(self, value: Value, depth: int = 0) -> Value:
        """What a reference to a local, or to a variable with a default, leads to."""
        if not isinstance(value, Reference) or len(value.path) != 2 or depth > _DEEPEST:
            return value
        kind, name = value.path
        found = {"local": self.locals, "var": self.defaults}.get(kind, {}).get(name)
        return self.resolved(found, depth + 1) if found is not None else value


def check(folder: Folder, cloud: str = "") -> tuple[Mistake, ...]:
    """Every mistake in the resources, data sources and provider settings of a folder, in its order."""
    blocks = folder.blocks("resource", "data", "provider")
    return tuple(mistake for block in blocks for mistake in _checked(folder, block, cloud))


_Kind: TypeAlias = Literal["resource", "data", "provider"]


def _checked(folder: Folder, block: Block, cloud: str) -> Iterator[Mistake]:
    kind: _Kind = "resource" if block.type == "resource" else "data" if block.type == "data" else "provider"
    name = block.labels[0]
    found = schema(kind, name)
    if found is None:
        yield folder.mistake(
            block.place,
            f"no schema is known of {block.type} {name}",
            width=len(block.type),
            suggestion=near(name, names(kind)),
        )
        return
    meta = _PROVIDER_META if kind == "provider" else _META
    yield from Checker(folder, name, meta, cloud).block(block, found, name)


@dataclass(frozen=True)
class Checker:
    """Checks one block and what is in it; `way` is where we are, as in enums.toml; `cloud` knows its own spellings."""

    folder: Folder
    subject: str
    meta: frozenset[str] = frozenset()
    cloud: str = ""

    def block(self, block: Block, against: Schema, way: str) -> Iterator[Mistake]:
        """One block: its arguments are known, all that are required are there, and so for the blocks in it."""
        attributes: Mapping[str, Any] = against.get("attributes", {})
        kinds: Mapping[str, Any] = against.get("block_types", {})
        top = way == self.subject
        meta = self.meta if top else frozenset()
        for name, (place, value) in block.arguments.items():
            if name in attributes:
                yield from self.argument(name, place, value, attributes[name], f"{way}.{name}")
            elif name in kinds:
                yield self.say(place, name, f"`{name}` of {self.subject} is a block: write `{name} {{ … }}`")
            elif name not in meta:
                yield self.unknown(place, name, way, (*attributes, *kinds))
        for name, attribute in attributes.items():
            missing = attribute.get("required") and name not in block.arguments and not block.of(name)
            if missing and not _is_dynamic(block, name):
                yield self.say(block.place, block.type, f"{way} needs `{name}`")
        yield from self.blocks(block, attributes, kinds, meta, way)

    def blocks(
        self, block: Block, attributes: Mapping[str, Any], kinds: Mapping[str, Any], meta: frozenset[str], way: str
    ) -> Iterator[Mistake]:
        """The blocks inside: known, enough of them and not too many; a dynamic one counts as any number."""
        for inner in block.blocks:
            dynamic = inner.type == "dynamic"
            name = inner.labels[0] if dynamic and inner.labels else inner.type
            content = next(iter(inner.of("content")), None) if dynamic else inner
            if name in kinds:
                if content is not None:
                    yield from self.block(content, kinds[name]["block"], f"{way}.{name}")
            elif name in attributes and not _is_list_of_objects(attributes[name]):
                yield self.say(inner.place, inner.type, f"`{name}` of {way} is an argument: write `{name} = …`")
            elif name not in attributes and name not in meta and name != "timeouts":
                yield self.unknown(inner.place, name, way, (*attributes, *kinds))
        for name, kind in kinds.items():
            count = len(block.of(name))
            if count < kind.get("min_items", 0) and not _is_dynamic(block, name):
                yield self.say(block.place, block.type, f"{way} needs a block `{name}`")
            if 0 < kind.get("max_items", 0) < count:
                yield self.say(block.of(name)[-1].place, name, f"{way} takes {kind['max_items']} `{name}`, not {count}")

    def argument(
        self, name: str, place: Place, value: Value, attribute: Mapping[str, Any], way: str
    ) -> Iterator[Mistake]:
        """One argument: it may be set, and its value is of the right type."""
        if attribute.get("computed") and not (attribute.get("optional") or attribute.get("required")):
            yield self.say(place, name, f"`{name}` of {self.subject} is told by the provider, and cannot be set")
            return
        if attribute.get("required") and isinstance(value, Known) and value.value is None:
            yield self.say(value.place, "null", f"`{name}` of {self.subject} cannot be null")
            return
        yield from self.value(value, attribute.get("nested_type") or attribute["type"], way)

    def value(self, given: Value, wanted: Any, way: str, depth: int = 0) -> Iterator[Mistake]:  # noqa: ANN401 - a schema's type
        """One value against a type of the schema, wherever a local leads."""
        value = self.folder.resolved(given)
        if depth > _DEEPEST:
            return
        if isinstance(value, Choice):
            for option in value.options:
                yield from self.value(option, wanted, way, depth + 1)
        elif isinstance(wanted, Mapping):
            yield from self.nested(value, wanted, way, depth)
        elif isinstance(wanted, str):
            yield from self.plain(value, wanted, way)
        elif wanted[0] == "object":
            fields = {name: {"type": inner, "optional": True} for name, inner in wanted[1].items()}
            yield from self.nested(value, {"attributes": fields, "nesting_mode": "single"}, way, depth)
        else:
            yield from self.many(value, wanted[0], wanted[1], way, depth)

    def many(self, value: Value, shape: str, inner: Any, way: str, depth: int) -> Iterator[Mistake]:  # noqa: ANN401 - a schema's type
        """A list, a set or a map of some type."""
        match value:
            case Items() if shape != "map":
                for item in value.items:
                    yield from self.value(item, inner, way, depth + 1)
            case Object() if shape == "map":
                for entry in value.entries:
                    yield from self.value(entry.value, inner, way, depth + 1)
            case Known(value=None) | Reference():
                pass
            case Some(type=found) if not found:
                pass
            case _:
                yield self.say(value.place, "", f"{way} takes a {shape}, not {_words(value)}")

    def nested(self, value: Value, wanted: Mapping[str, Any], way: str, depth: int) -> Iterator[Mistake]:
        """An attribute made of attributes: the place where Terraform drops unknown keys without a word."""
        mode = wanted.get("nesting_mode", "single")
        inner = {**wanted, "nesting_mode": "single"}
        if mode != "single":
            yield from self.many(value, "map" if mode == "map" else "list", inner, way, depth)
            return
        match value:
            case Object():
                yield from self.keys(value, wanted["attributes"], way, depth)
            case Known(value=None) | Reference():
                pass
            case Some(type=found) if not found:
                pass
            case _:
                yield self.say(value.place, "", f"{way} takes an object, not {_words(value)}")

    def keys(self, value: Object, attributes: Mapping[str, Any], way: str, depth: int) -> Iterator[Mistake]:
        """The keys of an object: known, and all the required ones."""
        for entry in value.entries:
            if entry.key in attributes:
                yield from self.entry(entry, attributes[entry.key], f"{way}.{entry.key}", depth)
            else:
                yield self.unknown(entry.place, entry.key, way, tuple(attributes))
        given = {entry.key for entry in value.entries}
        for name, attribute in attributes.items():
            if value.whole and attribute.get("required") and name not in given:
                yield self.say(value.place, "{", f"{way} needs `{name}`")

    def entry(self, entry: Entry, attribute: Mapping[str, Any], way: str, depth: int) -> Iterator[Mistake]:
        """One entry of an object, as if it were an argument."""
        if depth <= _DEEPEST:
            yield from self.argument(entry.key, entry.place, entry.value, attribute, way)

    def plain(self, value: Value, wanted: str, way: str) -> Iterator[Mistake]:
        """A text, a number, or a yes or no; and one of those that are allowed."""
        if not _fits(value, wanted):
            yield self.say(value.place, _shown(value), f"{way} takes a {_TYPES[wanted]}, not {_words(value)}")
            return
        rule = rules(self.cloud).get(way)
        if rule is None or not isinstance(value, Known) or not isinstance(value.value, str) or not value.value:
            return
        said = value.value
        if rule.values and said not in rule.values:
            meant = near(said, rule.values) or f"one of {', '.join(rule.values)}"
            yield self.say(value.place, _shown(value), f"{way} cannot be `{said}`", meant)
        if rule.pattern and not re.fullmatch(rule.pattern, said):
            yield self.say(value.place, _shown(value), f"{way} cannot be `{said}`", rule.means)

    def unknown(self, place: Place, name: str, way: str, known: Sequence[str]) -> Mistake:
        """The mistake of a name nobody knows there."""
        return self.say(place, name, f"{way} has no `{name}`", near(name, known))

    def say(self, place: Place, marked: str, message: str, suggestion: str = "") -> Mistake:
        """A mistake at a place, as wide as what is marked."""
        return self.folder.mistake(place, message, width=max(1, len(marked)), suggestion=suggestion)


_TYPES = {"string": "text", "number": "number", "bool": "yes or no", "dynamic": "value"}


def _fits(value: Value, wanted: str) -> bool:
    """Whether Terraform would take a value for a type; it turns numbers and yes or no into text, and back."""
    match value:
        case Object() | Items():
            return wanted == "dynamic"
        case Known(value=bool()):
            return wanted != "number"
        case Known(value=float()):
            return wanted != "bool"
        case Known(value=str() as text):
            return {"number": _is_number(text), "bool": text in ("true", "false")}.get(wanted, True)
        case Some(type=found) if found:
            return wanted in ("dynamic", "string") or found in ("string", wanted)
    return True


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None


def _words(value: Value) -> str:
    match value:
        case Known():
            return f"`{_shown(value)}`"
        case Items():
            return "a list"
        case Object():
            return "an object"
    return f"a {_TYPES.get(getattr(value, 'type', ''), 'single value')}"


def _shown(value: Value) -> str:
    match value:
        case Known(value=bool() as answer):
            return str(answer).lower()
        case Known(value=float() as number):
            return f"{number:g}"
        case Known(value=str() as text):
            return f'"{text}"'
    return ""


def _is_dynamic(block: Block, name: str) -> bool:
    return any(inner.labels == (name,) for inner in block.of("dynamic"))


def _is_list_of_objects(attribute: Mapping[str, Any]) -> bool:
    kind = attribute.get("type")
    return isinstance(kind, list) and isinstance(kind[1], list) and kind[1][0] == "object"


def near(word: str, known: Sequence[str]) -> str:
    """The known word that was perhaps meant, as a suggestion; empty where none is near."""
    found = get_close_matches(word, known, n=1)
    return f"did you mean `{found[0]}`?" if found else ""
