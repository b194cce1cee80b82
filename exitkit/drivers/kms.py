"""AWS's key service over its JSON protocol: data keys made under a key, and opened again while the service answers.

Source: AWS Key Management Service API Reference, GenerateDataKey, Decrypt, CreateKey, CreateAlias; requests are signed
with Signature Version 4.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlparse
from urllib.request import Request, urlopen

from exitkit.drivers.sealing import Envelope
from exitkit.errors import NotFound, OutsideError
from exitkit.ports import Secret

_PATIENCE_SECONDS = 30.0


class KeyService:
    """The keys of one account, each known by its alias."""

    def __init__(
        self, endpoint: str, *, region: str, access_key: str, secret_key: Secret, clock: Callable[[], float] = time.time
    ) -> None:
        self._endpoint = endpoint.rstrip("/") + "/"
        self._region = region
        self._access_key = access_key
        self._secret_key = secret_key
        self._clock = clock

    def sealer(self) -> Envelope:
        """Seals objects under keys of this service."""
        return Envelope("kms", fresh=self.fresh, unwrap=self.unwrap)

    def fresh(self, name: str) -> tuple[bytes, bytes]:
        """A data key under the key of that name, which is made where there is none: (plain, wrapped)."""
        try:
            made = self._ask("GenerateDataKey", KeyId=f"alias/{name}", KeySpec="AES_256")
        except NotFound:
            key = self._ask("CreateKey", Description=f"exitkit: {name}")["KeyMetadata"]["KeyId"]
            self._ask("CreateAlias", AliasName=f"alias/{name}", TargetKeyId=key)
            made = self._ask("GenerateDataKey", KeyId=f"alias/{name}", KeySpec="AES_256")
        return base64.b64decode(made["Plaintext"]), base64.b64decode(made["CiphertextBlob"])

    def unwrap(self, wrapped: bytes) -> bytes:
        """What a data key was before it was wrapped. Raises OutsideError where the service does not open it."""
        return base64.b64decode(self._ask("Decrypt", CiphertextBlob=base64.b64encode(wrapped).decode())["Plaintext"])

    def _ask(self, action: str, **body: str) -> dict[str, Any]:
        text = json.dumps(body).encode()
        request = Request(self._endpoint, text, self._signed(action, text))  # noqa: S310
        try:
            with urlopen(request, timeout=_PATIENCE_SECONDS) as answer:  # noqa: S310
                return dict(json.load(answer) if action != "CreateAlias" else {})
        except HTTPError as error:
            said = error.read().decode("utf-8", "replace")
            if "NotFoundException" in said:
                raise NotFound(f"the key service has no such key ({action})") from error
            raise OutsideError(f"the key service refused {action}: status {error.code}") from error
        except (URLError, OSError, ValueError) as error:
            raise OutsideError(f"the key service did not answer {action}: {type(error).__name__}") from error

    def _signed(self, action: str, body: bytes) -> dict[str, str]:
        now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(self._clock()))
        scope = f"{now[:8]}/{self._region}/kms/aws4_request"
        headers = {
            "content-type": "application/x-amz-json-1.1",
            "host": urlparse(self._endpoint).netloc,
            "x-amz-date": now,
            "x-amz-target": f"TrentService.{action}",
        }
        names = ";".join(sorted(headers))
        told = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
        canonical = f"POST\n/\n\n{told}\n{names}\n{hashlib.sha256(body).hexdigest()}"
        to_sign = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = f"AWS4{self._secret_key.reveal()}".encode()
        for part in (now[:8], self._region, "kms", "aws4_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
        who = f"AWS4-HMAC-SHA256 Credential={self._access_key}/{scope}"
        return {**headers, "authorization": f"{who}, SignedHeaders={names}, Signature={signature}"}
