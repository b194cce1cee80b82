"""Answer GET and HEAD of an object that was found: whole, a range of it, or on condition."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Any

from moto.core.utils import rfc_1123_datetime

from exitkit.lab.front.exchange import Answer, Request
from exitkit.lab.front.kept import Kept

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def read(request: Request, found: Any, tagger: Any) -> Answer | None:  # noqa: ANN401
    """Answer a call that reads an object; None where moto should."""
    headers = request.headers
    if _conditional(headers, found):
        return None
    told = _told(found, tagger)
    size = found.contentsize
    body = b"" if request.method == "HEAD" else (found.body if type(found) is Kept else found.value)
    status, whole = 200, True
    if "range" in headers:
        span = _span(headers["range"], size)
        if span is None:
            return None
        first, last = span
        status, whole, body = 206, (first, last) == (0, size - 1), memoryview(body)[first : last + 1]
        told.append(("Content-Range", f"bytes {first}-{last}/{size}"))
        size = last - first + 1
    if found.checksum_algorithm and whole and headers.get("x-amz-checksum-mode") == "ENABLED":
        told += _checksum(found)
    return Answer(status, told, body, size)


def _conditional(headers: dict[str, str], found: Any) -> bool:  # noqa: ANN401
    """Whether a call hangs on a condition that does not plainly hold."""
    for name in ("if-none-match", "if-modified-since", "if-unmodified-since"):
        if name in headers:
            return True
    wanted = headers.get("if-match")
    return wanted is not None and wanted.strip('"') != found.etag.strip('"')


def _told(found: Any, tagger: Any) -> list[tuple[str, str]]:  # noqa: ANN401
    told = list(found._metadata.items())
    if (
        found.encryption
        or found.lock_mode
        or found.lock_legal_status
        or found._expiry
        or found.website_redirect_location
    ):
        told += [(name, value) for name, value in found.response_dict.items() if name != "content-length"]
        return told
    told += [
        ("ETag", f'"{found._etag}"' if found._etag else found.etag),
        ("Last-Modified", _http_date(found.last_modified.replace(microsecond=0))),
        ("Accept-Ranges", "bytes"),
    ]
    if found._storage_class != "STANDARD":
        told.append(("x-amz-storage-class", found._storage_class))
    if found._is_versioned:
        told.append(("x-amz-version-id", found.version_id))
    if tagger.tags and (tags := tagger.tags.get(found.arn)):
        told.append(("x-amz-tagging-count", str(len(tags))))
    return told


def _checksum(found: Any) -> list[tuple[str, str]]:  # noqa: ANN401
    value = found.checksum_value
    if found.checksum_type == "COMPOSITE":
        value = f"{value}-{found.checksum_parts}"
    kind = found.checksum_type or "FULL_OBJECT"
    return [(f"x-amz-checksum-{found.checksum_algorithm.lower()}", value), ("x-amz-checksum-type", kind)]


def _span(said: str, size: int) -> tuple[int, int] | None:
    """The first and last byte of a range; None for what is not one plain range inside the object."""
    match = _RANGE.fullmatch(said)
    if match is None or not any(match.groups()):
        return None
    first, last = match[1], match[2]
    if not first:
        length = min(int(last), size)
        return (size - length, size - 1) if length else None
    if int(first) >= size or (last and int(last) < int(first)):
        return None
    return int(first), min(int(last), size - 1) if last else size - 1


@lru_cache(maxsize=4096)
def _http_date(at: datetime) -> str:
    return rfc_1123_datetime(at)
