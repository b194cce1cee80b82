"""Read YAML into nodes, within limits; what is not YAML is said in plain words (see syntax.py)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
)

from exitkit.errors import Mistake, SpecError
from exitkit.spec.nodes import Fields, Items, Node, Scalar, Source, shorten
from exitkit.spec.syntax import in_our_words

MAX_NODES = 50_000
MAX_DEPTH = 50
MAX_BYTES = 2**20


@dataclass
class _Open:
    """A list or mapping that has begun; `key` waits for its value."""

    node: Items | Fields
    anchor: str | None
    waiting: bool = False
    key: Scalar | None = None


class Reading:
    """One pass over one file: `root` is what it holds, `mistakes` what could be read past."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.root: Node | None = None
        self.mistakes: list[Mistake] = []
        self._open: list[_Open] = []
        self._anchors: dict[str, Node | None] = {}
        self._documents = 0
        self._nodes = 0

    def take(self, event: Event) -> None:
        """One event of the parser, in order."""
        match event:
            case DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise self._refuse(Node(*_span(event)), "a workload is one document, and another begins here")
            case AliasEvent():
                self._alias(event)
            case ScalarEvent():
                scalar = Scalar(*_span(event), text=event.value, bare=event.style is None)
                self._check(scalar, event)
                self._remember(event.anchor, scalar)
                self._add(scalar)
            case CollectionStartEvent():
                mapping = isinstance(event, MappingStartEvent)
                node = Fields(*_span(event)) if mapping else Items(*_span(event))
                self._check(node, event)
                self._remember(event.anchor, None)
                self._open.append(_Open(node, event.anchor))
            case CollectionEndEvent():
                done = self._open.pop()
                done.node.end_line, done.node.end_column = _end(event)
                self._remember(done.anchor, done.node)
                self._add(done.node)
            case _:
                pass

    def _check(self, node: Node, event: ScalarEvent | CollectionStartEvent) -> None:
        self._count(node)
        if event.tag is not None:
            self.mistakes.append(
                self.source.mistake(node.line, node.column, "tags, such as `!!str`, are not read; leave it out")
            )
        if isinstance(node, Scalar) and any("\ud800" <= letter <= "\udfff" for letter in node.text):
            self.mistakes.append(self.source.at(node, "this text holds half a character, which no file can store"))
            node.text = node.text.encode("utf-8", "replace").decode()

    def _alias(self, event: AliasEvent) -> None:
        name = event.anchor or ""
        place = Scalar(*_span(event), text=name, bare=False)
        if name not in self._anchors:
            raise self._refuse(place, f"`*{name}` stands for nothing: there is no `&{name}` before it")
        target = self._anchors[name]
        if target is None:
            raise self._refuse(place, f"`*{name}` stands inside what it stands for")
        self._count(target, at=place)
        self._add(target)

    def _count(self, node: Node, at: Node | None = None) -> None:
        self._nodes += node.size
        if self._nodes > MAX_NODES:
            raise self._refuse(at or node, f"the file says too much: more than {MAX_NODES:,} values")
        if len(self._open) + node.height > MAX_DEPTH:
            raise self._refuse(at or node, f"this is nested too deep: more than {MAX_DEPTH} levels")

    def _remember(self, anchor: str | None, node: Node | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = node

    def _add(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        parent.node.size += node.size
        parent.node.height = max(parent.node.height, node.height + 1)
        if isinstance(parent.node, Items):
            parent.node.items.append(node)
        elif not parent.waiting:
            parent.waiting, parent.key = True, self._key(node, parent.node)
        else:
            if parent.key is not None:
                parent.node.keys[parent.key.text] = parent.key
                parent.node.values[parent.key.text] = node
            parent.waiting = False

    def _key(self, node: Node, fields: Fields) -> Scalar | None:
        if not isinstance(node, Scalar):
            self.mistakes.append(self.source.at(node, "a name is expected here, before the `:`"))
            return None
        if node.bare and node.text == "<<":
            fields.partial = True
            self.mistakes.append(self.source.at(node, "merging with `<<` is not read; write the fields out"))
            return None
        # `on:` is a name here, whatever YAML 1.1 makes of it.
        named = isinstance(node.value, str) and (not node.doubt or node.text.isalpha())
        if not named and node.text:
            word = shorten(node.text)
            self.mistakes.append(
                self.source.at(node, f"a name must be a text, and a bare `{word}` is not", f'write "{word}", in quotes')
            )
        elif not named:
            self.mistakes.append(self.source.at(node, "a name is missing before the `:`"))
        elif node.text in fields.keys:
            first = fields.keys[node.text].line
            self.mistakes.append(
                self.source.at(node, f"`{shorten(node.text)}` is said twice; the first time is on line {first}")
            )
        else:
            return node
        return None

    def _refuse(self, node: Node, message: str) -> SpecError:
        return SpecError((self.source.at(node, message),))


def parse(text: str, source: Source) -> Reading:
    """Read the text. Raises SpecError where it is not YAML or beyond a limit."""
    reading = Reading(source)
    try:
        for event in _events(text, source):
            reading.take(event)
    except SpecError as error:
        raise SpecError((*reading.mistakes, *error.mistakes)) from error.__cause__
    return reading


def _events(text: str, source: Source) -> Iterator[Event]:
    # The parser written in Python, not the one in C: its places and its complaints are the same everywhere.
    loader: yaml.SafeLoader | None = None
    while True:
        try:
            loader = loader or yaml.SafeLoader(text)
            event = loader.get_event() if loader.check_event() else None  # type: ignore[no-untyped-call]
        except (yaml.YAMLError, ValueError, OverflowError) as error:
            mark = None if loader is None else loader.get_mark()
            raise SpecError((in_our_words(error, mark, text=text, source=source),)) from error
        if event is None:
            return
        yield event


def _span(event: Event) -> tuple[int, int, int, int]:
    line, column = (event.start_mark.line + 1, event.start_mark.column + 1) if event.start_mark else (1, 1)
    return (line, column, *_end(event))


def _end(event: Event) -> tuple[int, int]:
    return (event.end_mark.line + 1, event.end_mark.column + 1) if event.end_mark else (1, 1)
