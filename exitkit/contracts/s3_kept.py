"""What programs rely on of an object store over S3: uploads in parts, earlier versions, legal holds.

Source: Amazon S3 API Reference, CreateMultipartUpload, ListObjectVersions, PutObjectLegalHold (read 2026-11-22).
"""

from __future__ import annotations

from exitkit.contracts.check import hold
from exitkit.contracts.s3 import S3
from exitkit.contracts.shelf import Shelf, legal_hold, refused, texts, told, went_well
from exitkit.model.contract import Facet, Need
from exitkit.model.kinds.bucket import Bucket

_SMALLEST_PART = 5 * 2**20
"""Bytes that every part but the last has to have (Amazon S3 multipart upload limits, read 2026-11-22)."""


def _versions(component: Bucket) -> Need:
    return Need.ASKED if component.versions or component.retain_days else Need.NOBODY


def _locks(component: Bucket) -> Need:
    return Need.ASKED if component.retain_days else Need.NOBODY


@S3.promise(Facet.BEHAVIOURAL)
def parts_become_one(shelf: Shelf) -> None:
    """An upload in parts becomes one object, in the order of its parts."""
    key = shelf.key()
    upload = _begun(shelf, key)
    bodies = (b"\x01" * _SMALLEST_PART, b"the last part")
    tags = [_part(shelf, key, upload, number, body) for number, body in enumerate(bodies, start=1)]
    named = "".join(f"<Part><PartNumber>{n}</PartNumber><ETag>{tag}</ETag></Part>" for n, tag in enumerate(tags, 1))
    body = f"<CompleteMultipartUpload>{named}</CompleteMultipartUpload>".encode()
    done = went_well(shelf.ask("POST", key, {"uploadId": upload}, body=body), "the end of the upload")
    hold(b"<Error>" not in done.body, "the end of the upload was answered 200 with an error")
    reply = shelf.ask("GET", key, headers={"range": f"bytes={_SMALLEST_PART - 1}-"})
    hold(reply.body == b"\x01the last part", "what came of it is not its parts")


@S3.promise(Facet.BEHAVIOURAL)
def an_upload_is_given_up(shelf: Shelf) -> None:
    """An upload in parts that is given up leaves no object and no part."""
    key = shelf.key()
    upload = _begun(shelf, key)
    _part(shelf, key, upload, 1, b"a part")
    went_well(shelf.ask("DELETE", key, {"uploadId": upload}), "giving it up")
    refused(shelf.ask("GET", key), 404)
    going = went_well(shelf.ask("GET", query={"uploads": ""}), "asking for uploads")
    hold(upload not in texts(going, "Upload", "UploadId"), "the upload is still told of")


@S3.promise(Facet.SEMANTIC, _versions)
def earlier_versions_are_kept(shelf: Shelf) -> None:
    """An object that was written over can be read as it was, by its version."""
    key = shelf.key()
    old, new = (shelf.put(key, body, bucket=shelf.kept).headers.get("x-amz-version-id", "") for body in (b"1", b"22"))
    hold(old and new and old != new, "the writes were told no versions, or the same one")
    hold(shelf.get(key, {"versionId": old}, bucket=shelf.kept).body == b"1", "the earlier version has other bytes")
    hold(shelf.get(key, bucket=shelf.kept).body == b"22", "without a version another than the latest is read")


@S3.promise(Facet.BEHAVIOURAL, _versions)
def a_delete_only_hides(shelf: Shelf) -> None:
    """A delete hides an object behind a marker, and it is back when the marker goes."""
    key = shelf.key()
    shelf.put(key, b"still here", bucket=shelf.kept)
    gone = went_well(shelf.ask("DELETE", key, bucket=shelf.kept), "a delete")
    marker = gone.headers.get("x-amz-version-id", "")
    hold(marker and gone.headers.get("x-amz-delete-marker") == "true", "no delete marker was told")
    refused(shelf.ask("GET", key, bucket=shelf.kept), 404)
    went_well(shelf.ask("DELETE", key, {"versionId": marker}, bucket=shelf.kept), "taking the marker away")
    hold(shelf.get(key, bucket=shelf.kept).body == b"still here", "it did not come back")


@S3.promise(Facet.BEHAVIOURAL, _versions)
def versions_are_listed(shelf: Shelf) -> None:
    """Versions and delete markers are listed, the latest of a key first."""
    key = shelf.key()
    versions = [shelf.put(key, body, bucket=shelf.kept).headers.get("x-amz-version-id", "") for body in (b"1", b"2")]
    gone = shelf.ask("DELETE", key, bucket=shelf.kept).headers.get("x-amz-version-id", "")
    page = went_well(shelf.ask("GET", query={"versions": "", "prefix": key}, bucket=shelf.kept), "a listing")
    hold(texts(page, "Version", "VersionId") == versions[::-1], "the versions told are others, or in another order")
    hold(texts(page, "DeleteMarker", "VersionId") == [gone], "the delete marker is not told")


@S3.promise(Facet.POLICY, _locks)
def a_legal_hold_holds(shelf: Shelf) -> None:
    """A version under a legal hold cannot be deleted until the hold is lifted."""
    key = shelf.key()
    version = shelf.put(key, b"held", bucket=shelf.kept).headers.get("x-amz-version-id", "")
    went_well(shelf.talk.ask(legal_hold(shelf.kept, key, version, on=True)), "a legal hold")
    try:
        reply = shelf.ask("DELETE", key, {"versionId": version}, bucket=shelf.kept)
        hold(reply.status >= 400, f"a delete was answered {told(reply)}")
        hold(shelf.get(key, {"versionId": version}, bucket=shelf.kept).body == b"held", "it is gone nevertheless")
    finally:
        shelf.talk.ask(legal_hold(shelf.kept, key, version, on=False))
    went_well(shelf.ask("DELETE", key, {"versionId": version}, bucket=shelf.kept), "a delete after the hold")


def _begun(shelf: Shelf, key: str) -> str:
    page = went_well(shelf.ask("POST", key, {"uploads": ""}), "beginning an upload")
    upload = texts(page, "UploadId")
    hold(upload, "an upload was begun without a name")
    return upload[0]


def _part(shelf: Shelf, key: str, upload: str, number: int, body: bytes) -> str:
    asked = {"partNumber": str(number), "uploadId": upload}
    return went_well(shelf.ask("PUT", key, asked, body=body), f"part {number}").headers.get("etag", "")
