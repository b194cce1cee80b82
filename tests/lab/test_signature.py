"""The lab's door against an independent signer: the one in AWS's own library."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urlsplit

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import assume, given
from hypothesis import strategies as st

from exitkit.lab.front.exchange import Refused, Request
from exitkit.lab.front.signature import Signed, Verifier
from tests.lab.conftest import KEY, REGION, SECRET, Endpoint

KEYS = {KEY: SECRET}
HOST = "127.0.0.1:4566"


@dataclass(frozen=True)
class Asked:
    """A request as it arrives."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    def checked(self) -> Signed:
        """Who the door says it is from. Raises Refused."""
        target = f"{self.path}?{self.query}" if self.query else self.path
        return Verifier(KEYS, time.time).check(Request(self.method, target, dict(self.headers), self.body))

    @property
    def refusal(self) -> str | None:
        """What the door says of it."""
        try:
            self.checked()
        except Refused as refused:
            return refused.code
        return None


def signed(
    path: str = "/dossiers/a",
    *,
    method: str = "PUT",
    body: bytes = b"letter",
    query: str = "",
    secret: str = SECRET,
    key: str = KEY,
    service: str = "s3",
) -> Asked:
    """A request signed by AWS's own library."""
    url = f"http://{HOST}{path}" + (f"?{query}" if query else "")
    request = AWSRequest(method=method, url=url, data=body, headers={"x-amz-meta-note": "one  two"})
    if service == "s3":
        request.headers["x-amz-content-sha256"] = hashlib.sha256(body).hexdigest()
    signer = S3SigV4Auth if service == "s3" else SigV4Auth
    signer(Credentials(key, secret), service, REGION).add_auth(request)
    sent = request.prepare()
    headers = {name.lower(): str(value) for name, value in sent.headers.items()}
    parts = urlsplit(sent.url)
    return Asked(method, parts.path, parts.query, {"host": HOST, **headers}, body)


odd = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)


@given(key=odd, body=st.binary(max_size=200), method=st.sampled_from(["PUT", "GET", "HEAD", "DELETE", "POST"]))
def test_what_is_signed_well_comes_in_whatever_its_key(key: str, body: bytes, method: str) -> None:
    assume(not {".", ".."} & set(key.split("/")))  # the signer itself rewrites these

    assert signed(f"/dossiers/{quote(key, safe='/~')}", method=method, body=body).refusal is None


@given(pairs=st.dictionaries(odd, odd, max_size=4))
def test_what_is_signed_well_comes_in_whatever_its_query(pairs: dict[str, str]) -> None:
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs.items())

    assert signed(query=query).refusal is None


@given(key=odd, secret=odd)
def test_another_secret_is_refused(key: str, secret: str) -> None:
    assume(secret != SECRET)

    assert signed(f"/dossiers/{quote(key, safe='')}", secret=secret).refusal == "SignatureDoesNotMatch"


def test_a_key_nobody_has_is_refused() -> None:
    assert signed(key="LABNOBODY").refusal == "InvalidAccessKeyId"


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        ("", "InvalidRequest"),
        ("Bearer token", "InvalidRequest"),
        ("AWS4-HMAC-SHA256 Credential=", "AuthorizationHeaderMalformed"),
        ("AWS LABTEST:c2lnbmVk", "InvalidRequest"),
    ],
)
def test_what_is_not_signed_is_refused(authorization: str, code: str) -> None:
    asked = signed()

    assert replace(asked, headers={**asked.headers, "authorization": authorization}).refusal == code


def test_what_bears_no_signature_at_all_is_refused() -> None:
    asked = signed()
    bare = {name: value for name, value in asked.headers.items() if name != "authorization"}

    assert replace(asked, headers=bare).refusal == "AccessDenied"


@given(body=st.binary(max_size=50))
def test_another_body_is_refused(body: bytes) -> None:
    assume(body != b"letter")

    assert replace(signed(), body=body).refusal == "XAmzContentSHA256Mismatch"


@pytest.mark.parametrize(
    "changed",
    [
        {"x-amz-meta-note": "one three"},
        {"host": "example.invalid"},
        {"x-amz-content-sha256": "UNSIGNED-PAYLOAD"},
        {"x-amz-meta-note": ""},
    ],
    ids=str,
)
def test_another_header_is_refused(changed: dict[str, str]) -> None:
    asked = signed()

    assert replace(asked, headers={**asked.headers, **changed}).refusal == "SignatureDoesNotMatch"


def test_an_old_request_is_refused() -> None:
    asked = signed()

    old = replace(asked, headers={**asked.headers, "x-amz-date": "20200325T070000Z"})
    assert old.refusal == "RequestTimeTooSkewed"


def test_spaces_within_a_header_are_the_same_header() -> None:
    asked = signed()

    assert replace(asked, headers={**asked.headers, "x-amz-meta-note": " one two "}).refusal is None


@pytest.mark.parametrize(
    "changed", [{"path": "/dossiers/b"}, {"method": "DELETE"}, {"query": "versionId=1"}, {"query": "acl"}], ids=str
)
def test_another_request_is_refused(changed: dict[str, str]) -> None:
    assert replace(signed(), **changed).refusal == "SignatureDoesNotMatch"


def test_another_order_of_a_query_is_the_same_query() -> None:
    asked = signed(query="prefix=a&list-type=2", method="GET", body=b"")

    assert replace(asked, query="list-type=2&prefix=a").refusal is None
    assert replace(asked, query="list-type=2&prefix=b").refusal == "SignatureDoesNotMatch"


def test_a_machine_s_api_is_signed_with_its_body() -> None:
    asked = signed("/", method="POST", body=b"Action=DescribeInstances", service="ec2")

    assert asked.refusal is None
    assert replace(asked, body=b"Action=RunInstances").refusal == "SignatureDoesNotMatch"
    assert asked.checked().service == "ec2"


@pytest.mark.lab
@pytest.mark.parametrize(
    ("wrong", "code"),
    [({"secret": "guessed"}, "SignatureDoesNotMatch"), ({"key": "LABNOBODY"}, "InvalidAccessKeyId")],
)
def test_the_door_itself_says_so(standing: Endpoint, wrong: dict[str, str], code: str) -> None:
    from botocore.exceptions import ClientError

    with pytest.raises(ClientError) as error:
        standing.client("s3", **wrong).list_buckets()

    assert error.value.response["Error"]["Code"] == code


@pytest.mark.lab
@pytest.mark.parametrize("key", ["a b", "é/ü", "a+b", "a%2Fb", "~-_.", "«»", "a//b", "=&?#", "née/ 1"])
def test_an_odd_key_goes_in_and_comes_out(standing: Endpoint, key: str) -> None:
    store = standing.client("s3")
    store.put_object(Bucket="odd", Key=key, Body=key.encode())

    assert store.get_object(Bucket="odd", Key=key)["Body"].read() == key.encode()
    assert key in [one["Key"] for one in store.list_objects_v2(Bucket="odd")["Contents"]]
    store.delete_object(Bucket="odd", Key=key)
