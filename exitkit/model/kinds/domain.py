"""A DNS zone and its records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field, JsonValue, StringConstraints, model_validator

from exitkit.model.base import Frozen, Slug
from exitkit.model.capability import Capability
from exitkit.model.kinds.base import ComponentBase, Find, Misfit, output, said
from exitkit.model.kinds.service import Service
from exitkit.model.placement import FromModules, Input

HostName = Annotated[str, StringConstraints(pattern=r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$", max_length=253)]
Label = Annotated[str, StringConstraints(pattern=r"^(@|[a-z0-9_*]([a-z0-9_.-]*[a-z0-9])?)$", max_length=200)]


def _either(*given: str) -> dict[str, JsonValue]:
    """Said of some fields in a schema: these are given, and the others are not."""
    kinds: dict[str, JsonValue] = {
        name: {"type": "string" if name in given else "null"} for name in ("to", "type", "value")
    }
    return {"required": list(given), "properties": kinds}


class Record(Frozen):
    """One name in a zone: where a service is, or a record as it stands."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [_either("to"), _either("type", "value")]})

    to: Slug | None = Field(None, description="The service it leads to.", json_schema_extra={"refers-to": ["service"]})
    type: Literal["A", "AAAA", "CNAME", "TXT", "MX"] | None = Field(None, description="Type of a record given whole.")
    value: Annotated[str, StringConstraints(pattern=r"^[ -~]+$", max_length=255)] | None = Field(
        None, description="What a record given whole says."
    )
    ttl: int = Field(300, ge=60, le=86400, description="Seconds it may be remembered; what is kept short moves fast.")

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Record:
        if (self.to is None) == (self.type is None and self.value is None) or (self.type is None) != (
            self.value is None
        ):
            raise ValueError("a record says `to` and a service, or `type` and `value`")
        return self


def first_records(domain: Domain) -> tuple[str, ...]:
    """The records that a zone is given whole, as lines of a zone file; those of services are written as they start."""
    given = ((label, record) for label, record in domain.records.items() if record.to is None)
    return tuple(
        f"{domain.zone if label == '@' else f'{label}.{domain.zone}'}. {record.ttl} {record.type} {_text(record)}"
        for label, record in given
    )


def _text(record: Record) -> str:
    """What a record says, as a zone file writes it."""
    value = record.value or ""
    if record.type == "TXT":
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if record.type in ("CNAME", "MX") and not value.endswith("."):
        return value + "."
    return value


class Domain(ComponentBase):
    """A DNS zone and its records; with `hosted: false` the zone is held elsewhere, and what to write there is told."""

    tells: ClassVar = {"id": "id", "name_servers": "name_servers", "names": "names"}

    kind: Literal["domain"]
    zone: HostName = Field(description="The zone, such as shop.example.")
    hosted: bool = Field(True, description="This cloud is to hold the zone.")
    records: dict[Label, Record] = Field(
        default_factory=dict, max_length=200, description="Records by label; @ is the zone itself."
    )

    def capabilities(self) -> tuple[Capability, ...]:
        """A zone, records, and names that lead to services, as asked for; nothing where it is held elsewhere."""
        if not self.hosted:
            return ()
        wanted = [Capability.DOMAIN_ZONE]
        if any(record.to is None for record in self.records.values()):
            wanted.append(Capability.DOMAIN_RECORDS)
        if any(record.to is not None for record in self.records.values()):
            wanted.append(Capability.DOMAIN_ALIAS)
        return tuple(wanted)

    def charges(self) -> tuple[str, ...]:
        """What one of it costs a month."""
        return ("domain",) if self.hosted else ()

    def inputs(self, find: Find) -> dict[str, Input]:  # noqa: ARG002 - asked of every kind
        """The zone, its records, and the entries of services."""
        plain: dict[str, JsonValue] = {
            label: {"type": record.type, "target": record.value, "ttl": record.ttl}
            for label, record in self.records.items()
            if record.to is None
        }
        inputs = said(zone=self.zone, hosted=self.hosted, records=plain or None)
        services = {label: output(record.to, "entry") for label, record in self.records.items() if record.to}
        return inputs | ({"services": FromModules(outputs=services)} if services else {})

    def misfits(self, find: Find) -> Iterator[Misfit]:
        """A name cannot lead to a worker, and the zone itself cannot be another name."""
        if (itself := self.records.get("@")) is not None and itself.type == "CNAME":
            yield Misfit("records", "`@` cannot be a CNAME: the zone itself is no other name")
        for label, record in self.records.items():
            service = find(record.to) if record.to else None
            if isinstance(service, Service) and not service.public:
                yield Misfit("records", f"`{label}` leads to `{record.to}`, which answers nobody (`public: false`)")
