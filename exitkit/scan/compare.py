"""What changed between two inventories of one estate, for the comment on a pull request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from exitkit.model.inventory import Inventory, Sighting
from exitkit.scan.render.markdown import escape, finding_rows


@dataclass(frozen=True)
class Difference:
    """Findings that came and went; the same finding on another line is the same."""

    before: Inventory
    after: Inventory
    came: tuple[Sighting, ...]
    went: tuple[Sighting, ...]


def compare(before: Inventory, after: Inventory) -> Difference:
    """What came and what went; what somebody accepted counts as not there."""
    return Difference(before, after, _beyond(after, before), _beyond(before, after))


def _beyond(one: Inventory, other: Inventory) -> tuple[Sighting, ...]:
    left = Counter(found.fingerprint for found in other.findings if found.accepted is None)
    beyond = []
    for found in one.findings:
        if found.accepted is not None:
            continue
        if left[found.fingerprint] > 0:
            left[found.fingerprint] -= 1
        else:
            beyond.append(found)
    return tuple(beyond)


def markdown(difference: Difference) -> str:
    """The difference as a comment."""
    return "\n".join(_lines(difference)) + "\n"


def _lines(difference: Difference) -> Iterator[str]:
    came, went = difference.came, difference.went
    yield f"## Lock-in: {len(came)} more, {len(went)} less"
    yield ""
    yield "| | before | after |"
    yield "| --- | ---: | ---: |"
    for old, new in zip(difference.before.shares, difference.after.shares, strict=True):
        yield f"| held by {new.by} | {old.words} | {new.words} |"
    old_count, new_count = len(difference.before.resources), len(difference.after.resources)
    yield f"| resources | {old_count:,} | {new_count:,} |"
    yield ""
    yield escape(difference.after.coverage.headline)
    for title, found in (("New", came), ("Gone", went)):
        if found:
            yield ""
            yield f"### {title}"
            yield ""
            yield from finding_rows(list(found))
