"""Seal objects with AES-256-GCM under a key of their own, wrapped by the owner's key or by a cloud's key service."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from pathlib import Path

from exitkit.errors import MissingExtra, OutsideError
from exitkit.ports import Blob
from exitkit.ports.sealer import WRAP

_KEY, _IV, _CEK, _NAME = "x-amz-key-v2", "x-amz-iv", "x-amz-cek-alg", "x-amz-matdesc"
_IV_BYTES, _KEY_BYTES = 12, 32


class Envelope:
    """Seals with a fresh key per object; `fresh` makes one (plain, wrapped), `unwrap` opens a wrapped one."""

    def __init__(
        self, wrap: str, *, fresh: Callable[[str], tuple[bytes, bytes]], unwrap: Callable[[bytes], bytes]
    ) -> None:
        self._wrap = wrap
        self._fresh = fresh
        self._unwrap = unwrap

    @property
    def wrap(self) -> str:
        """What objects sealed this way bear."""
        return self._wrap

    def seal(self, body: bytes, *, key: str) -> Blob:
        """Seal under the key of that name."""
        plain, wrapped = self._fresh(key)
        vector = os.urandom(_IV_BYTES)
        metadata = {
            WRAP: self._wrap,
            _KEY: base64.b64encode(wrapped).decode(),
            _IV: base64.b64encode(vector).decode(),
            _CEK: "AES/GCM/NoPadding",
            _NAME: key,
        }
        return Blob(_aes(plain).encrypt(vector, body, None), metadata=metadata)

    def unseal(self, blob: Blob) -> bytes:
        """The bytes, where the key can be had and they are what was sealed."""
        from cryptography.exceptions import InvalidTag

        try:
            wrapped, vector = (base64.b64decode(blob.metadata[name]) for name in (_KEY, _IV))
            opened: bytes = _aes(self._unwrap(wrapped)).decrypt(vector, blob.body, None)
        except (KeyError, ValueError, InvalidTag) as error:
            raise OutsideError("what was sealed was changed, or is of another key") from error
        return opened


def own_key(file: Path) -> Envelope:
    """The owner's key, in a file that only its owner may read; made where there is none. No cloud ever sees it."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
            out.write(os.urandom(_KEY_BYTES))

    def fresh(_name: str) -> tuple[bytes, bytes]:
        plain, vector = os.urandom(_KEY_BYTES), os.urandom(_IV_BYTES)
        return plain, vector + _aes(file.read_bytes()).encrypt(vector, plain, None)

    def unwrap(wrapped: bytes) -> bytes:
        opened: bytes = _aes(file.read_bytes()).decrypt(wrapped[:_IV_BYTES], wrapped[_IV_BYTES:], None)
        return opened

    return Envelope("AES/GCM", fresh=fresh, unwrap=unwrap)


def _aes(key: bytes):  # type: ignore[no-untyped-def]  # noqa: ANN202 - the library's own class
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError as error:
        raise MissingExtra("sign", needed_for="sealing objects") from error
    return AESGCM(key)
