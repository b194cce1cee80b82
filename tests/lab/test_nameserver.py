"""The lab's name server: refuses what is not signed, keeps its zones through an end, answers what is not there."""

from __future__ import annotations

import base64
from pathlib import Path

import dns.message
import dns.rcode
import dns.tsigkeyring
import dns.update

from exitkit.lab.nameserver import Zones, answered
from exitkit.lab.state import KEY_NAME

KEY = dns.tsigkeyring.from_text({KEY_NAME: base64.b64encode(b"a key").decode()})
OTHER = dns.tsigkeyring.from_text({KEY_NAME: base64.b64encode(b"another").decode()})


def change(zones: Zones, keyring: object = KEY) -> dns.rcode.Rcode | None:
    update = dns.update.UpdateMessage("a.test.", keyring=keyring, keyname=KEY_NAME if keyring else None)
    update.add("www.a.test.", 60, "A", "192.0.2.1")
    said = answered(update.to_wire(), zones, KEY)
    return None if said is None else dns.message.from_wire(said, keyring=KEY, request_mac=update.mac).rcode()


def look(zones: Zones, name: str, kind: str = "A") -> dns.message.Message:
    said = answered(dns.message.make_query(name, kind).to_wire(), zones, KEY)
    assert said is not None
    return dns.message.from_wire(said)


def test_only_a_signed_update_changes_anything(tmp_path: Path) -> None:
    zones = Zones(tmp_path, "aws")

    assert change(zones, None) == dns.rcode.REFUSED
    assert change(zones, OTHER) is None
    assert look(zones, "www.a.test.").rcode() == dns.rcode.REFUSED
    assert change(zones) == dns.rcode.NOERROR
    assert [str(one) for one in look(zones, "www.a.test.").answer] == ["www.a.test. 60 IN A 192.0.2.1"]


def test_a_zone_is_there_again_after_an_end(tmp_path: Path) -> None:
    change(Zones(tmp_path, "aws"))

    again = Zones(tmp_path, "aws")

    assert look(again, "www.a.test.").answer
    assert look(again, "a.test.", "SOA").answer[0][0].serial == 2
    assert [file.name for file in tmp_path.iterdir()] == ["a.test.zone"]


def test_it_says_with_authority_what_is_not_there_and_refuses_what_is_not_its_own(tmp_path: Path) -> None:
    zones = Zones(tmp_path, "aws")
    change(zones)

    missing, empty, foreign = (look(zones, n, k) for n, k in (("x.a.test.", "A"), ("www.a.test.", "MX"), ("b.", "A")))

    assert [one.rcode() for one in (missing, empty, foreign)] == [
        dns.rcode.NXDOMAIN,
        dns.rcode.NOERROR,
        dns.rcode.REFUSED,
    ]
    assert not empty.answer
    assert str(empty.authority[0].name) == "a.test."


def test_what_is_not_dns_has_no_answer(tmp_path: Path) -> None:
    zones = Zones(tmp_path, "aws")

    assert [answered(wire, zones, KEY) for wire in (b"", b"hello", bytes(12), bytes(600))] == [None] * 4


def test_a_transfer_is_for_who_signs(tmp_path: Path) -> None:
    zones = Zones(tmp_path, "aws")
    change(zones)

    assert look(zones, "a.test.", "AXFR").rcode() == dns.rcode.REFUSED
