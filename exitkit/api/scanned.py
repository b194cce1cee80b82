"""Scan what exists: an inventory of an estate, without credentials, and the draft of its workload."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from exitkit import __version__
from exitkit.errors import UsageError
from exitkit.model.inventory import Inventory
from exitkit.scan.compare import Difference
from exitkit.scan.draft import Drafted
from exitkit.scan.limits import MIB
from exitkit.scan.seen import Told

LARGEST_INVENTORY = 256 * MIB


@dataclass(frozen=True)
class Scanned:
    """An inventory, and what it was drawn from; a draft needs both."""

    inventory: Inventory
    told: Told


def scan(
    folder: Path,
    *,
    spend: Path | None = None,
    cache: Path | None = None,
    workers: int | None = None,
    today: date | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Scanned:
    """Everything in a folder that exitkit can read, judged. Raises UsageError where there is no such folder."""
    from exitkit.scan.cache import Cache
    from exitkit.scan.catalogue import catalogue
    from exitkit.scan.estate import Setting, inventory, stores_of, told_of
    from exitkit.scan.gather import gather
    from exitkit.scan.spend import by_spend, unknown_spend
    from exitkit.scan.text import shown
    from exitkit.scan.walk import walk

    tables = catalogue()
    bill = by_spend(spend, tables) if spend is not None else unknown_spend()
    kept = Cache(cache, tables.digest + __version__)
    gathered = gather(folder, walk(folder), stores=stores_of(tables), cache=kept, workers=workers, progress=progress)
    root = shown(folder.resolve().name)
    setting = Setting(root, __version__, today or datetime.now(UTC).date(), bill)
    told = told_of(gathered, tables)
    return Scanned(inventory(gathered, told, tables, setting), told)


def draft(scanned: Scanned) -> Drafted:
    """A workload drafted from what was understood; `validate` accepts it, or this raises SpecError."""
    from exitkit import registry
    from exitkit.scan.catalogue import catalogue
    from exitkit.scan.draft import draft as make
    from exitkit.spec.load import load_text

    drafted = make(scanned.inventory, scanned.told, (*_sold(), *catalogue().shapes))
    load_text(drafted.text, "the draft", registry.names())
    return drafted


def _sold() -> list[dict[str, str]]:
    """The sizes that the providers of this house sell, by their exact names."""
    from exitkit import registry
    from exitkit.drivers.facts import Sizes

    sold = [getattr(registry.get(name), "sizes", None) for name in registry.names()]
    rows = [
        size
        for sizes in sold
        if isinstance(sizes, Sizes)
        for size in (*sizes.machines, *sizes.databases, *sizes.caches)
    ]
    return [{"pattern": re.escape(one.name), "cpus": str(one.vcpus), "gib": str(one.memory_gib)} for one in rows]


def read_inventory(file: Path) -> Inventory:
    """An inventory saved as JSON. Raises UsageError where the file holds none."""
    from exitkit.scan.render.json import read

    hint = "`exitkit scan -f json -o scan.json` writes one"
    try:
        if file.stat().st_size > LARGEST_INVENTORY:
            raise UsageError(f"`{file}` is too large to be a scan", hint=hint)
        return read(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"`{file}` cannot be read: {error.strerror}", hint=hint) from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"`{file}` is not a scan of this version of exitkit", hint=hint) from error


def compare_inventories(before: Inventory, after: Inventory) -> Difference:
    """What came and what went between two scans."""
    from exitkit.scan.compare import compare

    return compare(before, after)


def difference_text(difference: Difference) -> str:
    """The difference as the comment on a pull request, in Markdown."""
    from exitkit.scan.compare import markdown

    return markdown(difference)
