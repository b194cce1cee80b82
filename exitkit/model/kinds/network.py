"""A private network that other components join."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints, field_validator

from exitkit.model.capability import Capability
from exitkit.model.kinds.base import ComponentBase, Find, said
from exitkit.model.placement import Input


class Network(ComponentBase):
    """A private network with a way out to the internet."""

    tells: ClassVar = {"id": "id", "cidr": "cidr"}

    kind: Literal["network"]
    cidr: Annotated[str, StringConstraints(strip_whitespace=True)] = Field(
        "10.20.0.0/16", description="The private address range, a /16 to /20 such as 10.20.0.0/16."
    )

    @field_validator("cidr")
    @classmethod
    def _private_and_roomy(cls, value: str) -> str:
        try:
            network = IPv4Network(value)
        except ValueError as error:
            raise ValueError(f"{value!r} is not an address range such as '10.20.0.0/16' ({error})") from error
        if not network.is_private:
            raise ValueError(f"{value} is public address space; use a private range such as 10.20.0.0/16")
        if not 16 <= network.prefixlen <= 20:
            raise ValueError(f"a /{network.prefixlen} cannot be cut into subnets on every cloud; use a /16 to a /20")
        return value

    def capabilities(self) -> tuple[Capability, ...]:
        """A network is private and lets its members out."""
        return (Capability.NETWORK_PRIVATE, Capability.NETWORK_EGRESS)

    def charges(self) -> tuple[str, ...]:
        """What one of it costs a month."""
        return ("gateway",)

    def inputs(self, find: Find) -> dict[str, Input]:  # noqa: ARG002 - asked of every kind
        """Its range."""
        return said(cidr=self.cidr)
