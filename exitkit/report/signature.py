"""Sign a seal with Ed25519, and check who did; the only file that uses `cryptography`.

The signature is over the bytes of index.json, which names every other file by its SHA-256. It is 64 bytes and stands
beside it in the bundle, so that OpenSSL can check it without exitkit.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from exitkit.errors import MissingExtra, UsageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LENGTH = 64
"""Bytes of an Ed25519 signature (RFC 8032)."""

_HOW = "openssl genpkey -algorithm ed25519 -out key.pem; openssl pkey -in key.pem -pubout -out key.pub.pem"


def sign(body: bytes, key: Path) -> bytes:
    """The signature of these bytes. Raises UsageError where the file holds no Ed25519 key, MissingExtra."""
    return _private(key).sign(body)


def signed_by(body: bytes, signature: bytes, public_key: Path) -> bool:
    """Whether whoever holds this key signed these bytes. Raises UsageError where the file holds no public key."""
    known = _public(public_key)
    from cryptography.exceptions import InvalidSignature

    try:
        known.verify(signature, body)
    except InvalidSignature:
        return False
    return True


def _private(file: Path) -> Ed25519PrivateKey:
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError as error:
        raise MissingExtra("sign", needed_for="signing") from error
    try:
        key = load_pem_private_key(_read(file), password=None)
    except TypeError as error:
        raise UsageError(
            f"{file} is protected by a passphrase", hint="give a key that is not, from a secret store"
        ) from error
    except ValueError as error:
        raise UsageError(f"{file} holds no private key in PEM", hint=_HOW) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"{file} holds another sort of key than Ed25519", hint=_HOW)
    return key


def _public(file: Path) -> Ed25519PublicKey:
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        from cryptography.hazmat.primitives.serialization import load_pem_public_key
    except ImportError as error:
        raise MissingExtra("sign", needed_for="checking a signature") from error
    try:
        key = load_pem_public_key(_read(file))
    except ValueError as error:
        raise UsageError(f"{file} holds no public key in PEM", hint=_HOW) from error
    if not isinstance(key, Ed25519PublicKey):
        raise UsageError(f"{file} holds another sort of key than Ed25519", hint=_HOW)
    return key


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
