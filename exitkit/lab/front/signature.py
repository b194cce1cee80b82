"""Check that a request to the lab's clouds was signed by the one it names (AWS Signature Version 4).

Source: "Authenticating Requests (AWS Signature Version 4)", Amazon S3 API Reference: the Authorization header, query
parameters. The emulator behind the lab checks nothing, so a rehearsal on it alone would accept a wrong secret.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote

from exitkit.lab.front.exchange import Refused, Request

ALGORITHM = "AWS4-HMAC-SHA256"
UNSIGNED = "UNSIGNED-PAYLOAD"
LARGEST_SKEW = 15 * 60
LONGEST_LIFE = 7 * 24 * 3600
_GIVEN = re.compile(r"AWS4-HMAC-SHA256\s+(?:Credential|SignedHeaders)=")
_PART = re.compile(r"(Credential|SignedHeaders)=([^,\s]+)")
_HASH = re.compile(r"[0-9a-f]{64}")
_SPACES = re.compile("  +")


@dataclass(slots=True, frozen=True)
class Credential:
    """Who says they signed, for what, and the key that proves it."""

    scope: str
    service: str
    signing_key: bytes
    names: str
    signed: frozenset[str]


@dataclass(slots=True, frozen=True)
class Signed:
    """A request that is genuine: what its chunks, if it has any, go on from."""

    credential: Credential
    date: str
    signature: str
    payload: str

    @property
    def service(self) -> str:
        """What it was signed for, such as "s3"."""
        return self.credential.service


class Verifier:
    """Knows the keys of one cloud, and its clock."""

    def __init__(self, keys: Mapping[str, str], clock: Callable[[], float]) -> None:
        self._keys = dict(keys)
        self._clock = clock
        self._known: dict[str, Credential] = {}

    def check(self, request: Request) -> Signed:
        """Answer who signed a request. Raises Refused with S3's own code."""
        given = request.headers.get("authorization")
        if given is None:
            if "X-Amz-Algorithm=" in request.query or "X-Amz-Signature=" in request.query:
                return self._presigned(request)
            raise Refused(403, "AccessDenied", "Access Denied")
        said, found, signature = given.rpartition("Signature=")
        if not found or not _GIVEN.match(said):
            code = "AuthorizationHeaderMalformed" if given.startswith(ALGORITHM) else "InvalidRequest"
            raise Refused(400, code, f"Please use {ALGORITHM}.")
        credential = self._known.get(said) or self._remember(said)
        date = request.headers.get("x-amz-date", "")
        self._in_time(date, credential)
        payload = _payload(request, credential.service)
        _all_signed(request, credential)
        signed = Signed(credential, date, signature.strip(), payload)
        _compare(request, signed, request.query)
        return signed

    def _presigned(self, request: Request) -> Signed:
        asked = dict(parse_qsl(request.query, keep_blank_values=True))
        wanted = ("Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature")
        values = [asked.get(f"X-Amz-{name}") for name in wanted]
        algorithm, who, date, life, names, signature = (value or "" for value in values)
        if not all(values) or algorithm != ALGORITHM or not life.isdigit() or int(life) > LONGEST_LIFE:
            raise Refused(400, "AuthorizationQueryParametersError", "Query-string authentication is incomplete.")
        credential = self._credential(who, names)
        since = self._clock() - _seconds(date)
        if since > int(life):
            raise Refused(403, "AccessDenied", "Request has expired")
        if since < -LARGEST_SKEW:
            raise Refused(403, "AccessDenied", "Request is not valid yet")
        payload = asked.get("X-Amz-Content-Sha256") or request.headers.get("x-amz-content-sha256", UNSIGNED)
        _hold(request, payload)
        _all_signed(request, credential)
        query = "&".join(part for part in request.query.split("&") if not part.startswith("X-Amz-Signature="))
        signed = Signed(credential, date, signature, payload)
        _compare(request, signed, query)
        return signed

    def _remember(self, said: str) -> Credential:
        parts = dict(_PART.findall(said))
        if len(parts) != 2:
            raise Refused(400, "AuthorizationHeaderMalformed", "The authorization header is malformed.")
        credential = self._credential(parts["Credential"], parts["SignedHeaders"])
        if len(self._known) > 1000:
            self._known.clear()
        self._known[said] = credential
        return credential

    def _credential(self, who: str, names: str) -> Credential:
        parts = who.split("/")
        if len(parts) != 5 or parts[4] != "aws4_request":
            raise Refused(400, "AuthorizationHeaderMalformed", "The credential is malformed.")
        secret = self._keys.get(parts[0])
        if secret is None:
            raise Refused(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist.")
        key = f"AWS4{secret}".encode()
        for part in parts[1:]:
            key = hmac.digest(key, part.encode(), "sha256")
        return Credential("/".join(parts[1:]), parts[3], key, names, frozenset(names.split(";")))

    def _in_time(self, date: str, credential: Credential) -> None:
        if abs(self._clock() - _seconds(date)) > LARGEST_SKEW:
            late = "The difference between the request time and the current time is too large."
            raise Refused(403, "RequestTimeTooSkewed", late)
        if not credential.scope.startswith(date[:8]):
            raise Refused(400, "AuthorizationHeaderMalformed", "The credential's date is not the request's.")


def _compare(request: Request, signed: Signed, query: str) -> None:
    headers, credential = request.headers, signed.credential
    said = "".join([f"{name}:{_trimmed(headers.get(name, ''))}\n" for name in credential.names.split(";")])
    tail = f"\n{_canonical(query) if query else ''}\n{said}\n{credential.names}\n{signed.payload}"
    stamp = f"{ALGORITHM}\n{signed.date}\n{credential.scope}\n"
    for path in _paths(request.path):
        asked = hashlib.sha256(f"{request.method}\n{path}{tail}".encode("latin-1")).hexdigest()
        made = hmac.digest(credential.signing_key, (stamp + asked).encode(), "sha256").hex()
        if hmac.compare_digest(made, signed.signature):
            return
    raise Refused(403, "SignatureDoesNotMatch", "The request signature we calculated does not match yours.")


def chunk_signature(signed: Signed, kind: str, previous: str, content: bytes) -> str:
    """What one chunk of a signed stream must be signed with (kind PAYLOAD), or its trailer (kind TRAILER)."""
    inside = hashlib.sha256(content).hexdigest()
    nothing = f"{hashlib.sha256(b'').hexdigest()}\n" if kind == "PAYLOAD" else ""
    text = f"{ALGORITHM}-{kind}\n{signed.date}\n{signed.credential.scope}\n{previous}\n{nothing}{inside}"
    return hmac.digest(signed.credential.signing_key, text.encode(), "sha256").hex()


def _payload(request: Request, service: str) -> str:
    """The payload hash a request states, held against its body. Raises Refused."""
    payload = request.headers.get("x-amz-content-sha256")
    if payload is None:
        if service == "s3":
            raise Refused(400, "InvalidRequest", "Missing required header for this request: x-amz-content-sha256")
        return hashlib.sha256(request.body).hexdigest()
    _hold(request, payload)
    return payload


def _hold(request: Request, payload: str) -> None:
    if payload == UNSIGNED or payload.startswith("STREAMING-"):
        return
    if hashlib.sha256(request.body).hexdigest() != payload:
        if not _HASH.fullmatch(payload):
            raise Refused(400, "InvalidArgument", "x-amz-content-sha256 must be UNSIGNED-PAYLOAD or a hash.")
        raise Refused(400, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match.")


def _all_signed(request: Request, credential: Credential) -> None:
    for name in request.headers:
        if name.startswith("x-amz-") and name not in credential.signed:
            raise Refused(403, "AccessDenied", "There were headers present in the request which were not signed")


def _trimmed(value: str) -> str:
    return _SPACES.sub(" ", value.strip(" "))


@lru_cache(maxsize=4096)
def _canonical(query: str) -> str:
    pairs = [(quote(unquote(n), safe="-_.~"), quote(unquote(v), safe="-_.~")) for n, v in _pairs(query)]
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def _pairs(query: str) -> list[tuple[str, str]]:
    split = (part.partition("=") for part in query.replace("+", "%20").split("&") if part)
    return [(name, value) for name, _, value in split]


def _paths(path: str) -> Iterator[str]:
    """The path as it was written and, where that is not the right one, as S3 would write it."""
    yield path or "/"
    yield quote(unquote(path), safe="/-_.~")


@lru_cache(maxsize=64)
def _seconds(date: str) -> float:
    try:
        return datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise Refused(403, "AccessDenied", "AWS authentication requires a valid Date or x-amz-date header") from None
