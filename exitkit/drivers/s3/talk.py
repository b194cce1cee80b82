"""Speak to an S3 store in its own words, one request at a time, and take a refusal for an answer."""

from __future__ import annotations

import hashlib
from contextlib import closing
from http.client import HTTPException, HTTPResponse
from urllib.parse import unquote

from exitkit.drivers.s3.answers import EXPIRED, field
from exitkit.drivers.s3.endpoint import Endpoint
from exitkit.drivers.s3.sign import Credentials, Signer, joined
from exitkit.errors import OutsideError
from exitkit.ports import Secret
from exitkit.ports.contract import Ask, Reply

_PATIENCE_SECONDS = 30.0
_LATER = frozenset((429, 500, 502, 503, 504, 507))
_NOT_NOW = EXPIRED | {"RequestTimeTooSkewed", "RequestExpired", "RequestTimeout", "SlowDown", "OperationAborted"}
"""Codes that say something of this moment, and nothing of the contract."""


class S3Talk:
    """One account at one endpoint; a connection for each request."""

    def __init__(self, endpoint: str, *, region: str, credentials: Credentials) -> None:
        self.endpoint = endpoint
        self._at = Endpoint.of(endpoint)
        self._host = self._at.host
        wrong = Credentials(credentials.access_key, Secret.of("exitkit-knows-no-such-secret"), credentials.token)
        self._signers = {
            "as the owner": Signer(credentials, region=region, host=self._host),
            "with a wrong secret": Signer(wrong, region=region, host=self._host),
        }

    def ask(self, ask: Ask) -> Reply:
        """One request and its answer, whatever it says. Raises OutsideError where none came, or one that says later."""
        what = f"{ask.method} {unquote(ask.path[1:])}"
        try:
            with closing(self._at.dial(connect=_PATIENCE_SECONDS, stall=_PATIENCE_SECONDS)) as line:
                line.sendall(self._head(ask).encode() + ask.body)
                answer = HTTPResponse(line, method=ask.method)
                answer.begin()
                headers = {name.lower(): value for name, value in answer.getheaders()}
                reply = Reply(answer.status, headers, answer.read())
        except (OSError, HTTPException) as error:
            raise OutsideError(f"the object store at {self._host} did not answer {what}: {error}") from error
        code = field("Code", reply.body)
        if reply.status in _LATER or (reply.status >= 400 and code in _NOT_NOW):
            raise OutsideError(f"the object store at {self._host} answered {reply.status} {code} to {what}".rstrip())
        return reply

    def _head(self, ask: Ask) -> str:
        hashed = ask.hashed or hashlib.sha256(ask.body).hexdigest()
        more = [(name.lower(), value) for name, value in ask.headers.items()]
        asked = joined(dict(ask.query))
        if ask.signed == "by nobody":
            lines = "".join(f"{name}:{value}\r\n" for name, value in [("host", self._host), *more])
            head = f"{ask.method} {ask.path}{'?' + asked if asked else ''} HTTP/1.1\r\n{lines}"
        else:
            head = self._signers[ask.signed].head(ask.method, ask.path, asked, hashed, more)
        return f"{head}content-length: {len(ask.body)}\r\nconnection: close\r\n\r\n"
