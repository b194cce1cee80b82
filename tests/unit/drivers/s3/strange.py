"""An S3 store in memory, on a socket, that checks every signature, and fails in whichever way a test asks for."""

from __future__ import annotations

import asyncio
import base64
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from hashlib import md5, sha256
from time import time
from urllib.parse import parse_qsl, unquote
from xml.sax.saxutils import escape

from exitkit.drivers.s3 import S3Store
from exitkit.drivers.s3.pace import Limits, Patience
from exitkit.drivers.s3.sign import Credentials, Signer
from exitkit.ports import Secret

QUICK = Patience(tries=6, first=0.01, longest=0.05, connect=2, stall=0.6, slowest=1024 * 1024)


@dataclass
class Thing:
    body: bytes
    headers: dict[str, str]
    etag: str
    modified: str = "2026-01-01T00:00:00.000Z"


@dataclass
class Ask:
    method: str
    bucket: str
    key: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


Fault = Callable[[Ask], "bytes | str | None"]
"""Bytes to answer instead (then the line is cut), "cut", "stall", a status such as "503 SlowDown", or None."""


@dataclass
class Strange:
    buckets: dict[str, dict[str, Thing]] = field(default_factory=dict)
    uploads: dict[str, tuple[str, dict[str, str], dict[int, bytes]]] = field(default_factory=dict)
    fault: Fault = lambda _ask: None
    twist: Callable[[Ask, dict[str, str], bytes], tuple[dict[str, str], bytes]] = lambda _ask, h, b: (h, b)
    ahead: float = 0.0
    token: str = ""
    page: int = 1000
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    port: int = 0
    slow: bool = False

    def put(self, bucket: str, key: str, body: bytes, **headers: str) -> None:
        etag = md5(body).hexdigest()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.buckets.setdefault(bucket, {})[key] = Thing(body, {"content-type": "text/plain", **named}, etag)

    def bodies(self, bucket: str) -> dict[str, bytes]:
        return {key: thing.body for key, thing in self.buckets[bucket].items()}

    def store(self, **more: object) -> S3Store:
        given: dict[str, object] = {
            "region": "eu-west-3", "access_key": "key", "secret_key": Secret.of("secret"), "patience": QUICK,
            "limits": Limits(),
        }  # fmt: skip
        return S3Store(f"http://127.0.0.1:{self.port}", **(given | more))  # type: ignore[arg-type]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        line, *rest = head.split("\r\n")
        headers = {n.strip().lower(): v.strip() for n, _, v in (one.partition(":") for one in rest if one)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        method, target, _ = line.split(" ")
        path, _, asked = target.partition("?")
        bucket, _, key = path[1:].partition("/")
        ask = Ask(method, bucket, unquote(key), dict(parse_qsl(asked, keep_blank_values=True)), headers, body)
        self.asked.append((method, ask.key, asked))
        what = self.fault(ask)
        if what == "cut":
            writer.transport.abort()
            return False
        if what == "stall":
            await asyncio.sleep(5)
            return False
        if isinstance(what, bytes):
            writer.write(what)
            await writer.drain()
            return False
        status, more, answer = self._refused(ask, path, asked) or (_error(what) if what else self._answer(ask))
        more = {"date": formatdate(time() + self.ahead, usegmt=True), **more}
        if method != "HEAD":
            more.setdefault("content-length", str(len(answer)))
        more, answer = self.twist(ask, more, answer)
        told = f"HTTP/1.1 {status}\r\n" + "".join(f"{n}: {v}\r\n" for n, v in more.items()) + "\r\n"
        writer.write(told.encode())
        if self.slow and method == "GET" and ask.key:
            for at in range(0, len(answer), 10):
                writer.write(answer[at : at + 10])
                await writer.drain()
                await asyncio.sleep(0.05)
        elif method != "HEAD":
            writer.write(answer)
        await writer.drain()
        return int(more.get("content-length", len(answer))) == len(answer) or method == "HEAD"

    def _refused(self, ask: Ask, path: str, asked: str) -> tuple[str, dict[str, str], bytes] | None:
        """What a strict store refuses: a wrong signature, an old date, an old token, bytes other than signed."""
        when = ask.headers["x-amz-date"]
        from datetime import UTC, datetime

        at = datetime.strptime(when, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
        if abs(at - time() - self.ahead) > 900:
            return _error("403 RequestTimeTooSkewed")
        if self.token and ask.headers.get("x-amz-security-token") != self.token:
            return _error("400 ExpiredToken")
        signed = re.search("SignedHeaders=([^,]*)", ask.headers["authorization"])
        names = [n for n in (signed[1] if signed else "").split(";") if n not in ("host", "x-amz-content-sha256",
                 "x-amz-date", "x-amz-security-token")]  # fmt: skip
        token = ask.headers.get("x-amz-security-token")
        who = Credentials("key", Secret.of("secret"), Secret.of(token) if token else None)
        signer = Signer(who, region="eu-west-3", host=ask.headers["host"], clock=lambda: at)
        payload = ask.headers["x-amz-content-sha256"]
        head = signer.head(ask.method, path, asked, payload, [(n, ask.headers[n]) for n in names])
        wanted = next(li for li in head.split("\r\n") if li.startswith("authorization: ")).partition(": ")[2]
        if wanted != ask.headers["authorization"]:
            return _error("403 SignatureDoesNotMatch")
        if payload != "UNSIGNED-PAYLOAD" and payload != sha256(ask.body).hexdigest():
            return _error("400 XAmzContentSHA256Mismatch")
        given = ask.headers.get("content-md5")
        if given and given != base64.b64encode(md5(ask.body).digest()).decode():
            return _error("400 BadDigest")
        return None

    def _answer(self, ask: Ask) -> tuple[str, dict[str, str], bytes]:
        if ask.bucket not in self.buckets:
            return _error("404 NoSuchBucket")
        things = self.buckets[ask.bucket]
        if not ask.key:
            return self._listing(things, ask.query) if "list-type" in ask.query else ("200 OK", {}, b"<x/>")
        if ask.method == "POST" or "uploadId" in ask.query:
            return self._parts(ask, things)
        if ask.method == "PUT":
            return self._put(ask, things)
        if ask.method == "DELETE":
            things.pop(ask.key, None)
            return "204 No Content", {}, b""
        thing = things.get(ask.key)
        if thing is None:
            return _error("404 NoSuchKey")
        return _read(ask, thing)

    def _put(self, ask: Ask, things: dict[str, Thing]) -> tuple[str, dict[str, str], bytes]:
        there = things.get(ask.key)
        if ask.headers.get("if-none-match") == "*" and there is not None:
            return _error("412 PreconditionFailed")
        wanted = ask.headers.get("if-match")
        if wanted and (there is None or wanted.strip('"') != there.etag):
            return _error("412 PreconditionFailed")
        self.put(ask.bucket, ask.key, ask.body, **_attributes(ask))
        return "200 OK", {"etag": f'"{md5(ask.body).hexdigest()}"'}, b""

    def _parts(self, ask: Ask, things: dict[str, Thing]) -> tuple[str, dict[str, str], bytes]:
        if "uploads" in ask.query:
            name = f"upload-{len(self.asked)}"
            self.uploads[name] = (ask.key, _attributes(ask), {})
            return "200 OK", {}, f"<R><UploadId>{name}</UploadId></R>".encode()
        name = ask.query["uploadId"]
        if ask.method == "DELETE":
            self.uploads.pop(name, None)
            return "204 No Content", {}, b""
        if name not in self.uploads:
            return _error("404 NoSuchUpload")
        key, headers, parts = self.uploads[name]
        if ask.method == "PUT":
            parts[int(ask.query["partNumber"])] = ask.body
            return "200 OK", {"etag": f'"{md5(ask.body).hexdigest()}"'}, b""
        bodies = [parts[int(number)] for number in re.findall(rb"<PartNumber>(\d+)<", ask.body)]
        etag = f"{md5(b''.join(md5(one).digest() for one in bodies)).hexdigest()}-{len(bodies)}"
        self.put(ask.bucket, key, b"".join(bodies), **headers)
        things[key].etag = etag
        del self.uploads[name]
        return "200 OK", {}, f"<R><ETag>&quot;{etag}&quot;</ETag></R>".encode()

    def _listing(self, things: dict[str, Thing], asked: dict[str, str]) -> tuple[str, dict[str, str], bytes]:
        prefix, slash = asked.get("prefix", ""), asked.get("delimiter", "")
        after = max(asked.get("start-after", ""), asked.get("continuation-token", ""))
        most = min(self.page, int(asked.get("max-keys", "1000")))
        names: list[str] = []
        for key in sorted(things):
            if key.startswith(prefix):
                cut = key.find(slash, len(prefix)) if slash else -1
                name = key[: cut + 1] if cut >= 0 else key
                if name > after and (not names or names[-1] != name) and not (after.endswith("/") and name == after):
                    names.append(name)
        shown, cut_off = names[:most], len(names) > most
        told = "".join(
            f"<Contents><Key>{_url(name)}</Key><LastModified>{things[name].modified}</LastModified>"
            f"<ETag>&quot;{things[name].etag}&quot;</ETag><Size>{len(things[name].body)}</Size></Contents>"
            if name in things and not (slash and name.endswith(slash))
            else f"<CommonPrefixes><Prefix>{_url(name)}</Prefix></CommonPrefixes>"
            for name in shown
        )
        token = f"<NextContinuationToken>{escape(shown[-1])}</NextContinuationToken>" if cut_off else ""
        body = (
            f"<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>{str(cut_off).lower()}</IsTruncated>"
            f"{token}{told}</ListBucketResult>"
        )
        return "200 OK", {}, body.encode()


def _url(key: str) -> str:
    from urllib.parse import quote_plus

    return quote_plus(key, safe="/")


def _attributes(ask: Ask) -> dict[str, str]:
    kept = ("content-type", "content-disposition", "content-encoding", "content-language", "cache-control", "expires")
    return {n: v for n, v in ask.headers.items() if n in kept or n.startswith("x-amz-meta-")}


def _read(ask: Ask, thing: Thing) -> tuple[str, dict[str, str], bytes]:
    wanted = ask.headers.get("if-match")
    if wanted and wanted.strip('"') != thing.etag:
        return _error("412 PreconditionFailed")
    headers = {**thing.headers, "etag": f'"{thing.etag}"'}
    found = re.fullmatch(r"bytes=(\d+)-(\d+)", ask.headers.get("range", ""))
    if found:
        return "206 Partial Content", headers, thing.body[int(found[1]) : int(found[2]) + 1]
    if ask.method == "HEAD":
        headers["content-length"] = str(len(thing.body))
    return "200 OK", headers, thing.body


def _error(status: str) -> tuple[str, dict[str, str], bytes]:
    number, _, code = status.partition(" ")
    return f"{number} {code}", {}, f"<Error><Code>{code}</Code></Error>".encode()


@contextmanager
def strange() -> Iterator[Strange]:
    """A store that serves until the end of a test."""
    loop = asyncio.new_event_loop()
    one = Strange()
    server = loop.run_until_complete(asyncio.start_server(one.serve, "127.0.0.1", 0, limit=2**20))
    one.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield one
    finally:

        async def end() -> None:
            server.close()
            here = asyncio.current_task()
            others = [task for task in asyncio.all_tasks() if task is not here]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
