"""Write an inventory as plain text for a terminal."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from exitkit.model.inventory import Inventory, State
from exitkit.scan.render import reading

WIDTH = 100
SHOWN = 12
"""How many lines of one list are printed; the rest are counted."""


def render(inventory: Inventory) -> str:
    """Coverage first, then what holds, then what was not understood."""
    parts = (_opening, _shares, _classes, _residue, _data, _ties, _unread, _findings)
    blocks = ["\n".join(lines) for lines in (list(part(inventory)) for part in parts) if lines]
    return "".join(line.rstrip() + "\n" for line in "\n\n".join(blocks).split("\n"))


def _opening(inventory: Inventory) -> Iterator[str]:
    yield from _wrapped(f"{inventory.root}: {inventory.coverage.headline}", rest="  ")


def _shares(inventory: Inventory) -> Iterator[str]:
    yield "held, three ways that are never added up"
    rows = [(f"by {one.by}", one.words, reading.share_words(one)) for one in inventory.shares]
    yield from _columns(rows)


def _classes(inventory: Inventory) -> Iterator[str]:
    rows = [("class", "", "resources", "low", "likely", "high", "basis", "services")]
    for one, count, names, effort in reading.classes(inventory):
        shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
        rows.append((one.value, one.words, f"{count:,}", *reading.days(effort), shown))
    if len(rows) == 1:
        return
    whole = reading.days(inventory.effort)
    left = f"{reading.many(inventory.not_estimated, 'resource')} more not estimated" if inventory.not_estimated else ""
    rows.append(("all", "", f"{sum(one.count for one in inventory.resources):,}", *whole, left))
    yield "person-days to leave, summed end to end (a range, not percentiles)"
    yield from _columns(rows)


def _residue(inventory: Inventory) -> Iterator[str]:
    if not inventory.residue:
        return
    yield f"what stays behind   {reading.many(len(inventory.residue), 'service')}"
    rows = [
        (
            one.portability.value,
            one.service,
            reading.many(one.resources, "resource"),
            reading.many(one.calls, "call") if one.calls else "",
            one.counterpart or "no counterpart",
        )
        for one in inventory.residue
    ]
    yield from _columns(rows[:SHOWN])
    yield from _more(rows)


def _data(inventory: Inventory) -> Iterator[str]:
    levels = reading.custody(inventory)
    if not levels:
        return
    whole, silent = reading.size(inventory)
    yield f"data   {whole} known; not said of {reading.many(silent, 'store')}"
    yield from _columns(
        [(level.value, reading.many(count, "store"), reading.CUSTODY_WORDS[level]) for level, count in levels]
    )
    if inventory.client_encryption:
        places = ", ".join(map(str, inventory.client_encryption[:3]))
        yield f"  encrypted before it is handed over (K4): {len(inventory.client_encryption)} places, such as {places}"


def _ties(inventory: Inventory) -> Iterator[str]:
    counts = reading.ties(inventory)
    if counts:
        yield from _wrapped("ties   " + ", ".join(f"{count:,} {kind}" for kind, count in counts))


def _unread(inventory: Inventory) -> Iterator[str]:
    rows = [(one.state.value, one.path, one.why) for one in inventory.files if one.state in _TOLD]
    rows += [
        ("unseen" if one.resources else "unclear", str(one.spot), f"{one.what}: {one.why}") for one in inventory.opaque
    ]
    if rows:
        yield f"not understood   {len(rows)}"
        yield from _columns(rows[:SHOWN])
        yield from _more(rows)
    skipped = Counter(one.why for one in inventory.files if one.state is State.SKIPPED)
    if skipped:
        words = ", ".join(f"{count:,} {why}" for why, count in skipped.most_common(6))
        rest = len(skipped) - 6
        yield from _wrapped(f"skipped   {words}" + (f", and {rest} reasons more" if rest > 0 else ""), rest="  ")


_TOLD = frozenset({State.REFUSED, State.PARTIAL})


def _findings(inventory: Inventory) -> Iterator[str]:
    if not inventory.findings:
        yield "no findings"
        return
    counts = Counter(one.severity for one in inventory.findings if one.accepted is None)
    words = ", ".join(f"{counts[one]:,} {one.value}" for one in sorted(counts, key=lambda one: -one.rank))
    accepted = sum(one.accepted is not None for one in inventory.findings)
    yield f"findings   {words or 'none open'}" + (f"; {accepted} accepted" if accepted else "")
    for code, same in groupby(inventory.findings, key=lambda one: one.code):
        listed = list(same)
        for one in listed[:5]:
            yield from _wrapped(one.message, first=f"  {code}  {one.severity.value:<6}  {one.spot}  ", rest=" " * 8)
            if one.accepted is not None:
                yield f"        accepted until {one.accepted.until}: {one.accepted.because}"
        if len(listed) > 5:
            yield f"  {code}  {listed[0].severity.value:<6}  {len(listed) - 5:,} more; -f json has them all"


def _more(rows: Sequence[object]) -> Iterator[str]:
    if len(rows) > SHOWN:
        yield f"  {len(rows) - SHOWN:,} more; -f json has them all"


def _columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    count = max((len(row) for row in rows), default=0)
    widths = [max(len(row[column]) for row in rows) for column in range(count - 1)]
    for row in rows:
        head = "  " + "".join(f"{cell:<{width}}  " for cell, width in zip(row, widths, strict=False) if width)
        yield from _wrapped(row[-1], first=head, rest=" " * min(len(head), WIDTH // 2))


def _wrapped(text: str, *, first: str = "", rest: str = "") -> Iterable[str]:
    """Lines no wider than the page; names are not broken, so that they can be copied."""
    room = max(WIDTH, len(first) + 30)
    lines = textwrap.wrap(text, room, initial_indent=first, subsequent_indent=rest, break_long_words=False)
    return lines or [first]
