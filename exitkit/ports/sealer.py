"""Sealing bytes so that only who has the key can read them."""

from __future__ import annotations

from typing import Protocol

from exitkit.ports import Blob

WRAP = "x-amz-wrap-alg"
"""The metadata that says how an object's own key is wrapped; named as the Amazon S3 Encryption Client names it."""


class Sealer(Protocol):
    """One way to seal: an object's own key seals its bytes, and is itself wrapped by a key that somebody holds."""

    @property
    def wrap(self) -> str:
        """The word that objects sealed this way bear under `WRAP`."""

    def seal(self, body: bytes, *, key: str) -> Blob:
        """Seal under the key of that name. Raises OutsideError where it cannot be used."""

    def unseal(self, blob: Blob) -> bytes:
        """The bytes. Raises OutsideError where the key cannot be used, or they are not what was sealed."""
