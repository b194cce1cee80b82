"""Text of an estate as it may be shown: short, printable, without account numbers."""

from __future__ import annotations

import re

LONGEST = 160
_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")


def shown(text: str, longest: int = LONGEST) -> str:
    """The text on one line: what cannot be printed is spelled, what is too long is cut."""
    cut = text[:longest]
    plain = "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape", "replace").decode() for letter in cut
    )
    return plain + ("…" if len(text) > longest else "")


def without_account(text: str) -> str:
    """The text with account numbers left out."""
    return _ACCOUNT.sub("ACCOUNT", text)
