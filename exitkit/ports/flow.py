"""The objects of one bucket, many at once: what a store that is fast lets a mover do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, runtime_checkable

from exitkit.errors import Unsupported

SETTINGS = (
    "versioning", "lifecycle", "cors", "policy", "encryption", "object-lock", "tagging", "notification", "acl",
)  # fmt: skip
"""What a bucket has of its own, beside its objects."""


@dataclass(frozen=True)
class Blob:
    """One object whole: its bytes, content type and the metadata its owner gave it."""

    body: bytes
    content_type: str = "application/octet-stream"
    metadata: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    storage_class: str = field(default="", compare=False)
    tags: Mapping[str, str] | None = field(default=None, compare=False)


class Listed(NamedTuple):
    """One line of a listing: an object, one of its earlier versions, or the marker that hides them (`deleted`)."""

    key: str
    size: int
    etag: str
    modified: str = ""
    storage_class: str = ""
    version: str = ""
    deleted: bool = False


class Read(NamedTuple):
    """One object as it came: its bytes and attributes, the tag and version it had then, and whether a tag is an MD5.

    `listed` is the tag that a listing may give it, where that is another.
    """

    blob: Blob
    etag: str
    version: str = ""
    plain: bool = True
    listed: str = ""


class Written(NamedTuple):
    """What a store answered to a write: its tag, the version it made, whether its tag is an MD5 of what it has."""

    etag: str
    version: str = ""
    plain: bool = True


@dataclass(frozen=True)
class Traits:
    """How a bucket may be worked with: what goes in one piece, the size of parts, requests at once, what it can do.

    `large` is the size from which objects go in parts, None where they cannot. `sure` says that what was written is
    what was sent, without a look at the answer. `ranged` says that a range is listed without what comes before it.
    `most_parts` is how many parts one object may have.
    """

    most_at_once: int = 8
    large: int | None = None
    part: int = 8 * 2**20
    sure: bool = True
    ranged: bool = False
    most_parts: int = 10_000


@runtime_checkable
class Flow(Protocol):
    """The objects of one bucket, many at once, on one event loop. Nothing here waits for another object."""

    @property
    def traits(self) -> Traits:
        """How it may be worked with."""

    async def bounds(self, wanted: int) -> list[str]:
        """Keys that divide the bucket into about so many ranges; fewer, or none, where it has no such order."""

    def pages(self, *, after: str = "", until: str = "", versions: bool = False) -> AsyncIterator[list[Listed]]:
        """The objects whose key is above `after` and not above `until`, in order of key, page by page.

        With `versions` every version and delete marker, those of one key from the oldest to the newest.
        """

    async def read(self, key: str, *, version: str = "", size: int = 0) -> Read:
        """One object, about `size` bytes of it expected. Raises NotFound."""

    async def look(self, key: str, *, version: str = "") -> Read:
        """The same without its bytes."""

    async def read_range(self, key: str, start: int, size: int, *, etag: str, version: str = "") -> bytes:
        """Some bytes of one state of an object. Raises Conflict where it is in another."""

    async def write(self, key: str, blob: Blob, *, sha256: str = "", md5: str = "", over: str | None = None) -> Written:
        """Write one object whole; `over` is the tag it must still have, "" where it must not exist. Raises Conflict.

        `md5` is what its origin says it is: a store that can holds the bytes to it, and raises Damaged where it is not.
        """

    async def begin(self, key: str, blob: Blob) -> str:
        """Begin to write an object in parts, with these attributes; answers the name of the upload."""

    async def part(self, key: str, upload: str, number: int, body: bytes | bytearray, *, md5: bytes) -> str:
        """Write one part, counted from 1; answers its tag."""

    async def finish(self, key: str, upload: str, parts: list[str], *, over: str | None = None) -> Written:
        """Join the parts into the object. Raises Conflict."""

    def joined(self, parts: list[bytes]) -> str:
        """The tag that an object has here whose parts have these MD5s; never one of its content."""

    async def abort(self, key: str, upload: str) -> None:
        """Forget an upload and its parts; harmless where there is none, or where it ended well."""

    async def remove(self, key: str) -> None:
        """Remove one object; harmless where there is none."""

    async def close(self) -> None:
        """Let every connection go."""


class Whole:
    """The part of a Flow about parts, for a store that takes every object whole."""

    async def begin(self, key: str, blob: Blob) -> str:  # noqa: ARG002
        """Not here."""
        raise Unsupported(f"{key} cannot be written in parts here")

    async def part(self, key: str, upload: str, number: int, body: bytes | bytearray, *, md5: bytes) -> str:  # noqa: ARG002
        """Not here."""
        raise Unsupported(f"{key} cannot be written in parts here")

    async def finish(self, key: str, upload: str, parts: list[str], *, over: str | None = None) -> Written:  # noqa: ARG002
        """Not here."""
        raise Unsupported(f"{key} cannot be written in parts here")

    def joined(self, parts: list[bytes]) -> str:  # noqa: ARG002
        """None: nothing has parts here."""
        return ""

    async def abort(self, key: str, upload: str) -> None:
        """There is none."""


@runtime_checkable
class Settled(Protocol):
    """A bucket that can tell its own settings."""

    async def settings(self) -> dict[str, str | None]:
        """Each setting as text: "" where the bucket has none, None where nobody can tell."""


@runtime_checkable
class Leaves(Protocol):
    """A bucket that can count what uploads in parts left behind."""

    async def leftover(self) -> tuple[int, int]:
        """Parts that no object consists of: how many, and their bytes."""


@runtime_checkable
class Streams(Protocol):
    """An object store that can do many things at once."""

    def flow(self, bucket: str) -> Flow:
        """The objects of one bucket; to be opened, used and closed on one event loop."""


@runtime_checkable
class Pieces(Protocol):
    """An object store that does one thing at a time, and can read and write an object piece by piece."""

    def look(self, bucket: str, key: str) -> Read:
        """The attributes of an object, without its bytes. Raises NotFound."""

    def piece(self, bucket: str, key: str, start: int, size: int, *, etag: str) -> bytes:
        """Some bytes of one state of an object. Raises NotFound and Conflict."""

    def put_piece(self, bucket: str, upload: str, number: int, body: bytes | bytearray) -> None:
        """Keep one piece of an object to be, counted from 1."""

    def join(self, bucket: str, key: str, upload: str, blob: Blob) -> str:
        """Make the object of all its pieces, with these attributes; answers its MD5."""

    def forget(self, bucket: str, upload: str) -> None:
        """Remove the pieces; harmless where there are none."""


class Source(Protocol):
    """One object on its way to us, read in a thread that may wait. What goes wrong is an OSError or OutsideError."""

    def begin(self) -> Read:
        """Its attributes, without its bytes."""

    def into(self, view: memoryview) -> int:
        """Some more bytes; 0 at the end."""

    def close(self) -> None:
        """End it, from any thread."""


class Sink(Protocol):
    """One object on its way from us, written in a thread; the store holds its bytes to an MD5 that is told before."""

    def begin(self, blob: Blob, size: int, md5: bytes, condition: list[tuple[str, str]]) -> None:
        """Send its attributes."""

    def send(self, view: memoryview) -> None:
        """Send some bytes."""

    def end(self) -> Written:
        """What the store has."""

    def close(self) -> None:
        """End it, from any thread."""


@runtime_checkable
class Streamed(Protocol):
    """A bucket whose objects can be read and written as they come."""

    async def admitted(self, *, write: bool) -> None:
        """Wait for a turn, where a store counts requests."""

    def source(self, key: str, *, version: str = "") -> Source:
        """An object to be read in a thread."""

    def sink(self, key: str) -> Sink:
        """An object to be written in a thread."""

    def condition(self, over: str | None) -> list[tuple[str, str]]:
        """What says over which state may be written."""
