"""Take an upload out of its aws-chunked wrapping, each chunk and the trailer verified.

Source: "Signature calculations for the authorization header: transferring payload in multiple chunks" and "including
trailing headers", Amazon S3 API Reference.
"""

from __future__ import annotations

import hmac

from exitkit.lab.front.exchange import Refused, Request
from exitkit.lab.front.signature import Signed, chunk_signature

_SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
_KNOWN = (_SIGNED, f"{_SIGNED}-TRAILER", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")


def unwrap(request: Request, signed: Signed) -> None:
    """Leave a request with the body that was meant and its trailer among its headers. Raises Refused."""
    if not signed.payload.startswith("STREAMING-"):
        return
    if signed.payload not in _KNOWN:
        raise Refused(501, "NotImplemented", f"{signed.payload} is not implemented")
    chain = _Chain(signed) if signed.payload.startswith(_SIGNED) else None
    parts, trailer = _parts(request.body, chain)
    body = b"".join(parts)
    if str(len(body)) != request.headers.get("x-amz-decoded-content-length"):
        raise _incomplete()
    if signed.payload.endswith("-TRAILER"):
        _trail(request.headers, trailer, chain)
    request.body = body
    _forget(request.headers)


class _Chain:
    """Every chunk's signature goes on from the one before."""

    def __init__(self, signed: Signed) -> None:
        self._signed = signed
        self._last = signed.signature

    def next(self, kind: str, content: bytes, said: str) -> None:
        self._last = chunk_signature(self._signed, kind, self._last, content)
        if not hmac.compare_digest(self._last, said):
            raise Refused(403, "SignatureDoesNotMatch", "A chunk's signature does not match what we calculated.")


def _parts(body: bytes, chain: _Chain | None) -> tuple[list[bytes], bytes]:
    """The chunks, and what follows the last one."""
    parts: list[bytes] = []
    at = 0
    while True:
        end = body.find(b"\r\n", at)
        if end < 0:
            raise _incomplete()
        size, _, extension = body[at:end].partition(b";")
        try:
            length = int(size, 16)
        except ValueError:
            raise _incomplete() from None
        content = body[end + 2 : end + 2 + length]
        if len(content) != length:
            raise _incomplete()
        if chain is not None:
            chain.next("PAYLOAD", content, extension.decode("latin-1").removeprefix("chunk-signature="))
        if length == 0:
            return parts, body[end + 2 :]
        if body[end + 2 + length : end + 4 + length] != b"\r\n":
            raise _incomplete()
        parts.append(content)
        at = end + 4 + length


def _trail(headers: dict[str, str], trailer: bytes, chain: _Chain | None) -> None:
    lines = [line for line in trailer.decode("latin-1").split("\r\n") if line]
    pairs = [(name.strip().lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    promised = {name.strip().lower() for name in headers.get("x-amz-trailer", "").split(",")} - {""}
    found = {name: value for name, value in pairs if name in promised}
    if set(found) != promised:
        raise Refused(400, "MalformedTrailerError", "The request contained trailing data that was not well-formed.")
    if chain is not None:
        signed = "".join(f"{name}:{value}\n" for name, value in pairs if name != "x-amz-trailer-signature")
        chain.next("TRAILER", signed.encode("latin-1"), dict(pairs).get("x-amz-trailer-signature", ""))
    headers.update(found)


def _forget(headers: dict[str, str]) -> None:
    """What only spoke of the wrapping."""
    for name in ("x-amz-trailer", "x-amz-decoded-content-length"):
        headers.pop(name, None)
    headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD"
    kept = [part.strip() for part in headers.get("content-encoding", "").split(",")]
    kept = [part for part in kept if part and part != "aws-chunked"]
    if kept:
        headers["content-encoding"] = ",".join(kept)
    else:
        headers.pop("content-encoding", None)


def _incomplete() -> Refused:
    return Refused(400, "IncompleteBody", "The request body is not what its headers say.")
