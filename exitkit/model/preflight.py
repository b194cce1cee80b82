"""What stands in the way of a plan, found without changing anything."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from exitkit.model.base import FORMAT_VERSION, Frozen
from exitkit.model.evidence import Verdict


class Area(StrEnum):
    """The ten things a preflight looks at, in the order of their codes: PF1xx to PF10xx."""

    QUOTAS = "quotas"
    VERSIONS = "versions"
    EXTENSIONS = "extensions"
    COLLISIONS = "name collisions"
    RATES = "rate limits"
    SPACE = "free space"
    REACH = "credentials' reach"
    TTLS = "times to live"
    SKEW = "time skew"
    CLAIMS = "missing claims"

    @property
    def number(self) -> int:
        """1 for the first."""
        return list(Area).index(self) + 1


Weight = Literal["error", "unknown", "warning", "note"]
WEIGHTS: tuple[Weight, ...] = ("error", "unknown", "warning", "note")


class Issue(Frozen):
    """One thing found: its code, how much it weighs, where it is, what it is, what to do."""

    code: str = Field(pattern=r"^PF\d{3,4}$")
    area: Area
    severity: Weight
    place: str
    what: str
    hint: str = ""


class Preflight(Frozen):
    """Every issue in one answer, heaviest first; `areas` says of each of the ten whether it was looked at."""

    format_version: Literal[1] = FORMAT_VERSION
    plan: str
    issues: tuple[Issue, ...]
    areas: dict[Area, Verdict]

    @property
    def verdict(self) -> Verdict:
        """Fail where there is an error, unknown where something could not be looked at."""
        whole = Verdict.PASS
        for verdict in self.areas.values():
            whole = whole & verdict
        return whole
