"""Keep notes in PostgreSQL: one table, one write, one read, one look whether it is well."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg

TOLD = {key: os.environ[f"REGISTER_{key}"] for key in ("HOST", "PORT", "DATABASE", "USER", "PASSWORD")}


def connect() -> psycopg.Connection:
    """A connection for one request."""
    return psycopg.connect(
        host=TOLD["HOST"], port=TOLD["PORT"], dbname=TOLD["DATABASE"], user=TOLD["USER"], password=TOLD["PASSWORD"],
        autocommit=True, connect_timeout=3,
    )  # fmt: skip


class Notes(BaseHTTPRequestHandler):
    """POST /notes with an Idempotency-Key, GET /notes/ID, GET /healthz."""

    def do_POST(self) -> None:
        """Write a note once; the same key gives the same note."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = self.headers["Idempotency-Key"]
        try:
            with connect() as connection:
                connection.execute("INSERT INTO note VALUES (%s, %s) ON CONFLICT DO NOTHING", [key, body["body"]])
                connection.execute("INSERT INTO event (note) VALUES (%s)", [key])
        except psycopg.Error as error:
            self._answer(503, {"error": type(error).__name__})
            return
        self._answer(201, {"identifier": key})

    def do_GET(self) -> None:
        """Read a note, or say that one is well."""
        if self.path == "/healthz":
            self._answer(200, {})
            return
        try:
            with connect() as connection:
                found = connection.execute("SELECT body FROM note WHERE id = %s", [self.path.split("/")[-1]]).fetchone()
        except psycopg.Error as error:
            self._answer(503, {"error": type(error).__name__})
            return
        self._answer(200 if found else 404, {"body": found[0]} if found else {})

    def _answer(self, status: int, said: dict[str, object]) -> None:
        body = json.dumps(said).encode()
        with suppress(OSError):
            self.send_response(status)
            self.send_header("X-Served-By", os.environ.get("SERVED_BY", ""))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


if __name__ == "__main__":
    with suppress(psycopg.Error), connect() as made:
        made.execute("CREATE TABLE IF NOT EXISTS note (id text PRIMARY KEY, body text NOT NULL)")
        made.execute("CREATE TABLE IF NOT EXISTS event (id bigserial PRIMARY KEY, note text NOT NULL)")
    ThreadingHTTPServer((os.environ["LISTEN_HOST"], int(os.environ["LISTEN_PORT"])), Notes).serve_forever()
