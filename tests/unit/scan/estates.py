"""Small estates to scan, made of a few lines each."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from exitkit.api.scanned import Scanned, scan
from exitkit.model.inventory import Inventory, Resource

TODAY = date(2026, 11, 21)


def lay(folder: Path, files: dict[str, str | bytes]) -> Path:
    """Write the files; answers the folder."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def scanned(folder: Path, files: dict[str, str | bytes]) -> Scanned:
    """What a scan of these files finds, one at a time and without a memory."""
    return scan(lay(folder, files), today=TODAY, workers=1)


def look(folder: Path, files: dict[str, str | bytes]) -> Inventory:
    """The inventory of these files."""
    return scanned(folder, files).inventory


def only(inventory: Inventory, kind: str) -> Resource:
    """The one resource of a type."""
    [found] = [one for one in inventory.resources if one.type == kind]
    return found


def codes(inventory: Inventory) -> set[str]:
    """The codes of all findings."""
    return {one.code for one in inventory.findings}
