"""Check that a request to the lab's object stores was signed by the one it names (AWS Signature Version 4).

Source: "Authenticating Requests: Using the Authorization Header (AWS Signature Version 4)", Amazon S3 API Reference.
The emulator behind the lab checks nothing, so a rehearsal on it alone would accept a wrong secret.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<date>\d{8})/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request,"
    r"\s*SignedHeaders=(?P<signed>[^,]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)


def service_of(authorization: str) -> str:
    """The service a signed request is for, such as "s3"; empty where it is not signed this way."""
    match = _AUTHORIZATION.match(authorization)
    return match["service"] if match else ""


def refusal(
    *, method: str, raw_path: str, query: str, headers: Mapping[str, str], body: bytes, keys: Mapping[str, str]
) -> str | None:
    """Why a request is refused, as an S3 error code; None where it is genuine. `headers` are in lower case."""
    match = _AUTHORIZATION.match(headers.get("authorization", ""))
    if match is None:
        return "AccessDenied"
    if match["key"] not in keys:
        return "InvalidAccessKeyId"
    payload = headers.get("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
    if re.fullmatch(r"[0-9a-f]{64}", payload) and payload != hashlib.sha256(body).hexdigest():
        if match["service"] == "s3":
            return "XAmzContentSHA256Mismatch"
    elif payload == "UNSIGNED-PAYLOAD" and match["service"] != "s3":
        payload = hashlib.sha256(body).hexdigest()
    canonical = _canonical(match, method, raw_path, query, headers={**headers, "payload": payload})
    wanted = _signature(match, canonical, headers.get("x-amz-date", ""), keys[match["key"]])
    return None if hmac.compare_digest(wanted, match["signature"]) else "SignatureDoesNotMatch"


def _canonical(scope: re.Match[str], method: str, raw_path: str, query: str, *, headers: Mapping[str, str]) -> str:
    """The request in the form that is signed; `headers` also hold the hash of the payload."""
    signed = scope["signed"].split(";")
    pairs = sorted((quote(k, safe="-_.~"), quote(v, safe="-_.~")) for k, v in parse_qsl(query, keep_blank_values=True))
    lines = [
        method,
        raw_path or "/",
        "&".join(f"{key}={value}" for key, value in pairs),
        *(f"{name}:{' '.join(headers.get(name, '').split())}" for name in signed),
        "",
        ";".join(signed),
        headers["payload"],
    ]
    return "\n".join(lines)


def _signature(scope: re.Match[str], canonical: str, date: str, secret: str) -> str:
    to_sign = "\n".join(
        [
            "AWS4-HMAC-SHA256",
            date,
            f"{scope['date']}/{scope['region']}/{scope['service']}/aws4_request",
            hashlib.sha256(canonical.encode()).hexdigest(),
        ]
    )
    key = f"AWS4{secret}".encode()
    for part in (scope["date"], scope["region"], scope["service"], "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
