"""An object store in directories: the reference, and what an off-provider backup looks like.

An object is a file named by the SHA-256 of its key, beside a file with its key, type and metadata; both are replaced
whole, the description last, so that no half-written object is ever seen.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from exitkit.errors import Conflict, Damaged, NotFound, OutsideError
from exitkit.ports import Access, Blob, Read, Stored

_UPLOADS = ".uploads"
"""Where pieces of objects to be are kept, beside the objects."""


class DirectoryStore:
    """Buckets as folders below one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def create(self, bucket: str, *, versions: bool = False) -> None:  # noqa: ARG002 - earlier versions are not kept
        """Make an empty bucket; harmless where it exists."""
        (self._folder / bucket).mkdir(parents=True, exist_ok=True)

    def remove(self, bucket: str) -> None:
        """Remove a bucket that holds no object; harmless where there is none."""
        if not self.exists(bucket):
            return
        if next(self.listing(bucket), None) is not None:
            raise OutsideError(f"the bucket {bucket} still holds objects")
        shutil.rmtree(self._folder / bucket)

    def exists(self, bucket: str) -> bool:
        """Whether there is such a bucket."""
        return (self._folder / bucket).is_dir()

    def listing(self, bucket: str) -> Iterator[Stored]:
        """Every object, in order of key. Raises NotFound where there is no such bucket."""
        if not self.exists(bucket):
            raise NotFound(f"there is no bucket {bucket} in {self._folder}")
        described = (json.loads(file.read_text()) for file in (self._folder / bucket).glob("*/*.json"))
        for found in sorted(described, key=lambda one: one["key"]):
            yield Stored(key=found["key"], size=found["size"], etag=found["etag"])

    def get(self, bucket: str, key: str) -> Blob:
        """One object. Raises NotFound."""
        file = self._file(bucket, key)
        try:
            described = json.loads(file.with_suffix(".json").read_text())
            body = file.with_suffix(f".{described['etag']}").read_bytes()
        except FileNotFoundError as error:
            raise NotFound(f"there is no {key} in {bucket}") from error
        return Blob(body, described["content_type"], described["metadata"], described["headers"])

    def put(self, bucket: str, key: str, blob: Blob) -> str:
        """Write one object whole; answers its MD5, as S3 would."""
        if not self.exists(bucket):
            raise NotFound(f"there is no bucket {bucket} in {self._folder}")
        file = self._file(bucket, key)
        file.parent.mkdir(exist_ok=True)
        etag = hashlib.md5(blob.body, usedforsecurity=False).hexdigest()
        _replace(file.with_suffix(f".{etag}"), blob.body)
        self._describe(file, key, etag, len(blob.body), blob)
        return etag

    def _describe(self, file: Path, key: str, etag: str, size: int, blob: Blob) -> None:
        """Say which bytes an object has from now on, and let the others go."""
        described = {
            "key": key,
            "size": size,
            "etag": etag,
            "content_type": blob.content_type,
            "metadata": dict(blob.metadata),
            "headers": dict(blob.headers),
        }
        _replace(file.with_suffix(".json"), json.dumps(described, sort_keys=True).encode())
        for old in set(file.parent.glob(f"{file.name}.*")) - {file.with_suffix(f".{etag}"), file.with_suffix(".json")}:
            old.unlink(missing_ok=True)

    def look(self, bucket: str, key: str) -> Read:
        """The attributes of an object, without its bytes. Raises NotFound."""
        try:
            described = json.loads(self._file(bucket, key).with_suffix(".json").read_text())
        except FileNotFoundError as error:
            raise NotFound(f"there is no {key} in {bucket}") from error
        blob = Blob(b"", described["content_type"], described["metadata"], described["headers"])
        return Read(blob, described["etag"])

    def piece(self, bucket: str, key: str, start: int, size: int, *, etag: str) -> bytes:
        """Some bytes of one state of an object. Raises NotFound, Conflict and Damaged."""
        if self.look(bucket, key).etag != etag:
            raise Conflict(f"{bucket}/{key} changed while it was read")
        try:
            with self._file(bucket, key).with_suffix(f".{etag}").open("rb") as file:
                file.seek(start)
                body = file.read(size)
        except FileNotFoundError as error:
            raise NotFound(f"there is no {key} in {bucket}") from error
        if len(body) != size:
            raise Damaged(f"a range of {size} bytes of {bucket}/{key} came as {len(body)}")
        return body

    def put_piece(self, bucket: str, upload: str, number: int, body: bytes | bytearray) -> None:
        """Keep one piece of an object to be."""
        folder = self._folder / bucket / _UPLOADS / upload
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number:08}").write_bytes(body)

    def join(self, bucket: str, key: str, upload: str, blob: Blob) -> str:
        """Make the object of all its pieces, one after the other; answers its MD5."""
        folder, file = self._folder / bucket / _UPLOADS / upload, self._file(bucket, key)
        file.parent.mkdir(exist_ok=True)
        hashed, size = hashlib.md5(usedforsecurity=False), 0
        with (folder / "whole").open("wb") as whole:
            for piece in sorted(folder.glob("[0-9]*")):
                body = piece.read_bytes()
                whole.write(body)
                hashed.update(body)
                size += len(body)
                piece.unlink()
        etag = hashed.hexdigest()
        os.replace(folder / "whole", file.with_suffix(f".{etag}"))
        self._describe(file, key, etag, size, blob)
        self.forget(bucket, upload)
        return etag

    def forget(self, bucket: str, upload: str) -> None:
        """Remove the pieces; harmless where there are none."""
        shutil.rmtree(self._folder / bucket / _UPLOADS / upload, ignore_errors=True)

    def delete(self, bucket: str, key: str) -> None:
        """Remove one object; harmless where there is none."""
        file = self._file(bucket, key)
        file.with_suffix(".json").unlink(missing_ok=True)
        for old in file.parent.glob(f"{file.name}.*"):
            old.unlink(missing_ok=True)

    def empty(self, bucket: str) -> int:
        """Remove every object; answers how many there were."""
        keys = [found.key for found in self.listing(bucket)]
        for key in keys:
            self.delete(bucket, key)
        return len(keys)

    def access(self, bucket: str) -> Access:
        """What a service needs: the folder."""
        return Access(values={"BUCKET": bucket, "ENDPOINT": self._folder.as_uri(), "REGION": "local"})

    def _file(self, bucket: str, key: str) -> Path:
        name = hashlib.sha256(key.encode()).hexdigest()
        return self._folder / bucket / name[:2] / name


def _replace(file: Path, body: bytes) -> None:
    staging = file.with_name(file.name + f".{os.getpid()}.new")
    staging.write_bytes(body)
    os.replace(staging, file)
