"""The checksums S3 knows, computed with what is at hand."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec

from exitkit.lab.front.exchange import Refused

_POLYNOMIALS = {"crc32c": (0x82F63B78, 4), "crc64nvme": (0x9A6C9329AC4BC9B5, 8)}


@lru_cache
def _table(polynomial: int) -> tuple[int, ...]:
    rows = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (polynomial if value & 1 else 0)  # noqa: PLW2901
        rows.append(value)
    return tuple(rows)


def _reflected(body: bytes, polynomial: int, width: int) -> bytes:
    """A cyclic redundancy check, least bit first, byte by byte: right and slow."""
    table, ones = _table(polynomial), (1 << (8 * width)) - 1
    rest = ones
    for byte in body:
        rest = table[(rest ^ byte) & 0xFF] ^ (rest >> 8)
    return (rest ^ ones).to_bytes(width, "big")


@lru_cache
def _quick(name: str) -> Callable[[bytes], int] | None:
    """The same from the AWS common runtime, where boto3[crt] is installed."""
    if find_spec("awscrt") is None:
        return None
    found: Callable[[bytes], int] = getattr(import_module("awscrt.checksums"), name)
    return found


def digest(name: str, body: bytes) -> bytes:
    """A checksum's bytes. Raises KeyError for a name S3 does not know."""
    match name:
        case "crc32":
            return zlib.crc32(body).to_bytes(4, "big")
        case "sha1":
            return hashlib.sha1(body, usedforsecurity=False).digest()
        case "sha256":
            return hashlib.sha256(body).digest()
    polynomial, width = _POLYNOMIALS[name]
    quick = _quick(name)
    return quick(body).to_bytes(width, "big") if quick else _reflected(body, polynomial, width)


NAMES = frozenset(("crc32", "crc32c", "crc64nvme", "sha1", "sha256"))


def verified(headers: dict[str, str], body: bytes) -> tuple[str, str] | None:
    """The checksum a request states, as (NAME, base64). Raises Refused where the body has another one."""
    stated = [(name[15:], value) for name, value in headers.items() if name.startswith("x-amz-checksum-")]
    stated = [(name, value) for name, value in stated if name in NAMES]
    if not stated:
        return None
    if len(stated) > 1:
        raise Refused(400, "InvalidRequest", "Expecting a single x-amz-checksum- header.")
    name, value = stated[0]
    said = headers.get("x-amz-sdk-checksum-algorithm", name)
    if said.lower() != name:
        raise Refused(400, "InvalidRequest", "Value for x-amz-sdk-checksum-algorithm header is invalid.")
    right = base64.b64encode(digest(name, body)).decode()
    if value != right:
        if len(value) != len(right):
            raise Refused(400, "InvalidRequest", f"Value for x-amz-checksum-{name} header is invalid.")
        raise Refused(400, "BadDigest", f"The {name.upper()} you specified did not match the calculated checksum.")
    return name.upper(), value


def check_md5(headers: dict[str, str], body: bytes) -> None:
    """Hold a body to its Content-MD5, where it has one. Raises Refused."""
    said = headers.get("content-md5")
    if said is None:
        return
    try:
        wanted = base64.b64decode(said, validate=True)
    except ValueError:
        wanted = b""
    if len(wanted) != 16:
        raise Refused(400, "InvalidDigest", "The Content-MD5 you specified was invalid.")
    if hashlib.md5(body, usedforsecurity=False).digest() != wanted:
        raise Refused(400, "BadDigest", "The Content-MD5 you specified did not match what we received.")
