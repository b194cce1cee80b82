"""Signed S3 requests as bytes, made beforehand, so that a measurement does not pay for signing."""

from __future__ import annotations

import hashlib
import hmac
import time
from urllib.parse import quote

REGION = "us-east-1"


class Signer:
    """Signs for one endpoint with one key."""

    def __init__(self, url: str, access_key: str, secret_key: str) -> None:
        self.host = url.removeprefix("http://").removeprefix("https://")
        self._access_key = access_key
        self._date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        self._scope = f"{self._date[:8]}/{REGION}/s3/aws4_request"
        key = f"AWS4{secret_key}".encode()
        for part in self._scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        self._key = key

    def request(self, method: str, path: str, query: str = "", body: bytes = b"") -> bytes:
        """One request whole; `query` sorted and quoted already."""
        payload = hashlib.sha256(body).hexdigest()
        path = quote(path, safe="/-_.~")
        names = "host;x-amz-content-sha256;x-amz-date"
        said = f"host:{self.host}\nx-amz-content-sha256:{payload}\nx-amz-date:{self._date}\n"
        canonical = f"{method}\n{path}\n{query}\n{said}\n{names}\n{payload}"
        text = f"AWS4-HMAC-SHA256\n{self._date}\n{self._scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = hmac.digest(self._key, text.encode(), "sha256").hex()
        head = (
            f"{method} {path}{'?' + query if query else ''} HTTP/1.1\r\nHost: {self.host}\r\n"
            f"x-amz-content-sha256: {payload}\r\nx-amz-date: {self._date}\r\nContent-Length: {len(body)}\r\n"
            f"Authorization: AWS4-HMAC-SHA256 Credential={self._access_key}/{self._scope}, "
            f"SignedHeaders={names}, Signature={signature}\r\n\r\n"
        )
        return head.encode() + body
