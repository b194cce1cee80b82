"""Tell in the reader's language what facts and rules say in English, as far as it was translated; never guess.

A memory holds sentences with blanks, such as `{a} is lost at {b}: {c}`; blanks that begin with n hold numbers. What
stands in a blank is translated too where the memory has it, and stays as it is where it is a name or a list of names;
where it is prose that nobody translated, the whole text stays in English and is marked so. Nothing is left out, and
no sentence is half of each.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_BLANK = re.compile(r"\{(\w+)\}")
_NUMBER, _ANY = r"[\d.,]+", ".+?"
_DEEPEST = 6
_MOST_WORDS = 6
"""What is longer than this is no name."""


class Memory:
    """The translations of one language."""

    def __init__(self, pairs: Mapping[str, str]) -> None:
        self.pairs = dict(pairs)
        self._whole = {english: told for english, told in pairs.items() if not _BLANK.search(english)}
        patterns = [(english, told) for english, told in pairs.items() if _BLANK.search(english)]
        # the one that says most comes first, so that a blank never swallows what another sentence knows
        patterns.sort(key=lambda pair: -len(_BLANK.sub("", pair[0])))
        self._patterns = [(_compiled(english), told) for english, told in patterns]

    def told(self, text: str, *, depth: int = 0) -> str | None:
        """The text in this language; None where it is not known."""
        if text in self._whole:
            return self._whole[text]
        if depth > _DEEPEST:
            return None
        for pattern, told in self._patterns:
            if found := pattern.fullmatch(text):
                inside = {name: self._inside(value, depth) for name, value in found.groupdict().items()}
                filled = {name: value for name, value in inside.items() if value is not None}
                if len(filled) == len(inside):
                    return told.format(**filled)
        return None

    def _inside(self, value: str, depth: int) -> str | None:
        known = self.told(value, depth=depth + 1)
        return known if known is not None else value if _is_name(value) else None


def _is_name(value: str) -> bool:
    return len(value.split()) <= _MOST_WORDS or all(len(one.split()) <= 3 for one in value.split(", "))


def _compiled(english: str) -> re.Pattern[str]:
    """A sentence with blanks as an expression; a blank is short where it can be, and never empty."""
    parts = _BLANK.split(english)
    made = [
        re.escape(part) if number % 2 == 0 else f"(?P<{part}>{_NUMBER if part[0] == 'n' else _ANY})"
        for number, part in enumerate(parts)
    ]
    return re.compile("".join(made), re.DOTALL)


@cache
def memory(code: str) -> Memory:
    """What is known in one language; nothing in the language that facts are written in."""
    file = files("exitkit.report").joinpath("words", f"memory.{code}.toml")
    if not file.is_file():
        return Memory({})
    return Memory({row["en"]: row["told"] for row in tomllib.loads(file.read_text(encoding="utf-8"))["rows"]})
