"""Find a provider by name, without importing the others."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path
from typing import cast

from exitkit.errors import UsageError
from exitkit.ports import Provider

GROUP = "exitkit.providers"
"""The entry-point group of providers that live elsewhere; each entry is an object that is a Provider."""


def names() -> tuple[str, ...]:
    """Every provider there is: folders in the house first, then those installed beside it, by name."""
    inside = {entry.name for entry in files("exitkit").joinpath("providers").iterdir() if _is_provider(entry.name)}
    outside = {entry.name for entry in _outside()}
    return tuple(sorted(inside | outside))


def get(name: str) -> Provider:
    """The provider of that name. Raises UsageError with the nearest name there is."""
    for entry in _outside():
        if entry.name == name:
            return cast("Provider", entry.load())
    if _is_provider(name) and files("exitkit").joinpath("providers", name, "__init__.py").is_file():
        return cast("Provider", import_module(f"exitkit.providers.{name}").PROVIDER)
    near = get_close_matches(name, names(), n=1)
    known = ", ".join(names())
    raise UsageError(
        f"there is no provider `{name}`", hint=f"did you mean `{near[0]}`?" if near else f"providers: {known}"
    )


def folder(name: str) -> Traversable | None:
    """Where a provider keeps its facts, wherever it lives; None where there is none of that name."""
    for entry in _outside():
        spec = find_spec(entry.module) if entry.name == name else None
        if spec is not None and spec.origin is not None:
            return Path(spec.origin).parent
    inside = files("exitkit").joinpath("providers", name)
    return inside if _is_provider(name) and inside.is_dir() else None


@cache
def _outside() -> tuple[EntryPoint, ...]:
    """Looking through everything that is installed takes its time: once is enough."""
    return tuple(entry_points(group=GROUP))


def _is_provider(name: str) -> bool:
    return name.isidentifier() and not name.startswith("_") and name != "claims"
