"""An object's attributes as headers, and back."""

from __future__ import annotations

from exitkit.drivers.s3.answers import is_md5, tag
from exitkit.drivers.s3.sign import Headers
from exitkit.drivers.s3.wire import Answer, text
from exitkit.errors import Unsupported
from exitkit.ports import Blob, Read

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
_SKIPPED = frozenset((b"content-length", b"last-modified", b"date", b"server", b"connection", b"accept-ranges"))
_META = b"x-amz-meta-"
_KEPT_BY = b"x-amz-server-side-encryption"
_OWN_KEY = b"x-amz-server-side-encryption-customer-algorithm"
_OTHERWISE_HASHED = (b"aws:kms", b"aws:kms:dsse")


def read(answer: Answer) -> Read:
    """What an answer to GET or HEAD says of an object."""
    kind, etag = "application/octet-stream", ""
    own: dict[bytes, bytes] = {}
    metadata: dict[str, str] = {}
    headers: dict[str, str] = {}
    for line in answer.head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        name = name.lower()
        if name in _SKIPPED:
            continue
        if name in _KEPT:
            headers[_KEPT[name]] = text(value.strip())
        elif name == b"content-type":
            kind = text(value.strip())
        elif name == b"etag":
            etag = tag(text(value.strip()))
        elif name.startswith(_META):
            metadata[text(name[11:])] = text(value.strip())
        elif name.startswith(b"x-amz-"):
            own[name] = value.strip()
    storage = text(own.get(b"x-amz-storage-class", b""))
    blob = Blob(answer.body, kind, metadata, headers, storage)  # type: ignore[arg-type] # bytes or bytearray: read only
    plain = own.get(_KEPT_BY) not in _OTHERWISE_HASHED and _OWN_KEY not in own
    return Read(blob, etag, text(own.get(b"x-amz-version-id", b"")), plain and is_md5(etag))


def headers(blob: Blob) -> Headers:
    """The attributes of an object as it is written. Raises Unsupported where a header could not carry one."""
    made = [("content-type", blob.content_type)]
    made += [(name, value) for name, value in blob.headers.items()]
    made += [(f"x-amz-meta-{name.lower()}", value) for name, value in blob.metadata.items()]
    if blob.storage_class and blob.storage_class != "STANDARD":
        made.append(("x-amz-storage-class", blob.storage_class))
    for name, value in made:
        if "\n" in value or "\r" in value or "\n" in name or ":" in name:
            raise Unsupported(f"the attribute {name!r} holds a line break")
    return made
