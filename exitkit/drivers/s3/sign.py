"""Sign requests with AWS Signature Version 4, the key made once a day and the date once a second.

Source: "Authenticating Requests: Using the Authorization Header (AWS Signature Version 4)", Amazon S3 API Reference.
"""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import quote

from exitkit.ports import Secret

if TYPE_CHECKING:
    from hashlib import _Hash

EMPTY = sha256(b"").hexdigest()
"""The hash of nothing."""

UNSIGNED = "UNSIGNED-PAYLOAD"
"""What is signed in place of a body's hash, where a Content-MD5 beside it is signed instead."""

_SPACES = re.compile("  +")
_plain = re.compile("[A-Za-z0-9/_.~-]*").fullmatch

Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Credentials:
    """Who signs. `token` belongs to keys that expire."""

    access_key: str
    secret_key: Secret
    token: Secret | None = None


def quoted(key: str) -> str:
    """A key as it stands in a path: nothing in it can be taken for a query, a fragment or an escape."""
    return key if _plain(key) else quote(key, safe="/-_.~")


def query(**asked: str) -> str:
    """A query in the canonical order and spelling; `_` in a name stands for `-`."""
    return joined({name.replace("_", "-"): value for name, value in asked.items()})


def joined(asked: dict[str, str]) -> str:
    """The same from names as they are."""
    pairs = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in asked.items())
    return "&".join(f"{name}={value}" for name, value in pairs)


class Signs(Protocol):
    """Makes the heads of requests so that a store lets them in."""

    skew: float

    def use(self, credentials: Credentials) -> None:
        """Sign with these from now on."""

    def head(self, method: str, path: str, asked: str, payload: str, more: Headers) -> str:
        """The head of a request, without its Content-Length and the line that ends it."""


class _Shape(NamedTuple):
    """What requests with the same headers have in common for a second.

    `names` is what is signed, `lines` those headers in order with a place for each value that differs, and `pick` puts
    a payload's hash and the values, as they come, in that order.
    """

    names: str
    lines: str
    pick: Callable[[tuple[str, ...]], tuple[str, ...]]


class Signer:
    """Signs for one region and host. `skew` is what the other side's clock is ahead of ours, in seconds."""

    def __init__(
        self, credentials: Credentials, *, region: str, host: str, clock: Callable[[], float] = time.time
    ) -> None:
        self.skew = 0.0
        self._region = region
        self._host = host
        self._clock = clock
        self._day = ""
        self._at = -1
        self._now = ""
        self._shapes: dict[tuple[str, ...], _Shape] = {}
        self.use(credentials)

    def use(self, credentials: Credentials) -> None:
        """Sign with these from now on."""
        self._credentials = credentials
        self._token = credentials.token.reveal() if credentials.token is not None else ""
        self._day = ""
        self._at = -1

    def head(self, method: str, path: str, asked: str, payload: str, more: Headers) -> str:
        """The head of a request, signed, without its Content-Length and the line that ends it."""
        second = int(self._clock() + self.skew)
        if second != self._at:
            self._refresh(second)
        if more or payload != EMPTY:
            named, values = zip(*more, strict=True) if more else ((), ())
            shape = self._shapes.get(named) or self._shaped(named)
            names = shape.names
            told = shape.lines % shape.pick((payload, *values))
            lines = told.replace("\n", "\r\n")
            if "  " in told:  # sent as it is, signed with one space for many
                told = shape.lines % shape.pick((payload, *(_SPACES.sub(" ", value.strip(" ")) for value in values)))
        else:
            names, told, lines = self._bare
        canonical = f"{method}\n{path}\n{asked}\n{told}\n\n{names}\n{payload}"
        inner, outer = self._begun.copy(), self._outer.copy()
        inner.update(sha256(canonical.encode()).hexdigest().encode())
        outer.update(inner.digest())
        return (
            f"{method} {path}{'?' + asked if asked else ''} HTTP/1.1\r\n{lines}\r\n"
            f"authorization: {self._who}{names},Signature={outer.hexdigest()}\r\n"
        )

    def _shaped(self, named: tuple[str, ...]) -> _Shape:
        """The shape of requests with these headers, kept until the second is over."""
        open_ends = [(name, "%s", place) for place, name in enumerate(("x-amz-content-sha256", *named))]
        headers = sorted([*open_ends, *((name, value.replace("%", "%%"), -1) for name, value in self._always)])
        lines = "\n".join(f"{name.replace('%', '%%')}:{value}" for name, value, _ in headers)
        order = [place for _, _, place in headers if place >= 0]
        pick = itemgetter(*order) if len(order) > 1 else tuple
        shape = self._shapes[named] = _Shape(";".join(name for name, _, _ in headers), lines, pick)
        return shape

    def _refresh(self, second: int) -> None:
        self._at = second
        self._now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(second))
        day = self._now[:8]
        scope = f"{day}/{self._region}/s3/aws4_request"
        if day != self._day:
            key = f"AWS4{self._credentials.secret_key.reveal()}".encode()
            for part in (day, self._region, "s3", "aws4_request"):
                key = hmac.digest(key, part.encode(), "sha256")
            self._inner, self._outer = _hmac(key)
            self._day = day
            self._who = f"AWS4-HMAC-SHA256 Credential={self._credentials.access_key}/{scope},SignedHeaders="
        self._always = [("host", self._host), ("x-amz-date", self._now)]
        if self._token:
            self._always.append(("x-amz-security-token", self._token))
        bare = sorted([*self._always, ("x-amz-content-sha256", EMPTY)])
        pairs = [f"{name}:{value}" for name, value in bare]
        self._bare = ";".join([name for name, _ in bare]), "\n".join(pairs), "\r\n".join(pairs)
        self._begun = self._inner.copy()
        self._begun.update(f"AWS4-HMAC-SHA256\n{self._now}\n{scope}\n".encode())
        self._shapes.clear()


def _hmac(key: bytes) -> tuple[_Hash, _Hash]:
    """HMAC-SHA256 under a key of up to 64 bytes, begun: both its hashes, to be copied for each message (RFC 2104).

    Every object is signed for twice, and `hmac.digest` takes twice as long: it prepares the key each time.
    """
    block = key.ljust(64, b"\0")
    return sha256(bytes(byte ^ 0x36 for byte in block)), sha256(bytes(byte ^ 0x5C for byte in block))
