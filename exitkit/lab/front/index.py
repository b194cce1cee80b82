"""Keep the keys of a bucket in order, so that a page of a listing costs a page and not the bucket."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from typing import Any

from moto.s3.utils import _VersionedKeyStore

_BLOCK = 1024


class Ordered:
    """Names in order, in blocks: adding or removing one moves no more than a block."""

    def __init__(self) -> None:
        self._blocks: list[list[str]] = []
        self._last: list[str] = []  # the greatest name of each block

    def add(self, name: str) -> None:
        """Take in a name that is not there yet."""
        if not self._blocks:
            self._blocks, self._last = [[name]], [name]
            return
        at = min(bisect_left(self._last, name), len(self._blocks) - 1)
        block = self._blocks[at]
        insort(block, name)
        if len(block) > 2 * _BLOCK:
            # What grows at its end, as copies in order do, leaves full blocks behind.
            cut = len(block) - 1 if block[-1] == name else _BLOCK
            self._blocks[at : at + 1] = [block[:cut], block[cut:]]
            self._last[at : at + 1] = [block[cut - 1], block[-1]]
        else:
            self._last[at] = block[-1]

    def remove(self, name: str) -> None:
        """Let go of a name that is there."""
        at = bisect_left(self._last, name)
        block = self._blocks[at]
        del block[bisect_left(block, name)]
        if block:
            self._last[at] = block[-1]
        else:
            del self._blocks[at], self._last[at]

    def starting(self, name: str, *, after: bool = False) -> Iterator[str]:
        """Every name from this one on, or after it, in order; the names must not change meanwhile."""
        at = bisect_left(self._last, name)
        if at == len(self._blocks):
            return
        first = self._blocks[at]
        yield from first[(bisect_right if after else bisect_left)(first, name) :]
        for block in self._blocks[at + 1 :]:
            yield from block

    def __len__(self) -> int:
        return sum(map(len, self._blocks))


class IndexedKeys(_VersionedKeyStore):
    """moto's store of keys, with their names in order beside it. Every way in and out that moto takes is here."""

    def __init__(self) -> None:
        super().__init__()
        self.names = Ordered()

    def __setitem__(self, key: str, value: Any) -> None:  # noqa: ANN401
        if key not in self:
            self.names.add(key)
        super().__setitem__(key, value)

    def setlist(self, key: Any, list_: Any) -> None:  # noqa: ANN401
        """Put all versions of a key."""
        if key not in self:
            self.names.add(key)
        super().setlist(key, list_)

    def pop(self, key: str) -> None:  # type: ignore[override]
        """Take out a key with all its versions."""
        super().pop(key)
        self.names.remove(key)
