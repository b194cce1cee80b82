"""An encryption key of the workload's owner."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from exitkit.model.capability import Capability
from exitkit.model.custody import Custody
from exitkit.model.kinds.base import ComponentBase, Find, said
from exitkit.model.placement import Input


class Key(ComponentBase):
    """A key that encrypts, kept by the cloud's key service and revocable by its owner."""

    used_as: ClassVar = "keys"

    kind: Literal["key"]
    purpose: Literal["encrypt"] = Field("encrypt", description="What it is for.")
    custody: Custody = Field(
        "K1",
        description="Who holds it: K0 the provider, K1 made in its key service, K2 brought there, K3 external, K4 the "
        "client alone.",
    )
    rotate: bool = Field(True, description="Let the cloud replace its material every year.")
    delete_after_days: int = Field(
        30, alias="delete-after-days", ge=7, le=30, description="Days between asking to delete it and its end."
    )

    protected: bool = Field(True, description="Refuse to delete the key, where the cloud would delete it at once.")

    def capabilities(self) -> tuple[Capability, ...]:
        """Encrypting always; rotation as asked for."""
        wanted = (Capability.KEY_ENCRYPT,)
        return (*wanted, Capability.KEY_ROTATION) if self.rotate else wanted

    def charges(self) -> tuple[str, ...]:
        """What one of it costs a month."""
        return ("key",)

    def inputs(self, find: Find) -> dict[str, Input]:  # noqa: ARG002 - asked of every kind
        """Whether it rotates, how long it lingers, whether it may go."""
        return said(rotate=self.rotate, delete_after_days=self.delete_after_days, deletion_protection=self.protected)
