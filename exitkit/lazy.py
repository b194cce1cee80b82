"""Let a package offer many names and load a module only when one of its names is asked for."""

from __future__ import annotations

import ast
from collections.abc import Callable
from importlib import import_module
from pathlib import Path


def attributes(package: str, file: str) -> Callable[[str], object]:
    """A `__getattr__` for the package in that file: its names are those it imports `if TYPE_CHECKING`, told once."""
    places: dict[str, tuple[str, str]] = {}

    def found(name: str) -> object:
        if not places:
            places.update(_promised(Path(file)))
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module, original = places[name]
        return getattr(import_module(module), original)

    return found


def _promised(file: Path) -> dict[str, tuple[str, str]]:
    """Where each name that is imported for the type checker comes from, and what it is called there."""
    return {
        name.asname or name.name: (one.module or "", name.name)
        for block in ast.parse(file.read_bytes()).body
        if isinstance(block, ast.If) and isinstance(block.test, ast.Name) and block.test.id == "TYPE_CHECKING"
        for one in block.body
        if isinstance(one, ast.ImportFrom)
        for name in one.names
    }
