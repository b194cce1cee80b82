"""Draft the workload of an estate from what was understood, with a remark wherever it was not."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from exitkit.model.inventory import Inventory, Resource, percent
from exitkit.scan import from_modules, from_resources
from exitkit.scan.proposals import Proposed, slug, sound, unique
from exitkit.scan.seen import Told
from exitkit.scan.text import shown
from exitkit.scan.weigh import NEUTRAL

_ORDER = ("network", "bucket", "postgres", "service")


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


def draft(inventory: Inventory, told: Told, shapes: Sequence[Mapping[str, str]]) -> Drafted:
    """The draft; every component in it is one the model accepts."""
    parts = from_modules.proposed(told.called, shapes)
    inside = tuple(f"{address}." for one in parts for address in one.covers)
    outside = [one for one in told.seen if not one.address.startswith(inside)]
    parts += from_resources.proposed(outside, shapes)
    parts.sort(key=lambda one: _ORDER.index(one.kind))
    unique(parts)
    kept = [one for one in parts if sound(one)]
    dropped = [one for one in parts if one not in kept]
    _join(kept)
    covered, left = _covered(kept, inventory)
    name = from_modules.workload_name(told.called) or slug(inventory.root, "estate")
    total = covered + len(left)
    lines = [*_heading(inventory, name, covered, total), *_components(kept), *_rest(dropped, left)]
    return Drafted("\n".join(lines) + "\n", len(kept), covered, total)


def _join(kept: list[Proposed]) -> None:
    """Put names in place of addresses; where a network is needed and none is known, say so and assume one."""
    names = {address: one for one in kept for address in one.covers}
    needing = [one for one in kept if one.kind in {"postgres", "service"}]
    nets = [one for one in kept if one.kind == "network"]
    if needing and not nets:
        nets = [Proposed("net", "network", "", remarks=["assumed: the source shows no network"])]
        unique([*kept, *nets])
        kept.insert(0, nets[0])
    for one in needing:
        found = next((names[address] for address in one.joins if address in names), None)
        one.fields["network"] = (found or nets[0]).name
        if found is None:
            one.remarks.append("network: the first one is assumed")
    for one in kept:
        uses = [names[address].name for address in one.works_with if address in names]
        if uses:
            one.fields["uses"] = list(dict.fromkeys(uses))


def _covered(kept: Iterable[Proposed], inventory: Inventory) -> tuple[int, list[Resource]]:
    addresses = {address for one in kept for address in one.covers}
    inside = tuple(f"{address}." for address in addresses)
    counted = [one for one in inventory.resources if one.provider != NEUTRAL and one.count]
    left = [one for one in counted if one.address not in addresses and not one.address.startswith(inside)]
    return len(counted) - len(left), left


def _heading(inventory: Inventory, name: str, covered: int, total: int) -> Iterator[str]:
    yield f"# Drafted by exitkit scan from {shown(inventory.root, 60)}: read it before you trust it."
    yield f"# It covers {covered:,} of {total:,} resources; what it does not cover stands at the end."
    yield f"# {inventory.coverage.headline}"
    yield f"name: {name}"
    yield ""
    yield "# What the owner asks of an exit stands in no source. Such as:"
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
        yield f"  {one.name}:" + (f"  # {one.place}" if one.place else "")
        yield f"    kind: {one.kind}"
        yield from (f"    {name}: {_written(value)}" for name, value in one.fields.items())
        yield from (f"    # {shown(remark, 140)}" for remark in one.remarks)


def _written(value: Any) -> str:  # noqa: ANN401 - a plain value
    """A value as YAML that reads back as the same: JSON, which is YAML, except for plain words and sizes."""
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)


_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._/-]*|\d+ GiB")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def _rest(dropped: Sequence[Proposed], left: Sequence[Resource]) -> Iterator[str]:
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
