"""The modules that `terraform init` has put beside a root: which there are, by its manifest, and where they lie."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from posixpath import normpath
from typing import Any

from exitkit.scan.limits import MIB, MOST_MODULES

MANIFEST = ".terraform/modules/modules.json"
LARGEST_MANIFEST = 4 * MIB


def of(document: Any, at: str) -> dict[str, str]:  # noqa: ANN401 - whatever a manifest holds
    """The folder of each module call below the root `at`, such as `vpc.endpoints`; only those that stand below it."""
    entries = document.get("Modules") if isinstance(document, Mapping) else None
    found: dict[str, str] = {}
    for one in entries[:MOST_MODULES] if isinstance(entries, list) else ():
        key, place = (one.get("Key"), one.get("Dir")) if isinstance(one, Mapping) else (None, None)
        if not isinstance(key, str) or not isinstance(place, str) or not key or len(place) > 1000:
            continue
        there = normpath(f"{at}/{place}" if at else place)
        home = f"{at}/.terraform/modules/" if at else ".terraform/modules/"
        if there.startswith(home) and not place.startswith("/"):
            found[key] = there
    return found


def folders(root: Path, at: str) -> tuple[str, ...]:
    """The folders that the manifest of a root names and that are there, none of them behind a link."""
    name = f"{at}/{MANIFEST}" if at else MANIFEST
    try:
        handle = os.open(root / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            told = os.fstat(handle)
            if not stat.S_ISREG(told.st_mode) or told.st_size > LARGEST_MANIFEST or _behind_link(root, name):
                return ()
            document = json.loads(file.read(LARGEST_MANIFEST))
    except (OSError, ValueError, RecursionError):
        return ()
    places = dict.fromkeys(of(document, at).values())
    return tuple(place for place in places if (root / place).is_dir() and not _behind_link(root, place))


def _behind_link(root: Path, name: str) -> bool:
    return any((root / part).is_symlink() for part in _ways(name))


def _ways(name: str) -> Iterator[str]:
    parts = name.split("/")
    yield from ("/".join(parts[:end]) for end in range(1, len(parts) + 1))
