"""A bucket of objects."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from exitkit.model.base import Slug
from exitkit.model.capability import Capability
from exitkit.model.kinds.base import ComponentBase, Find, output, said
from exitkit.model.placement import Input
from exitkit.units import Bytes

YOUNGEST_ARCHIVE = 30
"""Days before which no cloud takes an object into infrequent access."""


class Bucket(ComponentBase):
    """A bucket of objects, private and encrypted at rest."""

    used_as: ClassVar = "buckets"
    tells: ClassVar = {"bucket": "bucket", "endpoint": "endpoint", "region": "region"}
    longest_name: ClassVar = 63

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
    key: Slug | None = Field(
        None, description="The key of its owner that it is encrypted with.", json_schema_extra={"refers-to": ["key"]}
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
        if self.key:
            wanted.append(Capability.OBJECT_CUSTOMER_KEY)
        return tuple(wanted)

    def inputs(self, find: Find) -> dict[str, Input]:  # noqa: ARG002 - asked of every kind
        """What is kept, and for how long."""
        inputs = said(
            versions=self.versions or self.retain_days > 0,
            retain_days=self.retain_days,
            archive_after_days=self.archive_after_days and max(self.archive_after_days, YOUNGEST_ARCHIVE),
            expire_noncurrent_days=self.expire_noncurrent_days,
        )
        if self.key:
            inputs["key"] = output(self.key, "access")
        return inputs | said(deletion_protection=self.protected)

    def remarks(self) -> tuple[str, ...]:
        """An archive younger than any cloud takes is put off."""
        if not 0 < self.archive_after_days < YOUNGEST_ARCHIVE:
            return ()
        return (f"objects move to infrequent access after {YOUNGEST_ARCHIVE} days, not {self.archive_after_days}",)
