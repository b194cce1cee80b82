"""Somebody who changes a bundle, and covers their tracks as far as they can."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from exitkit.model.journal import FIRST, Entry
from exitkit.report import bundle as bundles
from exitkit.report.bundle import INDEX, Index, Item, of_bytes

Files = dict[str, bytes]


def read(file: Path) -> Files:
    """Everything in a bundle."""
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write(files: Files, out: Path) -> Path:
    """A bundle as exitkit writes it."""
    with out.open("wb") as target:
        bundles.write({name: of_bytes(body) for name, body in files.items()}, target)
    return out


def indexed(files: Files, **changed: Any) -> Files:
    """With an index and sums that fit, and some of the index changed."""
    old = json.loads(files[INDEX])
    bare = {name: body for name, body in files.items() if name not in (INDEX, "SHA256SUMS")}
    items = [bundles.item(name, of_bytes(body)) for name, body in sorted(bare.items())]
    bare["SHA256SUMS"] = bundles.sums(items)
    items.append(bundles.item("SHA256SUMS", of_bytes(bare["SHA256SUMS"])))
    whole = {**old, **changed, "files": [one.model_dump() for one in sorted(items, key=_path)]}
    bare[INDEX] = Index.model_validate(whole).canonical() + b"\n"
    return bare


def _path(one: Item) -> str:
    return one.path


def chained(entries: list[dict[str, Any]]) -> tuple[bytes, dict[str, Any]]:
    """A journal in which every entry names the one before it, and what an index says of it."""
    previous, lines = FIRST, []
    for number, one in enumerate(entries):
        entry = Entry.model_validate({**one, "seq": number, "previous": previous})
        previous = entry.digest
        lines.append(entry.canonical() + b"\n")
    return b"".join(lines), {"journal": previous, "entries": len(lines)}


def journal(files: Files) -> list[dict[str, Any]]:
    """The entries."""
    return [json.loads(line) for line in files["journal.jsonl"].splitlines()]


def edited(body: bytes, change: Callable[[Any], None]) -> bytes:
    """A JSON file with something changed, written as exitkit writes it."""
    value = json.loads(body)
    change(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
