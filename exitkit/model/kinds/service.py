"""A service: a fleet of machines that run one container image behind a load balancer."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, JsonValue, StringConstraints

from exitkit.model.base import Frozen, Slug
from exitkit.model.capability import Capability
from exitkit.model.kinds.base import ComponentBase
from exitkit.units import Bytes

UrlPath = Annotated[str, StringConstraints(pattern=r"^/[^\s?#]*$")]


class Canary(Frozen):
    """A write that a client may repeat and read back: how a rehearsal sees outage and loss.

    `{n}` in a text of the body becomes the number of the write; `{identifier}` in `read` what the answer named.
    """

    write: UrlPath = Field(description="Path that a JSON body is posted to.")
    body: dict[str, JsonValue] = Field(description="The body; {n} in a text becomes the number of the write.")
    identifier: str = Field("identifier", description="Field of the answer that names what was written.")
    read: Annotated[str, StringConstraints(pattern=r"^/.*\{identifier\}.*$")] = Field(
        description="Path that gives it back, with {identifier} in it."
    )


class Service(ComponentBase):
    """A fleet of machines that run one container image behind a load balancer."""

    kind: Literal["service"]
    image: Annotated[str, StringConstraints(pattern=r"^[\w./:@-]+$")] = Field(description="Container image to run.")
    replicas: int = Field(2, ge=1, le=50, description="How many machines run it.")
    network: Slug = Field(description="The network its machines join.")
    port: int = Field(8080, ge=1, le=65535, description="Port the container listens on.")
    health: UrlPath = Field("/healthz", description="Path that answers 200 when the service is well.")
    hostname: Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]*$")] = Field(
        "", description="Name its users know it by."
    )
    tls: bool = Field(True, description="Serve over HTTPS.")
    cpus: int = Field(2, ge=1, le=64, description="Virtual processors per machine.")
    memory: Bytes = Field(Bytes(4 * 2**30), description="Memory per machine.")
    uses: tuple[Slug, ...] = Field((), description="Buckets and databases it works with.")
    environment: dict[str, str] = Field(default_factory=dict, description="Settings that are not secret.")
    canary: Canary | None = Field(None, description="A write that a client may repeat and read back.")

    def needs(self) -> tuple[Slug, ...]:
        """Its network, and what it works with."""
        return (self.network, *self.uses)

    def capabilities(self) -> tuple[Capability, ...]:
        """Running behind a health-checked balancer always; replicas, TLS and an identity as asked for."""
        wanted = [Capability.SERVICE_RUN, Capability.SERVICE_BALANCER, Capability.SERVICE_HEALTH]
        if self.replicas > 1:
            wanted += [Capability.SERVICE_REPLICAS, Capability.SERVICE_REPLACEMENT]
        if self.tls:
            wanted.append(Capability.SERVICE_TLS)
        if self.uses:
            wanted.append(Capability.SERVICE_IDENTITY)
        return tuple(wanted)
