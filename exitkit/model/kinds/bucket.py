"""A bucket of objects."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from exitkit.model.capability import Capability
from exitkit.model.kinds.base import ComponentBase
from exitkit.units import Bytes


class Bucket(ComponentBase):
    """A bucket of objects, private and encrypted at rest."""

    kind: Literal["bucket"]
    size: Bytes | None = Field(None, description="How much it holds today; declared, until a rehearsal measures it.")
    objects: int | None = Field(None, ge=0, description="How many objects it holds today.")
    versions: bool = Field(False, description="Keep earlier versions of an object.")
    retain_days: int = Field(0, alias="retain-days", ge=0, le=36500, description="Days an object may not be deleted.")
    archive_after_days: int = Field(
        0, alias="archive-after-days", ge=0, le=36500, description="Days until infrequent access storage; 0 is never."
    )
    expire_noncurrent_days: int = Field(
        0, alias="expire-noncurrent-days", ge=0, le=36500, description="Days an old version is kept; 0 is for ever."
    )
    protected: bool = Field(True, description="Refuse to delete the bucket while it holds objects.")

    def capabilities(self) -> tuple[Capability, ...]:
        """Storing, encryption and privacy always; the rest as asked for."""
        wanted = [Capability.OBJECT_STORE, Capability.OBJECT_ENCRYPTION, Capability.OBJECT_PRIVATE]
        if self.versions or self.retain_days:
            wanted.append(Capability.OBJECT_VERSIONS)
        if self.retain_days:
            wanted.append(Capability.OBJECT_RETENTION)
        if self.archive_after_days or self.expire_noncurrent_days:
            wanted.append(Capability.OBJECT_LIFECYCLE)
        return tuple(wanted)
