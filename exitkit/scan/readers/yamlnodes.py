"""Read YAML into plain values within limits: no class is made, an alias is not unfolded, a tag becomes a function."""

from __future__ import annotations

from typing import Any

from exitkit.scan.limits import MOST_DEPTH, MOST_NODES

_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


class YamlTrouble(Exception):
    """The text is not YAML, or says more than is read."""


class Placed(dict[str, Any]):
    """A mapping that remembers where each of its names stands."""

    def __init__(self) -> None:
        super().__init__()
        self.places: dict[str, list[int]] = {}


class _Open:
    """A collection that has begun; `key` waits for its value."""

    def __init__(self, value: Placed | list[Any], tag: str | None, anchor: str | None) -> None:
        self.value, self.tag, self.anchor = value, tag, anchor
        self.key: tuple[str, list[int]] | None = None


class _Reading:
    """One pass over the events of a text."""

    def __init__(self) -> None:
        self.done: list[Any] = []
        self._opened: list[_Open] = []
        self._anchors: dict[str, Any] = {}
        self._count = 0

    def take(self, event: Any) -> None:  # noqa: ANN401 - an event of yaml
        """One event. Raises YamlTrouble beyond a limit."""
        match type(event).__name__:
            case "DocumentStartEvent":
                self._anchors.clear()
            case "MappingStartEvent" | "SequenceStartEvent" as name:
                value: Placed | list[Any] = Placed() if name == "MappingStartEvent" else []
                self._opened.append(_Open(value, event.tag, event.anchor))
                if len(self._opened) > MOST_DEPTH:
                    raise YamlTrouble(f"it is nested deeper than {MOST_DEPTH} levels")
            case "MappingEndEvent" | "SequenceEndEvent":
                last = self._opened.pop()
                self._made(_tagged(last.tag, last.value), last.anchor, event)
            case "ScalarEvent":
                plain = _word(event.value) if event.style is None and event.tag is None else event.value
                self._made(_tagged(event.tag, plain), event.anchor, event)
            case "AliasEvent":
                self._made(self._anchors.get(event.anchor), None, event)
            case _:
                pass

    def _made(self, made: Any, anchor: str | None, event: Any) -> None:  # noqa: ANN401 - whatever a file holds
        self._count += 1
        if self._count > MOST_NODES:
            raise YamlTrouble(f"it says more than the {MOST_NODES:,} things that are read of one file")
        if anchor:
            self._anchors[anchor] = made
        _put(made, event, self._opened, self.done)


def documents(text: bytes) -> list[Any]:
    """What each document of the text holds. Raises YamlTrouble."""
    import yaml

    reading = _Reading()
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
        while loader.check_event():
            reading.take(loader.get_event())
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark is not None else ""
        raise YamlTrouble(f"not valid YAML{where}") from error
    return reading.done


def _put(made: Any, event: Any, opened: list[_Open], done: list[Any]) -> None:  # noqa: ANN401 - whatever a file holds
    if not opened:
        done.append(made)
        return
    above = opened[-1]
    if isinstance(above.value, list):
        above.value.append(made)
    elif above.key is None:
        place = [event.start_mark.line + 1, event.start_mark.column + 1, 0]
        above.key = ("?" if isinstance(made, dict | list) else str(made), place)
    else:
        name, place = above.key
        above.value[name] = made
        above.value.places[name] = place
        above.key = None


def _word(text: str) -> Any:  # noqa: ANN401 - a text, a number, a truth or nothing
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    return int(text) if text.isdecimal() and len(text) < 16 and (text == "0" or text[0] != "0") else text


def _tagged(tag: str | None, value: Any) -> Any:  # noqa: ANN401 - whatever a file holds
    """A short form of CloudFormation, such as `!Ref`, as the function it stands for."""
    if tag is None or not tag.startswith("!") or tag == "!":
        return value
    name = tag[1:40]
    return {name if name in {"Ref", "Condition"} else f"Fn::{name}": value}
