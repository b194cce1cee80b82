"""Ports in memory; the fate of their world is asked at every call that reads an object or changes anything."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from exitkit.errors import NotFound, OutsideError
from exitkit.ports import Access, Blob, Stored
from exitkit.testing.fate import Fate


class FakeStore:
    """An object store in memory."""

    def __init__(self, provider: str, fate: Fate) -> None:
        self.buckets: dict[str, dict[str, Blob]] = {}
        self._provider = provider
        self._fate = fate

    def create(self, bucket: str, *, versions: bool = False) -> None:  # noqa: ARG002 - earlier versions are not kept
        """Make an empty bucket; harmless where it exists."""
        with self._fate.call(f"{self._provider} create {bucket}"):
            self.buckets.setdefault(bucket, {})

    def remove(self, bucket: str) -> None:
        """Remove an empty bucket; harmless where there is none."""
        with self._fate.call(f"{self._provider} remove {bucket}"):
            if self.buckets.get(bucket):
                raise OutsideError(f"the bucket {bucket} still holds objects")
            self.buckets.pop(bucket, None)

    def exists(self, bucket: str) -> bool:
        """Whether there is such a bucket."""
        return bucket in self.buckets

    def listing(self, bucket: str) -> Iterator[Stored]:
        """Every object, in order of key."""
        for key, blob in sorted(self._bucket(bucket).items()):
            yield Stored(key, len(blob.body), _tag(blob))

    def get(self, bucket: str, key: str) -> Blob:
        """One object."""
        with self._fate.call(f"{self._provider} get {bucket} {key}"):
            try:
                return self._bucket(bucket)[key]
            except KeyError:
                raise NotFound(f"there is no {key} in {bucket}") from None

    def put(self, bucket: str, key: str, blob: Blob) -> str:
        """Write one object whole."""
        with self._fate.call(f"{self._provider} put {bucket} {key}"):
            self._bucket(bucket)[key] = blob
        return _tag(blob)

    def delete(self, bucket: str, key: str) -> None:
        """Remove one object; harmless where there is none."""
        with self._fate.call(f"{self._provider} delete {bucket} {key}"):
            self._bucket(bucket).pop(key, None)

    def empty(self, bucket: str) -> int:
        """Remove every object, one after the other."""
        keys = sorted(self._bucket(bucket))
        for key in keys:
            self.delete(bucket, key)
        return len(keys)

    def access(self, bucket: str) -> Access:
        """What a service needs."""
        return Access(values={"BUCKET": bucket, "ENDPOINT": f"memory:{self._provider}", "REGION": "here"})

    def content(self) -> dict[str, dict[str, Blob]]:
        """Everything there is, to compare."""
        return {name: dict(objects) for name, objects in self.buckets.items()}

    def _bucket(self, bucket: str) -> dict[str, Blob]:
        try:
            return self.buckets[bucket]
        except KeyError:
            raise NotFound(f"there is no bucket {bucket}") from None


def _tag(blob: Blob) -> str:
    return hashlib.md5(blob.body, usedforsecurity=False).hexdigest()
