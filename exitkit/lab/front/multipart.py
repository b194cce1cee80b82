"""Uploads in parts: begun, filled, completed, given up."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from moto.s3.models import FakeBucket, FakeMultipart
from moto.settings import S3_UPLOAD_PART_MIN_SIZE

from exitkit.lab.front.checksums import NAMES, digest, verified
from exitkit.lab.front.exchange import Answer, Refused, Request, page
from exitkit.lab.front.memory import Change
from exitkit.lab.front.objects import CONTENT, Desk, describe, plain

_BEGINNING = frozenset((
    "x-amz-date", "x-amz-content-sha256", "x-amz-security-token", "x-amz-user-agent", "x-amz-checksum-algorithm",
    "x-amz-checksum-type", "x-amz-storage-class",
))  # fmt: skip
_NO_UPLOAD = (
    "The specified upload does not exist. "
    "The upload ID may be invalid, or the upload may have been aborted or completed."
)


def uploading(desk: Desk, request: Request, bucket: FakeBucket, key: str) -> Answer | None:
    """Answer a call that is part of an upload in parts; None where moto should."""
    asked = request.asked
    if "origin" in request.headers:
        return None
    if request.method == "POST" and asked == {"uploads": ""}:
        return _begin(desk, request, bucket, key)
    upload = bucket.multiparts.get(asked.get("uploadId", ""))
    if upload is None and request.method == "POST" and _completed(desk, bucket, key, asked):
        return None
    if upload is None or upload.key_name != key:
        raise Refused(404, "NoSuchUpload", _NO_UPLOAD)
    if upload.sse_encryption or request.method == "GET" or "x-amz-copy-source" in request.headers:
        return None
    return _going_on(desk, request, bucket, upload)


def _going_on(desk: Desk, request: Request, bucket: FakeBucket, upload: FakeMultipart) -> Answer | None:
    match request.method, sorted(request.asked):
        case "PUT", ["partNumber", "uploadId"]:
            return _part(desk, request, bucket, upload, request.asked["partNumber"])
        case "POST", ["uploadId"]:
            return _complete(desk, request, bucket, upload)
        case "DELETE", ["uploadId"]:
            desk.do({"op": "abort", "bucket": bucket.name, "upload": upload.id})
            return Answer(204)
    return None


def _completed(desk: Desk, bucket: FakeBucket, key: str, asked: dict[str, str]) -> bool:
    """Whether this very upload is what the key holds: completing it twice is harmless."""
    there: Any = desk.world.version(bucket, key)
    done = getattr(there, "multipart", None)
    return done is not None and done.id == asked.get("uploadId")


def _begin(desk: Desk, request: Request, bucket: FakeBucket, key: str) -> Answer | None:
    headers = request.headers
    change: Change = {"op": "upload", "bucket": bucket.name, "key": key, "upload": secrets.token_hex(24)}
    if plain(bucket, headers, _BEGINNING) is None or not describe(desk, change, {}, bucket, headers):
        return None
    if "private" in change:
        return None
    kept = ("x-amz-checksum-algorithm", "x-amz-checksum-type")
    change["meta"] = change.get("meta", {}) | {name: headers[name] for name in kept if name in headers}
    change["storage"] = headers.get("x-amz-storage-class", "STANDARD")
    change.pop("told", None)
    desk.do(change)
    inside = f"<Bucket>{bucket.name}</Bucket><Key>{escape(key)}</Key><UploadId>{change['upload']}</UploadId>"
    answer = page("InitiateMultipartUploadResult", inside)
    answer.headers += [(name, headers[name]) for name in kept if name in headers]
    return answer


def _part(desk: Desk, request: Request, bucket: FakeBucket, upload: FakeMultipart, number: str) -> Answer | None:
    if not number.isdigit() or not 1 <= int(number) <= 10_000:
        said = "Part number must be an integer between 1 and 10000, inclusive"
        raise Refused(400, "InvalidArgument", said)
    checksum = verified(request.headers, request.body)
    etag = hashlib.md5(request.body, usedforsecurity=False).hexdigest()
    place = {"op": "part", "bucket": bucket.name, "upload": upload.id}
    desk.do({**place, "number": int(number), "etag": etag, "at": desk.now()}, request.body)
    answer = Answer(200, [("ETag", f'"{etag}"')])
    if checksum is not None:
        answer.headers.append((f"x-amz-checksum-{checksum[0].lower()}", checksum[1]))
    return answer


def _complete(desk: Desk, request: Request, bucket: FakeBucket, upload: FakeMultipart) -> Answer | None:
    if bucket.encryption or bucket.object_lock_enabled:
        return None
    if request.headers.get("if-none-match") == "*" and upload.key_name in bucket.keys:
        return None
    parts = _chosen(request.body, upload)
    sums = b"".join(bytes.fromhex(part._etag or part.etag[1:-1]) for part in parts)
    etag = f"{hashlib.md5(sums, usedforsecurity=False).hexdigest()}-{len(parts)}"
    meta = {name.lower(): value for name, value in upload.metadata.items()}
    change: Change = {
        "op": "complete", "bucket": bucket.name, "upload": upload.id, "parts": [int(part.name) for part in parts],
        "etag": etag, "at": desk.now(),
        "meta": {name: value for name, value in meta.items() if name in CONTENT or name.startswith("x-amz-meta-")},
    }  # fmt: skip
    told = _checksum(meta, request.headers, parts)
    describe(desk, change, told, bucket, {})
    desk.do(change)
    key = escape(upload.key_name)
    inside = (
        f"<Location>http://{request.headers.get('host', '')}/{bucket.name}/{key}</Location>"
        f"<Bucket>{bucket.name}</Bucket><Key>{key}</Key><ETag>&quot;{etag}&quot;</ETag>"
    )
    answer = page("CompleteMultipartUploadResult", inside)
    answer.headers.append(("x-amz-version-id", told.get("_version_id", "null")))
    return answer


def _chosen(body: bytes, upload: FakeMultipart) -> list[Any]:
    """The parts a completion names. Raises Refused where they are not the ones that came, or too small."""
    try:
        told = [part for part in ElementTree.fromstring(body) if part.tag.rpartition("}")[2] == "Part"]  # noqa: S314
        said = [{each.tag.rpartition("}")[2]: (each.text or "").strip() for each in part} for part in told]
        numbers = [int(part["PartNumber"]) for part in said]
    except (ElementTree.ParseError, KeyError, ValueError):
        said, numbers = [], []
    if not said:
        raise Refused(400, "MalformedXML", "The XML you provided was not well-formed.")
    if numbers != sorted(set(numbers)):
        raise Refused(400, "InvalidPartOrder", "The list of parts was not in ascending order.")
    parts = [upload.parts.get(number) for number in numbers]
    chosen = [part for part, words in zip(parts, said, strict=True) if part is not None and _same(part, words)]
    if len(chosen) != len(said):
        raise Refused(400, "InvalidPart", "One or more of the specified parts could not be found.")
    if any(part.contentsize < S3_UPLOAD_PART_MIN_SIZE for part in chosen[:-1]):
        raise Refused(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed object size.")
    return chosen


def _same(part: Any, words: dict[str, str]) -> bool:  # noqa: ANN401
    """Whether a part is the one a completion means: by its tag, and by its checksum where one is given."""
    if words.get("ETag", "").strip('"') != part.etag.strip('"'):
        return False
    sums = [(name[8:].lower(), value) for name, value in words.items() if name.startswith("Checksum")]
    return all(base64.b64encode(digest(name, part.value)).decode() == value for name, value in sums if name in NAMES)


def _checksum(meta: dict[str, str], headers: dict[str, str], parts: list[Any]) -> dict[str, Any]:
    """What the whole is told of its checksum. Raises Refused where the completion states another one."""
    algorithm = meta.get("x-amz-checksum-algorithm", "").lower()
    if algorithm not in NAMES:
        return {}
    usual = "FULL_OBJECT" if algorithm == "crc64nvme" else "COMPOSITE"
    kind = meta.get("x-amz-checksum-type", usual)
    if kind == "COMPOSITE":
        value = digest(algorithm, b"".join(digest(algorithm, part.value) for part in parts))
    else:
        value = digest(algorithm, b"".join(part.value for part in parts))
    text = base64.b64encode(value).decode()
    stated = headers.get(f"x-amz-checksum-{algorithm}", text).partition("-")[0]
    if stated != text:
        raise Refused(400, "BadDigest", f"The {algorithm.upper()} you specified did not match the calculated checksum.")
    count = len(parts) if kind == "COMPOSITE" else 1
    return {
        "checksum_algorithm": algorithm.upper(), "checksum_value": text, "checksum_type": kind, "checksum_parts": count,
    }  # fmt: skip
