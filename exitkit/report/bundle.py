"""The file of an evidence bundle: a zip that is always written the same way, and read as if an enemy had made it."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from exitkit.errors import UsageError
from exitkit.model.base import FORMAT_VERSION, Frozen

INDEX = "index.json"
SIGNATURE = "index.json.sig"
"""64 bytes over the index; nothing names it, since it comes after everything."""

MOST_FILES = 500
MOST_BYTES = 16 * 2**30
MOST_IN_MEMORY = 64 * 2**20
"""The most bytes of one file that are ever held whole; longer ones are read line by line."""

LONGEST_LINE = 4 * 2**20
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*(\.[a-z0-9]+)*(/[a-z0-9][a-z0-9_-]*(\.[a-z0-9]+)*)*|SHA256SUMS|README\.txt")
_DATE = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1 << 20
_STREAMED = 0x08
"""The flag of a zip that was written without looking back."""

Body = Callable[[], Iterator[bytes]]
"""The bytes of one file, chunk by chunk, as often as asked."""


class Item(Frozen):
    """One file of a bundle."""

    path: str
    bytes: int
    sha256: str


class Index(Frozen):
    """What a bundle holds; its own digest is the seal. `timestamp` is a field for an authority's token, no promise.

    `exitkit` is what rehearsed; `versions` is what sealed, with the build of the code that told the figures.
    """

    format_version: Literal[1] = FORMAT_VERSION
    kind: Literal["exitkit evidence"] = "exitkit evidence"
    exitkit: str
    versions: dict[str, str]
    run: str
    plan: str
    journal: str
    entries: int
    report: str
    files: tuple[Item, ...]
    timestamp: str = ""


@dataclass(frozen=True)
class Problem:
    """One thing about a bundle that does not hold, and where."""

    place: str
    says: str


class Damaged(Exception):
    """A file of the bundle that cannot be read."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.says)
        self.problem = problem


def of_bytes(body: bytes) -> Body:
    """A body that is in hand."""
    return lambda: iter((body,))


def of_file(file: Path) -> Body:
    """A body on disk, read each time it is asked for."""

    def read() -> Iterator[bytes]:
        with file.open("rb") as source:
            while chunk := source.read(_CHUNK):
                yield chunk

    return read


def item(path: str, body: Body) -> Item:
    """The entry of one file in the index."""
    count, digest = 0, hashlib.sha256()
    for chunk in body():
        count += len(chunk)
        digest.update(chunk)
    return Item(path=path, bytes=count, sha256=digest.hexdigest())


def write(bodies: Mapping[str, Body], out: IO[bytes]) -> None:
    """Write a zip: the index first, then by name; stored, undated, so that the same files give the same bytes."""
    with zipfile.ZipFile(_Forward(out), "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]
        for name in sorted(bodies, key=lambda one: (one != INDEX, one)):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            with archive.open(entry, "w", force_zip64=True) as target:
                for chunk in bodies[name]():
                    target.write(chunk)


class _Forward:
    """A file that cannot look back, so that a zip is written in one way, whatever it is written to."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out

    def write(self, chunk: bytes, /) -> int:
        """Pass it on."""
        return self._out.write(chunk)

    def flush(self) -> None:
        """Nothing is kept back."""


class _Compare:
    """A file that is written to only to see whether another one holds the same."""

    def __init__(self, other: IO[bytes]) -> None:
        self._other = other
        self._at = 0
        self.differs: int | None = None

    def write(self, chunk: bytes, /) -> int:
        """Compare the next bytes."""
        seen = self._other.read(len(chunk))
        if self.differs is None and seen != chunk:
            same = next((n for n, (one, two) in enumerate(zip(seen, chunk, strict=False)) if one != two), len(seen))
            self.differs = self._at + same
        self._at += len(chunk)
        return len(chunk)

    def ended(self) -> None:
        """Whatever follows is too much."""
        if self.differs is None and self._other.read(1):
            self.differs = self._at


class Bundle:
    """An open bundle. Nothing is ever unpacked: files are read where they are, in bounded pieces."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.names = tuple(entry.filename for entry in archive.infolist())

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of one file. Raises Damaged where they are not there or not whole."""
        try:
            with self._archive.open(name) as source:
                while chunk := source.read(_CHUNK):
                    yield chunk
        except KeyError as error:
            raise Damaged(Problem(name, "is not in the bundle")) from error
        except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise Damaged(Problem(name, "is damaged: its bytes are not those that the zip recorded")) from error

    def whole(self, name: str) -> bytes:
        """One file whole. Raises Damaged, also where it is larger than what is held in memory."""
        body = bytearray()
        for chunk in self.chunks(name):
            body += chunk
            if len(body) > MOST_IN_MEMORY:
                raise Damaged(Problem(name, f"is larger than {MOST_IN_MEMORY} bytes"))
        return bytes(body)

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of one file. Raises Damaged, also where one is too long or the last is torn."""
        left = b""
        for chunk in self.chunks(name):
            *whole, left = (left + chunk).split(b"\n")
            if len(left) > LONGEST_LINE:
                raise Damaged(Problem(name, f"has a line longer than {LONGEST_LINE} bytes"))
            yield from whole
        if left:
            raise Damaged(Problem(name, "ends in the middle of a line"))

    def matching(self, pattern: str) -> Iterator[str]:
        """The names that a pattern matches whole."""
        return (name for name in self.names if re.fullmatch(pattern, name))

    def form(self) -> Iterator[Problem]:
        """What is wrong with the zip itself, before anything in it is believed."""
        entries = self._archive.infolist()
        if len(entries) > MOST_FILES:
            yield Problem("the zip", f"holds {len(entries)} files, more than {MOST_FILES}")
            return
        seen: set[str] = set()
        for entry in entries:
            if entry.filename in seen:
                yield Problem(_shown(entry.filename), "is in the bundle twice")
            seen.add(entry.filename)
            if not _NAME.fullmatch(entry.filename):
                yield Problem(_shown(entry.filename), "is no name that a bundle has")
            if entry.compress_type != zipfile.ZIP_STORED or entry.compress_size != entry.file_size:
                yield Problem(_shown(entry.filename), "is compressed; a bundle never is")
        if sum(entry.file_size for entry in entries) > MOST_BYTES:
            yield Problem("the zip", f"holds more than {MOST_BYTES} bytes")
        if list(self.names) != sorted(self.names, key=lambda one: (one != INDEX, one)):
            yield Problem("the zip", "its files are not in the order that exitkit writes them in")

    def bytes_as_written(self, file: Path) -> Iterator[Problem]:
        """Whether these files, written again, give this very zip; else the first byte that differs, and whose it is."""
        with file.open("rb") as other:
            compare = _Compare(other)
            write({name: self._body(name) for name in self.names}, compare)  # type: ignore[arg-type]
            compare.ended()
        if compare.differs is not None:
            at = compare.differs
            before = [entry for entry in self._archive.infolist() if entry.header_offset <= at]
            inside = at < self._archive.start_dir and before
            owner = max(before, key=lambda one: one.header_offset).filename if inside else "the zip's directory"
            yield Problem(_shown(owner), f"byte {at} of the zip is not the one that exitkit writes there")

    def _body(self, name: str) -> Body:
        return lambda: self.chunks(name)


@contextmanager
def open_bundle(file: Path) -> Iterator[Bundle]:
    """Open a bundle. Raises UsageError where there is no such file, Damaged where it is no zip."""
    try:
        with zipfile.ZipFile(file) as archive:
            yield Bundle(archive)
    except FileNotFoundError as error:
        raise UsageError(f"there is no file {file}") from error
    except (zipfile.BadZipFile, IsADirectoryError, UnicodeDecodeError, ValueError, NotImplementedError) as error:
        raise Damaged(Problem("the zip", "is no zip, or not whole")) from error


def against_index(bundle: Bundle, index: Index) -> Iterator[Problem]:
    """Every file against the index: there, no more than those, of that size, with that hash."""
    listed = {one.path: one for one in index.files}
    for name in bundle.names:
        if name not in (INDEX, SIGNATURE) and name not in listed:
            yield Problem(_shown(name), "is not in the index")
    for name, expected in listed.items():
        if name not in bundle.names:
            yield Problem(_shown(name), "is in the index and not in the bundle")
            continue
        try:
            found = item(name, bundle._body(name))
        except Damaged as error:
            yield error.problem
            continue
        if found != expected:
            words = f"{found.bytes} bytes with SHA-256 {found.sha256[:16]}…"
            yield Problem(name, f"is {words}; the index says {expected.bytes} bytes with {expected.sha256[:16]}…")


def sums(items: Iterable[Item]) -> bytes:
    """What `sha256sum -c` reads, so that hashes can be checked without exitkit."""
    return "".join(f"{one.sha256}  {one.path}\n" for one in items).encode()


def differences(left: Any, right: Any, where: str = "") -> Iterator[tuple[str, Any, Any]]:  # noqa: ANN401 - JSON
    """Where two JSON values differ: the way there, and both values."""
    if isinstance(left, dict) and isinstance(right, dict):
        for key in sorted({*left, *right}):
            yield from differences(left.get(key), right.get(key), f"{where}.{key}" if where else key)
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for number, (one, two) in enumerate(zip(left, right, strict=True)):
            yield from differences(one, two, f"{where}[{number}]")
    elif left != right:
        yield where, left, right


def _shown(name: str) -> str:
    return name if name.isprintable() and len(name) < 200 else ascii(name)[:200]
