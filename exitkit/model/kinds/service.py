"""A service: a fleet of machines that run one container image, behind a load balancer or, as a worker, behind none."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, JsonValue, StringConstraints, model_validator

from exitkit.model.base import Frozen, Slug
from exitkit.model.capability import Capability
from exitkit.model.kinds.base import ComponentBase, Find, Shape, output, prefix, said, variable
from exitkit.model.placement import FromModules, FromRoot, Input, Literally
from exitkit.units import Bytes, Duration

UrlPath = Annotated[str, StringConstraints(pattern=r"^/[^\s?#]*$")]


class Canary(Frozen):
    """A write that a client may repeat and read back: how a rehearsal sees outage and loss.

    `{n}` in a text of the body becomes the number of the write; `{identifier}` in `read` what the answer named. Every
    write is sent with an Idempotency-Key; where a write has no answer, `find` tells by that key whether it is there.
    """

    write: UrlPath = Field(description="Path that a JSON body is posted to.")
    body: dict[str, JsonValue] = Field(description="The body; {n} in a text becomes the number of the write.")
    identifier: str = Field("identifier", description="Field of the answer that names what was written.")
    read: Annotated[str, StringConstraints(pattern=r"^/.*\{identifier\}.*$")] = Field(
        description="Path that gives it back, with {identifier} in it."
    )
    find: Annotated[str, StringConstraints(pattern=r"^/.*\{key\}.*$")] | None = Field(
        None,
        description="Path that finds a write by its Idempotency-Key, with {key} in it: 200 if there, else 404.",
    )


class AcceptanceProbe(Frozen):
    """A question whose answer tells whether a service is acceptable where it runs: a path to get, and what it says."""

    path: UrlPath = Field(description="Path that is asked for with GET.")
    status: int = Field(200, ge=100, le=599, description="Status it has to answer; no redirect is followed.")
    contains: Annotated[str, StringConstraints(max_length=200)] = Field(
        "", description="Text that has to be in the answer's first MiB."
    )
    within: Duration | None = Field(None, description="Longest time the whole answer may take.")


class Service(ComponentBase):
    """A fleet of machines that run one container image, behind a load balancer unless it is a worker."""

    tells: ClassVar = {"address": "address", "url": "url"}

    kind: Literal["service"]
    image: Annotated[str, StringConstraints(pattern=r"^[\w./:@-]+$")] = Field(description="Container image to run.")
    replicas: int = Field(2, ge=1, le=50, description="How many machines run it.")
    network: Slug = Field(description="The network its machines join.", json_schema_extra={"refers-to": ["network"]})
    public: bool = Field(True, description="Answer the public; false is a worker: no load balancer, no address.")
    port: int = Field(8080, ge=1, le=65535, description="Port the container listens on.")
    health: UrlPath = Field("/healthz", description="Path that answers 200 when the service is well.")
    hostname: Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]*$")] = Field(
        "", description="Name its users know it by."
    )
    tls: bool = Field(True, description="Serve over HTTPS.")
    cpus: int = Field(2, ge=1, le=64, description="Virtual processors per machine.")
    memory: Bytes = Field(Bytes(4 * 2**30), description="Memory per machine.")
    uses: tuple[Slug, ...] = Field(
        (),
        description="Buckets, databases, caches, queues, secrets and keys it works with.",
        json_schema_extra={"refers-to": ["bucket", "postgres", "cache", "queue", "secret", "key"]},
    )
    environment: dict[str, str] = Field(default_factory=dict, description="Settings that are not secret.")
    canary: Canary | None = Field(None, description="A write that a client may repeat and read back.")
    probes: tuple[AcceptanceProbe, ...] = Field(
        (), max_length=20, description="What it has to answer, at the source before the switch and at the target after."
    )

    @model_validator(mode="after")
    def _can_be_asked(self) -> Service:
        if self.probes and not self.public:
            raise ValueError("a worker answers nobody, so no probe can be asked; take `probes` away")
        return self

    def capabilities(self) -> tuple[Capability, ...]:
        """Running always; a health-checked balancer unless it is a worker; the rest as asked for."""
        wanted = [Capability.SERVICE_RUN]
        if self.public:
            wanted += [Capability.SERVICE_BALANCER, Capability.SERVICE_HEALTH]
        else:
            wanted.append(Capability.SERVICE_PRIVATE)
        if self.replicas > 1:
            wanted += [Capability.SERVICE_REPLICAS, Capability.SERVICE_REPLACEMENT]
        if self.public and self.tls:
            wanted.append(Capability.SERVICE_TLS)
        if self.uses:
            wanted += [Capability.SERVICE_IDENTITY, Capability.SERVICE_SECRETS]
        return tuple(wanted)

    def charges(self) -> tuple[str, ...]:
        """What one of it costs a month."""
        return ("load-balancer", "public-address") if self.public else ()

    def inputs(self, find: Find) -> dict[str, Input]:
        """What it runs, and the access to everything it uses, by the prefix of its variables."""
        inputs: dict[str, Input] = {"network": output(self.network, "attachment")}
        inputs |= said(
            image=self.image,
            size=None,
            replicas=self.replicas,
            port=self.port,
            health_path=self.health,
            hostname=self.hostname,
            public=None if self.public else False,
        )
        if self.public and self.tls:
            inputs["certificate"] = FromRoot(expression=f"var.{certificate_variable(self)}")
        if self.environment:
            inputs["environment"] = Literally(value=dict(self.environment))
        for word in ("databases", "buckets", "caches", "queues", "secrets", "keys"):
            used = {prefix(name): output(name, "access") for name in self.uses if find(name).used_as == word}
            if used:
                inputs[word] = FromModules(outputs=used)
        return inputs

    def shape(self) -> Shape:
        """Its machines."""
        return Shape("machines", self.cpus, self.memory, count=self.replicas)


def certificate_variable(service: Service) -> str:
    """The variable of the root that names a service's certificate."""
    return variable(service.name, "certificate")
