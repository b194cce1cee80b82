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


def documents(text: bytes) -> list[Any]:
    """What each document of the text holds. Raises YamlTrouble."""
    import yaml

    loader_class = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    done: list[Any] = []
    opened: list[_Open] = []
    anchors: dict[str, Any] = {}
    count = 0
    try:
        loader = loader_class(text)
        while loader.check_event():
            event = loader.get_event()
            name = type(event).__name__
            if name == "DocumentStartEvent":
                anchors.clear()
            if name in {"MappingStartEvent", "SequenceStartEvent"}:
                value: Any = Placed() if name == "MappingStartEvent" else []
                opened.append(_Open(value, event.tag, event.anchor))
                if len(opened) > MOST_DEPTH:
                    raise YamlTrouble(f"it is nested deeper than {MOST_DEPTH} levels")
                continue
            if name in {"MappingEndEvent", "SequenceEndEvent"}:
                last = opened.pop()
                made, anchor = _tagged(last.tag, last.value), last.anchor
            elif name == "ScalarEvent":
                plain = _word(event.value) if event.style is None and event.tag is None else event.value
                made, anchor = _tagged(event.tag, plain), event.anchor
            elif name == "AliasEvent":
                made, anchor = anchors.get(event.anchor), None
            else:
                continue
            count += 1
            if count > MOST_NODES:
                raise YamlTrouble(f"it says more than the {MOST_NODES:,} things that are read of one file")
            if anchor:
                anchors[anchor] = made
            _put(made, event, opened, done)
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark is not None else ""
        raise YamlTrouble(f"not valid YAML{where}") from error
    return done


def _put(made: Any, event: Any, opened: list[_Open], done: list[Any]) -> None:  # noqa: ANN401 - whatever a file holds
    if not opened:
        done.append(made)
        return
    above = opened[-1]
    if isinstance(above.value, list):
        above.value.append(made)
    elif above.key is None:
        place = [event.start_mark.line + 1, event.start_mark.column + 1, 0]
        above.key = (made if isinstance(made, str) else str(made)[:80] if not isinstance(made, dict | list) else "?", place)
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
