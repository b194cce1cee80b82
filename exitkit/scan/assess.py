"""Run every rule over an estate; what a comment accepts stays, marked."""

from __future__ import annotations

from collections import defaultdict

from exitkit.model.inventory import Sighting, Waiver
from exitkit.scan.rules.base import Comment, Estate, rules


def assess(estate: Estate) -> tuple[Sighting, ...]:
    """Every finding, heaviest first, then by place."""
    ends = {(one.spot.file, one.spot.line): one.spot.end_line for one in estate.inventory.resources}
    comments: dict[str, list[Comment]] = defaultdict(list)
    for comment in estate.comments:
        if comment.until is not None and comment.until >= estate.today:
            comments[comment.file].append(comment)
    found = [
        _accepted(one, comments[one.spot.file], ends.get((one.spot.file, one.spot.line)))
        for rule in rules().values()
        for one in rule.sightings(estate)
    ]
    unique = {(one.code, one.spot, one.subject): one for one in found}
    return tuple(
        sorted(
            unique.values(),
            key=lambda one: (-one.severity.rank, one.code, one.spot.file, one.spot.line, one.spot.column, one.subject),
        )
    )


def _accepted(finding: Sighting, comments: list[Comment], end: int | None) -> Sighting:
    """A comment accepts what is on its line, on the line below, or in the block it stands in."""
    line = finding.spot.line
    for one in comments:
        near = one.line in (line, line - 1) or (end is not None and line < one.line <= end)
        if near and finding.code in one.codes and one.until is not None:
            waiver = Waiver(code=finding.code, because=one.because, until=one.until)
            return finding.model_copy(update={"accepted": waiver})
    return finding
