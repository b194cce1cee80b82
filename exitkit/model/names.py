"""Steps that say for how long names may be remembered."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from exitkit.model.step import At


class LowerTtl(At):
    """Let a service's names be remembered for a short while only, so that a switch is heard of soon."""

    kind: Literal["lower-ttl"] = "lower-ttl"
    ttl: int = Field(60, description="Seconds that a name may be remembered from now on.")

    def inverse(self) -> RestoreTtl:
        """Let them be remembered as long as before."""
        return self._turned(RestoreTtl)


class RestoreTtl(At):
    """Let a service's names be remembered as long as before."""

    kind: Literal["restore-ttl"] = "restore-ttl"

    def inverse(self) -> LowerTtl:
        """Lower it again."""
        return self._turned(LowerTtl)
