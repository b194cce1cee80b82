"""A Kubernetes cluster."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints, model_validator

from exitkit.model.base import Frozen, Slug
from exitkit.model.capability import Capability
from exitkit.model.kinds.base import ComponentBase, Find, Shape, output, said
from exitkit.model.placement import Input
from exitkit.units import Bytes


class Nodes(Frozen):
    """The machines of a cluster."""

    least: int = Field(2, alias="min", ge=1, le=100, description="Fewest machines.")
    most: int = Field(4, alias="max", ge=1, le=100, description="Most machines.")
    cpus: int = Field(2, ge=1, le=64, description="Virtual processors per machine.")
    memory: Bytes = Field(Bytes(8 * 2**30), description="Memory per machine.")

    @model_validator(mode="after")
    def _in_order(self) -> Nodes:
        if self.least > self.most:
            raise ValueError(f"at least {self.least} and at most {self.most} machines is no range")
        return self


class Cluster(ComponentBase):
    """A managed Kubernetes cluster on a private network."""

    tells: ClassVar = {"id": "id", "endpoint": "endpoint"}

    kind: Literal["cluster"]
    release: Annotated[str, StringConstraints(pattern=r"^1\.[0-9]{2}$")] = Field(
        description='Minor version of Kubernetes, in quotes, such as "1.32".'
    )
    network: Slug = Field(description="The network its machines join.", json_schema_extra={"refers-to": ["network"]})
    nodes: Nodes = Field(Nodes(), description="Its machines: how many, and how large.")

    def capabilities(self) -> tuple[Capability, ...]:
        """Kubernetes and identities for what runs in it always; growing and shrinking as asked for."""
        wanted = (Capability.CLUSTER_KUBERNETES, Capability.CLUSTER_IDENTITY)
        return (*wanted, Capability.CLUSTER_AUTOSCALING) if self.nodes.most > self.nodes.least else wanted

    def charges(self) -> tuple[str, ...]:
        """What one of it costs a month."""
        return ("kubernetes",)

    def inputs(self, find: Find) -> dict[str, Input]:  # noqa: ARG002 - asked of every kind
        """Its version and machines; their size is spelled in a cloud's own words."""
        inputs: dict[str, Input] = {"network": output(self.network, "attachment")}
        return inputs | said(release=self.release, size=None, nodes_min=self.nodes.least, nodes_max=self.nodes.most)

    def shape(self) -> Shape:
        """Its machines, as many as there always are."""
        return Shape("machines", self.nodes.cpus, self.nodes.memory, count=self.nodes.least)
