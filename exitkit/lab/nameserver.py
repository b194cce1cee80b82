"""Serve zones on loopback with authority: queries, signed updates (RFC 2136) and transfers, over UDP and TCP.

Zones are files, written whole at each change, so a server that was killed comes back as it was. Run as
`python -m exitkit.lab.nameserver PORT FOLDER CLOUD`; the key that signs comes on standard input. Two things are the
lab's own: an update to a zone that is not there makes it, and a zone that loses its SOA is gone.
"""

from __future__ import annotations

import os
import struct
import sys
import threading
from contextlib import suppress
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer, ThreadingUDPServer

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import dns.tsigkeyring
import dns.update
import dns.zone

from exitkit.lab.state import KEY_NAME

Key = dict[dns.name.Name, object]
_SOA_TTL = 300


class Zones:
    """The zones of one server, in files that are replaced whole."""

    def __init__(self, folder: Path, cloud: str) -> None:
        self._folder = folder
        self._cloud = cloud
        self._lock = threading.Lock()
        self._known: dict[dns.name.Name, dns.zone.Zone] = {}
        folder.mkdir(exist_ok=True)
        for file in sorted(folder.glob("*.zone")):
            zone = dns.zone.from_file(str(file), origin=dns.name.from_text(file.stem), relativize=False)
            self._known[_origin(zone)] = zone

    def answer(self, asked: dns.message.Message) -> dns.message.Message:
        """The answer to a query: with authority in a zone that is here, refused elsewhere."""
        said = dns.message.make_response(asked)
        question = asked.question[0]
        with self._lock:
            zone = self._around(question.name)
            if zone is None:
                said.set_rcode(dns.rcode.REFUSED)
                return said
            said.flags |= dns.flags.AA
            if question.rdtype == dns.rdatatype.AXFR:
                return self._whole(zone, asked, said)
            node = zone.get_node(question.name)
            found = node.get_rdataset(question.rdclass, question.rdtype) if node is not None else None
            if found is not None:
                said.answer.append(dns.rrset.from_rdata_list(question.name, found.ttl, list(found)))
                return said
            if node is None:
                said.set_rcode(dns.rcode.NXDOMAIN)
            soa = zone.find_rdataset(_origin(zone), dns.rdatatype.SOA)
            said.authority.append(dns.rrset.from_rdata_list(_origin(zone), soa.ttl, list(soa)))
        return said

    def change(self, update: dns.update.UpdateMessage) -> dns.message.Message:
        """Do what an update asks, all of it, and keep it; refused where it is not signed."""
        said = dns.message.make_response(update)
        if not update.had_tsig:
            said.set_rcode(dns.rcode.REFUSED)
            return said
        origin = update.zone[0].name
        with self._lock:
            zone = self._known.get(origin) or self._fresh(origin)
            for change in update.update:
                _apply(zone, change)
            self._keep(origin, zone)
        return said

    def _whole(self, zone: dns.zone.Zone, asked: dns.message.Message, said: dns.message.Message) -> dns.message.Message:
        if not asked.had_tsig:
            said.set_rcode(dns.rcode.REFUSED)
            return said
        soa = zone.find_rdataset(_origin(zone), dns.rdatatype.SOA)
        ends = dns.rrset.from_rdata_list(_origin(zone), soa.ttl, list(soa))
        said.answer.append(ends)
        for name, rdataset in zone.iterate_rdatasets():
            if rdataset.rdtype != dns.rdatatype.SOA:
                said.answer.append(dns.rrset.from_rdata_list(name, rdataset.ttl, list(rdataset)))
        said.answer.append(dns.rrset.from_rdata_list(_origin(zone), soa.ttl, list(soa)))
        return said

    def _around(self, name: dns.name.Name) -> dns.zone.Zone | None:
        while True:
            if name in self._known:
                return self._known[name]
            if name == dns.name.root:
                return None
            name = name.parent()

    def _fresh(self, origin: dns.name.Name) -> dns.zone.Zone:
        zone = dns.zone.Zone(origin, relativize=False)
        server = f"ns.{self._cloud}.lab."
        for kind, text in (
            (dns.rdatatype.SOA, f"{server} hostmaster.{self._cloud}.lab. 1 3600 600 86400 60"),
            (dns.rdatatype.NS, server),
        ):
            record = dns.rdata.from_text(dns.rdataclass.IN, kind, text)
            zone.find_rdataset(origin, kind, create=True).add(record, _SOA_TTL)
        return zone

    def _keep(self, origin: dns.name.Name, zone: dns.zone.Zone) -> None:
        file = self._folder / f"{origin.to_text(omit_final_dot=True)}.zone"
        soa = zone.get_rdataset(origin, dns.rdatatype.SOA)
        if soa is None:
            self._known.pop(origin, None)
            file.unlink(missing_ok=True)
            return
        zone.replace_rdataset(origin, _next(soa))
        staging = file.with_suffix(".new")
        zone.to_file(str(staging), relativize=False)
        os.replace(staging, file)
        self._known[origin] = zone


def _next(soa: dns.rdataset.Rdataset) -> dns.rdataset.Rdataset:
    record = soa[0]
    return dns.rdataset.from_rdata(soa.ttl, record.replace(serial=record.serial + 1))


def _apply(zone: dns.zone.Zone, change: dns.rrset.RRset) -> None:
    """One part of an update: class ANY takes a set away, class NONE single records, class IN adds."""
    if change.deleting == dns.rdataclass.ANY:
        if change.rdtype == dns.rdatatype.ANY:
            zone.delete_node(change.name)
        else:
            zone.delete_rdataset(change.name, change.rdtype)
        return
    node = zone.find_node(change.name, create=True)
    here = node.find_rdataset(dns.rdataclass.IN, change.rdtype, create=True)
    for record in change:
        if change.deleting == dns.rdataclass.NONE:
            here.discard(record)  # type: ignore[no-untyped-call]
        else:
            here.add(record, change.ttl)
            here.ttl = change.ttl
    if not here:
        zone.delete_rdataset(change.name, change.rdtype)


def _origin(zone: dns.zone.Zone) -> dns.name.Name:
    if zone.origin is None:
        raise ValueError("a zone without a name")
    return zone.origin


def answered(wire: bytes, zones: Zones, key: Key) -> bytes | None:
    """The answer to one message as bytes; None where it is not DNS."""
    try:
        message = dns.message.from_wire(wire, keyring=key)
    except (dns.exception.DNSException, struct.error, ValueError):
        return None
    if isinstance(message, dns.update.UpdateMessage):
        return zones.change(message).to_wire()
    if message.opcode() != dns.opcode.QUERY or not message.question:
        return None
    return zones.answer(message).to_wire(max_size=65535)


def handlers(zones: Zones, key: Key) -> tuple[type[BaseRequestHandler], type[BaseRequestHandler]]:
    """What answers over UDP, and over TCP."""

    class Datagram(BaseRequestHandler):
        """One question in one datagram."""

        def handle(self) -> None:
            """Answer it."""
            wire, socket = self.request
            answer = answered(wire, zones, key)
            if answer is not None:
                socket.sendto(answer, self.client_address)

    class Stream(BaseRequestHandler):
        """Questions over one connection, each with its length before it."""

        def handle(self) -> None:
            """Answer until the other side has no more."""
            with suppress(OSError):
                while head := self.request.recv(2):
                    (length,) = struct.unpack("!H", head)
                    wire = b""
                    while len(wire) < length and (block := self.request.recv(length - len(wire))):
                        wire += block
                    answer = answered(wire, zones, key)
                    if answer is None:
                        return
                    self.request.sendall(struct.pack("!H", len(answer)) + answer)

    return Datagram, Stream


class _Udp(ThreadingUDPServer):
    daemon_threads = True
    max_packet_size = 65535


class _Tcp(ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def main() -> None:
    """Serve until killed."""
    port, folder, cloud = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    key = dns.tsigkeyring.from_text({KEY_NAME: sys.stdin.readline().strip()})
    datagram, stream = handlers(Zones(folder / "zones", cloud), key)
    udp = _Udp(("127.0.0.1", port), datagram)
    threading.Thread(target=udp.serve_forever, daemon=True).start()
    _Tcp(("127.0.0.1", port), stream).serve_forever()


if __name__ == "__main__":
    main()
