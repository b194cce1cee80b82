"""The whole command: every verb there is."""

from __future__ import annotations

from collections.abc import Sequence

from exitkit.cli import (
    conformance,
    describe,
    evidence,
    extend,
    facts,
    judge,
    keep,
    lab,
    move,
    people,
    place,
    portfolio,
    rehearse,
    scan,
    supervise,
    track,
)
from exitkit.cli.door import entered, framed

app = framed()

_STORY = (scan, describe, place, rehearse, keep, people, conformance, move, judge, evidence, track, portfolio)
for verbs in (*_STORY, supervise, facts, extend, lab):
    verbs.add_to(app)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; answers its exit code and raises nothing."""
    return entered(app, argv)
