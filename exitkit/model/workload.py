"""What must keep running, said without naming any cloud."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, TypeVar, get_args

from pydantic import Field

from exitkit.model.base import Frozen, Slug
from exitkit.model.capability import Capability
from exitkit.model.finding import Suppression
from exitkit.model.kinds.alarm import Alarm
from exitkit.model.kinds.bucket import Bucket
from exitkit.model.kinds.cache import Cache
from exitkit.model.kinds.cluster import Cluster
from exitkit.model.kinds.domain import Domain
from exitkit.model.kinds.key import Key
from exitkit.model.kinds.network import Network
from exitkit.model.kinds.postgres import Postgres
from exitkit.model.kinds.queue import Queue
from exitkit.model.kinds.secret import Secret
from exitkit.model.kinds.service import Service
from exitkit.model.mirror import Mirror
from exitkit.units import Duration

# A new kind is one file in kinds/ and one name here.
AnyKind = Network | Service | Bucket | Postgres | Queue | Secret | Key | Domain | Alarm | Cache | Cluster
Component = Annotated[AnyKind, Field(discriminator="kind")]

KINDS: dict[str, type[AnyKind]] = {
    get_args(kind.model_fields["kind"].annotation)[0]: kind for kind in get_args(AnyKind)
}
"""The kinds, by the word a user writes."""

K = TypeVar("K", bound=Frozen)


class Objectives(Frozen):
    """What the owner of the workload asks of an exit."""

    outage: Duration | None = Field(None, description="Longest outage.")
    data_loss: Duration | None = Field(None, alias="data-loss", description="Most data lost, as time.")
    leave_within: Duration | None = Field(None, alias="leave-within", description="Time to be gone.")
    stay_in: tuple[str, ...] = Field((), alias="stay-in", description="Where data may live, such as [EU].")


class Workload(Frozen):
    """What must keep running; each component comes after the ones it needs."""

    name: Slug
    components: tuple[Component, ...]
    objectives: Objectives = Objectives()
    accept: tuple[Suppression, ...] = ()
    mirror: Mirror | None = None

    def component(self, name: str) -> Component:
        """The component of that name. Raises KeyError."""
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> dict[str, Component]:
        return {component.name: component for component in reversed(self.components)}

    def of(self, kind: type[K]) -> tuple[K, ...]:
        """The components of one kind, in order."""
        return tuple(component for component in self.components if isinstance(component, kind))

    def capabilities(self) -> tuple[tuple[str, Capability], ...]:
        """Every capability each component needs, as (component, capability)."""
        return tuple((part.name, capability) for part in self.components for capability in part.capabilities())
