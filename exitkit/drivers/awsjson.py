"""AWS's JSON protocol for one service: a POST signed with Signature Version 4, an action in a header."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlparse
from urllib.request import Request, urlopen

from exitkit.errors import NotFound, OutsideError
from exitkit.ports import Secret

_PATIENCE_SECONDS = 30.0
_MISSING = ("NotFound", "NonExistent", "DoesNotExist")


@dataclass(frozen=True)
class Account:
    """One account at one endpoint. `service` is what is signed for, `prefix` what its actions begin with."""

    endpoint: str
    region: str
    access_key: str
    secret_key: Secret
    service: str
    prefix: str
    release: str = "1.1"
    clock: Callable[[], float] = time.time

    def ask(self, action: str, **body: object) -> dict[str, Any]:
        """What the service answers. Raises NotFound where it says that there is no such thing, else OutsideError."""
        text = json.dumps(body).encode()
        request = Request(self.endpoint.rstrip("/") + "/", text, self._signed(action, text))  # noqa: S310
        try:
            with urlopen(request, timeout=_PATIENCE_SECONDS) as answer:  # noqa: S310
                return dict(json.loads(answer.read() or b"{}") or {})  # some answer null
        except HTTPError as error:
            said = error.read().decode("utf-8", "replace")
            if any(word in said for word in _MISSING):
                raise NotFound(f"{self.service} knows no such thing ({action})") from error
            raise OutsideError(f"{self.service} refused {action}: status {error.code}") from error
        except (URLError, OSError, ValueError) as error:
            raise OutsideError(f"{self.service} did not answer {action}: {type(error).__name__}") from error

    def _signed(self, action: str, body: bytes) -> dict[str, str]:
        now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(self.clock()))
        scope = f"{now[:8]}/{self.region}/{self.service}/aws4_request"
        headers = {
            "content-type": f"application/x-amz-json-{self.release}",
            "host": urlparse(self.endpoint).netloc,
            "x-amz-date": now,
            "x-amz-target": f"{self.prefix}.{action}",
        }
        names = ";".join(sorted(headers))
        told = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
        canonical = f"POST\n/\n\n{told}\n{names}\n{hashlib.sha256(body).hexdigest()}"
        to_sign = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = f"AWS4{self.secret_key.reveal()}".encode()
        for part in (now[:8], self.region, self.service, "aws4_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
        who = f"AWS4-HMAC-SHA256 Credential={self.access_key}/{scope}"
        return {**headers, "authorization": f"{who}, SignedHeaders={names}, Signature={signature}"}
