"""Parts of a workload, as far as they were understood: what each holds, and what could not be said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from exitkit.model.workload import KINDS
from exitkit.scan.text import shown

_CONTEXT = {"network": "net"}


@dataclass
class Proposed:
    """One component as drafted; `covers` are the addresses it stands for."""

    name: str
    kind: str
    place: str
    fields: dict[str, Any] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    covers: set[str] = field(default_factory=set)
    joins: list[str] = field(default_factory=list)
    works_with: list[str] = field(default_factory=list)


def slug(text: str, otherwise: str) -> str:
    """A short name out of any text: lower case letters, digits and hyphens."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()[:200]).strip("-")
    plain = re.sub(r"^[^a-z]+", "", plain)[:38].strip("-")
    return f"{plain}-{otherwise}" if plain in _YAML_WORDS else plain or otherwise


_YAML_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def unique(proposed: Iterable[Proposed]) -> None:
    """Give every component a name of its own; the first keeps the one it has."""
    taken: set[str] = set()
    for one in proposed:
        name, number = one.name, 1
        while name in taken:
            number += 1
            name = f"{one.name[:36].rstrip('-')}-{number}"
        if name != one.name:
            one.remarks.append(f"called {one.name} in the source, as another is")
        one.name = name
        taken.add(name)


def sound(one: Proposed) -> bool:
    """Leave out the fields the model refuses, each with a remark; false where what it needs is missing."""
    for _ in range(len(one.fields) + 1):
        wrong = _wrong(one)
        if not wrong:
            return True
        removed = False
        for name, why in wrong.items():
            if name in one.fields:
                one.remarks.append(f"{name}: {why}; the source says {shown(str(one.fields.pop(name)), 60)}")
                removed = True
            else:
                one.remarks.append(f"{name} is needed, and stands nowhere in the source")
        if not removed:
            return False
    return False


def _wrong(one: Proposed) -> dict[str, str]:
    model = KINDS[one.kind]
    context = {name: value for name, value in _CONTEXT.items() if name in model.model_fields}
    try:
        model.model_validate({"name": "x", "kind": one.kind, **context, **one.fields})
    except ValidationError as errors:
        return {str(error["loc"][0]): error["msg"].removeprefix("Value error, ") for error in errors.errors()}
    return {}


def shape(size: Any, shapes: Iterable[Mapping[str, str]]) -> tuple[int, int] | None:  # noqa: ANN401
    """Processors and GiB of a machine size; None where the name tells nothing."""
    if not isinstance(size, str):
        return None
    for row in shapes:
        if re.fullmatch(row["pattern"], size):
            return int(row["cpus"]), int(row["gib"])
    return None
