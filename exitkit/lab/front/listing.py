"""Pages of a listing, read off the keys in order: ListObjects, ListObjectsV2, ListObjectVersions."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any, cast
from urllib.parse import quote
from xml.sax.saxutils import escape

from moto.s3.models import FakeBucket, FakeDeleteMarker

from exitkit.lab.front.exchange import Answer, Refused, Request, page

MOST = 1000
_OWNER = (
    "<Owner><ID>75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a</ID>"
    "<DisplayName>webfile</DisplayName></Owner>"
)
Item = tuple[str, list[Any] | None]
"""A key with its versions, or a common prefix with None."""


class _Asked:
    """What a listing is asked for."""

    def __init__(self, asked: dict[str, str]) -> None:
        self.prefix = asked.get("prefix", "")
        self.delimiter = asked.get("delimiter", "")
        self.url = asked.get("encoding-type") == "url"
        said = asked.get("max-keys", str(MOST))
        if not said.isdigit():
            raise Refused(400, "InvalidArgument", "Argument max-keys must be an integer between 0 and 2147483647")
        self.most = min(int(said), MOST)

    @property
    def spell(self) -> Callable[[str], str]:
        """How names are written into the page."""
        return _quoted if self.url else escape

    def common(self) -> str:
        """What every kind of page repeats of the question."""
        said = f"<Prefix>{self.spell(self.prefix)}</Prefix><MaxKeys>{self.most}</MaxKeys>"
        if self.delimiter:
            said += f"<Delimiter>{self.spell(self.delimiter)}</Delimiter>"
        return said + ("<EncodingType>url</EncodingType>" if self.url else "")


def _quoted(name: str) -> str:
    return quote(name, safe="/", errors="surrogatepass")


def listed(request: Request, bucket: FakeBucket) -> Answer | None:
    """Answer a call that lists a bucket; None for every other question about it."""
    asked = request.asked
    if "origin" in request.headers:
        return None
    if asked.get("list-type") == "2":
        return _second(asked, bucket) if asked.keys() <= _SECOND else None
    if "versions" in asked:
        return _versions(asked, bucket) if asked.keys() <= _ALL_VERSIONS else None
    return _first(asked, bucket) if asked.keys() <= _FIRST else None


_EVERY = frozenset(("prefix", "delimiter", "encoding-type", "max-keys"))
_FIRST = _EVERY | {"marker"}
_SECOND = _EVERY | {"list-type", "continuation-token", "start-after", "fetch-owner"}
_ALL_VERSIONS = _EVERY | {"versions", "key-marker", "version-id-marker"}


def _second(asked: dict[str, str], bucket: FakeBucket) -> Answer:
    wanted = _Asked(asked)
    token = asked.get("continuation-token")
    after = asked.get("start-after", "") if token is None else _untoken(token)
    items, more = _taken(_items(bucket, wanted, after), wanted.most)
    owner = _OWNER if asked.get("fetch-owner") == "true" else ""
    inside = [
        f"<Name>{bucket.name}</Name>{wanted.common()}<KeyCount>{len(items)}</KeyCount>",
        f"<IsTruncated>{'true' if more else 'false'}</IsTruncated>",
    ]
    if token is not None:
        inside.append(f"<ContinuationToken>{escape(token)}</ContinuationToken>")
    elif "start-after" in asked:
        inside.append(f"<StartAfter>{wanted.spell(after)}</StartAfter>")
    if more:
        inside.append(f"<NextContinuationToken>{_token(items[-1][0])}</NextContinuationToken>")
    return page("ListBucketResult", "".join(inside) + _contents(items, wanted, owner, checksums=True))


def _first(asked: dict[str, str], bucket: FakeBucket) -> Answer:
    wanted = _Asked(asked)
    after = asked.get("marker", "")
    items, more = _taken(_items(bucket, wanted, after), wanted.most)
    inside = [
        f"<Name>{bucket.name}</Name>{wanted.common()}<Marker>{wanted.spell(after)}</Marker>",
        f"<IsTruncated>{'true' if more else 'false'}</IsTruncated>",
    ]
    if more and wanted.delimiter:
        inside.append(f"<NextMarker>{wanted.spell(items[-1][0])}</NextMarker>")
    return page("ListBucketResult", "".join(inside) + _contents(items, wanted, _OWNER, checksums=False))


def _items(bucket: FakeBucket, wanted: _Asked, after: str) -> Iterator[Item]:
    """Keys whose last version is an object, and common prefixes, in order, those after a name only."""
    prefix, delimiter, keys = wanted.prefix, wanted.delimiter, bucket.keys
    names = bucket.keys.names  # type: ignore[attr-defined]
    running = names.starting(after, after=True) if after >= prefix and after else names.starting(prefix)
    while running is not None:
        rest, running = running, None
        for name in rest:
            if not name.startswith(prefix):
                return
            versions = keys.getlist(name)
            if isinstance(versions[-1], FakeDeleteMarker):
                continue
            cut = name.find(delimiter, len(prefix)) if delimiter else -1
            if cut < 0:
                yield name, versions
                continue
            folder = name[: cut + len(delimiter)]
            if folder > after:
                yield folder, None
            running = names.starting(_past(folder))
            break


def _past(folder: str) -> str:
    """The least name that does not start with a folder's, or nearly."""
    return folder[:-1] + chr(min(ord(folder[-1]) + 1, 0x10FFFF))


def _taken(items: Iterator[Item], most: int) -> tuple[list[Item], bool]:
    """The first items, and whether there are more."""
    if most == 0:
        return [], False
    found: list[Item] = []
    for item in items:
        if len(found) == most:
            return found, True
        found.append(item)
    return found, False


def _contents(items: list[Item], wanted: _Asked, owner: str, *, checksums: bool) -> str:
    spell, said, folders = wanted.spell, [], []
    for name, versions in items:
        if versions is None:
            folders.append(f"<CommonPrefixes><Prefix>{spell(name)}</Prefix></CommonPrefixes>")
            continue
        key = versions[-1]
        sums = key.checksum_algorithm if checksums else None
        said.append(
            f"<Contents><Key>{spell(name)}</Key><LastModified>{_iso(key.last_modified)}</LastModified>"
            f"<ETag>&quot;{key._etag or key.etag[1:-1]}&quot;</ETag>"
            f"{f'<ChecksumAlgorithm>{sums}</ChecksumAlgorithm>' if sums else ''}"
            f"<Size>{key.contentsize}</Size><StorageClass>{key._storage_class}</StorageClass>{owner}</Contents>"
        )
    return "".join(said) + "".join(folders)


def _iso(at: Any) -> str:  # noqa: ANN401
    return f"{at.isoformat()[:19]}.000Z"


def _versions(asked: dict[str, str], bucket: FakeBucket) -> Answer | None:
    wanted = _Asked(asked)
    if wanted.delimiter:
        return None
    marker, version = asked.get("key-marker", ""), asked.get("version-id-marker", "")
    items, more = _taken(_every_version(bucket, wanted.prefix, marker, version), wanted.most)
    spell = wanted.spell
    said = [
        f"<Name>{bucket.name}</Name>{wanted.common()}<KeyMarker>{spell(marker)}</KeyMarker>",
        f"<VersionIdMarker>{escape(version)}</VersionIdMarker><IsTruncated>{'true' if more else 'false'}</IsTruncated>",
    ]
    if more:
        last = items[-1]
        said.append(f"<NextKeyMarker>{spell(last[0])}</NextKeyMarker>")
        said.append(f"<NextVersionIdMarker>{(last[1] or [])[0].version_id}</NextVersionIdMarker>")
    for name, pair in items:
        each, latest = cast("list[Any]", pair)
        head = (
            f"<Key>{spell(name)}</Key><VersionId>{each.version_id}</VersionId>"
            f"<IsLatest>{'true' if latest else 'false'}</IsLatest>"
            f"<LastModified>{_iso(each.last_modified)}</LastModified>"
        )
        if isinstance(each, FakeDeleteMarker):
            said.append(f"<DeleteMarker>{head}{_OWNER}</DeleteMarker>")
            continue
        said.append(
            f"<Version>{head}<ETag>&quot;{each._etag or each.etag[1:-1]}&quot;</ETag><Size>{each.contentsize}</Size>"
            f"<StorageClass>{each._storage_class}</StorageClass>{_OWNER}</Version>"
        )
    return page("ListVersionsResult", "".join(said))


def _every_version(bucket: FakeBucket, prefix: str, marker: str, version: str) -> Iterator[Item]:
    """Every version and delete marker, the newest of a key first, those after a marker only."""
    names = bucket.keys.names  # type: ignore[attr-defined]
    start = marker if marker > prefix else prefix
    for name in names.starting(start, after=bool(marker) and marker == start and not version):
        if not name.startswith(prefix):
            return
        versions = bucket.keys.getlist(name)[::-1]
        first = 0
        if version and name == marker:
            first = next((at + 1 for at, each in enumerate(versions) if str(each.version_id) == version), 0)
        for at, each in enumerate(versions[first:], first):
            yield name, [each, at == 0]


def _token(name: str) -> str:
    return base64.urlsafe_b64encode(b"1" + name.encode("utf-8", "surrogatepass")).decode()


def _untoken(token: str) -> str:
    try:
        plain = base64.urlsafe_b64decode(token.encode()).decode("utf-8", "surrogatepass")
    except ValueError:
        plain = ""
    if not plain.startswith("1"):
        raise Refused(400, "InvalidArgument", "The continuation token provided is incorrect")
    return plain[1:]
