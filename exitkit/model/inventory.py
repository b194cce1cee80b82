"""What an existing estate is made of, where each part stands, and what was not understood."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from exitkit.model.base import FORMAT_VERSION, Frozen
from exitkit.model.evidence import Basis
from exitkit.model.finding import Severity
from exitkit.units import Bytes


class Portability(StrEnum):
    """How far a service is from one that runs elsewhere; not knowing is a class of its own, and never a pass."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"
    UNKNOWN = "unknown"

    @property
    def words(self) -> str:
        """The class in words."""
        return _CLASS_WORDS[self]

    @property
    def holds(self) -> bool:
        """Whether leaving takes another product or another program."""
        return self in (Portability.P3, Portability.P4)


_CLASS_WORDS = {
    Portability.P1: "1:1",
    Portability.P2: "configurable",
    Portability.P3: "re-platform",
    Portability.P4: "rewrite",
    Portability.UNKNOWN: "not known",
}


class Custody(StrEnum):
    """Who holds the key of a data store: K0 the provider, K1 a customer key the provider made, K2 a customer key that
    was brought, K3 a key kept outside, K4 encryption before the data is handed over."""

    K0 = "K0"
    K1 = "K1"
    K2 = "K2"
    K3 = "K3"
    K4 = "K4"
    UNKNOWN = "unknown"


class State(StrEnum):
    """What became of a file: read whole, read in part, not read for good reason, or refused."""

    READ = "read"
    PARTIAL = "partial"
    SKIPPED = "skipped"
    REFUSED = "refused"


class Spot(Frozen):
    """A place in a file; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1
    end_line: int | None = None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Effort(Frozen):
    """Person-days it takes to leave: low, likely and high, how they are known and where from."""

    low: Decimal
    likely: Decimal
    high: Decimal
    basis: Basis
    source: str

    def __add__(self, other: Effort) -> Effort:
        """Both, each bound added to its like: a range of outcomes, not percentiles."""
        weaker = max(self, other, key=lambda one: one.basis.rank)
        return Effort(
            low=self.low + other.low,
            likely=self.likely + other.likely,
            high=self.high + other.high,
            basis=weaker.basis,
            source=weaker.source,
        )


class Resource(Frozen):
    """One resource of the estate: what it is, where it is said, and how hard it is to leave."""

    address: str
    type: str
    reader: str = Field(description="Who told of it: terraform, state, plan, cloudformation or module.")
    spot: Spot
    provider: str
    service: str | None
    category: str = ""
    portability: Portability
    counterpart: str | None = Field(None, description="What takes its place at OVHcloud; none where there is none.")
    effort: Effort | None = None
    region: str | None = None
    instances: int | None = Field(1, description="How many of it there are; null where only a run would tell.")
    part: bool = Field(False, description="It configures another resource: its effort is counted there.")
    stores_data: bool = False
    size: Bytes | None = None
    custody: Custody | None = None
    note: str = ""
    unclear: tuple[str, ...] = Field((), description="What could not be known without running anything.")

    @property
    def count(self) -> int:
        """How many it counts for: an unknown number counts once."""
        return 1 if self.instances is None else self.instances


class Call(Frozen):
    """One call of a provider's own interface, in the source of an application."""

    spot: Spot
    language: str
    service: str
    operation: str | None
    portability: Portability
    spoken: bool | None = Field(None, description="Whether OVHcloud answers this call; null where nobody has looked.")


class TieKind(StrEnum):
    """What ties a line to one provider's network or identities."""

    ARN = "arn"
    ENDPOINT = "endpoint"
    PRINCIPAL = "principal"
    METADATA = "metadata"
    REGION = "region"
    CONDITION = "condition"
    STATE = "state"


class Tie(Frozen):
    """One name in a file that means something at one provider only; account numbers in it are left out."""

    kind: TieKind
    spot: Spot
    text: str


class Opaque(Frozen):
    """Something that was seen and not understood, and why."""

    what: str
    spot: Spot
    why: str
    resources: bool = Field(False, description="It stands for resources nobody has counted.")


class FileRead(Frozen):
    """One file of the estate and what became of it."""

    path: str
    state: State
    reader: str | None = None
    why: str = ""
    bytes: int = 0
    sha256: str | None = None


class Coverage(Frozen):
    """What was read and understood, counted; all that was not is in the denominators."""

    files_read: int
    files_partial: int
    files_refused: int
    files_skipped: int
    understood: int = Field(description="Resources whose class is known.")
    unknown: int = Field(description="Resources of a type nobody has classed.")
    opaque: int = Field(description="Things that stand for resources nobody could count.")

    @property
    def share(self) -> Decimal | None:
        """The understood part of all that was seen; None where nothing was."""
        seen = self.understood + self.unknown + self.opaque
        return Decimal(self.understood) / seen if seen else None

    @property
    def headline(self) -> str:
        """One line that says it all."""
        shown = "unknown" if self.share is None else f"{percent(self.share)} %"
        seen = self.understood + self.unknown + self.opaque
        return (
            f"coverage {shown}: {self.understood:,} of {seen:,} resources understood; "
            f"files: {self.files_read:,} read, {self.files_partial:,} partial, {self.files_refused:,} refused, "
            f"{self.files_skipped:,} skipped"
        )


class Share(Frozen):
    """How much of something is held: at least `held` of `total`, and `unknown` more that nobody could tell."""

    by: str
    held: Decimal
    unknown: Decimal
    total: Decimal
    unit: str
    basis: Basis
    why: str = ""

    @property
    def words(self) -> str:
        """The share, or the interval it lies in; unknown where there is nothing to divide."""
        if not self.total:
            return "unknown"
        low, high = self.held / self.total, (self.held + self.unknown) / self.total
        return f"{percent(low)} %" if low == high else f"{percent(low)} to {percent(high)} %"


class Residue(Frozen):
    """What stays behind of one service."""

    provider: str
    service: str
    portability: Portability
    resources: int
    calls: int
    counterpart: str | None
    note: str


class Waiver(Frozen):
    """A finding somebody accepted in the source: why, and until when."""

    code: str
    because: str
    until: date


class Sighting(Frozen):
    """One finding with its place: why it holds, and the way out."""

    code: str
    severity: Severity
    spot: Spot
    subject: str
    message: str
    way_out: str
    unknown: bool = Field(False, description="It says that something is not known, which is not a pass.")
    accepted: Waiver | None = None

    @property
    def fingerprint(self) -> str:
        """The same finding after lines moved: what was found, in which file, on what."""
        return f"{self.code}:{self.spot.file}:{self.subject}"


class Inventory(Frozen):
    """An estate as it was read: nothing here is a value of the estate, only names, sizes and places."""

    format_version: int = FORMAT_VERSION
    exitkit: str
    catalogue: str
    target: str
    root: str
    files: tuple[FileRead, ...]
    coverage: Coverage
    resources: tuple[Resource, ...]
    calls: tuple[Call, ...]
    ties: tuple[Tie, ...]
    opaque: tuple[Opaque, ...]
    shares: tuple[Share, ...]
    residue: tuple[Residue, ...]
    effort: Effort | None
    not_estimated: int = Field(description="Resources that take effort nobody has estimated.")
    client_encryption: tuple[Spot, ...] = Field((), description="Where data is encrypted before it is handed over.")
    findings: tuple[Sighting, ...]


def percent(share: Decimal) -> str:
    """A share in hundredths: never 100 where something is missing, never 0 where something is there."""
    hundredths = share * 100
    if hundredths in (0, 100):
        return f"{hundredths:.0f}"
    return f"{min(max(hundredths, Decimal('0.1')), Decimal('99.9')):.1f}"
