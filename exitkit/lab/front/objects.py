"""GET, HEAD, PUT, DELETE and COPY of one object, where they are plain; what is not falls through to moto.

A handler answers None for what it leaves to moto: every error moto says well, and whatever a bucket was set up for
beyond versions (policies, logging, notifications, default encryption, locks).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlparse
from uuid import uuid4

from moto.s3.models import FakeBucket, FakeDeleteMarker
from moto.s3.utils import ARCHIVE_STORAGE_CLASSES, STORAGE_CLASS

from exitkit.lab.front.checksums import verified
from exitkit.lab.front.exchange import Answer, Refused, Request, error, page
from exitkit.lab.front.memory import Change, Memory
from exitkit.lab.front.reading import read
from exitkit.lab.front.world import World

CONTENT = frozenset((
    "content-language", "content-type", "content-encoding", "cache-control", "expires", "content-disposition",
    "x-robots-tag",
))  # fmt: skip
_USUAL = frozenset((
    "x-amz-date", "x-amz-content-sha256", "x-amz-security-token", "x-amz-user-agent", "x-amz-sdk-checksum-algorithm",
    "x-amz-storage-class", "x-amz-tagging", "x-amz-checksum-crc32", "x-amz-checksum-crc32c", "x-amz-checksum-crc64nvme",
    "x-amz-checksum-sha1", "x-amz-checksum-sha256",
))  # fmt: skip
_COPYING = frozenset((
    "x-amz-date", "x-amz-content-sha256", "x-amz-security-token", "x-amz-user-agent", "x-amz-storage-class",
    "x-amz-copy-source", "x-amz-metadata-directive",
))  # fmt: skip
LONGEST_KEY = 1024
MOST_METADATA = 2048


@dataclass(frozen=True)
class Desk:
    """What every handler works with."""

    world: World
    memory: Memory
    clock: Callable[[], float]

    def now(self) -> int:
        """The time, in microseconds."""
        return int(self.clock() * 1_000_000)

    def do(self, change: Change, body: bytes = b"") -> Any:  # noqa: ANN401
        """Remember a change, then carry it out."""
        self.memory.write(change, body)
        return self.world.do(change, body)


def served(desk: Desk, request: Request, bucket: FakeBucket, key: str) -> Answer | None:
    """Answer a call on one object; None where moto should."""
    if "origin" in request.headers:
        return None
    match request.method:
        case "GET" | "HEAD":
            return _read(desk, request, bucket, key)
        case "PUT":
            if len(key) > LONGEST_KEY or len(key.encode("utf-8", "surrogatepass")) > LONGEST_KEY:
                raise Refused(400, "KeyTooLongError", "Your key is too long")
            return (_copy if "x-amz-copy-source" in request.headers else _put)(desk, request, bucket, key)
        case "DELETE":
            return _delete(desk, request, bucket, key)
    return None


def _read(desk: Desk, request: Request, bucket: FakeBucket, key: str) -> Answer | None:
    asked = request.asked
    if asked and asked.keys() != {"versionId"}:
        return None
    found = desk.world.version(bucket, key, asked.get("versionId"))
    if found is None:
        if asked:
            return None
        if request.method == "HEAD":
            return Answer(404)
        return error(Refused(404, "NoSuchKey", "The specified key does not exist."), resource=request.path)
    if isinstance(found, FakeDeleteMarker) or found._storage_class in ARCHIVE_STORAGE_CLASSES:
        return None
    return read(request, found, desk.world.moto.tagger)


def _put(desk: Desk, request: Request, bucket: FakeBucket, key: str) -> Answer | None:
    headers = request.headers
    if request.query and request.asked:
        return None
    if plain(bucket, headers, _USUAL) is None or not _allowed(desk, headers, bucket, key):
        return None
    checksum = verified(headers, request.body)
    etag = hashlib.md5(request.body, usedforsecurity=False).hexdigest()
    change: Change = {"op": "put", "bucket": bucket.name, "key": key, "etag": etag, "at": desk.now()}
    told: dict[str, Any] = {}
    if checksum is not None:
        told |= {"checksum_algorithm": checksum[0], "checksum_value": checksum[1]}
    if not describe(desk, change, told, bucket, headers):
        return None
    desk.do(change, request.body)
    answer = Answer(200, [("ETag", f'"{etag}"')])
    if checksum is not None:
        answer.headers += [(f"x-amz-checksum-{checksum[0].lower()}", checksum[1]), _WHOLE]
    if bucket.is_versioned:
        answer.headers.append(("x-amz-version-id", told["_version_id"]))
    return answer


_WHOLE = ("x-amz-checksum-type", "FULL_OBJECT")


def plain(bucket: FakeBucket, headers: dict[str, str], usual: frozenset[str]) -> bool | None:
    """Whether a write is one we do exactly: nothing special of the bucket, nothing special asked; None where not."""
    if bucket.encryption or bucket.object_lock_enabled:
        return None
    for name, value in headers.items():
        if name.startswith("x-amz-") and name not in usual and not name.startswith("x-amz-meta-"):
            if name == "x-amz-acl" and value == "private":
                continue
            return None
    return True


def describe(desk: Desk, change: Change, told: dict[str, Any], bucket: FakeBucket, headers: dict[str, str]) -> bool:
    """Add to a change what the headers say of the object; False where moto would refuse some of it."""
    meta = {name: value for name, value in headers.items() if name.startswith("x-amz-meta-") or name in CONTENT}
    size = sum(len(name) - 11 + len(value) for name, value in meta.items() if name.startswith("x-amz-meta-"))
    if size > MOST_METADATA:
        raise Refused(400, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size")
    if meta:
        change["meta"] = meta
    storage = headers.get("x-amz-storage-class", "STANDARD")
    if storage not in STORAGE_CLASS:
        return False
    if storage != "STANDARD":
        told["_storage_class"] = storage
    if "x-amz-tagging" in headers:
        tags = dict(parse_qsl(headers["x-amz-tagging"], keep_blank_values=True))
        tagger = desk.world.moto.tagger
        wrong = tagger.validate_tags(tagger.convert_dict_to_tags_input(tags))
        if wrong or len(tags) > 10 or any(name.startswith("aws") for name in tags):
            return False
        change["tags"] = tags
    if "x-amz-acl" in headers:
        change["private"] = 1
    if bucket.is_versioned:
        told |= {"_version_id": str(uuid4()), "_is_versioned": True}
    if told:
        change["told"] = told
    return True


def _allowed(desk: Desk, headers: dict[str, str], bucket: FakeBucket, key: str) -> bool:
    """Whether the conditions of a write hold; what does not is moto's to refuse."""
    if "if-none-match" not in headers and "if-match" not in headers:
        return True
    there = desk.world.version(bucket, key)
    if isinstance(there, FakeDeleteMarker):
        there = None
    absent, same = headers.get("if-none-match"), headers.get("if-match")
    if absent is not None and (absent != "*" or there is not None):
        return False
    return same is None or (there is not None and same.strip('"') == there.etag.strip('"'))


def _copy(desk: Desk, request: Request, bucket: FakeBucket, key: str) -> Answer | None:
    headers = request.headers
    if request.asked or plain(bucket, headers, _COPYING) is None or "if-none-match" in headers or "if-match" in headers:
        return None
    origin = _origin(desk, headers["x-amz-copy-source"])
    if origin is None or (origin.bucket_name, origin.name) == (bucket.name, key):
        return None
    version = origin.version_id if origin._is_versioned else None
    etag = origin.etag.strip('"')
    if "-" in etag:  # the tag of one made in parts is no hash of the whole; the copy's is
        etag = hashlib.md5(origin.value, usedforsecurity=False).hexdigest()
    change: Change = {
        "op": "copy", "bucket": bucket.name, "key": key, "etag": etag, "at": desk.now(),
        "from": {"bucket": origin.bucket_name, "key": origin.name, "version": version},
    }  # fmt: skip
    told: dict[str, Any] = {}
    if origin.checksum_value:
        told |= {"checksum_algorithm": origin.checksum_algorithm, "checksum_value": origin.checksum_value}
    if not describe(desk, change, told, bucket, headers):
        return None
    if headers.get("x-amz-metadata-directive", "COPY") != "REPLACE":
        change["meta"] = dict(origin.metadata)
    made = desk.do(change)
    inside = f"<LastModified>{made.last_modified_ISO8601}</LastModified><ETag>&quot;{etag}&quot;</ETag>"
    answer = page("CopyObjectResult", inside)
    if version is not None:
        answer.headers.append(("x-amz-copy-source-version-id", version))
    if bucket.is_versioned:
        answer.headers.append(("x-amz-version-id", told["_version_id"]))
    return answer


def _origin(desk: Desk, said: str) -> Any:  # noqa: ANN401
    """The object to copy; None where moto should look."""
    parsed = urlparse(said)
    name, _, key = unquote(parsed.path).lstrip("/").partition("/")
    bucket = desk.world.bucket(name)
    if bucket is None or bucket.policy is not None:
        return None
    found = desk.world.version(bucket, key, parse_qs(parsed.query).get("versionId", [None])[0])
    if found is None or isinstance(found, FakeDeleteMarker) or found._storage_class in ARCHIVE_STORAGE_CLASSES:
        return None
    return found


def _delete(desk: Desk, request: Request, bucket: FakeBucket, key: str) -> Answer | None:
    asked = request.asked
    if asked and (asked.keys() != {"versionId"} or not bucket.is_versioned):
        return None
    if (
        bucket.object_lock_enabled
        or "if-match" in request.headers
        or "x-amz-bypass-governance-retention" in request.headers
    ):
        return None
    deleted = removed(desk, bucket, key, asked.get("versionId"))
    return Answer(204, [(f"x-amz-{name}", value) for name, value in deleted.items()])


def removed(desk: Desk, bucket: FakeBucket, key: str, version: str | None) -> dict[str, str]:
    """Delete one key, or one version of it; answers what S3 says of that in headers."""
    if version is not None:
        if bucket.keys.getlist(key) is None:
            return {}
        change = {"op": "delete-version", "bucket": bucket.name, "key": key, "version": version}
        found: dict[str, str] = desk.do(change)
        return found
    if bucket.keys.getlist(key) is None:
        return {}
    change = {"op": "delete", "bucket": bucket.name, "key": key}
    if not bucket.is_versioned:
        desk.do(change)
        return {}
    marker = desk.do({**change, "marker": str(uuid4()), "at": desk.now()})
    return {"version-id": marker.version_id, "delete-marker": "true"}
