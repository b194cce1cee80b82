"""Scan what exists: an inventory of an estate, without credentials, and the draft of its workload."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from exitkit import __version__
from exitkit.model.inventory import Inventory


def scan(
    folder: Path,
    *,
    spend: Path | None = None,
    cache: Path | None = None,
    workers: int | None = None,
    today: date | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Inventory:
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
    gathered = gather(
        folder, walk(folder), stores=stores_of(tables), cache=kept, workers=workers, progress=progress
    )
    root = shown(folder.resolve().name)
    setting = Setting(root, __version__, today or datetime.now(UTC).date(), bill)
    return inventory(gathered, told_of(gathered, tables), tables, setting)
