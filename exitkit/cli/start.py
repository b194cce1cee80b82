"""Where the program begins: with every verb, but for a move with those that move and no others.

To make the options of all verbs takes longer than to copy a thousand objects.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from exitkit.cli import settings
from exitkit.errors import ExitkitError


def main(argv: Sequence[str]) -> int:
    """Run the command; answers its exit code and raises nothing."""
    if argv[:1] == ["move"] and not _has_settings():
        from exitkit.cli import move
        from exitkit.cli.door import entered, framed

        app = framed(completion=False)  # its options come before a verb
        move.add_to(app)
        return entered(app, argv)
    from exitkit.cli import app as whole

    return whole.main(argv)


def _has_settings() -> bool:
    """Whether a file has settings: it may have some for any verb, and is read beside all of them."""
    try:
        return settings.find(Path.cwd()) is not None
    except ExitkitError:
        return True


def run() -> None:
    """The entry point of the `exitkit` program."""
    raise SystemExit(main(sys.argv[1:]))
