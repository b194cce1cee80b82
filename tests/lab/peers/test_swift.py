"""A real object store, by both of its APIs: what it checks, and that what we read of S3 holds there too."""

from __future__ import annotations

import base64
import hashlib
import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.lab.front.conftest import client
from tests.lab.front.probes import PROBES, said
from tests.lab.peers.openstack import Swift

pytestmark = pytest.mark.lab

ALIKE = (
    "put_answers_the_md5", "a_missing_bucket", "ranges", "conditions_on_reading", "overwriting", "listing_in_pages",
    "listing_by_folders", "in_parts", "a_wrong_content_md5", "a_url_that_carries_its_signature",
    "a_bucket_that_is_not_empty", "versions_listed_in_pages",
)  # fmt: skip
"""What Swift's S3 API answers as the front does.

Not `listing_after_a_key`: started inside a folder, Swift lists that folder again, moto and the front do not.
"""


def s3(peer: Swift) -> Any:
    return client(peer.url, peer.access_key, peer.secret_key)


@pytest.mark.parametrize("name", ALIKE)
def test_the_front_answers_as_a_real_store_does(name: str, peer: Swift, front: Any) -> None:
    bucket = "peer-" + name.replace("_", "-")
    real = s3(peer)
    for each in (real, front):
        each.create_bucket(Bucket=bucket)

    assert _plain(PROBES[name](front, bucket)) == _plain(PROBES[name](real, bucket))


def _plain(seen: Any) -> Any:
    """A probe's answer without the headers that only one of the two sends."""
    if isinstance(seen, dict):
        return {name: value for name, value in seen.items() if name in ("ETag", "ContentLength", "Metadata")}
    if isinstance(seen, (list, tuple)):
        return [_plain(each) for each in seen]
    return seen


def test_it_refuses_what_the_front_refuses(peer: Swift) -> None:
    real = s3(peer)
    real.create_bucket(Bucket="strict")
    wrong = base64.b64encode(hashlib.sha256(b"x").digest()).decode()

    guessed = client(peer.url, peer.access_key, "guessed")
    assert said(guessed.list_buckets) == ("SignatureDoesNotMatch", 403)
    assert said(real.put_object, Bucket="strict", Key="k", Body=b"hello", ChecksumSHA256=wrong)[1] == 400
    assert said(real.head_object, Bucket="strict", Key="k")[1] == 404


class Native:
    """Swift's own API, as much as the tests need."""

    def __init__(self, peer: Swift) -> None:
        asked = {"X-Auth-User": peer.access_key, "X-Auth-Key": peer.secret_key}
        answer = self._ask("GET", f"{peer.url}/auth/v1.0", asked)
        self._token, self._url = answer.headers["X-Auth-Token"], answer.headers["X-Storage-Url"]

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Any:
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._ask(method, self._url + path, {"X-Auth-Token": self._token, "Content-Type": "", **said}, body)

    def _ask(self, method: str, url: str, headers: dict[str, str], body: bytes | None = None) -> Any:
        request = urllib.request.Request(url, body, headers, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            answer.said = answer.read()
            return answer


def test_natively_a_write_is_held_to_its_tag(peer: Swift) -> None:
    native = Native(peer)
    native.ask("PUT", "/native")

    right = native.ask("PUT", "/native/k", b"hello", ETag=hashlib.md5(b"hello").hexdigest(), X_Object_Meta_A="b")
    with pytest.raises(urllib.error.HTTPError) as error:
        native.ask("PUT", "/native/w", b"hello", ETag=hashlib.md5(b"x").hexdigest())
    error.value.close()

    assert (right.status, error.value.code) == (201, 422)
    assert native.ask("GET", "/native/k").headers["X-Object-Meta-A"] == "b"


def test_both_apis_show_the_same_objects(peer: Swift) -> None:
    native = Native(peer)
    s3(peer).create_bucket(Bucket="both")
    s3(peer).put_object(Bucket="both", Key="by/s3", Body=b"hello", Metadata={"a": "b"})
    native.ask("PUT", "/both/by/swift", b"hello")

    listed = json.loads(native.ask("GET", "/both?format=json").said)
    keys = [each["Key"] for each in s3(peer).list_objects_v2(Bucket="both")["Contents"]]

    assert [each["name"] for each in listed] == keys == ["by/s3", "by/swift"]
    assert {each["hash"] for each in listed} == {hashlib.md5(b"hello").hexdigest()}


def test_a_large_object_has_two_tags_and_neither_is_its_hash(peer: Swift) -> None:
    native = Native(peer)
    native.ask("PUT", "/large")
    parts = [b"one", b"two"]
    for number, part in enumerate(parts):
        native.ask("PUT", f"/large/part{number}", part)
    manifest = json.dumps([{"path": f"/large/part{number}"} for number in range(2)]).encode()
    native.ask("PUT", "/large/whole?multipart-manifest=put", manifest)

    sums = "".join(hashlib.md5(part).hexdigest() for part in parts)
    head = native.ask("HEAD", "/large/whole").headers["ETag"].strip('"')
    listed = next(each for each in json.loads(native.ask("GET", "/large?format=json").said) if each["name"] == "whole")

    assert native.ask("GET", "/large/whole").said == b"onetwo"
    assert head == hashlib.md5(sums.encode()).hexdigest()
    assert listed["hash"] not in (head, hashlib.md5(b"onetwo").hexdigest())


def test_rclone_serves_what_it_is_given(served: Swift) -> None:
    other = client(served.url, served.access_key, served.secret_key)
    other.create_bucket(Bucket="served")
    tag = other.put_object(Bucket="served", Key="a/k", Body=b"hello")["ETag"]

    assert tag == f'"{hashlib.md5(b"hello").hexdigest()}"'
    assert other.get_object(Bucket="served", Key="a/k")["Body"].read() == b"hello"
