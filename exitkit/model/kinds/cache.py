"""A cache that speaks the protocol of Valkey."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from exitkit.model.base import Slug
from exitkit.model.capability import Capability
from exitkit.model.kinds.base import ComponentBase, Find, Shape, output, said
from exitkit.model.placement import Input
from exitkit.units import Bytes


class Cache(ComponentBase):
    """A managed Valkey on a private network; what it holds may be lost."""

    used_as: ClassVar = "caches"
    tells: ClassVar = {"host": "host", "port": "port"}

    kind: Literal["cache"]
    release: Literal["7.2", "8.0"] = Field("8.0", description='Version of Valkey, in quotes, such as "8.0".')
    network: Slug = Field(description="The network it is reachable on.", json_schema_extra={"refers-to": ["network"]})
    memory: Bytes = Field(Bytes(2**30), description="Memory per node.")
    replicas: int = Field(0, ge=0, le=5, description="Further nodes that hold the same.")

    def capabilities(self) -> tuple[Capability, ...]:
        """An encrypted cache always; replicas as asked for."""
        wanted = (Capability.CACHE_STORE, Capability.CACHE_ENCRYPTION)
        return (*wanted, Capability.CACHE_REPLICAS) if self.replicas else wanted

    def inputs(self, find: Find) -> dict[str, Input]:  # noqa: ARG002 - asked of every kind
        """Where it is reached; size and plan are spelled in a cloud's own words."""
        inputs: dict[str, Input] = {"network": output(self.network, "attachment")}
        return inputs | said(release=self.release, size=None, plan=None, replicas=self.replicas)

    def shape(self) -> Shape:
        """Its nodes; what counts is memory."""
        return Shape("caches", 1, self.memory, count=1 + self.replicas)
