"""AWS's key service over its JSON protocol: data keys made under a key, and opened again while the service answers.

Source: AWS Key Management Service API Reference, GenerateDataKey, Decrypt, CreateKey, CreateAlias; requests are signed
with Signature Version 4.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable

from exitkit.drivers.awsjson import Account
from exitkit.drivers.sealing import Envelope
from exitkit.errors import NotFound
from exitkit.ports import Secret


class KeyService:
    """The keys of one account, each known by its alias."""

    def __init__(
        self, endpoint: str, *, region: str, access_key: str, secret_key: Secret, clock: Callable[[], float] = time.time
    ) -> None:
        self._account = Account(endpoint, region, access_key, secret_key, "kms", "TrentService", clock=clock)

    def sealer(self) -> Envelope:
        """Seals objects under keys of this service."""
        return Envelope("kms", fresh=self.fresh, unwrap=self.unwrap)

    def fresh(self, name: str) -> tuple[bytes, bytes]:
        """A data key under the key of that name, which is made where there is none: (plain, wrapped)."""
        try:
            made = self._account.ask("GenerateDataKey", KeyId=f"alias/{name}", KeySpec="AES_256")
        except NotFound:
            key = self._account.ask("CreateKey", Description=f"exitkit: {name}")["KeyMetadata"]["KeyId"]
            self._account.ask("CreateAlias", AliasName=f"alias/{name}", TargetKeyId=key)
            made = self._account.ask("GenerateDataKey", KeyId=f"alias/{name}", KeySpec="AES_256")
        return base64.b64decode(made["Plaintext"]), base64.b64decode(made["CiphertextBlob"])

    def unwrap(self, wrapped: bytes) -> bytes:
        """What a data key was before it was wrapped. Raises OutsideError where the service does not open it."""
        return base64.b64decode(
            self._account.ask("Decrypt", CiphertextBlob=base64.b64encode(wrapped).decode())["Plaintext"]
        )
