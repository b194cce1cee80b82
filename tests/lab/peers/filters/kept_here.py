"""What Swift keeps in memcached, in the memory of its one proxy: a filter for its pipeline.

No registry of Python packages has memcached, and tokens of tempauth live nowhere else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any


class Cache:
    """The part of Swift's memcache client that its proxy calls."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Any, float]] = {}

    def get(self, key: str, *_: Any, **__: Any) -> Any:
        value, until = self._kept.get(key, (None, 0.0))
        return value if not until or until > time.time() else None

    def set(self, key: str, value: Any, *_: Any, time: float = 0, **__: Any) -> None:
        self._kept[key] = (value, _until(time))

    def delete(self, key: str, *_: Any, **__: Any) -> None:
        self._kept.pop(key, None)

    def incr(self, key: str, delta: int = 1, *_: Any, time: float = 0, **__: Any) -> int:
        value = int(self.get(key) or 0) + int(delta)
        self._kept[key] = (value, _until(time))
        return value

    def decr(self, key: str, delta: int = 1, *_: Any, **more: Any) -> int:
        return self.incr(key, -delta, **more)

    def get_multi(self, keys: Iterable[str], *_: Any, **__: Any) -> list[Any]:
        return [self.get(key) for key in keys]

    def set_multi(self, mapping: dict[str, Any], *_: Any, time: float = 0, **__: Any) -> None:
        for key, value in mapping.items():
            self.set(key, value, time=time)


def _until(seconds: float) -> float:
    return time.time() + float(seconds) if seconds else 0.0


def filter_factory(_: dict[str, str], **__: str) -> Callable[[Any], Any]:
    """Put one cache into the environment of every request."""
    cache = Cache()

    def wrap(inner: Any) -> Any:
        def serve(environ: dict[str, Any], start_response: Any) -> Any:
            environ["swift.cache"] = cache
            return inner(environ, start_response)

        return serve

    return wrap
