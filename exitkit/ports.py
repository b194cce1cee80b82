"""What exitkit asks of the world: providers, and the narrow ports they may open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar, runtime_checkable

from exitkit.model.capability import Capability, Claim
from exitkit.model.placement import Frame, Placement
from exitkit.model.workload import Component, Workload

P = TypeVar("P")


class Secret:
    """Something to use and never to show."""

    def __init__(self, reveal: Callable[[], str]) -> None:
        self.reveal = reveal

    @classmethod
    def of(cls, text: str) -> Secret:
        """A secret that is already in hand."""
        return cls(lambda: text)

    def __repr__(self) -> str:
        return "Secret(•••)"

    __str__ = __repr__


@dataclass(frozen=True)
class Settings:
    """How to reach one provider: plain values by name, secrets by name."""

    values: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)


@dataclass(frozen=True)
class Stored:
    """One object in a listing: its key, its size in bytes, and the store's own tag for its state."""

    key: str
    size: int
    etag: str


@dataclass(frozen=True)
class Blob:
    """One object whole: its bytes, content type and the metadata its owner gave it."""

    body: bytes
    content_type: str = "application/octet-stream"
    metadata: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@runtime_checkable
class ObjectStore(Protocol):
    """The buckets of one account. Safe to use from several threads."""

    def create(self, bucket: str, *, versions: bool = False) -> None:
        """Make an empty bucket; harmless where it exists."""

    def remove(self, bucket: str) -> None:
        """Remove an empty bucket; harmless where there is none."""

    def exists(self, bucket: str) -> bool:
        """Whether there is such a bucket."""

    def listing(self, bucket: str) -> Iterator[Stored]:
        """Every object, in order of key. Raises NotFound where there is no such bucket."""

    def get(self, bucket: str, key: str) -> Blob:
        """One object. Raises NotFound."""

    def put(self, bucket: str, key: str, blob: Blob) -> None:
        """Write one object whole, or not at all."""

    def delete(self, bucket: str, key: str) -> None:
        """Remove one object; harmless where there is none."""


@dataclass(frozen=True)
class Table:
    """One table and its content: name with schema, rows, a hash of the content that does not depend on row order."""

    name: str
    rows: int
    content: str


@runtime_checkable
class Database(Protocol):
    """One PostgreSQL server and the databases on it."""

    def create(self, database: str, *, owner: str, password: Secret, mark: str) -> None:
        """Make an empty database with its owner, marked as ours; harmless where it exists with the same mark."""

    def drop(self, database: str, *, mark: str) -> None:
        """Drop a database that bears the mark; harmless where there is none. Raises OutsideError on any other."""

    def exists(self, database: str) -> bool:
        """Whether there is such a database."""

    def address(self) -> tuple[str, int]:
        """Host and port."""

    def copy_to(self, database: str, target: Database, *, mark: str) -> int:
        """Dump a database and restore it into the target's of the same name, emptied first; answers the dump's bytes."""

    def restore(self, database: str, dump: str) -> None:
        """Restore a dump file into an empty database."""

    def tables(self, database: str) -> tuple[Table, ...]:
        """Every table of the user's, by name, read in one snapshot."""

    def fingerprints(self, database: str, table: str) -> Iterator[tuple[str, str]]:
        """The key and content hash of every row of one table, in order of key."""

    def merge_to(self, database: str, target: Database, *, prune: bool) -> int:
        """Bring the target's tables to this content, in one transaction; answers the rows changed there.

        Without `prune` nothing is removed at the target.
        """

    def freeze(self, database: str) -> None:
        """Let new transactions be read only, wait for open ones, end what lingers."""

    def thaw(self, database: str) -> None:
        """Let transactions write again."""

    def frozen(self, database: str) -> bool:
        """Whether new transactions are read only."""


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


@runtime_checkable
class Names(Protocol):
    """Where names point. Shared by both sides of a move."""

    def point(self, name: str, address: str) -> None:
        """Let a name point at an address."""

    def resolve(self, name: str) -> str | None:
        """Where a name points, or None."""


class Provider(Protocol):
    """Everything exitkit needs to know about a cloud."""

    name: str
    title: str
    claims: Mapping[Capability, Claim]

    def place(self, component: Component, within: Workload) -> Placement:
        """Where one component lands: offline and pure. Raises Unsupported with the claim's reason."""

    def frame(self, workload: Workload) -> Frame:
        """What the root of a generated tree needs on this cloud."""

    def open(self, port: type[P], settings: Settings) -> P:
        """The one door out. Raises Unsupported where this cloud has no such port."""


def reason(provider: Provider, capabilities: Sequence[Capability]) -> str:
    """Why a provider refuses: the claim's own words."""
    return "; ".join(f"{capability}: {provider.claims[capability].why}" for capability in capabilities)
