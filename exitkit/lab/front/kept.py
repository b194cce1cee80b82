"""An object as moto keeps it, in a third of the memory.

moto gives every object a temporary file, a lock and thirty attributes. Here what hardly ever differs is an attribute of
the class, and the content is bytes. Everything else in moto takes one for the other.
"""

from __future__ import annotations

from datetime import UTC, datetime
from sys import intern
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import FakeKey, get_canned_acl

PLAIN = "binary/octet-stream"


def moment(microseconds: int) -> datetime:
    """A time as moto keeps it: in UTC, without saying so."""
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC).replace(tzinfo=None)


class Kept(FakeKey):
    """One version of one object."""

    account_id = DEFAULT_ACCOUNT_ID
    region_name = "aws"
    partition = "aws"
    acl = get_canned_acl("private")
    website_redirect_location = None
    checksum_algorithm = None
    checksum_value = None
    checksum_type = None
    checksum_parts = None
    multipart = None
    encryption = None
    kms_key_id = None
    bucket_key_enabled = None
    lock_mode = None
    lock_legal_status = None
    lock_until = None
    disposed = True
    model_name = "s3::keyrestore"
    _storage_class = "STANDARD"
    _is_versioned = False
    _version_id = "null"
    _expiry = None
    _transitions = [(None, "IN_PROGRESS"), ("IN_PROGRESS", "RESTORED")]  # noqa: RUF012 - as moto has it
    _status = None
    _tick = 0
    _time_progressed = moment(0)

    def __new__(cls, *_: Any, **__: Any) -> Kept:  # noqa: ANN401
        """Make one without moto's list of everything ever made, which would keep it for ever."""
        return object.__new__(cls)

    def __init__(self, name: str, bucket: str, body: bytes | memoryview, *, etag: str, at: int) -> None:
        self.name = name
        self.bucket_name = bucket
        self.body = body
        self.contentsize = len(body)
        self.last_modified = moment(at)
        self._etag = etag
        self._metadata: Any = {"content-type": PLAIN}

    @property
    def value(self) -> bytes:
        """The content."""
        return bytes(self.body)

    @value.setter
    def value(self, new_value: bytes) -> None:
        self.body = new_value
        self.contentsize = len(new_value)

    def say(self, metadata: dict[str, str]) -> None:
        """Take content headers and user metadata, names in lower case."""
        for name, value in metadata.items():
            self._metadata[intern(name)] = intern(value) if name == "content-type" else value

    def told(self, told: dict[str, Any]) -> None:
        """Take what seldom differs from the class: version, storage class, checksum."""
        for name, value in told.items():
            setattr(self, name, value)

    def dispose(self, garbage: bool = False) -> None:
        """Nothing to close."""

    def __del__(self) -> None:
        """Nothing to warn of."""

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__.copy()

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
