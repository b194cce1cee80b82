"""How a resource becomes a component: which attribute says which field, and in which words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from exitkit.scan.around import Around
from exitkit.scan.proposals import Proposed, lasting, shape, slug
from exitkit.scan.seen import Seen

Worker = Callable[[Seen, Around], Proposed | None]
"""Drafts a component from a resource; None where it is none."""

Said = Callable[[Any], Any]
"""From the value of an attribute to that of a field; None where it does not tell."""

_USUAL = frozenset({"this", "main", "default"})


def named(seen: Seen, kind: str, *paths: str) -> Proposed:
    """A component with the name that its address, its module or an attribute gives it."""
    said = next((value for path in paths if isinstance(value := seen.attributes.get(path), str)), None)
    parts = seen.address.split(".")
    module = parts[-3] if len(parts) > 3 else ""
    name = parts[-1] if parts[-1] not in _USUAL else said or module or kind
    return Proposed(slug(name, kind), kind, f"{seen.file}:{seen.at[0]}", folder=seen.folder)


def take(one: Proposed, seen: Seen, fields: Mapping[str, tuple[str, Said]]) -> None:
    """Take fields from attributes; what an attribute does not tell is left to the default of the model."""
    for wanted, (path, said) in fields.items():
        value = seen.attributes.get(path)
        worth = said(value) if value is not None else None
        if worth is not None:
            one.fields[wanted] = worth
        elif path in seen.references:
            one.remarks.append(f"{wanted} could not be known without running it")


def sized(one: Proposed, size: Any, around: Around) -> None:  # noqa: ANN401 - an attribute
    """Processors and memory of a machine size, or a remark."""
    found = shape(size, around.shapes)
    if found is None:
        one.remarks.append("cpus and memory could not be known; the defaults stand in for them")
    elif one.kind == "cache":
        one.fields["memory"] = found[1]
    elif one.kind == "cluster":
        one.fields.setdefault("nodes", {}).update(cpus=found[0], memory=found[1])
    else:
        one.fields["cpus"], one.fields["memory"] = found


def same(value: Any) -> Any:  # noqa: ANN401 - an attribute
    """As it is."""
    return value


def truth(value: Any) -> bool | None:  # noqa: ANN401 - an attribute
    """True or false."""
    return {"true": True, "false": False}.get(value) if isinstance(value, str) else bool(value)


def gib(value: Any) -> str | None:  # noqa: ANN401 - an attribute
    """A number of GiB."""
    return f"{int(value)} GiB" if _number(value) else None


def mib(value: Any) -> str | None:  # noqa: ANN401 - an attribute
    """A number of MiB."""
    if not _number(value):
        return None
    return f"{int(value) // 1024} GiB" if int(value) % 1024 == 0 else f"{int(value)} MiB"


def major(value: Any) -> int | None:  # noqa: ANN401 - an attribute
    """A major version: the 16 of 16.3, and of POSTGRES_16."""
    found = re.match(r"(?:POSTGRES_)?(\d+)(?:\D|$)", str(value))
    return int(found[1]) if found else None


def minor(value: Any) -> str | None:  # noqa: ANN401 - an attribute
    """A minor version of Kubernetes: the 1.32 of 1.32.4-gke.1."""
    found = re.match(r"v?(1\.\d\d)(?:\D|$)", str(value))
    return found[1] if found else None


def seconds(value: Any) -> str | None:  # noqa: ANN401 - an attribute
    """Seconds, also as `600s` and as ISO 8601 spells them: PT1M, P14D."""
    if _number(value):
        return str(lasting(int(value)))
    if found := re.fullmatch(r"(\d+)s", str(value)):
        return str(lasting(int(found[1])))
    found = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", str(value))
    if found is None or not any(found.groups()):
        return None
    days, hours, minutes, rest = (int(part or 0) for part in found.groups())
    return str(lasting(((days * 24 + hours) * 60 + minutes) * 60 + rest))


def _number(value: Any) -> bool:  # noqa: ANN401 - an attribute
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 10**9


@dataclass(frozen=True)
class Plainly:
    """A type whose attributes say its fields one by one."""

    kind: str
    fields: Mapping[str, tuple[str, Said]] = field(default_factory=dict)
    size: str = ""
    names: tuple[str, ...] = ("name",)
    remark: str = ""
    only: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, seen: Seen, around: Around) -> Proposed | None:
        """The component; None where an attribute says that it is another thing."""
        if any(not re.fullmatch(form, str(seen.attributes.get(path, ""))) for path, form in self.only.items()):
            return None
        one = named(seen, self.kind, *self.names)
        take(one, seen, self.fields)
        if self.size:
            sized(one, seen.attributes.get(self.size), around)
        if self.remark:
            one.remarks.append(self.remark)
        return one
