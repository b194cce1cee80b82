"""One object store on a port: its door, its wires, and the faults it was asked for."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import socket
import struct
import time
from email.utils import formatdate
from pathlib import Path

from pydantic import ValidationError

from exitkit.lab.faults import Chance, Faults, Rule, told
from exitkit.lab.front.door import HEALTH, Door
from exitkit.lab.front.exchange import Answer, Refused, Request, error
from exitkit.lab.front.wire import Wire, rendered

FAULTS_PATH = "/_exitkit/faults"
_REFUSALS = {
    "slow-down": Refused(503, "SlowDown", "Please reduce your request rate."),
    "fail": Refused(500, "InternalError", "We encountered an internal error. Please try again."),
    "expired": Refused(400, "ExpiredToken", "The provided token has expired."),
    "full": Refused(507, "XMinioStorageFull", "Storage backend has reached its minimum free drive threshold."),
}
_RESET = struct.pack("ii", 1, 0)
_PIECES = 16


class Store:
    """Answers every wire of one store."""

    def __init__(self, keys: dict[str, str], token: str, log: Path, faults: Faults) -> None:
        self._token = token
        self._chance = Chance(faults)
        self._served = 0
        self._date = (0, "")
        self.door = Door(keys, log, self.clock)

    def clock(self) -> float:
        """This store's time: ours, unless it was asked to be wrong."""
        return time.time() + self._chance.skew

    def wire(self) -> Wire:
        """A new connection."""
        return Wire(self.serve)

    def serve(self, request: Request, wire: Wire) -> None:
        """Answer one request, through the faults that strike it."""
        if request.path == FAULTS_PATH:
            self._send(request, wire, self._command(request), [])
            return
        struck = self._chance.strike(request.method, request.path) if self._chance.faults.rules else []
        if not struck:
            self.door.ask(request, lambda answer: self._send(request, wire, answer, struck))
        elif told(struck, "reset"):
            _reset(wire)
        elif (refused := self._refused(request, struck)) is not None:
            self._send(request, wire, refused, struck)
        else:
            self.door.ask(request, lambda answer: self._spoil(request, wire, answer, struck))

    def _refused(self, request: Request, struck: list[Rule]) -> Answer | None:
        """What is answered without anything being done."""
        for rule in struck:
            if rule.kind in _REFUSALS:
                return error(_REFUSALS[rule.kind], resource=request.path)
            if rule.kind == "redirect":
                moved = error(
                    Refused(307, "TemporaryRedirect", "Please re-send this request to the specified endpoint.")
                )
                moved.headers.append(("Location", rule.to + request.target))
                return moved
            if rule.kind == "forget" and request.method == "PUT":
                tag = hashlib.md5(request.body, usedforsecurity=False).hexdigest()
                return Answer(200, [("ETag", f'"{tag}"')])
        return None

    def _spoil(self, request: Request, wire: Wire, answer: Answer, struck: list[Rule]) -> None:
        """Do to an answer what its faults say, and send it."""
        if told(struck, "lose"):
            _reset(wire)
            return
        if told(struck, "rot") and request.method == "PUT" and answer.status == 200:
            self.door.rot(request, self._chance.flipped)
        if told(struck, "flip") and answer.status in (200, 206):
            answer.body = self._chance.flipped(answer.body)
        if told(struck, "short"):
            answer.body = answer.body[: len(answer.body) // 2]
        if told(struck, "lying-tag"):
            lie = f'"{self._chance.chance.randbytes(16).hex()}"'
            answer.headers = [(name, lie if name.lower() == "etag" else value) for name, value in answer.headers]
        stalled = told(struck, "stall")
        if stalled is None:
            self._send(request, wire, answer, struck)
        else:
            asyncio.get_running_loop().call_later(stalled.seconds, self._send, request, wire, answer, struck)

    def _send(self, request: Request, wire: Wire, answer: Answer, struck: list[Rule]) -> None:
        if wire.transport is None:
            return
        self._served += 1
        whole = rendered(answer, request.method, self._own(request, wire))
        if not struck:
            wire.transport.write(whole)
            wire.answered()
        elif told(struck, "truncate"):
            wire.transport.write(whole[: len(whole) - (len(answer.body) + 1) // 2])
            wire.transport.close()
        elif told(struck, "wrong-length"):
            size = len(answer.body)
            promised = whole.replace(
                f"Content-Length: {size}\r\n".encode(), f"Content-Length: {size + 7}\r\n".encode(), 1
            )
            wire.transport.write(promised)
        elif (drip := told(struck, "drip")) is not None:
            self._drip(wire, whole, drip.seconds / _PIECES)
        else:
            wire.transport.write(whole)
            wire.answered()

    def _drip(self, wire: Wire, rest: bytes, pause: float, size: int = 0) -> None:
        if wire.transport is None:
            return
        size = size or len(rest) // _PIECES + 1
        wire.transport.write(rest[:size])
        if len(rest) > size:
            asyncio.get_running_loop().call_later(pause, self._drip, wire, rest[size:], pause, size)
        else:
            wire.answered()

    def _own(self, request: Request, wire: Wire) -> list[tuple[str, str]]:
        """What this store says in every answer."""
        now = int(self.clock())
        if self._date[0] != now:
            self._date = (now, formatdate(now, usegmt=True))
        own = [("Date", self._date[1]), ("Server", "exitkit-lab"), ("x-amz-request-id", f"{self._served:016X}")]
        if wire.closing:
            own.append(("Connection", "close"))
        if request.path == HEALTH:
            own = own[:2]
        return own

    def _command(self, request: Request) -> Answer:
        """Take other faults, where the token is right; answers how often the old ones struck."""
        given = request.headers.get("authorization", "")
        if not self._token or not hmac.compare_digest(given, f"Bearer {self._token}"):
            return error(Refused(403, "AccessDenied", "Access Denied"))
        struck = dict(zip((rule.kind for rule in self._chance.faults.rules), self._chance.struck, strict=True))
        if request.method == "POST":
            try:
                self._chance = Chance(Faults.model_validate_json(request.body))
            except ValidationError as wrong:
                return Answer(400, [], json.dumps({"error": str(wrong)}).encode())
        return Answer(200, [("Content-Type", "application/json")], json.dumps({"struck": struck}).encode())


def _reset(wire: Wire) -> None:
    """End a connection the hard way: the other side sees a reset."""
    if wire.transport is None:
        return
    link = wire.transport.get_extra_info("socket")
    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    wire.transport.abort()
