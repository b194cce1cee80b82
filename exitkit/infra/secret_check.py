"""Look for what looks like a secret, in any text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from exitkit.errors import Mistake

_LOOKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("an access key of AWS", re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")),
    ("a private key", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")),
    ("a token", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|xox[abp]-[A-Za-z0-9-]{20,}|glpat-[\w-]{20})\b")),
    ("a JSON web token", re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}")),
    (
        "a password or key written out",
        re.compile(
            r"(?i)\b(?:\w*password|\w*passphrase|\w*secret(?:_?key)?|access_key|api_?key|\w*token|consumer_key)"
            r"\s*[=:]\s*\"(?!\$|\"|mock|testing)[^\"\s$]{6,}\""
        ),
    ),
    (
        "random letters, such as keys are made of",
        re.compile(
            r"(?<![\w/+.-])(?=[A-Za-z0-9/+]*[0-9])(?=[A-Za-z0-9/+]*[a-z])(?=[A-Za-z0-9/+]*[A-Z])[A-Za-z0-9/+]{40,}={0,2}(?![\w/.-])"
        ),
    ),
)


def secrets_in(files: Mapping[str, str]) -> Iterator[Mistake]:
    """Every line of some files, by path, that looks as if it held a secret; the secret itself is not repeated."""
    for path, text in files.items():
        yield from _secrets(path, text)


@lru_cache(maxsize=4096)
def _secrets(path: str, text: str) -> tuple[Mistake, ...]:
    """Those of one file; the same modules are in many trees."""
    lines = enumerate(text.splitlines(), 1)
    return tuple(found for number, line in lines if (found := _secret(path, number, line)) is not None)


def _secret(path: str, number: int, line: str) -> Mistake | None:
    for what, look in _LOOKS:
        if found := look.search(line):
            hidden = line[: found.start()] + "•" * 8 + line[found.end() :]
            message = f"this looks like {what}: no generated file may hold one"
            return Mistake(message, path, number, found.start() + 1, hidden, 8)
    return None
