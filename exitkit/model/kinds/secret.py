"""A secret that services are given."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from exitkit.model.capability import Capability
from exitkit.model.kinds.base import ComponentBase, Find, said, variable
from exitkit.model.placement import FromRoot, Input, RootVariable


class Secret(ComponentBase):
    """A secret whose value no file holds: its owner tells it when applying."""

    used_as: ClassVar = "secrets"

    kind: Literal["secret"]
    description: str = Field("", max_length=200, description="What it is for; never the value.")

    def capabilities(self) -> tuple[Capability, ...]:
        """Keeping it, and changing it."""
        return (Capability.SECRET_STORE, Capability.SECRET_ROTATION)

    def charges(self) -> tuple[str, ...]:
        """What one of it costs a month."""
        return ("secret",)

    def inputs(self, find: Find) -> dict[str, Input]:  # noqa: ARG002 - asked of every kind
        """Its description, and its value from a variable."""
        inputs = said(description=self.description or f"{self.name}, given to services")
        value, edition = (FromRoot(expression=f"var.{variable(self.name, what)}") for what in ("value", "edition"))
        return inputs | {"value": value, "edition": edition}

    def variables(self) -> tuple[RootVariable, ...]:
        """Its value, and how often it was changed: what is written without being read back is not seen to differ."""
        return (
            RootVariable(
                name=variable(self.name, "value"),
                type="string",
                description=f"Value of the secret {self.name}.",
                required=True,
                sensitive=True,
            ),
            RootVariable(
                name=variable(self.name, "edition"),
                type="number",
                description=f"Raise it by one when the value of the secret {self.name} changes.",
                default=1,
            ),
        )
