"""Write an inventory as Markdown, short enough for the summary of a CI step."""

from __future__ import annotations

import re
from collections.abc import Iterator

from exitkit.model.finding import Severity
from exitkit.model.inventory import Inventory, Sighting, State
from exitkit.scan.render import reading

SHOWN = 20
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~!@])")


def render(inventory: Inventory) -> str:
    """Coverage, shares, what stays behind, findings that weigh."""
    parts = (_opening, _shares, _residue, _unread, _findings)
    blocks = ["\n".join(lines) for lines in (list(part(inventory)) for part in parts) if lines]
    return "\n\n".join(blocks) + "\n"


def escape(text: str) -> str:
    """Text that Markdown and HTML leave as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.replace("&", "&amp;").replace("<", "&lt;").split()))


def _opening(inventory: Inventory) -> Iterator[str]:
    yield f"## What holds {escape(inventory.root)}"
    yield ""
    yield f"**{escape(inventory.coverage.headline)}**"


def _shares(inventory: Inventory) -> Iterator[str]:
    yield "| held | share | of what |"
    yield "| --- | ---: | --- |"
    for one in inventory.shares:
        yield f"| by {one.by} | {one.words} | {escape(reading.share_words(one))} |"
    if inventory.effort is not None:
        low, likely, high, basis = reading.days(inventory.effort)
        left = f"; {inventory.not_estimated} resources are not estimated" if inventory.not_estimated else ""
        yield f"| person-days | {likely} | {low} to {high}, {basis}{left} |"


def _residue(inventory: Inventory) -> Iterator[str]:
    if not inventory.residue:
        return
    yield "| stays behind | class | resources | calls | counterpart |"
    yield "| --- | --- | ---: | ---: | --- |"
    for one in inventory.residue[:SHOWN]:
        there = escape(one.counterpart or "none")
        yield f"| {escape(one.service)} | {one.portability.value} | {one.resources} | {one.calls} | {there} |"
    if len(inventory.residue) > SHOWN:
        yield f"\n{len(inventory.residue) - SHOWN} more"


def _unread(inventory: Inventory) -> Iterator[str]:
    rows = [(one.path, one.why) for one in inventory.files if one.state in (State.REFUSED, State.PARTIAL)]
    rows += [(str(one.spot), f"{one.what}: {one.why}") for one in inventory.opaque]
    if rows:
        yield f"Not understood ({len(rows)}):"
        yield ""
        yield from (f"- {escape(place)}: {escape(why)}" for place, why in rows[:SHOWN])
        if len(rows) > SHOWN:
            yield f"- and {len(rows) - SHOWN} more"


def _findings(inventory: Inventory) -> Iterator[str]:
    heavy = [one for one in reading.open_findings(inventory.findings) if one.severity.rank >= Severity.MEDIUM.rank]
    if not heavy:
        yield "No finding of medium severity or more."
        return
    yield from finding_rows(heavy)


def finding_rows(findings: list[Sighting]) -> Iterator[str]:
    """A table of findings, the first of them."""
    yield "| rule | severity | place | finding |"
    yield "| --- | --- | --- | --- |"
    for one in findings[:SHOWN]:
        yield f"| {one.code} | {one.severity.value} | {escape(str(one.spot))} | {escape(one.message)} |"
    if len(findings) > SHOWN:
        yield f"\n{len(findings) - SHOWN} more"
