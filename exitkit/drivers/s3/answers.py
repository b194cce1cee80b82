"""Read what an S3 store answers: listings, errors, and which of them may pass."""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise
from urllib.parse import unquote_plus

from exitkit.drivers.s3.wire import Answer
from exitkit.errors import Conflict, Damaged, NotFound, OutsideError, Unsupported
from exitkit.ports import Listed, Written

PASSING = frozenset((408, 422, 429, 498, 500, 502, 503, 504))
"""Statuses that say: later; Swift's own are 422, bytes damaged on their way there, and 498, too many requests."""

PASSING_CODES = frozenset((
    "SlowDown", "RequestTimeout", "InternalError", "ServiceUnavailable", "RequestLimitExceeded", "BadDigest",
    "XAmzContentSHA256Mismatch", "IncompleteBody", "OperationAborted", "ConditionalRequestConflict",
))  # fmt: skip
"""Codes of other statuses that say the same, or that the bytes were damaged on their way there."""

EXPIRED = frozenset(("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "InvalidToken"))
_STRANGERS = frozenset(("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidSecurity", "AccountProblem"))
_SKEWED = frozenset(("RequestTimeTooSkewed", "RequestExpired"))
_ELSEWHERE = frozenset((301, 302, 303, 307, 308))

_CONTENTS = re.compile(
    r"<Contents>\s*<Key>([^<]*)</Key>\s*<LastModified>([^<]*)</LastModified>\s*<ETag>([^<]*)</ETag>"
    r"\s*(?:<ChecksumAlgorithm>[^<]*</ChecksumAlgorithm>\s*)*(?:<ChecksumType>[^<]*</ChecksumType>\s*)?"
    r"<Size>(\d+)</Size>(?:\s*<StorageClass>([^<]*)</StorageClass>)?",
    re.ASCII,
)
_ANY_CONTENTS = re.compile(rb"<Contents>(.*?)</Contents>", re.S)
_VERSION = re.compile(rb"<(Version|DeleteMarker)>(.*?)</\1>", re.S)
_md5 = re.compile("[0-9a-f]{32}").fullmatch
_MD5_TAG = re.compile(rb'\r\n[Ee][Tt]ag: "([0-9a-f]{32})"(?:\r|$)')
"""The line of a head that nearly every answer to a write has."""


def field(name: str, xml: bytes | bytearray) -> str:
    """The text of the first element of that name."""
    found = re.search(rb"<%b>(.*?)</%b>" % (name.encode(), name.encode()), xml, re.S)
    return unescape(found[1].decode()) if found else ""


def tag(raw: str) -> str:
    """An ETag without its quotes."""
    return (raw.replace("&quot;", "").replace("&#34;", "") if "&" in raw else raw).strip('"')


def is_md5(etag: str) -> bool:
    """Whether a tag looks like an MD5; whether it is one, only the bytes can tell."""
    return _md5(etag) is not None


def written(answer: Answer) -> Written:
    """What a store says of what it wrote."""
    lower = answer.lower
    version = answer.header(b"x-amz-version-id") if b"x-amz-version-id" in lower else ""
    hashed = b"encryption: aws:kms" not in lower
    if (found := _MD5_TAG.search(answer.head)) is not None:
        return Written(found[1].decode(), version, hashed)
    etag = tag(answer.header(b"etag"))
    return Written(etag, version, hashed and is_md5(etag))


def listed(page: bytes | bytearray) -> list[Listed]:
    """The objects of a page, in the order of the page."""
    found = _CONTENTS.findall(page.decode())
    if len(found) != page.count(b"<Contents>"):
        found = [_one(raw) for raw in _ANY_CONTENTS.findall(page)]
    said = _key_reader(page)
    return [Listed(said(key), int(size), tag(etag), when, kind) for key, when, etag, size, kind in found]


def _one(raw: bytes) -> tuple[str, str, str, str, str]:
    def part(name: str) -> str:
        found = re.search(rb"<%b>(.*?)</%b>" % (name.encode(), name.encode()), raw, re.S)
        return found[1].decode() if found else ""

    return part("Key"), part("LastModified"), part("ETag"), part("Size") or "0", part("StorageClass")


def versions(page: bytes | bytearray) -> list[Listed]:
    """The versions and delete markers of a page, by key; of one key, the newest first."""
    said = _key_reader(page)
    found: list[tuple[bool, Listed]] = []
    for what, raw in _VERSION.findall(page):
        key, when, etag, size, kind = _one(raw)
        one = Listed(
            said(key), int(size), tag(etag), when, kind, field("VersionId", raw), deleted=what == b"DeleteMarker"
        )
        found.append((b"<IsLatest>true" in raw, one))
    if any(one.key > other.key for (_, one), (_, other) in pairwise(found)):
        # Some stores list the markers apart from the versions: then only times tell, and which is the latest.
        found.sort(key=lambda told: (told[0], told[1].modified), reverse=True)
        found.sort(key=lambda told: told[1].key)
    return [one for _, one in found]


def prefixes(page: bytes | bytearray) -> list[str]:
    """The common prefixes of a page."""
    said = _key_reader(page)
    return [
        said(found.decode())
        for found in re.findall(rb"<CommonPrefixes>\s*<Prefix>([^<]*)</Prefix>\s*</CommonPrefixes>", page)
    ]


def key_of(name: str, page: bytes | bytearray) -> str:
    """A key that stands outside of the objects of a page, such as NextKeyMarker."""
    found = re.search(rb"<%b>([^<]*)</%b>" % (name.encode(), name.encode()), page)
    return _key_reader(page)(found[1].decode()) if found else ""


def _key_reader(page: bytes | bytearray):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a function of text
    if b"<EncodingType>url</EncodingType>" in page:
        return lambda raw: unquote_plus(raw) if "%" in raw or "+" in raw else raw
    return lambda raw: unescape(raw) if "&" in raw else raw


def skew(answer: Answer, now: float) -> float | None:
    """What the other side's clock is ahead of ours, by its Date header."""
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(answer.header(b"date")).timestamp() - now
    except (TypeError, ValueError):
        return None


def is_skewed(answer: Answer) -> bool:
    """Whether a request was refused for its date."""
    return answer.status in (400, 403) and field("Code", answer.body) in _SKEWED


def is_expired(answer: Answer) -> bool:
    """Whether a request was refused because its credentials ran out."""
    if answer.status == 401 and b"\r\nwww-authenticate: " in answer.lower:  # a token, as Swift has it
        return True
    return answer.status in (400, 401, 403) and field("Code", answer.body) in EXPIRED


def must_match(answer: Answer | None, *, whole: bool) -> None:
    """Where a whole object was refused that its MD5 is not of, whoever stated it must look again. Raises Damaged."""
    if whole and answer is not None and answer.status == 400 and field("Code", answer.body) == "BadDigest":
        raise Damaged("the bytes are not those that their MD5 is of")


def passes(answer: Answer) -> bool:
    """Whether the same request may go well later."""
    return answer.status in PASSING or (answer.status >= 400 and field("Code", answer.body) in PASSING_CODES)


def refused(answer: Answer, *, host: str, what: str) -> OutsideError:  # noqa: PLR0911
    """What an answer that is no success means, in our words; `what` is the method and what it was for."""
    method, _, what = what.partition(" ")
    code = field("Code", answer.body)
    status = answer.status
    if status in _ELSEWHERE:
        return OutsideError(_elsewhere(answer, host), hint="name the endpoint and region that the bucket is in")
    if (status in (409, 412) and code in ("PreconditionFailed", "ConditionalRequestConflict", "")) or status == 412:
        return Conflict(f"{what} is in another state")
    if code == "NoSuchBucket":
        return NotFound(f"there is no bucket {what.partition('/')[0]} at {host}")
    if status == 404:
        return NotFound(f"there is no {what} at {host}")
    if code in EXPIRED:
        return OutsideError(
            f"the credentials for {host} have expired", hint="renew them, and go on with --resume: the journal is good"
        )
    if code in _STRANGERS or status == 401:
        return OutsideError(f"the object store at {host} refuses these credentials ({code or status})")
    if code in _SKEWED:
        return OutsideError(f"the clock of this machine is too far from that of {host}", hint="set the clock")
    if status in (403, 501) or code in ("InvalidObjectState", "NotImplemented", "KeyTooLongError", "EntityTooLarge"):
        return Unsupported(f"{host} refuses {method}: {code or status}")
    return OutsideError(f"the object store at {host} answered {status} {code} to {method} {what}".replace("  ", " "))


def _elsewhere(answer: Answer, host: str) -> str:
    there = answer.header(b"location") or field("Endpoint", answer.body) or "an address it does not name"
    region = answer.header(b"x-amz-bucket-region") or field("Region", answer.body)
    where = f"{there} (region {region})" if region else there
    return (
        f"the object store at {host} sends us elsewhere, to {where}; we do not follow with a signature made for {host}"
    )
