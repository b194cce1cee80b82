"""Check what a call gives a module against what the module's resources take: an enum holds through an input too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import TypeAlias

from exitkit.errors import Mistake
from exitkit.infra.reading import Unreadable, read
from exitkit.infra.schema_check import Folder, check
from exitkit.infra.values import Block, Known, Place

Texts: TypeAlias = tuple[tuple[str, str], ...]
"""The files of one folder: path and text."""

_NO_WORD = "\0"
"""What no argument takes that takes only some words."""


def refused(root: Folder, call: Block, module: Texts, cloud: str) -> Iterator[Mistake]:
    """Every word in a call that a resource of the module does not take."""
    for name, (_, value) in call.arguments.items():
        word = value.value if isinstance(value, Known) else None
        if not isinstance(word, str) or _answer(module, cloud, name, _NO_WORD) is None:
            continue
        if answer := _answer(module, cloud, name, word):
            message, suggestion = answer
            said = f"{name} of module {call.labels[0]}: {message}"
            yield root.mistake(value.place, said, width=len(word) + 2, suggestion=suggestion)


@lru_cache(maxsize=4096)
def _answer(module: Texts, cloud: str, name: str, word: str) -> tuple[str, str] | None:
    """What is said of a word as the value of an input, and what was perhaps meant; None where it is taken."""
    try:
        folder = Folder.of([read(text, path) for path, text in module])
    except Unreadable:
        return None  # told of the folder itself
    given = replace(folder, defaults={**folder.defaults, name: Known(word, Place(module[0][0], 1, 1))})
    before = {one.message for one in check(folder, cloud)}
    new = (one for one in check(given, cloud) if one.message not in before)
    return next(((one.message, one.suggestion) for one in new if f"`{word}`" in one.message), None)
