"""The lab's control door: a few verbs over HTTP on loopback, for whoever holds the token."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from queue import Queue
from typing import Any


@dataclass
class Job:
    """One thing the lab is asked to do; the asker waits on `answer`."""

    verb: str
    body: dict[str, Any]
    answer: Queue[dict[str, Any]] = field(default_factory=lambda: Queue(maxsize=1))

    def done(self, answer: dict[str, Any]) -> None:
        """Let the asker go on."""
        self.answer.put(answer)


def handler(token: str, jobs: Queue[Job]) -> type[BaseHTTPRequestHandler]:
    """A request handler that turns POST /VERB with a JSON body into a job."""

    class Door(BaseHTTPRequestHandler):
        """One request at the door."""

        def do_POST(self) -> None:
            """Put the job, wait, answer."""
            length = int(self.headers.get("Content-Length") or 0)
            given = self.headers.get("Authorization", "")
            body = json.loads(self.rfile.read(length) or b"{}")
            if not hmac.compare_digest(given, f"Bearer {token}"):
                self._answer(403, {"error": "wrong token"})
                return
            job = Job(self.path.strip("/"), body)
            jobs.put(job)
            answer = job.answer.get()
            self._answer(409 if "error" in answer else 200, answer)

        def _answer(self, status: int, answer: dict[str, Any]) -> None:
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401
            """Keep quiet."""

    return Door
