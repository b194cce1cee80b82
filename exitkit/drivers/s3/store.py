"""Ask a store that can do many things at once for one thing at a time, from code that waits."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from typing import Generic, Protocol, TypeVar

from exitkit.drivers.s3.turn import Loop
from exitkit.ports import Blob, Flow, Stored


class Bucket(Flow, Protocol):
    """The objects of one bucket, and whether there is such a bucket."""

    async def there(self) -> bool:
        """Whether there is such a bucket."""


F = TypeVar("F", bound=Bucket)


class FlowStore(ABC, Generic[F]):
    """The calls of an object store that are turns of its flows; one flow is kept for each bucket."""

    def __init__(self) -> None:
        self._loop = Loop()

    @abstractmethod
    def flow(self, bucket: str) -> F:
        """The objects of one bucket, many at once."""

    def exists(self, bucket: str) -> bool:
        """Whether there is such a bucket. Raises OutsideError where the account may not ask."""
        return self._loop.do(self._flow(bucket).there())

    def listing(self, bucket: str) -> Iterator[Stored]:
        """Every object, in order of key. Raises NotFound where there is no such bucket."""
        pages = self._flow(bucket).pages()
        while (page := self._loop.do(anext(pages, None))) is not None:
            yield from (Stored(found.key, found.size, found.etag) for found in page)

    def get(self, bucket: str, key: str) -> Blob:
        """One object. Raises NotFound."""
        found = self._loop.do(self._flow(bucket).read(key)).blob
        return found if isinstance(found.body, bytes) else replace(found, body=bytes(found.body))

    def delete(self, bucket: str, key: str) -> None:
        """Remove one object; harmless where there is none."""
        self._loop.do(self._flow(bucket).remove(key))

    def _flow(self, bucket: str) -> F:
        return self._loop.keep(bucket, lambda: self.flow(bucket))
