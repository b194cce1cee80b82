"""The frozen value everything else is made of; it forbids unknown fields and names itself by its digest."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, JsonValue, StringConstraints

Slug = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$"),
]
"""A short name: lower case letters, digits and hyphens, 1 to 40 characters, starting with a letter."""

FORMAT_VERSION: Final = 1
"""The version that every document exitkit writes opens with; removals need a new one."""


class Frozen(BaseModel):
    """A value that does not change; a change is a new value."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_bytes="base64", populate_by_name=True)

    def canonical(self) -> bytes:
        """The same value is always the same bytes: sorted keys, no spaces, UTF-8."""
        return json.dumps(
            self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        ).encode()

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form, in hex: the value's name is its content."""
        return hashlib.sha256(self.canonical()).hexdigest()


__all__ = ["FORMAT_VERSION", "Frozen", "JsonValue", "Slug"]
