"""Read what was observed outside of exitkit: an invoice, a log of calls, probes of permissions, keys turned off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field, ValidationError

from exitkit.model.base import Frozen
from exitkit.model.inventory import Share

Answer = Literal["allow", "deny"]

SECTIONS = ("spend", "calls", "probes", "key-off")


class Operation(Frozen):
    """One operation of a provider's interface: how often it was called; `answered`: the target answers it as well."""

    name: str
    count: int = Field(ge=0)
    answered: bool | None = None


class Probed(Frozen):
    """One question put to both clouds: may this principal do that to this resource?"""

    principal: str
    action: str
    resource: str
    source: Answer
    target: Answer


class KeyOff(Frozen):
    """What could be read at the target while the source's key service was off."""

    tried: int = Field(ge=1)
    readable: int = Field(ge=0)


class Observed(Frozen):
    """What somebody observed and declares; `spend` is EUR a month by component, `scanned` the shares of a scan.

    `tied` counts, by kind, the places of the source's own names that a scan found written out: endpoint, arn, region.
    """

    spend: dict[str, Decimal] = Field(default_factory=dict)
    calls: tuple[Operation, ...] = ()
    probes: tuple[Probed, ...] = ()
    key_off: KeyOff | None = None
    scanned: tuple[Share, ...] = ()
    scanned_source: str = ""
    tied: dict[str, int] = Field(default_factory=dict)


def observed(table: Mapping[str, Any]) -> Observed:
    """What these sections say. Raises ValueError, naming the section, where one cannot be used."""
    spend, calls, probes = table.get("spend", {}), table.get("calls", {}), table.get("probes", [])
    _shaped(spend, dict, "[spend] holds EUR a month by component: dossiers = 120")
    _shaped(calls, dict, '[calls] holds operations: "s3:PutObject" = { count = 1200, answered = true }')
    _shaped(probes, list, "[[probes]] holds principal, action, resource, source and target")
    off = table.get("key-off")
    if off is not None:
        _shaped(off, dict, "[key-off] holds tried and readable")
    found = Observed(
        spend=dict(_spend(spend)),
        calls=tuple(_each(Operation, "calls", name, {"name": name, **_row(row)}) for name, row in calls.items()),
        probes=tuple(_each(Probed, "probes", str(number), _row(row)) for number, row in enumerate(probes, start=1)),
        key_off=_each(KeyOff, "key-off", "", off) if off is not None else None,
    )
    if found.key_off is not None and found.key_off.readable > found.key_off.tried:
        raise ValueError("[key-off]: more was readable than was tried")
    return found


def _spend(rows: Mapping[str, Any]) -> Iterator[tuple[str, Decimal]]:
    for name, value in rows.items():
        if (
            isinstance(value, bool)
            or not isinstance(value, int | Decimal)
            or not Decimal(value).is_finite()
            or value < 0
        ):
            raise ValueError(f"[spend]: {name} is no amount of euros a month")
        yield name, Decimal(value)


def _row(row: object) -> dict[str, Any]:
    return dict(row) if isinstance(row, dict) else {"count": row}


def _shaped(value: object, kind: type, words: str) -> None:
    if not isinstance(value, kind):
        raise ValueError(words)  # noqa: TRY004 - what is wrong is a file, not a type


def _each(kind: Any, section: str, name: str, row: Mapping[str, Any]) -> Any:  # noqa: ANN401 - one of the kinds above
    try:
        return kind.model_validate(row)
    except ValidationError as error:
        one = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in (name, *one["loc"]) if part != "")
        raise ValueError(f"[{section}]: {where}: {one['msg'].lower()}") from error
