"""Hand a request to moto's own application, and remember what changed its world.

Changes are made one at a time, each with a seed and a time of its own, so that a replay invents the same ids at the
same times.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, unquote

from moto.kms import models as kms
from moto.moto_api._internal import mock_random
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3 import models

from exitkit.lab.front.exchange import Answer, Request
from exitkit.lab.front.kept import moment
from exitkit.lab.front.memory import Change, Memory

_READS = ("GET", "HEAD", "OPTIONS")
_LOOKS = ("Describe", "Get", "List", "Decrypt", "Encrypt", "Generate")
_OWN = ("connection", "date", "server", "content-length")


def changes(request: Request, service: str) -> bool:
    """Whether a request that goes well changes anything: S3 says so by its method, EC2 by its action."""
    if service == "s3":
        return request.method not in _READS
    action = request.headers.get("x-amz-target", "").rpartition(".")[2]
    if action:
        return not action.startswith(_LOOKS)
    asked = parse_qs(request.query + "&" + request.body.decode("utf-8", "replace"))
    return not asked.get("Action", ["Describe"])[0].startswith(("Describe", "Get", "List"))


class Emulator:
    """moto, asked over WSGI; one request at a time."""

    def __init__(self, memory: Memory, clock: Callable[[], float]) -> None:
        self._moto = DomainDispatcherApplication(create_backend_app)
        _seed_keys()
        self._memory = memory
        self._clock = clock
        self._seed = 0

    def answer(self, request: Request, service: str) -> Answer:
        """Ask moto; a change that went well is remembered before it is answered."""
        changing = changes(request, service)
        at = int(self._clock() * 1_000_000)
        if changing:
            self._seed += 1
            mock_random.seed(self._seed)
        answer = self._at(at, request)
        if changing and answer.status < 400:
            said = {"method": request.method, "target": request.target, "headers": request.headers}
            self._memory.write({"op": "moto", "seed": self._seed, "at": at, **said}, request.body)
        return answer

    def again(self, change: Change, body: bytes) -> None:
        """Do again what is remembered."""
        self._seed = change["seed"]
        mock_random.seed(self._seed)
        self._at(change["at"], Request(change["method"], change["target"], change["headers"], body))

    def _at(self, at: int, request: Request) -> Answer:
        """Ask moto, whose objects are then made at this very time."""
        moto: Any = models
        usual = moto.utcnow
        moto.utcnow = _stopped(moment(at))
        try:
            return self._ask(request)
        finally:
            moto.utcnow = usual

    def _ask(self, request: Request) -> Answer:
        seen: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> None:
            seen[:] = [status, headers]

        parts: Iterable[bytes] = self._moto(_environ(request), start_response)
        try:
            body = b"".join(parts)
        finally:
            getattr(parts, "close", lambda: None)()
        status, headers = seen
        lengths = [int(value) for name, value in headers if name.lower() == "content-length"]
        kept = [(name, value) for name, value in headers if name.lower() not in _OWN]
        return Answer(int(status.split()[0]), kept, body, lengths[0] if lengths else len(body))


def _seed_keys() -> None:
    """Let the key service draw its keys from the seed, so that a replay makes the same ones."""
    keys: Any = kms
    keys.generate_master_key = lambda: mock_random.randbytes(32)


def _stopped(at: datetime) -> Callable[[], datetime]:
    return lambda: at


def _environ(request: Request) -> dict[str, Any]:
    host, _, port = request.headers.get("host", "127.0.0.1").partition(":")
    environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(request.path, "latin-1"),
        "QUERY_STRING": request.query,
        "RAW_URI": request.target,  # where moto looks for a key as it was written
        "REQUEST_URI": request.target,
        "SERVER_NAME": host,
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        if name == "content-type":
            environ["CONTENT_TYPE"] = value
        elif name not in ("content-length", "transfer-encoding"):
            environ["HTTP_" + name.upper().replace("-", "_")] = value
    return environ
