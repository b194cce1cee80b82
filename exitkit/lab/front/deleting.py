"""Delete many objects in one call."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.sax.saxutils import escape

from moto.s3.models import FakeBucket

from exitkit.lab.front.checksums import verified
from exitkit.lab.front.exchange import Answer, Refused, Request, page
from exitkit.lab.front.objects import Desk, removed

MOST = 1000


def deleting(desk: Desk, request: Request, bucket: FakeBucket) -> Answer | None:
    """Answer DeleteObjects; None where moto should."""
    headers = request.headers
    if bucket.object_lock_enabled or "origin" in headers or "x-amz-bypass-governance-retention" in headers:
        return None
    if verified(headers, request.body) is None and "content-md5" not in headers:
        raise Refused(
            400, "InvalidRequest", "Missing required header for this request: Content-MD5 OR x-amz-checksum-*"
        )
    wanted, quiet = _asked(request.body)
    if any(version for _, version in wanted) and not bucket.is_versioned:
        return None
    said = []
    for key, version in wanted:
        found = removed(desk, bucket, key, version)
        if not quiet:
            said.append(f"<Deleted><Key>{escape(key)}</Key>{_told(found, version)}</Deleted>")
    return page("DeleteResult", "".join(said))


def _told(found: dict[str, str], version: str | None) -> str:
    if version is not None:
        return f"<VersionId>{escape(version)}</VersionId>"
    marker = found.get("version-id")
    if marker is None:
        return ""
    return f"<DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>{marker}</DeleteMarkerVersionId>"


def _asked(body: bytes) -> tuple[list[tuple[str, str | None]], bool]:
    """The keys, each with the version that is meant, and whether to say nothing of them. Raises Refused."""
    try:
        root = ElementTree.fromstring(body)  # noqa: S314
    except ElementTree.ParseError:
        raise Refused(400, "MalformedXML", "The XML you provided was not well-formed.") from None
    wanted: list[tuple[str, str | None]] = []
    quiet = False
    for each in root:
        tag = each.tag.rpartition("}")[2]
        if tag == "Quiet":
            quiet = (each.text or "").strip().lower() == "true"
        elif tag == "Object":
            words = {part.tag.rpartition("}")[2]: part.text for part in each}
            wanted.append((words.get("Key") or "", words.get("VersionId")))
    if not 0 < len(wanted) <= MOST or not all(key for key, _ in wanted):
        raise Refused(400, "MalformedXML", "The XML you provided did not validate against our published schema.")
    return wanted, quiet
