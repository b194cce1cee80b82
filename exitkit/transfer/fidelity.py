"""Say, attribute by attribute, what an object keeps at its target: equal, translated, degraded, lost or unknown."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from exitkit.ports import SETTINGS, Blob, Listed, Read

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

HEADERS = (
    "content-disposition", "content-encoding", "content-language", "cache-control", "expires",
    "x-amz-website-redirect-location", "x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date",
    "x-amz-object-lock-legal-hold",
)  # fmt: skip
ATTRIBUTES = (
    "size", "content-type", "metadata", "tags", "storage-class", "etag", "last-modified", "version", *HEADERS,
)  # fmt: skip
"""Everything that is compared of an object."""

NAMED = 1000


class Kept(StrEnum):
    """What became of one attribute."""

    EQUAL = "equal"
    TRANSLATED = "translated"
    DEGRADED = "degraded"
    LOST = "lost"
    UNKNOWN = "unknown"


_WORSE = (Kept.DEGRADED, Kept.LOST)


@dataclass
class Fidelity:
    """How often each attribute was kept in which way, the keys where it is worse now, how many may not be looked at."""

    counts: dict[str, Counter[Kept]] = field(default_factory=dict)
    named: list[str] = field(default_factory=list)
    settings: dict[str, Kept] = field(default_factory=dict)
    closed: int = 0

    def add(self, key: str, kept: Mapping[str, Kept]) -> None:
        """One object's."""
        for name, how in kept.items():
            self.counts.setdefault(name, Counter())[how] += 1
            if how in _WORSE and len(self.named) < NAMED:
                self.named.append(f"{key}: {name} {how}")

    def unread(self, key: str, why: str) -> None:
        """One object that may not be looked at: nothing is known of it."""
        self.add(key, dict.fromkeys(ATTRIBUTES, Kept.UNKNOWN))
        self.closed += 1
        if len(self.named) < NAMED:
            self.named.append(f"{key}: {why}")

    @property
    def worse(self) -> int:
        """How many attributes and settings were degraded or lost, and objects may not be looked at."""
        settings = sum(how in _WORSE for how in self.settings.values())
        return settings + self.closed + sum(count[how] for count in self.counts.values() for how in _WORSE)


def compare(one: Listed, left: Read, other: Listed, right: Read) -> dict[str, Kept]:
    """Every attribute of an object on both sides."""
    ours, theirs = left.blob, right.blob
    found = {
        "size": Kept.EQUAL if one.size == other.size else Kept.LOST,
        "content-type": _same(ours.content_type, theirs.content_type),
        "metadata": _mapping(ours.metadata, theirs.metadata),
        "tags": _tags(ours, theirs),
        "storage-class": _class(one.storage_class, other.storage_class),
        "etag": _etag(left, right),
        "last-modified": Kept.TRANSLATED if one.modified != other.modified else Kept.EQUAL,
        "version": Kept.EQUAL if left.version == right.version else Kept.TRANSLATED,
    }
    return found | {name: _same(ours.headers.get(name, ""), theirs.headers.get(name, "")) for name in HEADERS}


def _same(one: str, other: str) -> Kept:
    if one == other:
        return Kept.EQUAL
    return Kept.LOST if one and not other else Kept.DEGRADED


def _mapping(one: Mapping[str, str], other: Mapping[str, str]) -> Kept:
    if dict(one) == dict(other):
        return Kept.EQUAL
    return Kept.LOST if one and not other else Kept.DEGRADED


def _tags(one: Blob, other: Blob) -> Kept:
    if one.tags is None or other.tags is None:
        return Kept.UNKNOWN
    return _mapping(one.tags, other.tags)


def _class(one: str, other: str) -> Kept:
    return Kept.EQUAL if (one or "STANDARD") == (other or "STANDARD") else Kept.TRANSLATED


def _etag(one: Read, other: Read) -> Kept:
    """A tag names a state in one store; where both are an MD5 of the content, they must be one."""
    if one.etag == other.etag:
        return Kept.EQUAL
    return Kept.LOST if one.plain and other.plain else Kept.TRANSLATED


def settings(
    here: Mapping[str, str | None], there: Mapping[str, str | None], *, buckets: tuple[str, str] = ("", "")
) -> dict[str, Kept]:
    """A bucket's own settings, each as text: "" where it has none, None or left out where nobody could tell.

    What says the same in other words, or of the other bucket what the first said of itself, is translated.
    """
    return {name: _setting(here.get(name), there.get(name), buckets) for name in SETTINGS}


def _setting(one: str | None, other: str | None, buckets: tuple[str, str]) -> Kept:
    if one is None or other is None:
        return Kept.UNKNOWN
    if one and other and one != other and _meaning(one, buckets[0]) == _meaning(other, buckets[1]):
        return Kept.TRANSLATED
    return _same(one, other)


def _meaning(text: str, bucket: str) -> object:
    """What a setting says, in whatever order and spacing, its own bucket named alike everywhere."""
    from xml.etree import ElementTree

    if bucket:
        text = re.sub(rf"(?<![\w.-]){re.escape(bucket)}(?![\w.-])", "{bucket}", text)
    try:
        return _of_json(json.loads(text)) if text.startswith("{") else _of_xml(ElementTree.fromstring(text))  # noqa: S314
    except (ValueError, ElementTree.ParseError):
        return text


def _of_json(said: object) -> object:
    if isinstance(said, dict):
        return {name: _of_json(said[name]) for name in sorted(said)}
    if isinstance(said, list):
        each = sorted((_of_json(one) for one in said), key=repr)
        return each[0] if len(each) == 1 else each
    return said


def _of_xml(said: Element) -> object:
    within = sorted((_of_xml(one) for one in said), key=repr)
    return said.tag.rpartition("}")[2], sorted(said.attrib.values()), (said.text or "").strip(), within


def rows(fidelity: Fidelity) -> Iterable[tuple[str, ...]]:
    """A table: one attribute a line, one way of being kept a column."""
    for name, count in sorted(fidelity.counts.items()):
        yield (name, *(str(count[how]) for how in Kept))
