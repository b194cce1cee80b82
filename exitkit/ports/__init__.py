"""What exitkit asks of the world: providers, and the narrow ports they may open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar, runtime_checkable

from exitkit.ports.access import Access, Secret, Settings
from exitkit.ports.database import Answer, Database, Following, Keep, Lag, Table, Trait
from exitkit.ports.flow import (
    SETTINGS,
    Blob,
    Flow,
    Leaves,
    Listed,
    Pieces,
    Read,
    Settled,
    Sink,
    Source,
    Streamed,
    Streams,
    Traits,
    Whole,
    Written,
)

if TYPE_CHECKING:
    from exitkit.model.bill import Bill
    from exitkit.model.capability import Capability, Claim
    from exitkit.model.placement import Frame, Placement
    from exitkit.model.workload import Component, Workload
    from exitkit.units import Bytes

__all__ = [
    "SETTINGS",
    "Access",
    "Answer",
    "Blob",
    "Compute",
    "Database",
    "Flow",
    "Following",
    "Keep",
    "Lag",
    "Leaves",
    "Listed",
    "Machine",
    "Names",
    "ObjectStore",
    "Pieces",
    "Provider",
    "Read",
    "Secret",
    "Settings",
    "Settled",
    "Sink",
    "Source",
    "Stored",
    "Streamed",
    "Streams",
    "Table",
    "Told",
    "Trait",
    "Traits",
    "Whole",
    "Written",
]

P = TypeVar("P")


@dataclass(frozen=True)
class Stored:
    """One object in a listing: its key, its size in bytes, and the store's own tag for its state."""

    key: str
    size: int
    etag: str


@runtime_checkable
class ObjectStore(Protocol):
    """The buckets of one account. Safe to use from several threads."""

    def create(self, bucket: str, *, versions: bool = False) -> None:
        """Make an empty bucket; harmless where it exists."""

    def remove(self, bucket: str) -> None:
        """Remove an empty bucket; harmless where there is none. Raises OutsideError where an object is left."""

    def exists(self, bucket: str) -> bool:
        """Whether there is such a bucket."""

    def listing(self, bucket: str) -> Iterator[Stored]:
        """Every object, in order of key. Raises NotFound where there is no such bucket."""

    def get(self, bucket: str, key: str) -> Blob:
        """One object. Raises NotFound."""

    def put(self, bucket: str, key: str, blob: Blob) -> str:
        """Write one object whole, or not at all; answers the store's tag for it, as a listing would give it."""

    def delete(self, bucket: str, key: str) -> None:
        """Remove one object; harmless where there is none."""

    def empty(self, bucket: str) -> int:
        """Remove every object and every earlier version of one; answers how many objects those were."""

    def access(self, bucket: str) -> Access:
        """What a service needs to work with a bucket: BUCKET, ENDPOINT, REGION, and keys where the cloud needs them."""


@dataclass(frozen=True)
class Machine:
    """What to run: an image, its size and place, its settings, and the secrets among them."""

    name: str
    image: str
    size: str
    port: int
    health: str
    environment: Mapping[str, str]
    secrets: Mapping[str, Secret]


@runtime_checkable
class Compute(Protocol):
    """Machines that run a service."""

    def start(self, machine: Machine) -> str:
        """Start it where it does not run; answers the address it serves on, such as 127.0.0.1:8080."""

    def stop(self, name: str) -> None:
        """Stop and remove it; harmless where there is none."""

    def running(self) -> Mapping[str, str]:
        """The address of every machine that runs, by name."""


@dataclass(frozen=True)
class Told:
    """What a name server answers of a name: the address, and for how many seconds that may be remembered."""

    address: str
    ttl: int


@runtime_checkable
class Names(Protocol):
    """The name server of one side: what it says itself, before any resolver has remembered anything."""

    def ask(self, name: str) -> Told | None:
        """Where a name points, and for how long that may be remembered; None where it has no such name."""

    def point(self, name: str, address: str) -> None:
        """Let a name point at an address; how long it may be remembered stays."""

    def set_ttl(self, name: str, seconds: int) -> None:
        """Let a name be remembered so long. Raises OutsideError where there is no such name."""

    def records(self, zone: str) -> tuple[str, ...] | None:
        """Every record of a zone but the server's own, as sorted lines of a zone file; None where it has no zone."""

    def adopt(self, zone: str, records: Iterable[str]) -> None:
        """Let a zone hold exactly these records; it is made where it is not there."""

    def forget(self, zone: str) -> None:
        """Take a zone away; harmless where there is none."""


class Provider(Protocol):
    """Everything exitkit needs to know about a cloud."""

    @property
    def name(self) -> str:
        """The word for it on the command line and in a workload."""

    @property
    def title(self) -> str:
        """Its name as people write it."""

    @property
    def claims(self) -> Mapping[Capability, Claim]:
        """What it says of every capability."""

    def place(self, component: Component, within: Workload) -> Placement:
        """Where one component lands: offline and pure. Raises Unsupported with the claim's reason."""

    def frame(self, workload: Workload) -> Frame:
        """What the root of a generated tree needs on this cloud."""

    def bill(self, component: Component, within: Workload) -> Bill:
        """A month of one component at list price, without traffic and requests."""

    def egress(self, size: Bytes) -> Bill:
        """Taking so much out to the internet at list price."""

    def open(self, port: type[P], settings: Settings) -> P:
        """The one door out. Raises Unsupported where this cloud has no such port."""
