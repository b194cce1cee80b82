"""Ask an S3 store, and ask again where that may help: connections kept, dates corrected, storms waited out."""

from __future__ import annotations

import asyncio
import random
import socket
import ssl
import time
from collections.abc import Callable
from urllib.parse import unquote

from exitkit.drivers.s3 import answers
from exitkit.drivers.s3.endpoint import Endpoint
from exitkit.drivers.s3.pace import PATIENT, UNLIMITED, Gate, Limits, Patience, Turns
from exitkit.drivers.s3.sign import EMPTY, UNSIGNED, Credentials, Headers, Signer, Signs
from exitkit.drivers.s3.wire import Answer, BrokenOffError, Connection, broken_off
from exitkit.errors import Damaged, OutsideError

Refresh = Callable[[], Credentials | None]
"""Fetches new credentials, or None where there are none."""

_SWEEP_SECONDS = 0.5
_IDLE_SECONDS = 30.0
_WRITES = frozenset(("PUT", "POST", "DELETE"))
_BODIES = frozenset(("PUT", "POST"))


class Client:
    """One account at one endpoint, on one event loop."""

    def __init__(
        self,
        endpoint: str,
        *,
        region: str,
        credentials: Credentials,
        most: int = 512,
        limits: Limits = UNLIMITED,
        patience: Patience = PATIENT,
        refresh: Refresh = lambda: None,
        signer: Callable[[Credentials, str], Signs] | None = None,
    ) -> None:
        self._endpoint = Endpoint.of(endpoint)
        self.host = self._endpoint.host
        self.patience = patience
        self._refresh = refresh
        self._credentials = credentials
        self._make_signer = signer or (lambda who, host: Signer(who, region=region, host=host))
        self._signer = self._make_signer(credentials, self.host)
        self._gate = Gate(most)
        self._turns = {True: Turns(limits.writes), False: Turns(limits.reads)}
        self._idle: list[Connection] = []
        self._open: set[Connection] = set()
        self._sweeper: asyncio.Task[None] | None = None
        self._skew_corrected = False
        self._mended = 0
        self.requests = 0
        self.again = 0

    async def ask(
        self,
        method: str,
        path: str,
        asked: str = "",
        *,
        payload: str = EMPTY,
        more: Headers | None = None,
        body: bytes | bytearray | None = None,
        expecting: int = 0,
    ) -> Answer:
        """The answer to one request, a good one. Raises OutsideError and what is below it."""
        turns, gate, attempt = self._turns[method in _WRITES], self._gate, 0
        length = "" if body is None and method not in _BODIES else f"content-length: {len(body or b'')}\r\n"
        due = self.patience.stall + (expecting + len(body or b"")) / self.patience.slowest
        while True:
            if turns.counted:
                await turns.turn()
            if not gate.entered():
                await gate.enter()
            answer = broken = connection = None
            signed = self._mended
            try:
                connection = self._kept() or await self._connect()
                self.requests += 1
                signed_head = self._signer.head(method, path, asked, payload, more or [])
                answer = await connection.ask(f"{signed_head}{length}\r\n".encode(), body, due)
                if answer.status < 300:
                    return answer
            except OSError as error:
                broken = broken_off(error)
                if broken.stale and attempt < self.patience.tries:
                    attempt += 1
                    self.again += 1
                    continue
            finally:
                self._let_go(connection, answer)
            attempt += 1
            answers.must_match(answer, whole=method == "PUT" and payload != UNSIGNED)
            await self._before_next(answer, broken, attempt, signed, f"{method} {unquote(path[1:])}")

    def _kept(self) -> Connection | None:
        """A connection that is open and has nothing to do."""
        idle = self._idle
        while idle:
            connection = idle.pop()
            if connection.alive:
                return connection
            self._open.discard(connection)
        return None

    def _let_go(self, connection: Connection | None, answer: Answer | None) -> None:
        """Make room for others; the connection may be used again after a whole answer."""
        self._gate.leave(well=answer is not None and answer.status < 300)
        if connection is None:
            return
        if answer is None:
            connection.drop("given up")
        if connection.alive:
            self._idle.append(connection)
        else:
            self._open.discard(connection)

    async def _before_next(
        self, answer: Answer | None, broken: BrokenOffError | None, attempt: int, signed: int, what: str
    ) -> None:
        """Mend what can be mended and wait, or raise what it means."""
        last = attempt >= self.patience.tries
        if answer is not None:
            refused = answers.is_skewed(answer), answers.is_expired(answer)
            if any(refused) and (
                signed != self._mended or (self._corrected(answer) if refused[0] else self._renewed())
            ):
                return
            if last or not answers.passes(answer):
                raise answers.refused(answer, host=self.host, what=what)
            if answer.status in answers.PASSING:
                self._gate.softer(time.monotonic())
        elif last and broken is not None:
            kind = Damaged if broken.partly else OutsideError
            raise kind(f"the object store at {self.host} did not answer {what}: {broken.why}")
        self.again += 1
        longest = min(self.patience.longest, self.patience.first * 2**attempt)
        await asyncio.sleep(random.uniform(longest / 4, longest))  # noqa: S311 - jitter

    async def _connect(self) -> Connection:
        loop, at = asyncio.get_running_loop(), self._endpoint
        try:
            async with asyncio.timeout(self.patience.connect):
                _, connection = await loop.create_connection(Connection, at.name, at.port, ssl=at.trust)
        except ssl.SSLCertVerificationError as error:
            raise OutsideError(
                f"the certificate of {self.host} is not trusted: {error.verify_message}",
                hint="name its authority in AWS_CA_BUNDLE",
            ) from error
        except TimeoutError as error:
            raise BrokenOffError("it does not take a connection") from error
        self._open.add(connection)
        if self._sweeper is None:
            self._sweeper = asyncio.create_task(self._sweep())
        return connection

    def dial(self) -> socket.socket:
        """A connection for a thread that waits. Raises OSError."""
        return self._endpoint.dial(connect=self.patience.connect, stall=self.patience.stall)

    def signer(self) -> Signs:
        """A signer for a thread of its own."""
        own = self._make_signer(self._credentials, self.host)
        own.skew = self._signer.skew
        return own

    async def admitted(self, *, write: bool) -> None:
        """Wait for a turn, where turns are counted, for a request that is made elsewhere."""
        self.requests += 1
        if self._turns[write].counted:
            await self._turns[write].turn()

    async def _sweep(self) -> None:
        """End what stalls: one look at every connection instead of a clock for each request."""
        while True:
            await asyncio.sleep(min(_SWEEP_SECONDS, self.patience.stall / 4))
            now = asyncio.get_running_loop().time()
            idle = set(self._idle)
            for connection in [*self._open]:
                if not connection.alive:
                    self._open.discard(connection)
                elif connection in idle:
                    if now - connection.moved > _IDLE_SECONDS:
                        self._idle.remove(connection)
                        connection.close()
                elif now > connection.due:
                    connection.drop("the answer comes too slowly for its bytes")
                elif now - connection.moved > self.patience.stall and not connection.sending():
                    connection.drop(f"nothing came for {self.patience.stall:g} s")

    def _corrected(self, answer: Answer) -> bool:
        """Sign by the other side's clock from now on; once, for a clock that jumps is no clock."""
        ahead = answers.skew(answer, time.time())
        if ahead is None or self._skew_corrected:
            return False
        self._skew_corrected = True
        self._signer.skew = ahead
        self._mended += 1
        return True

    def _renewed(self) -> bool:
        """Sign with new credentials from now on, where there are any."""
        fresh = self._refresh()
        if fresh is None or _same(fresh, self._credentials):
            return False
        self._credentials = fresh
        self._signer.use(fresh)
        self._mended += 1
        return True

    async def close(self) -> None:
        """Let every connection go."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        for connection in self._open:
            connection.close()
        self._open.clear()
        self._idle.clear()
        await asyncio.sleep(0)


def _same(one: Credentials, other: Credentials) -> bool:
    def shown(who: Credentials) -> tuple[str, str, str]:
        return who.access_key, who.secret_key.reveal(), who.token.reveal() if who.token else ""

    return shown(one) == shown(other)
