"""One authoritative name server: asked over DNS, changed by signed updates (RFC 2136), copied whole by transfer."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from exitkit.errors import MissingExtra, OutsideError
from exitkit.ports import Secret, Told

if TYPE_CHECKING:
    from dns.message import QueryMessage
    from dns.name import Name
    from dns.update import UpdateMessage

FIRST_TTL = 300
"""Seconds a name may be remembered that nobody said another time for."""

_PATIENCE_SECONDS = 3.0
_TRIES = 3
_SERVERS_OWN = ("SOA", "NS")
"""What belongs to a server and not to the zone's owner, so it differs on every cloud and is not compared."""


class NameServer:
    """The zones on one server. A service's address is an HTTPS record (RFC 9460): it can say a port, as A cannot."""

    def __init__(self, host: str, port: int, *, key_name: str, key: Secret) -> None:
        self._host = host
        self._port = port
        self._key_name = key_name
        self._key = key

    def point(self, name: str, address: str) -> None:
        """Let a name point at an address such as 192.0.2.7:8080; how long it may be remembered stays."""
        told = self.ask(name)
        self._write(name, address, told.ttl if told else FIRST_TTL)

    def ask(self, name: str) -> Told | None:
        """What the server answers, and for how many seconds that may be remembered; None where it has no such name."""
        from dns.rdtypes.svcbbase import ParamKey

        for answered in self._query(name, "HTTPS").answer:
            for record in answered:
                host = record.params[ParamKey.IPV4HINT].addresses[0]
                return Told(f"{host}:{record.params[ParamKey.PORT].port}", answered.ttl)
        return None

    def set_ttl(self, name: str, seconds: int) -> None:
        """Let a name be remembered so long. Raises OutsideError where there is no such name."""
        told = self.ask(name)
        if told is None:
            raise OutsideError(f"the name server at {self._host}:{self._port} does not know {name}")
        self._write(name, told.address, seconds)

    def records(self, zone: str) -> tuple[str, ...] | None:
        """Every record of a zone but the server's own, as sorted lines of a zone file; None where it has no zone."""
        import dns.query
        import dns.zone

        if not self._query(zone, "SOA").answer:
            return None
        with self._words():
            messages = dns.query.xfr(
                self._host,
                _full(zone),
                port=self._port,
                lifetime=_PATIENCE_SECONDS,
                relativize=False,
                **self._signed(),
            )
            found = dns.zone.from_xfr(messages, relativize=False)
            lines = [
                f"{name} {ttl} {rdata.rdtype.name} {rdata}"
                for name, ttl, rdata in found.iterate_rdatas()
                if rdata.rdtype.name not in _SERVERS_OWN
            ]
        return tuple(sorted(lines))

    def adopt(self, zone: str, records: Iterable[str]) -> None:
        """Let a zone hold exactly these records, as lines of a zone file; it is made where it is not there."""
        update, wanted = self._update(zone), set(records)
        here = set(self.records(zone) or ())
        for line in sorted(here - wanted):
            name, _, kind, text = line.split(" ", 3)
            update.delete(name, kind, text)
        for line in sorted(wanted - here):
            name, ttl, kind, text = line.split(" ", 3)
            update.add(name, int(ttl), kind, text)
        if not update.sections[2]:
            update.add(_full(zone), FIRST_TTL, "NS", f"ns.{_full(zone)}")
        self._send(update)

    def forget(self, zone: str) -> None:
        """Take a zone away; harmless where there is none. Without its SOA a zone of the lab's servers is gone."""
        update = self._update(zone)
        update.delete(_full(zone), "SOA")
        self._send(update)

    def _write(self, name: str, address: str, ttl: int) -> None:
        host, _, port = address.rpartition(":")
        update = self._update(self._zone_of(name))
        update.replace(_full(name), ttl, "HTTPS", f"1 . port={port} ipv4hint={host}")
        self._send(update)

    def _zone_of(self, name: str) -> str:
        """The zone a name is in, as the server says; the name above it, or itself, where the server has none."""
        import dns.name

        full: Name = dns.name.from_text(name)
        above = full
        while len(above) > 1:
            if self._query(str(above), "SOA").answer:
                return str(above)
            above = above.parent()
        return str(full.parent() if len(full) > 2 else full)

    def _query(self, name: str, kind: str) -> QueryMessage:
        import dns.exception
        import dns.message
        import dns.query

        asked = dns.message.make_query(_full(name), kind)
        for tried in range(_TRIES):
            try:
                with self._words(), self._connected() as sock:
                    return dns.query.udp(asked, self._host, _PATIENCE_SECONDS, self._port, sock=sock)  # type: ignore[return-value]
            except OutsideError:
                if tried == _TRIES - 1:
                    raise
        raise AssertionError("unreachable")

    @contextmanager
    def _connected(self) -> Iterator[socket.socket | None]:
        """A socket that hears at once that nobody listens, where the system tells; else None, and patience."""
        if sys.platform != "linux":
            yield None
            return
        with socket.socket(socket.AF_INET6 if ":" in self._host else socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.setblocking(False)
            sock.connect((self._host, self._port))
            yield sock

    def _update(self, zone: str) -> UpdateMessage:
        import dns.update

        signed = self._signed()
        return dns.update.UpdateMessage(_full(zone), keyring=signed["keyring"], keyname=signed["keyname"])

    def _send(self, update: UpdateMessage) -> None:
        import dns.query
        import dns.rcode

        with self._words():
            answer = dns.query.tcp(update, self._host, port=self._port, timeout=_PATIENCE_SECONDS)
        if answer.rcode() != dns.rcode.NOERROR:
            raise OutsideError(f"the name server at {self._host}:{self._port} refused: {answer.rcode().name}")

    def _signed(self) -> dict[str, Any]:
        try:
            import dns.tsigkeyring
        except ImportError as error:
            raise MissingExtra("cloud", needed_for="names over DNS") from error
        return {"keyring": dns.tsigkeyring.from_text({self._key_name: self._key.reveal()}), "keyname": self._key_name}

    @contextmanager
    def _words(self) -> Iterator[None]:
        """Say in our words what DNS refuses."""
        import dns.exception

        try:
            yield
        except (dns.exception.DNSException, OSError, EOFError) as error:
            raise OutsideError(
                f"the name server at {self._host}:{self._port} did not answer: {type(error).__name__}"
            ) from error


def _full(name: str) -> str:
    return name if name.endswith(".") else name + "."
