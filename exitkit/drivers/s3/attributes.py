"""An object's attributes as headers, and back."""

from __future__ import annotations

from exitkit.drivers.s3.answers import is_md5, tag
from exitkit.drivers.s3.sign import Headers
from exitkit.drivers.s3.wire import Answer, text
from exitkit.errors import Unsupported
from exitkit.ports import Blob, Read

_OWN, _METADATA, _HEADERS = range(3)
"""Where a line of a head belongs."""

_KEPT = {
    b"content-disposition": "content-disposition",
    b"content-encoding": "content-encoding",
    b"content-language": "content-language",
    b"cache-control": "cache-control",
    b"expires": "expires",
    b"x-amz-website-redirect-location": "x-amz-website-redirect-location",
    b"x-amz-object-lock-mode": "x-amz-object-lock-mode",
    b"x-amz-object-lock-retain-until-date": "x-amz-object-lock-retain-until-date",
    b"x-amz-object-lock-legal-hold": "x-amz-object-lock-legal-hold",
}
_META = b"x-amz-meta-"
_KEPT_BY = "x-amz-server-side-encryption"
_OWN_KEY = "x-amz-server-side-encryption-customer-algorithm"
_OTHERWISE_HASHED = ("aws:kms", "aws:kms:dsse")
_TOLD = {
    **{name: (_HEADERS, kept) for name, kept in _KEPT.items()},
    **{
        name.encode(): (_OWN, name)
        for name in ("content-type", "x-amz-storage-class", "x-amz-version-id", _KEPT_BY, _OWN_KEY)
    },
}

_SEEN: dict[bytes, tuple[int, str, str] | None] = {}
"""What lines of heads say: most lines come with every object. Some hundreds are remembered."""

_MOST_SEEN = 1024


def read(answer: Answer) -> Read:
    """What an answer to GET or HEAD says of an object."""
    own: dict[str, str] = {}
    metadata: dict[str, str] = {}
    headers: dict[str, str] = {}
    places = own, metadata, headers
    for line in answer.head.split(b"\r\n"):
        told = _SEEN[line] if line in _SEEN else _told(line)
        if told is not None:
            place, name, value = told
            places[place][name] = value
    etag = own.get("etag", "")
    kind, storage = own.get("content-type", "application/octet-stream"), own.get("x-amz-storage-class", "")
    blob = Blob(answer.body, kind, metadata, headers, storage)  # type: ignore[arg-type] # bytes or bytearray: read only
    plain = is_md5(etag) and own.get(_KEPT_BY) not in _OTHERWISE_HASHED and _OWN_KEY not in own
    return Read(blob, etag, own.get("x-amz-version-id", ""), plain)


def _told(line: bytes) -> tuple[int, str, str] | None:
    """Where a line of a head belongs, its name there and its value; None for one that says nothing of the object."""
    raw, _, value = line.partition(b":")
    raw = raw.lower()
    if raw == b"etag":  # each object has its own, and often its metadata too: not worth remembering
        return _OWN, "etag", tag(text(value.strip()))
    if raw.startswith(_META):
        return _METADATA, text(raw[11:]), text(value.strip())
    known = _TOLD.get(raw)
    told = (*known, text(value.strip())) if known else None
    if len(_SEEN) >= _MOST_SEEN:
        _SEEN.clear()
    _SEEN[line] = told
    return told


def headers(blob: Blob) -> Headers:
    """The attributes of an object as it is written. Raises Unsupported where a header could not carry one."""
    made = [("content-type", blob.content_type), *blob.headers.items()]
    for name, value in blob.metadata.items():
        made.append((f"x-amz-meta-{name.lower()}", value))
    if blob.storage_class and blob.storage_class != "STANDARD":
        made.append(("x-amz-storage-class", blob.storage_class))
    for name, value in made:
        if "\n" in value or "\r" in value or "\n" in name or ":" in name:
            raise Unsupported(f"the attribute {name!r} holds a line break")
    return made
