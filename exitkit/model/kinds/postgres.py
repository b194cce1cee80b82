"""A PostgreSQL database."""

from __future__ import annotations

from decimal import ROUND_CEILING
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from exitkit.model.base import Frozen, Slug
from exitkit.model.capability import Capability
from exitkit.model.kinds.base import ComponentBase, Find, Shape, output, said
from exitkit.model.placement import Input
from exitkit.units import Bytes

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]


_ONE_SELECT = r"^\s*([Ss][Ee][Ll][Ee][Cc][Tt]|[Ww][Ii][Tt][Hh])\b[^;]*$"


class Invariant(Frozen):
    """Something the business knows of its data: a question in SQL that has the same answer on both sides."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=80)] = Field(description="What it is called.")
    sql: Annotated[
        str, StringConstraints(pattern=r"^\s*([Ss][Ee][Ll][Ee][Cc][Tt]|[Ww][Ii][Tt][Hh])\b[^;]*$", max_length=2000)
    ] = Field(description="One SELECT, without a semicolon, in which no order and no clock has a part.")


class Postgres(ComponentBase):
    """A managed PostgreSQL database on a private network."""

    used_as: ClassVar = "databases"
    tells: ClassVar = {"host": "host", "port": "port", "database": "database", "username": "username"}

    kind: Literal["postgres"]
    release: Literal[14, 15, 16, 17, 18] = Field(description="Major version.")
    size: Bytes | None = Field(None, description="How much it holds today; declared, until a rehearsal measures it.")
    network: Slug = Field(description="The network it is reachable on.", json_schema_extra={"refers-to": ["network"]})
    cpus: int = Field(2, ge=1, le=64, description="Virtual processors per node.")
    memory: Bytes = Field(Bytes(8 * 2**30), description="Memory per node.")
    storage: Bytes = Field(Bytes(100 * 2**30), description="Disk per node.")
    standby: bool = Field(False, description="A second node that takes over.")
    backup_days: int = Field(7, alias="backup-days", ge=1, le=30, description="Days that backups are kept.")
    database: Identifier = Field("app", description="Name of the database.")
    username: Identifier = Field("app", description="Name of the role that owns it.")
    key: Slug | None = Field(
        None, description="The key of its owner that it is encrypted with.", json_schema_extra={"refers-to": ["key"]}
    )
    protected: bool = Field(True, description="Refuse to delete the database.")
    invariants: tuple[Invariant, ...] = Field(
        (), max_length=50, description="Questions that have the same answer on both sides of a move."
    )

    def capabilities(self) -> tuple[Capability, ...]:
        """A private, encrypted, backed-up database always; a standby and a key as asked for."""
        wanted = [
            Capability.POSTGRES_DATABASE,
            Capability.POSTGRES_BACKUPS,
            Capability.POSTGRES_ENCRYPTION,
            Capability.POSTGRES_PRIVATE,
        ]
        if self.standby:
            wanted.append(Capability.POSTGRES_STANDBY)
        if self.key:
            wanted.append(Capability.POSTGRES_CUSTOMER_KEY)
        return tuple(wanted)

    def inputs(self, find: Find) -> dict[str, Input]:  # noqa: ARG002 - asked of every kind
        """Where it is reached and what is kept; size and plan are spelled in a cloud's own words."""
        inputs: dict[str, Input] = {"network": output(self.network, "attachment")}
        inputs |= said(
            release=str(self.release),
            size=None,
            plan=None,
            storage_gib=whole_gib(self.storage),
            standby=self.standby,
            backup_days=self.backup_days,
            database=self.database,
            username=self.username,
        )
        if self.key:
            inputs["key"] = output(self.key, "access")
        return inputs | said(deletion_protection=self.protected)

    def shape(self) -> Shape:
        """Its nodes."""
        return Shape("databases", self.cpus, self.memory, count=2 if self.standby else 1)


def whole_gib(size: Bytes) -> int:
    """A size in GiB, rounded up."""
    return int(size.gib.to_integral_value(ROUND_CEILING))
