"""Parts of a workload, as far as they were understood: what each holds, and what could not be said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from exitkit.model.workload import KINDS, AnyKind
from exitkit.scan.evaluate import Unknown
from exitkit.scan.text import shown
from exitkit.units import Duration

Shapes = Sequence[Mapping[str, str]]
"""Machine sizes: a `pattern` of the name, `cpus`, and `gib` of memory."""

_NAMES = {"network": "net", "on": "watched"}
"""Stands in for the component that a field names, while the rest of its fields are tried."""

_SLUG = re.compile(r"[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?")


@dataclass
class Proposed:
    """One component as drafted.

    `covers` are the addresses it stands for, in the root `folder`. `links` lead from a field to the addresses it may
    name, `leads` from a label of `records` to those of its service; `works_with` are the addresses of what it uses.
    """

    name: str
    kind: str
    place: str
    covers: set[str] = field(default_factory=set)
    fields: dict[str, Any] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    links: dict[str, list[str]] = field(default_factory=dict)
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    leads: dict[str, list[str]] = field(default_factory=dict)
    works_with: list[str] = field(default_factory=list)
    folder: str = ""


def slug(text: str, otherwise: str) -> str:
    """A short name out of any text: lower case letters, digits and hyphens; what is one already stays."""
    if _SLUG.fullmatch(text):
        return text
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()[:200]).strip("-")
    return re.sub(r"^[^a-z]+", "", plain)[:38].strip("-") or otherwise


def unique(proposed: Iterable[Proposed]) -> None:
    """Give every component a name of its own; the first keeps the one it has."""
    taken: dict[str, int] = {}
    for one in proposed:
        name = one.name
        while name in taken:
            taken[one.name] = taken.get(one.name, 1) + 1
            name = f"{one.name[:34].rstrip('-')}-{taken[one.name]}"
        if name != one.name:
            one.remarks.append(f"called {one.name} in the source, as another is")
        one.name = name
        taken.setdefault(name, 1)


def sound(one: Proposed) -> bool:
    """Leave out the fields the model refuses, each with a remark; false where what it needs is missing."""
    for name in [name for name, value in one.fields.items() if not known(value)]:
        one.remarks.append(f"{name} could not be known without running it")
        del one.fields[name]
    for _ in range(len(one.fields) + 1):
        wrong = _wrong(one)
        if not wrong:
            _strictly(one)
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


def _strictly(one: Proposed) -> None:
    """Numbers and truths as such, where the source has them as texts: a workload is read strictly."""
    made = model(one)
    for name, known_as in type(made).model_fields.items():
        worth, wanted = getattr(made, name), known_as.alias or name
        if wanted in one.fields and type(worth) in {bool, int, float}:
            one.fields[wanted] = worth


def model(one: Proposed) -> AnyKind:
    """The component of the model. Raises ValidationError where a field is refused."""
    kind = KINDS[one.kind]
    fields = kind.model_fields
    names = {name: value for name, value in _NAMES.items() if name in fields and fields[name].is_required()}
    return kind.model_validate({"name": one.name, "kind": one.kind, **names, **one.fields})


def _wrong(one: Proposed) -> dict[str, str]:
    try:
        model(one)
    except ValidationError as errors:
        return {str(error["loc"][0]): error["msg"].removeprefix("Value error, ") for error in errors.errors()}
    return {}


def known(value: Any) -> bool:  # noqa: ANN401 - a value of Terraform
    """Whether nothing in a value is unknown."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and known(one) for key, one in value.items())
    if isinstance(value, list):
        return all(known(one) for one in value)
    return not isinstance(value, Unknown)


def lasting(seconds: Any) -> Any:  # noqa: ANN401 - a value of Terraform
    """Seconds as a person would say them, where that says all of them; what is no number stays as it is."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0 or seconds % 1:
        return seconds
    said = str(Duration(int(seconds)))
    return said if Duration.parse(said) == seconds else f"{int(seconds)} s"


def shape(size: Any, shapes: Shapes) -> tuple[int, str] | None:  # noqa: ANN401 - a value of Terraform
    """Processors and memory of a machine size; None where the name tells nothing."""
    if not isinstance(size, str):
        return None
    for row in shapes:
        if re.fullmatch(row["pattern"], size):
            gib = float(row["gib"])
            return int(row["cpus"]), f"{int(gib)} GiB" if gib.is_integer() else f"{int(gib * 1024)} MiB"
    return None
