"""Draft the workload of an estate from what was understood, with a remark wherever it was not."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from exitkit.model.inventory import Inventory, Resource, percent
from exitkit.scan import from_modules, from_resources
from exitkit.scan.joining import join
from exitkit.scan.limits import MOST_COMPONENTS
from exitkit.scan.proposals import Proposed, Shapes, slug, sound, unique
from exitkit.scan.seen import Told
from exitkit.scan.text import shown
from exitkit.scan.understand import merged
from exitkit.scan.weigh import NEUTRAL

_ORDER = ("network", "key", "secret", "bucket", "postgres", "queue", "cache", "cluster", "service", "domain", "alarm")
"""The order of components that stand in no order of their own."""


@dataclass(frozen=True)
class Drafted:
    """The text of a workload, and how much of the estate it covers."""

    text: str
    components: int
    covered: int
    total: int

    @property
    def headline(self) -> str:
        """How much of the estate the draft covers."""
        if not self.total:
            return "covering nothing: there are no resources"
        return (
            f"covering {self.covered:,} of {self.total:,} resources ({percent(Decimal(self.covered) / self.total)} %)"
        )


def draft(inventory: Inventory, told: Told, shapes: Shapes) -> Drafted:
    """The draft; every component in it is one the model accepts."""
    parts = from_modules.proposed(told.called, shapes, _providers(told))
    inside = {(one.folder, address) for one in parts for address in one.covers}
    outside = [one for one in merged(told.seen) if not _within(one.folder, one.address, inside)]
    parts += sorted(from_resources.proposed(outside, shapes), key=lambda one: _ORDER.index(one.kind))
    more = len(parts) - MOST_COMPONENTS
    del parts[MOST_COMPONENTS:]
    unique(parts)
    kept: list[Proposed] = []
    dropped: list[Proposed] = []
    for one in parts:
        (kept if sound(one) else dropped).append(one)
    dropped += join(kept)
    covered, left = _covered(kept, inventory, told)
    name = from_modules.workload_name(told.called) or slug(inventory.root, "estate")
    total = covered + len(left)
    lines = [*_heading(inventory, name, covered, total), *_components(kept), *_rest(dropped, left, more)]
    return Drafted("\n".join(lines) + "\n", len(kept), covered, total)


def _providers(told: Told) -> dict[str, str]:
    """Whose resources each module makes: the first that is of a cloud."""
    found: dict[str, str] = {}
    for one in told.seen:
        module, _, _ = one.address.rpartition(f".{one.type}.")
        provider = one.type.partition("_")[0]
        if module and provider not in _NEUTRAL:
            found.setdefault(module, provider)
    return found


_NEUTRAL = frozenset({"random", "tls", "null", "time", "local", "terraform"})


def _within(folder: str, address: str, inside: Collection[tuple[str, str]]) -> bool:
    """Whether an address is one of some, or stands in a module that is."""
    if (folder, address) in inside:
        return True
    ends = [place for place, letter in enumerate(address) if letter == "."]
    return any((folder, address[:end]) in inside for end in ends)


def _covered(kept: Iterable[Proposed], inventory: Inventory, told: Told) -> tuple[int, list[Resource]]:
    inside = {(one.folder, address) for one in kept for address in one.covers}
    covered = {(one.file, one.at[0], one.address) for one in told.seen if _within(one.folder, one.address, inside)}
    counted = [one for one in inventory.resources if one.provider != NEUTRAL and one.count]
    left = [one for one in counted if (one.spot.file, one.spot.line, one.address) not in covered]
    return len(counted) - len(left), left


def _heading(inventory: Inventory, name: str, covered: int, total: int) -> Iterator[str]:
    yield f"# Drafted by exitkit scan from {shown(inventory.root, 60)}: read it before you trust it."
    yield f"# It covers {covered:,} of {total:,} resources; what it does not cover stands at the end."
    yield f"# {inventory.coverage.headline}"
    yield f"name: {_written(name)}"
    yield ""
    yield "# What the owner asks of an exit, accepts to lose and lets clients try stands in no source,"
    yield "# nor does how much buckets and databases hold. Such as:"
    yield "# objectives: {outage: 15 min, data-loss: 1 min, leave-within: 30 days, stay-in: [EU]}"
    yield ""


def _components(kept: Sequence[Proposed]) -> Iterator[str]:
    if not kept:
        yield "# Nothing was understood well enough to be a component; this one stands in, so that the file is sound."
        yield "components:"
        yield "  net:"
        yield "    kind: network"
        return
    yield "components:"
    for one in kept:
        yield f"  {_written(one.name)}:" + (f"  # {one.place}" if one.place else "")
        yield f"    kind: {one.kind}"
        said = {name: value for name, value in one.fields.items() if name != "hatch"} | one.fields.get("hatch", {})
        yield from (f"    {name}: {_written(value)}" for name, value in said.items())
        yield from (f"    # {shown(remark, 140)}" for remark in one.remarks)


def _written(value: Any) -> str:  # noqa: ANN401 - a plain value
    """A value as YAML that reads back as the same: JSON, which is YAML, except for plain words and sizes."""
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    told = json.dumps(value, ensure_ascii=False)
    return "".join(letter if letter.isprintable() else f"\\U{ord(letter):08x}" for letter in told)


_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._/-]*|\d+ (?:[GM]iB|s|min|h|days?)")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def _rest(dropped: Sequence[Proposed], left: Sequence[Resource], more: int) -> Iterator[str]:
    if more > 0:
        yield ""
        yield f"# Left out: {more:,} components beyond the first {MOST_COMPONENTS:,}; scan the folders one by one."
    if dropped:
        yield ""
        yield "# Seen, and not understood well enough to be a component:"
        for one in dropped:
            yield f"#   {one.kind} {one.name} ({one.place}): {shown('; '.join(one.remarks), 140)}"
    if left:
        yield ""
        yield f"# Not covered: {len(left):,}. They have no kind in a workload, or configure what has none."
        counts = Counter((one.service or one.type, one.portability.value) for one in left)
        for (service, level), count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
            yield f"#   {count:>4}  {service} ({level})"
