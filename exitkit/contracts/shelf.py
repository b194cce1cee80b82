"""Buckets that are made for checks, each on its own keys, and removed with all that is in them.

Not the workload's own bucket: nothing there is touched, nothing reacts to what is written, nothing can be copied along.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from urllib.parse import quote
from xml.etree import ElementTree

from exitkit.contracts.check import BrokenError, UntriedError
from exitkit.errors import OutsideError
from exitkit.model.kinds.bucket import Bucket
from exitkit.ports import ObjectStore
from exitkit.ports.contract import Ask, Reply, Signed, Talk, Talks

PREFIX = "exitkit-contract/"
"""What every key written by a check begins with: a bucket that holds another is not ours."""

_numbers = count(1)


@dataclass(frozen=True)
class Shelf:
    """A bucket for checks, one that keeps versions where the workload's does, and whoever speaks to them."""

    talk: Talk
    bucket: str
    kept: str = ""

    def key(self, name: str = "object") -> str:
        """A key nobody had before."""
        return f"{PREFIX}{next(_numbers)}/{name}"

    def ask(
        self,
        method: str,
        key: str = "",
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        *,
        signed: Signed = "as the owner",
        hashed: str = "",
        bucket: str = "",
    ) -> Reply:
        """One request to the bucket, or to a key in it."""
        path = f"/{bucket or self.bucket}" + (f"/{quote(key, safe='/-_.~')}" if key else "")
        return self.talk.ask(Ask(method, path, query or {}, headers or {}, body, hashed, signed))

    def put(self, key: str, body: bytes, headers: Mapping[str, str] | None = None, *, bucket: str = "") -> Reply:
        """Write an object. Raises BrokenError where that is refused."""
        checked = {"content-md5": md5(body)} if bucket else {}  # a bucket with locks may ask for it
        reply = self.ask("PUT", key, headers={**checked, **(headers or {})}, body=body, bucket=bucket)
        return went_well(reply, "a plain write")

    def get(self, key: str, query: Mapping[str, str] | None = None, *, bucket: str = "") -> Reply:
        """Read an object. Raises BrokenError where that is refused."""
        return went_well(self.ask("GET", key, query, bucket=bucket), "a plain read")


def went_well(reply: Reply, what: str) -> Reply:
    """An answer that is a success. Raises BrokenError."""
    if reply.status >= 300:
        raise BrokenError(f"{what} was answered {told(reply)}")
    return reply


def refused(reply: Reply, *statuses: int) -> None:
    """Go on where a request was refused, with one of these statuses where any are named. Raises BrokenError."""
    if reply.status < 400 or (statuses and reply.status not in statuses):
        wanted = " or ".join(map(str, statuses)) or "a refusal"
        raise BrokenError(f"answered {told(reply)}, not {wanted}")


def told(reply: Reply) -> str:
    """A status, with the code beside it."""
    code = re.search(rb"<Code>([^<]{1,60})</Code>", reply.body)
    return f"{reply.status} {code[1].decode('ascii', 'replace')}" if code else str(reply.status)


def texts(reply: Reply, *names: str) -> list[str]:
    """The texts of elements along a path of names, wherever it begins. Raises BrokenError where it is no XML."""
    try:
        root = ElementTree.fromstring(reply.body)  # noqa: S314 - a store's answer to us, some kilobytes
    except ElementTree.ParseError:
        raise BrokenError(f"answered {reply.status} with what is no XML") from None
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    found = list(root.iter(names[0]))
    for name in names[1:]:
        found = [below for element in found for below in element.findall(name)]
    return [element.text or "" for element in found]


def names_for(bucket: str) -> tuple[str, str]:
    """The names of both buckets made beside a bucket of the workload: the same each time."""
    told = hashlib.sha256(bucket.encode()).hexdigest()[:16]
    return f"exitkit-contract-{told}", f"exitkit-contract-{told}-kept"


@contextmanager
def shelf(store: ObjectStore, bucket: str, component: Bucket) -> Iterator[Shelf]:
    """Empty buckets beside the workload's, gone afterwards. Raises UntriedError where a store speaks no S3."""
    talk = spoken(store)
    clear(store, bucket)
    plain, kept = names_for(bucket)
    wants_kept = component.versions or component.retain_days > 0
    try:
        store.create(plain)
        if wants_kept:
            _make_kept(store, talk, kept, locked=component.retain_days > 0)
        yield Shelf(talk, plain, kept if wants_kept else "")
    finally:
        clear(store, bucket)


def spoken(store: ObjectStore) -> Talk:
    """The store in S3's own words. Raises UntriedError where it has none."""
    if not isinstance(store, Talks):
        raise UntriedError("this store is not reached over S3")
    return store.talk()


def clear(store: ObjectStore, bucket: str) -> int:
    """Remove both buckets and what is in them; answers how many there were. Raises OutsideError for one not ours."""
    if not isinstance(store, Talks):
        return 0
    talk, gone = store.talk(), 0
    for name in names_for(bucket):
        if not store.exists(name):
            continue
        strange = next((one.key for one in store.listing(name) if not one.key.startswith(PREFIX)), None)
        if strange is not None:
            raise OutsideError(f"the bucket {name} holds {strange}, which no check wrote: it is left alone")
        _release(talk, name)
        store.empty(name)
        store.remove(name)
        gone += 1
    return gone


def _make_kept(store: ObjectStore, talk: Talk, name: str, *, locked: bool) -> None:
    """A bucket that keeps versions; with locks they come on their own, and can be had at its making only."""
    if not locked:
        store.create(name, versions=True)
        return
    region = store.access(name).values.get("REGION", "us-east-1")
    where = f"<LocationConstraint>{region}</LocationConstraint>" if region != "us-east-1" else ""
    body = f'<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{where}'
    text = f"{body}</CreateBucketConfiguration>".encode() if where else b""
    reply = talk.ask(Ask("PUT", f"/{name}", {}, {"x-amz-bucket-object-lock-enabled": "true"}, text))
    if reply.status >= 300:
        store.create(name, versions=True)


def _release(talk: Talk, name: str) -> None:
    """End uploads in parts and legal holds that a killed try has left."""
    going = talk.ask(Ask("GET", f"/{name}", {"uploads": ""}))
    if b"<UploadId>" in going.body:
        for key, upload in zip(texts(going, "Upload", "Key"), texts(going, "Upload", "UploadId"), strict=True):
            talk.ask(Ask("DELETE", f"/{name}/{quote(key, safe='/-_.~')}", {"uploadId": upload}))
    listed = talk.ask(Ask("GET", f"/{name}", {"versions": ""})) if name.endswith("-kept") else going
    if b"<Version>" in listed.body:
        for key, version in zip(texts(listed, "Version", "Key"), texts(listed, "Version", "VersionId"), strict=True):
            talk.ask(legal_hold(name, key, version, on=False))


def legal_hold(bucket: str, key: str, version: str, *, on: bool) -> Ask:
    """The request that puts a version under a legal hold, or lets it go."""
    body = f"<LegalHold><Status>{'ON' if on else 'OFF'}</Status></LegalHold>".encode()
    path = f"/{bucket}/{quote(key, safe='/-_.~')}"
    return Ask("PUT", path, {"legal-hold": "", "versionId": version}, {"content-md5": md5(body)}, body)


def md5(body: bytes) -> str:
    """An MD5 as S3 writes it in a header."""
    return base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
