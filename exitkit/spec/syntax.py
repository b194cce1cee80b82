"""What is wrong with a file that is not YAML, in plain words."""

from __future__ import annotations

import re
from typing import Protocol

from yaml import MarkedYAMLError
from yaml.reader import ReaderError

from exitkit.errors import Mistake
from exitkit.spec.nodes import Source


class Mark(Protocol):
    """A place the parser names; it counts from 0."""

    line: int
    column: int


_UNCLOSED = {
    "while parsing a flow mapping": ("this `{` is never closed", ""),
    "while parsing a flow sequence": ("this `[` is never closed", ""),
}
"""Said at the place where it began."""

_HERE = (
    (r"mapping values are not allowed", "a `:` cannot stand here", "quote the text if the `:` is part of it"),
    (
        r"(mapping keys|sequence entries) are not allowed",
        "a list or a name cannot begin here",
        "begin it on a new line",
    ),
    (r"character '\\t' that cannot start", "a tab cannot stand here", "use spaces"),
    (r"that cannot start any token", "a text cannot begin with this character", "quote the text"),
    (r"unknown escape character|escape sequence", "this is no escape that YAML knows", "use single quotes"),
    (r"expected ',' or '\}'", "a `,` or a `}` is expected here", ""),
    (r"expected ',' or '\]'", "a `,` or a `]` is expected here", ""),
    (r"a name too far in", "a `:` cannot stand here", "check how far the line is indented"),
    (r"expected the node content", "a value is missing before this", ""),
    (r"chomping or indentation|indentation indicator", "a text cannot begin like this", "quote the text"),
)
"""Said at the place where the parser stopped: what it says, what we say, what may help."""


def in_our_words(error: Exception, mark: Mark | None, *, text: str, source: Source) -> Mistake:
    """The mistake behind what the parser raised; `mark` is where it stood, if it says nothing better."""
    if isinstance(error, ReaderError):
        before = Source.of(text[: error.position], source.file).lines
        said = f"a character that cannot be printed (U+{ord(text[error.position]):04X}) stands here"
        return source.mistake(len(before), len(before[-1]) + 1, said)
    if not isinstance(error, MarkedYAMLError):
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return source.mistake(line, column, "this is no character or number that YAML knows")
    return _marked(error, source)


def _marked(error: MarkedYAMLError, source: Source) -> Mistake:
    problem, context = error.problem or "", error.context or ""
    began, here = error.context_mark or error.problem_mark, error.problem_mark or error.context_mark
    if "quoted scalar" in context and "unexpected" in problem:
        return _at(began, source, "this quoted text is never closed")
    if context in _UNCLOSED and ("<stream end>" in problem or "<block end>" in problem or "<document" in problem):
        return _at(began, source, *_UNCLOSED[context])
    if "simple key" in context:
        return _at(began, source, "a `:` is missing after this")
    if "<block end>" in problem or "<document start>" in problem:
        return _out_of_line(here, source)
    if "mapping values" in problem and here and re.fullmatch(r"\s*[\w-]+", _before(here, source)):
        problem = "a name too far in"
    known = ((message, suggestion) for pattern, message, suggestion in _HERE if re.search(pattern, problem))
    return _at(here, source, *next(known, ("this cannot be read as YAML", "")))


def _out_of_line(mark: Mark | None, source: Source) -> Mistake:
    if mark is not None and _before(mark, source).strip():
        return _at(mark, source, "this cannot stand here", "quote the whole text")
    return _at(mark, source, "this does not line up with the lines before it", "check how far it is indented")


def _before(mark: Mark, source: Source) -> str:
    return source.lines[mark.line][: mark.column] if mark.line < len(source.lines) else ""


def _at(mark: Mark | None, source: Source, message: str, suggestion: str = "") -> Mistake:
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return source.mistake(line, column, message, suggestion=suggestion)
