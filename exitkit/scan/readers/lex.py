"""Find the comments of a source file without a parser: one pass, and a broken file is read as far as it goes."""

from __future__ import annotations

import re

_PYTHON = re.compile(
    rb"(?P<comment>#[^\n]*)"
    rb'|(?P<long>[rRbBuUfF]{0,2}(?:"""(?s:.*?)(?:"""|\Z)|\'\'\'(?s:.*?)(?:\'\'\'|\Z)))'
    rb"|\"(?:[^\"\\\n]|\\.)*\"?|'(?:[^'\\\n]|\\.)*'?"
)
_SLASHES = re.compile(
    rb"(?P<comment>//[^\n]*|/\*(?s:.*?)(?:\*/|\Z))"
    rb"|\"(?:[^\"\\\n]|\\.)*\"?|'(?:[^'\\\n]|\\.)*'?|`(?:[^`\\]|\\(?s:.))*(?:`|\Z)"
)
_HASHES = re.compile(rb"(?P<comment>(?<![^\s])#[^\n]*)|\"(?:[^\"\\\n]|\\.)*\"?|'(?:[^'\n])*'?")


def comments(content: bytes, reader: str) -> list[tuple[int, int]]:
    """The spans of the comments; in Python, of texts that stand alone as well."""
    pattern = {"python": _PYTHON, "yaml": _HASHES}.get(reader, _SLASHES)
    return [
        match.span()
        for match in pattern.finditer(content)
        if match.lastgroup == "comment" or (match.lastgroup == "long" and _stands_alone(content, match.start()))
    ]


def _stands_alone(content: bytes, start: int) -> bool:
    line = content.rfind(b"\n", max(0, start - 200), start) + 1 or max(0, start - 200)
    return not content[line:start].strip()
