"""Nothing is taken that was not signed, or that arrived changed."""

from __future__ import annotations

import base64
import hashlib
import io
import socket
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

import pytest

from exitkit.lab.alone import Alone
from exitkit.lab.front.exchange import Refused, Request
from exitkit.lab.front.payload import unwrap
from exitkit.lab.front.signature import Verifier, chunk_signature
from tests.lab.front.conftest import client

pytestmark = pytest.mark.lab
BUCKET = "strict"
WHEN = 1_369_353_600.0  # 2013-05-24, the day of Amazon's own examples
KEYS = {"AKIAIOSFODNN7EXAMPLE": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
SCOPE = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"


@pytest.fixture(autouse=True)
def _bucket(front: Any) -> None:
    front.create_bucket(Bucket=BUCKET)


def code(call: Any, **asked: Any) -> tuple[str, int]:
    """What a call is refused with."""
    from botocore.exceptions import ClientError

    with pytest.raises(ClientError) as error:
        call(**asked)
    answer = error.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


def amazon(signature: str, **headers: str) -> Request:
    """The GET with a range of Amazon's example."""
    given = {
        "host": "examplebucket.s3.amazonaws.com",
        "range": "bytes=0-9",
        "x-amz-content-sha256": hashlib.sha256(b"").hexdigest(),
        "x-amz-date": "20130524T000000Z",
        "authorization": f"AWS4-HMAC-SHA256 Credential={SCOPE},"
        f"SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature={signature}",
    }
    return Request("GET", "/test.txt", {**given, **headers}, b"")


def test_the_example_in_amazons_reference_is_genuine() -> None:
    verifier = Verifier(KEYS, lambda: WHEN)

    signed = verifier.check(amazon("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"))

    assert signed.service == "s3"


@pytest.mark.parametrize(
    ("headers", "when", "wanted"),
    [
        ({"range": "bytes=0-8"}, WHEN, "SignatureDoesNotMatch"),
        ({"x-amz-date": "20130524T001601Z"}, WHEN, "RequestTimeTooSkewed"),
        ({}, WHEN + 901, "RequestTimeTooSkewed"),
        ({"x-amz-acl": "public-read"}, WHEN, "AccessDenied"),
        ({"authorization": "AWS AKID:sig"}, WHEN, "InvalidRequest"),
        ({"authorization": "AWS4-HMAC-SHA256 nonsense"}, WHEN, "AuthorizationHeaderMalformed"),
    ],
)
def test_what_is_not_as_it_was_signed_is_refused(headers: dict[str, str], when: float, wanted: str) -> None:
    verifier = Verifier(KEYS, lambda: when)
    request = amazon("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41", **headers)

    with pytest.raises(Refused) as refused:
        verifier.check(request)

    assert refused.value.code == wanted


def chunked(spoil: bytes = b"") -> Request:
    """The upload in signed chunks of Amazon's example: 65 KB of the letter a."""
    seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
    signatures = (
        "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
        "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
        "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
    )
    sizes = (65_536, 1_024, 0)
    parts = [
        f"{size:x};chunk-signature={signature}\r\n".encode() + b"a" * size + b"\r\n"
        for size, signature in zip(sizes, signatures, strict=True)
    ]
    names = "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;"
    headers = {
        "host": "s3.amazonaws.com",
        "x-amz-date": "20130524T000000Z",
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
        "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "content-encoding": "aws-chunked",
        "x-amz-decoded-content-length": "66560",
        "content-length": "66824",
        "authorization": f"AWS4-HMAC-SHA256 Credential={SCOPE},"
        f"SignedHeaders={names}x-amz-storage-class,Signature={seed}",
    }
    body = b"".join(parts)
    return Request("PUT", "/examplebucket/chunkObject.txt", headers, body.replace(b"aa", spoil, 1) if spoil else body)


def test_the_signed_chunks_in_amazons_reference_are_genuine() -> None:
    request = chunked()

    unwrap(request, Verifier(KEYS, lambda: WHEN).check(request))

    assert request.body == b"a" * 66_560
    assert "content-encoding" not in request.headers


@pytest.mark.parametrize(("spoil", "wanted"), [(b"ab", "SignatureDoesNotMatch"), (b"a", "IncompleteBody")])
def test_a_chunk_that_arrives_changed_is_refused(spoil: bytes, wanted: str) -> None:
    request = chunked(spoil)
    signed = Verifier(KEYS, lambda: WHEN).check(request)

    with pytest.raises(Refused) as refused:
        unwrap(request, signed)

    assert refused.value.code in (wanted, "SignatureDoesNotMatch")


def test_a_signed_trailer_is_held_to_its_signature() -> None:
    request = chunked()
    signed = Verifier(KEYS, lambda: WHEN).check(request)
    first = chunk_signature(signed, "PAYLOAD", signed.signature, b"hello")
    last = chunk_signature(signed, "PAYLOAD", first, b"")
    trailer = chunk_signature(signed, "TRAILER", last, b"x-amz-checksum-crc32:NhCmhg==\n")
    streaming = type(signed)(signed.credential, signed.date, signed.signature, f"{signed.payload}-TRAILER")

    def sent(value: str) -> Request:
        body = (
            f"5;chunk-signature={first}\r\nhello\r\n0;chunk-signature={last}\r\n"
            f"x-amz-checksum-crc32:{value}\r\nx-amz-trailer-signature:{trailer}\r\n\r\n"
        )
        headers = {"x-amz-trailer": "x-amz-checksum-crc32", "x-amz-decoded-content-length": "5"}
        return Request("PUT", "/b/k", headers, body.encode())

    genuine = sent("NhCmhg==")
    unwrap(genuine, streaming)
    assert (genuine.body, genuine.headers["x-amz-checksum-crc32"]) == (b"hello", "NhCmhg==")
    with pytest.raises(Refused, match="SignatureDoesNotMatch"):
        unwrap(sent("AAAAAA=="), streaming)


def test_wrong_credentials_are_refused(store: Alone) -> None:
    wrong = client(store.url, store.access_key, "guessed")
    unknown = client(store.url, "NOBODY", store.secret_key)

    assert code(wrong.put_object, Bucket=BUCKET, Key="k", Body=b"1") == ("SignatureDoesNotMatch", 403)
    assert code(unknown.put_object, Bucket=BUCKET, Key="k", Body=b"1") == ("InvalidAccessKeyId", 403)


def test_nothing_is_read_without_a_signature(store: Alone, front: Any) -> None:
    front.put_object(Bucket=BUCKET, Key="k", Body=b"1")

    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(f"{store.url}/{BUCKET}/k")

    assert error.value.code == 403
    assert b"<Code>AccessDenied</Code>" in error.value.read()
    error.value.close()


def test_a_url_that_carries_its_signature_ends_and_cannot_be_changed(front: Any) -> None:
    front.put_object(Bucket=BUCKET, Key="k", Body=b"1")
    url = front.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "k"}, ExpiresIn=1)
    changed = url.replace("X-Amz-Expires=1", "X-Amz-Expires=100")
    time.sleep(2.1)

    for each, wanted in ((url, b"AccessDenied"), (changed, b"SignatureDoesNotMatch")):
        with pytest.raises(urllib.error.HTTPError) as error:
            urllib.request.urlopen(each)
        assert wanted in error.value.read()
        error.value.close()


@pytest.mark.parametrize("name", ["SHA256", "SHA1", "CRC32", "CRC32C", "CRC64NVME"])
def test_a_stated_checksum_is_held_against_the_body(front: Any, name: str) -> None:
    right = {
        "SHA256": "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
        "SHA1": "qvTGHdzF6KLavt4PO0gs2a6pQ00=",
        "CRC32": "NhCmhg==",
        "CRC32C": "mnG7TA==",
        "CRC64NVME": "M3eFcAZSQlc=",
    }[name]
    wrong = base64.b64encode(bytes(len(base64.b64decode(right)))).decode()

    front.put_object(Bucket=BUCKET, Key="k", Body=b"hello", **{f"Checksum{name}": right})
    head = front.head_object(Bucket=BUCKET, Key="k", ChecksumMode="ENABLED")

    assert head[f"Checksum{name}"] == right
    assert code(front.put_object, Bucket=BUCKET, Key="w", Body=b"hello", **{f"Checksum{name}": wrong})[0] == "BadDigest"
    assert code(front.head_object, Bucket=BUCKET, Key="w")[1] == 404


def test_a_content_md5_that_is_none_is_refused(front: Any) -> None:
    assert code(front.put_object, Bucket=BUCKET, Key="k", Body=b"1", ContentMD5="short") == ("InvalidDigest", 400)


def test_what_sdks_send_of_themselves_is_checked_and_kept(store: Alone) -> None:
    usual = client(
        store.url, store.access_key, store.secret_key,
        request_checksum_calculation="when_supported", response_checksum_validation="when_supported",
    )  # fmt: skip

    usual.put_object(Bucket=BUCKET, Key="s", Body=io.BytesIO(b"h" * 70_000))
    answer = usual.get_object(Bucket=BUCKET, Key="s")

    assert answer["Body"].read() == b"h" * 70_000
    assert any(name.startswith("Checksum") for name in answer)


def test_deleting_many_needs_a_digest_of_the_question(store: Alone, front: Any) -> None:
    from botocore.auth import S3SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    body = b"<Delete><Object><Key>k</Key></Object></Delete>"
    asked = AWSRequest("POST", f"{store.url}/{BUCKET}?delete=", data=body)
    asked.context["payload_signing_enabled"] = True
    S3SigV4Auth(Credentials(store.access_key, store.secret_key), "s3", "us-east-1").add_auth(asked)
    request = urllib.request.Request(asked.url, body, dict(asked.headers.items()), method="POST")

    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(request)

    assert b"Content-MD5" in error.value.read()
    error.value.close()


def test_a_body_that_is_not_the_signed_one_is_refused(store: Alone) -> None:
    from botocore.auth import S3SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    asked = AWSRequest("PUT", f"{store.url}/{BUCKET}/k", data=b"hello")
    asked.context["payload_signing_enabled"] = True
    auth = S3SigV4Auth(Credentials(store.access_key, store.secret_key), "s3", "us-east-1")
    auth.payload = lambda _: hashlib.sha256(b"other").hexdigest()
    auth.add_auth(asked)
    headers = {**dict(asked.headers.items()), "Content-Type": "text/plain"}
    request = urllib.request.Request(asked.url, b"hello", headers, method="PUT")

    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(request)

    assert b"XAmzContentSHA256Mismatch" in error.value.read()
    error.value.close()


def test_what_is_no_http_is_answered_and_ended(store: Alone) -> None:
    place = urlsplit(store.url)
    with socket.create_connection((place.hostname, place.port), timeout=5) as link:
        link.sendall(b"nonsense\r\n\r\n")
        answer = link.makefile("rb").read()

    assert answer.startswith(b"HTTP/1.1 400 ")
