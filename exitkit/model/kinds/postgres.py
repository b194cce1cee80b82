"""A PostgreSQL database."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from exitkit.model.base import Slug
from exitkit.model.capability import Capability
from exitkit.model.kinds.base import ComponentBase
from exitkit.units import Bytes

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]


class Postgres(ComponentBase):
    """A managed PostgreSQL database on a private network."""

    kind: Literal["postgres"]
    release: Literal[14, 15, 16, 17, 18] = Field(description="Major version.")
    size: Bytes | None = Field(None, description="How much it holds today; declared, until a rehearsal measures it.")
    network: Slug = Field(description="The network it is reachable on.")
    cpus: int = Field(2, ge=1, le=64, description="Virtual processors per node.")
    memory: Bytes = Field(Bytes(8 * 2**30), description="Memory per node.")
    storage: Bytes = Field(Bytes(100 * 2**30), description="Disk per node.")
    standby: bool = Field(False, description="A second node that takes over.")
    backup_days: int = Field(7, alias="backup-days", ge=1, le=30, description="Days that backups are kept.")
    database: Identifier = Field("app", description="Name of the database.")
    username: Identifier = Field("app", description="Name of the role that owns it.")
    protected: bool = Field(True, description="Refuse to delete the database.")

    def needs(self) -> tuple[Slug, ...]:
        """The network it joins."""
        return (self.network,)

    def capabilities(self) -> tuple[Capability, ...]:
        """A private, encrypted, backed-up database always; a standby as asked for."""
        wanted = (
            Capability.POSTGRES_DATABASE,
            Capability.POSTGRES_BACKUPS,
            Capability.POSTGRES_ENCRYPTION,
            Capability.POSTGRES_PRIVATE,
        )
        return (*wanted, Capability.POSTGRES_STANDBY) if self.standby else wanted
