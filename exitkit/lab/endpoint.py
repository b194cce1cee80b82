"""Serve one cloud's API on loopback: moto behind a door that checks signatures and remembers every change on disk.

moto keeps its world in memory. What changed it is written to a log as it is answered, and replayed at the next start,
so a lab that was killed comes back as it was. Run as `python -m exitkit.lab.endpoint PORT FOLDER`; credentials come
on standard input, so that they appear in no process list.
"""

from __future__ import annotations

import base64
import io
import json
import os
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from exitkit.lab.signature import refusal, service_of

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

_READS = ("GET", "HEAD", "OPTIONS")
_STATUS = {"XAmzContentSHA256Mismatch": "400 Bad Request"}


class Remembering:
    """A WSGI application in front of another: refuses what is not signed, logs what changed something."""

    def __init__(self, inner: Wsgi, *, keys: dict[str, str], log: Path, seed: Callable[[int], None]) -> None:
        self._inner = inner
        self._keys = keys
        self._seed = seed
        self._one_at_a_time = threading.Lock()
        self._changes = replay(inner, log, seed=seed)
        self._log = os.open(log, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        environ["RAW_URI"] = environ.get("REQUEST_URI", "")  # where moto looks for a key as it was written
        code = _refusal(environ, body, self._keys)
        if code is not None:
            return _error(code, environ["REQUEST_METHOD"], start_response)
        status, headers, answer = self._answered(environ, body)
        start_response(status, headers)
        return [answer]

    def _answered(self, environ: Environ, body: bytes) -> tuple[str, list[tuple[str, str]], bytes]:
        """One at a time, each change with a seed of its own: so a replay invents the same ids in the same order."""
        changing = changes(environ["REQUEST_METHOD"], environ, body)
        with self._one_at_a_time:
            if changing:
                self._seed(self._changes + 1)
            status, headers, answer = _call(self._inner, environ)
            if changing and status[0] in "23":
                os.write(self._log, _line(environ, body))
                self._changes += 1
        return status, headers, answer


def changes(method: str, environ: Environ, body: bytes) -> bool:
    """Whether a request that went well changed anything: S3 says so by its method, EC2 by its action."""
    if service_of(environ.get("HTTP_AUTHORIZATION", "")) == "s3":
        return method not in _READS
    asked = parse_qs(environ.get("QUERY_STRING", "") + "&" + body.decode("utf-8", "replace"))
    return not asked.get("Action", ["Describe"])[0].startswith(("Describe", "Get", "List"))


def replay(inner: Wsgi, log: Path, *, seed: Callable[[int], None]) -> int:
    """Do again what a log remembers; answers how many requests that were. A torn last line is cut off."""
    if not log.exists():
        return 0
    done = whole = 0
    with log.open("rb") as lines:
        for line in lines:
            if not line.endswith(b"\n"):
                os.truncate(log, whole)
                break
            whole += len(line)
            kept = json.loads(line)
            body = base64.b64decode(kept["body"])
            seed(done + 1)
            _call(inner, {**_bare_environ(), **kept["environ"], "wsgi.input": io.BytesIO(body)})
            done += 1
    return done


def _call(inner: Wsgi, environ: Environ) -> tuple[str, list[tuple[str, str]], bytes]:
    seen: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> None:
        seen[:] = [status, headers]

    parts = inner(environ, start_response)
    try:
        answer = b"".join(parts)
    finally:
        getattr(parts, "close", lambda: None)()
    return seen[0], seen[1], answer


def _refusal(environ: Environ, body: bytes, keys: dict[str, str]) -> str | None:
    if environ["PATH_INFO"] == "/moto-api/health":
        return None
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    headers["content-length"] = environ.get("CONTENT_LENGTH", "")
    return refusal(
        method=environ["REQUEST_METHOD"],
        raw_path=str(environ.get("REQUEST_URI") or environ["PATH_INFO"]).split("?")[0],
        query=environ.get("QUERY_STRING", ""),
        headers=headers,
        body=body,
        keys=keys,
    )


def _error(code: str, method: str, start_response: Callable[..., Any]) -> list[bytes]:
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{code}</Message></Error>'.encode()
    )
    headers = [("Content-Type", "application/xml"), ("Content-Length", str(len(text)))]
    start_response(_STATUS.get(code, "403 Forbidden"), headers)
    return [] if method == "HEAD" else [text]


def _line(environ: Environ, body: bytes) -> bytes:
    kept = {name: value for name, value in environ.items() if isinstance(value, str) and "wsgi" not in name}
    return json.dumps({"environ": kept, "body": base64.b64encode(body).decode()}).encode() + b"\n"


def _bare_environ() -> Environ:
    return {
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def main() -> None:
    """Serve until killed; prints one line when ready."""
    from moto.moto_api._internal import mock_random
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from waitress.channel import HTTPChannel
    from waitress.parser import HTTPRequestParser
    from waitress.server import create_server

    class Parser(HTTPRequestParser):  # type: ignore[misc]
        """waitress's own, which would wait for ever for a body of no bytes that a client announces before sending."""

        def parse_header(self, header_plus: bytes) -> None:
            super().parse_header(header_plus)
            if not self.content_length and not self.chunked:
                self.expect_continue = False

    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    keys = json.loads(sys.stdin.readline())
    os.environ.setdefault("MOTO_S3_DEFAULT_KEY_BUFFER_SIZE", str(16 * 2**20))
    inner = DomainDispatcherApplication(create_backend_app)
    door = Remembering(inner, keys=keys, log=folder / "changes.jsonl", seed=mock_random.seed)
    HTTPChannel.parser_class = Parser
    server = create_server(door, host="127.0.0.1", port=port, threads=8, ident="exitkit-lab")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    server.run()


if __name__ == "__main__":
    main()
