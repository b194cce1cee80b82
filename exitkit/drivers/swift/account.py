"""The containers of one OpenStack account, as an object store."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import md5
from urllib.parse import urlsplit

from exitkit.drivers.s3.client import Client
from exitkit.drivers.s3.pace import PATIENT, UNLIMITED, Limits, Patience
from exitkit.drivers.s3.sign import Credentials, Headers
from exitkit.drivers.s3.store import FlowStore
from exitkit.drivers.swift.auth import Entry
from exitkit.drivers.swift.flow import PART, SwiftFlow
from exitkit.drivers.swift.segments import MOST
from exitkit.errors import OutsideError
from exitkit.ports import Access, Blob


class Bearer:
    """Heads of requests that a token lets in: in the place of a signature."""

    def __init__(self, credentials: Credentials, host: str) -> None:
        self.skew = 0.0
        self._host = host
        self.use(credentials)

    def use(self, credentials: Credentials) -> None:
        """Use this token from now on."""
        self._token = credentials.secret_key.reveal()

    def head(self, method: str, path: str, asked: str, payload: str, more: Headers) -> str:  # noqa: ARG002 - nothing is signed
        """The head of a request, without its Content-Length and the line that ends it."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in more)
        target = f"{path}?{asked}" if asked else path
        return f"{method} {target} HTTP/1.1\r\nhost: {self._host}\r\nx-auth-token: {self._token}\r\n{lines}"


class SwiftStore(FlowStore[SwiftFlow]):
    """One account; `enter` asks for a token, at first and again when the last one expires."""

    def __init__(
        self,
        enter: Callable[[], Entry],
        *,
        limits: Limits = UNLIMITED,
        patience: Patience = PATIENT,
        part: int = PART,
        segments: int = MOST,
    ) -> None:
        super().__init__()
        self._parts = part, segments
        self._enter = enter
        self._entry = enter()
        self._limits, self._patience = limits, patience

    def flow(self, bucket: str) -> SwiftFlow:
        """The objects of one container, many at once."""
        split = urlsplit(self._entry.url)
        credentials = Credentials("", self._entry.token)
        client = Client(
            f"{split.scheme}://{split.netloc}",
            region="",
            credentials=credentials,
            limits=self._limits,
            patience=self._patience,
            refresh=lambda: Credentials("", self._enter().token),
            signer=Bearer,
        )
        part, segments = self._parts
        return SwiftFlow(client, split.path.rstrip("/"), bucket, part=part, segments=segments)

    def create(self, bucket: str, *, versions: bool = False) -> None:
        """Make an empty container; harmless where it exists. Raises OutsideError where versions are wanted."""
        if versions:
            raise OutsideError("earlier versions in Swift lie in a container of their own; exitkit does not make one")
        self._loop.do(self._flow(bucket).make())

    def remove(self, bucket: str) -> None:
        """Remove an empty container; harmless where there is none."""
        if not self.exists(bucket):
            return
        if next(self.listing(bucket), None) is not None:
            raise OutsideError(f"the bucket {bucket} still holds objects")
        self._loop.do(self._flow(bucket).unmake())

    def put(self, bucket: str, key: str, blob: Blob) -> str:
        """Write one object whole, answer its tag; that must be the MD5 of what we sent, or OutsideError."""
        written = self._loop.do(self._flow(bucket).write(key, blob))
        if written.etag != md5(blob.body, usedforsecurity=False).hexdigest():
            raise OutsideError(f"{key} arrived in {bucket} changed")
        return written.etag

    def empty(self, bucket: str) -> int:
        """Remove every object; answers how many."""
        keys = [found.key for found in self.listing(bucket)]
        for key in keys:
            self.delete(bucket, key)
        return len(keys)

    def access(self, bucket: str) -> Access:
        """What a service needs to work with a container; the token is this account's, and expires."""
        return Access(values={"BUCKET": bucket, "URL": self._entry.url}, secrets={"TOKEN": self._entry.token})
