"""Decide who answers a request: nobody without a signature, the front where it can, moto everywhere else.

Everything fast happens on one thread. moto runs on another, one request at a time; while it changes something, the
front waits, so that there is one order of changes, and the log holds it.
"""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from moto.s3.exceptions import S3ClientError
from moto.s3.models import FakeBucket

from exitkit.lab.front.checksums import check_md5
from exitkit.lab.front.deleting import deleting
from exitkit.lab.front.emulator import Emulator, changes
from exitkit.lab.front.exchange import Answer, Refused, Request, error
from exitkit.lab.front.kept import Kept
from exitkit.lab.front.listing import listed
from exitkit.lab.front.memory import Memory
from exitkit.lab.front.multipart import uploading
from exitkit.lab.front.objects import Desk, served
from exitkit.lab.front.payload import unwrap
from exitkit.lab.front.signature import Verifier
from exitkit.lab.front.world import World, take_over
from exitkit.lab.off import OFF, services_off

Reply = Callable[[Answer], None]
HEALTH = "/moto-api/health"
_PATH_STYLE = ("127.0.0.1", "localhost")


class Door:
    """One cloud: its keys, its world, its memory."""

    def __init__(self, keys: dict[str, str], log: Path, clock: Callable[[], float]) -> None:
        take_over()
        memory = Memory(log)
        self._desk = Desk(World(), memory, clock)
        self._emulator = Emulator(memory, clock)
        self._verifier = Verifier(keys, clock)
        self._worker = ThreadPoolExecutor(1, "moto")
        self._off = log.with_name(OFF)
        self._changing = 0
        self._waiting: deque[tuple[Request, Reply]] = deque()
        self.remembered = self._remember(memory)

    def _remember(self, memory: Memory) -> int:
        done = 0
        for change, body in memory.read():
            if change["op"] == "moto":
                self._emulator.again(change, body)
            else:
                self._desk.world.do(change, body)
            done += 1
        return done

    def ask(self, request: Request, reply: Reply) -> None:
        """Have a request answered, now or later; to be called on the loop's thread."""
        if self._changing:
            self._waiting.append((request, reply))
            return
        try:
            service = self._admit(request)
            answer = self._quickly(request) if service == "s3" else None
        except Refused as refused:
            reply(error(refused, resource=request.path))
        except Exception:  # noqa: BLE001 - whatever went wrong in the front, its client is told
            traceback.print_exc(file=sys.stderr)
            reply(error(Refused(500, "InternalError", "We encountered an internal error. Please try again.")))
        else:
            if answer is None:
                self._ask_moto(request, service, reply)
            else:
                reply(answer)

    def rot(self, request: Request, spoil: Callable[[bytes], bytes]) -> None:
        """Change what was just written, behind everyone's back."""
        name, key = request.place
        bucket = self._desk.world.bucket(name)
        kept = None if bucket is None else self._desk.world.version(bucket, key)
        if isinstance(kept, Kept):
            kept.body = spoil(bytes(kept.body))

    def _admit(self, request: Request) -> str:
        """Hold a request to its signature and its checksums; answers the service it is for. Raises Refused."""
        if request.path == HEALTH:
            return ""
        signed = self._verifier.check(request)
        if signed.service != "s3" and signed.service in services_off(self._off):
            raise Refused(503, "ServiceUnavailable", f"{signed.service} was turned off")
        unwrap(request, signed)
        if request.body:
            check_md5(request.headers, request.body)
        return signed.service

    def _quickly(self, request: Request) -> Answer | None:
        try:
            name, key = request.place
        except UnicodeDecodeError:
            return None
        bucket = self._desk.world.bucket(name)
        if bucket is None or not _plain(bucket) or not request.headers.get("host", "").startswith(_PATH_STYLE):
            return None
        try:
            return self._route(request, bucket, key)
        except S3ClientError:  # moto says it again, in its own words
            return None

    def _route(self, request: Request, bucket: FakeBucket, key: str) -> Answer | None:
        if not key:
            if request.method == "GET":
                return listed(request, bucket)
            if request.method == "POST" and request.asked == {"delete": ""}:
                return deleting(self._desk, request, bucket)
            return None
        if request.query and ("uploadId" in request.asked or "uploads" in request.asked):
            return uploading(self._desk, request, bucket, key)
        return served(self._desk, request, bucket, key)

    def _ask_moto(self, request: Request, service: str, reply: Reply) -> None:
        changing = changes(request, service)
        self._changing += changing
        loop = asyncio.get_running_loop()
        future = loop.run_in_executor(self._worker, self._emulator.answer, request, service)
        future.add_done_callback(lambda done: self._answered(done, reply, changing=changing))

    def _answered(self, done: asyncio.Future[Answer], reply: Reply, *, changing: bool) -> None:
        self._changing -= changing
        wrong = done.exception()
        if wrong is None:
            reply(done.result())
        else:
            traceback.print_exception(wrong, file=sys.stderr)
            reply(error(Refused(500, "InternalError", "We encountered an internal error. Please try again.")))
        while self._waiting and not self._changing:
            self.ask(*self._waiting.popleft())


def _plain(bucket: FakeBucket) -> bool:
    """Whether nothing was set up that every request would have to heed."""
    return bucket.policy is None and not bucket.logging and bucket.notification_configuration is None
