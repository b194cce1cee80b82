"""Say which exitkit sealed a bundle: its version, and a digest of the code that tells figures from a journal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from exitkit import __version__

_TELLS = ("lockin", "model", "providers", "rehearsal", "report", "placing.py", "units.py")
"""The parts of exitkit that a report follows from; what one of them does differently, a bundle shows."""

_MOST = 40


@cache
def versions() -> dict[str, str]:
    """The version of this exitkit, and its build: the SHA-256 of the code that tells figures, shortened."""
    digest = hashlib.sha256()
    root = files("exitkit")
    for part in _TELLS:
        for name, source in _sources(root.joinpath(part), part):
            body = source.read_bytes()
            digest.update(f"{name}\0{len(body)}\0".encode() + body)
    return {"exitkit": __version__, "build": digest.hexdigest()[:16]}


def _sources(place: Traversable, name: str) -> Iterator[tuple[str, Traversable]]:
    if not place.is_dir():
        yield name, place
        return
    for one in sorted(place.iterdir(), key=lambda each: each.name):
        if one.is_dir() or one.name.endswith(".py"):
            yield from _sources(one, f"{name}/{one.name}")


def another(index: bytes) -> str | None:
    """Which other exitkit an index says it is of, in words; None where it is of this one, or is no index at all.

    It is read before anything else is believed, and believed in nothing but this: whoever changes it only has their
    bundle refused for another reason.
    """
    try:
        told = json.loads(index)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or told.get("kind") != "exitkit evidence":
        return None
    sealed = told.get("versions")
    if not isinstance(sealed, Mapping):
        return f"exitkit {_shown(told.get('exitkit'))}, from before bundles named their build"
    if dict(sealed) == versions():
        return None
    return f"exitkit {_shown(sealed.get('exitkit'))}, build {_shown(sealed.get('build'))}"


def ours() -> str:
    """This exitkit, in the same words."""
    own = versions()
    return f"exitkit {own['exitkit']}, build {own['build']}"


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text[:_MOST] if text.isprintable() else ascii(text)[:_MOST]
