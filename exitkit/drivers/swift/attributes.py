"""An object's attributes as Swift's headers, and back; and the lines of a listing."""

from __future__ import annotations

import json

from exitkit.drivers.s3.answers import tag
from exitkit.drivers.s3.sign import Headers
from exitkit.drivers.s3.wire import Answer
from exitkit.errors import OutsideError, Unsupported
from exitkit.ports import Blob, Listed, Read

_KEPT = ("content-disposition", "content-encoding", "content-language", "cache-control", "expires", "x-delete-at")
_META = "x-object-meta-"
_SEGMENTED = ("x-static-large-object", "x-object-manifest")


def listing(answer: Answer) -> list[dict[str, object]]:
    """The lines of a page. Raises OutsideError."""
    try:
        return list(json.loads(bytes(answer.body))) if answer.body else []
    except ValueError as error:
        raise OutsideError("a page of the listing is no JSON") from error


def listed(one: dict[str, object]) -> Listed:
    """One line; the tag of an object of segments is the one that it is read with, where the store tells it."""
    etag = str(one.get("slo_etag") or one.get("hash") or "").strip('"')
    return Listed(str(one["name"]), int(str(one["bytes"])), etag, str(one.get("last_modified", "")))


def read(answer: Answer) -> Read:
    """What an answer to GET or HEAD says of an object."""
    found = {name: value for name, value in answer.headers() if value}
    metadata = {name.removeprefix(_META): value for name, value in found.items() if name.startswith(_META)}
    kept = {name: found[name] for name in _KEPT if name in found}
    blob = Blob(answer.body, found.get("content-type", "application/octet-stream"), metadata, kept)  # type: ignore[arg-type]
    plain = not any(name in found for name in _SEGMENTED)
    return Read(blob, tag(found.get("etag", "")), "", plain, tag(found.get("x-manifest-etag", "")))


def headers(blob: Blob) -> Headers:
    """The attributes of an object as it is written. Raises Unsupported where a header could not carry one."""
    made = [("content-type", blob.content_type)]
    made += [(name, value) for name, value in blob.headers.items() if name in _KEPT]
    made += [(f"{_META}{name.lower()}", value) for name, value in blob.metadata.items()]
    for name, value in made:
        if "\n" in value or "\r" in value or "\n" in name or ":" in name:
            raise Unsupported(f"the attribute {name!r} holds a line break")
    return made
