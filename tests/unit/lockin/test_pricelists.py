"""Public price lists are read piece by piece, and held against what is shipped; nothing is ever changed by it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from urllib.error import URLError

import pytest

from exitkit.api import pricelists
from exitkit.errors import OutsideError, UsageError

SAMPLES = Path(__file__).parent / "samples"


def in_pieces(body: bytes, size: int = 61) -> Iterator[bytes]:
    """Pieces that end anywhere, as a network's do."""
    return (body[at : at + size] for at in range(0, len(body), size))


def offers(url: str) -> Iterator[bytes]:
    """What AWS answers: a file for each offer, the one of an offer without a sample has column names only."""
    offer = url.split("/")[-4]
    file = SAMPLES / f"{offer}.csv"
    head = (SAMPLES / "AmazonEC2.csv").read_bytes().splitlines(keepends=True)[:6]
    return in_pieces(file.read_bytes() if file.exists() else b"".join(head))


def test_a_price_list_of_aws_confirms_changes_and_finds() -> None:
    read = {one.url.split("/")[-4]: one for one in pricelists.refresh(offers, only="aws")}

    machines = read["AmazonEC2"]
    assert machines.published == "2026-11-12T22:53:08Z"
    assert machines.sha256 == hashlib.sha256((SAMPLES / "AmazonEC2.csv").read_bytes()).hexdigest()
    assert {one.name: (one.shipped, one.published) for one in machines.changes} == {
        "t3.medium": (Decimal("0.0472"), Decimal("0.0488"))
    }
    assert machines.same == 3  # t3.small, gp3, the gateway's hour: neither Windows nor what is reserved is taken for it
    assert "m6i.large" in machines.not_found
    databases = read["AmazonRDS"]
    assert {one.name: one.shipped for one in databases.changes} == {"db.m6i.large": None}  # shipped without a price
    assert databases.same == 2  # a standby's price is not that of one instance


def test_tiers_and_units_are_told_apart() -> None:
    read = {one.url.split("/")[-4]: one for one in pricelists.refresh(offers, only="aws")}

    assert read["AWSDataTransfer"].same == 2
    assert [(one.shipped, one.published) for one in read["AWSDataTransfer"].changes] == [
        (Decimal("0.07"), Decimal("0.065"))
    ]
    assert read["AmazonS3"].same == 2  # by the thousand where the list says one


def test_an_order_catalogue_of_ovhcloud_is_compared_by_the_hour() -> None:
    body = (SAMPLES / "ovh-cloud.json").read_bytes()

    [read] = pricelists.refresh(lambda url: in_pieces(body), only="ovh")

    assert read.same == 1
    assert [(one.name, one.shipped, one.published) for one in read.changes] == [
        ("b3-16", Decimal("0.1023"), Decimal("0.11"))
    ]
    assert "b3-32" in read.not_found


def test_without_a_network_refreshing_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise URLError("no network")

    monkeypatch.setattr(pricelists, "urlopen", nobody)

    with pytest.raises(OutsideError, match="cannot be reached, so no price was read") as error:
        list(pricelists.refresh())

    assert int(error.value.exit_code) == 3


@pytest.mark.parametrize("body", [b"", b"[]", b'{"addons": 3}', b'{"addons": [{}]}', b"\xff\xfe"])
@pytest.mark.parametrize("provider", ["ovh", "aws"])
def test_what_is_no_price_list_is_said_so(provider: str, body: bytes) -> None:
    with pytest.raises(OutsideError, match="not the price list"):
        list(pricelists.refresh(lambda url: [body], only=provider))


def test_a_price_that_is_no_number_is_no_price_list() -> None:
    body = (SAMPLES / "AmazonEC2.csv").read_bytes().replace(b"0.0236", b"n/a")

    with pytest.raises(OutsideError, match="not the price list"):
        list(pricelists.refresh(lambda url: [body], only="aws"))


def test_a_list_nobody_knows_is_refused() -> None:
    with pytest.raises(UsageError, match="no price list"):
        list(pricelists.refresh(lambda url: [b""], only="azure"))


def test_the_samples_are_what_the_tests_say() -> None:
    assert json.loads((SAMPLES / "ovh-cloud.json").read_bytes())["addons"]
