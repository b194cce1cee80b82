"""Facts are data: each says what, in which unit, how it is known, from where, read when."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from urllib.error import URLError

import pytest

from exitkit.api import facts
from exitkit.errors import OutsideError
from exitkit.lockin.jurisdictions import jurisdictions, qualifications


def test_every_fact_has_a_source_and_a_basis() -> None:
    for row in facts.rows():
        if row.file != "lockin/register.toml":
            assert row.source, row
            assert row.basis in ("measured", "published", "declared", "assumed") or row.source, row


def test_a_price_is_stale_after_ninety_days_and_other_facts_after_a_year() -> None:
    price = next(row for row in facts.rows() if row.is_price and row.read)
    other = next(row for row in facts.rows() if not row.is_price and row.read)
    assert price.read is not None
    assert other.read is not None

    assert not price.stale(price.read + timedelta(days=90))
    assert price.stale(price.read + timedelta(days=91))
    assert not other.stale(other.read + timedelta(days=365))
    assert other.stale(other.read + timedelta(days=366))


def test_without_a_network_refreshing_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise URLError("no network")

    monkeypatch.setattr(facts, "urlopen", nobody)

    with pytest.raises(OutsideError, match="cannot be reached, so no price was read") as error:
        facts.refresh()

    assert int(error.value.exit_code) == 3


def test_a_price_list_is_compared_with_what_is_shipped() -> None:
    plans = [("b3-8", 5_120_000), ("b3-16", 11_000_000), ("unheard-of", 1)]
    told = {
        "addons": [
            {"planCode": f"{name}.consumption", "pricings": [{"capacities": ["consumption"], "price": price}]}
            for name, price in plans
        ]
    }

    [read] = facts.refresh(lambda url: json.dumps(told).encode())

    assert (read.provider, read.same) == ("ovh", 1)
    [change] = read.changes
    assert (change.name, change.shipped, change.published) == ("b3-16", Decimal("0.1023"), Decimal("0.11"))


@pytest.mark.parametrize("body", [b"", b"[]", b'{"addons": 3}', b'{"addons": [{}]}'])
def test_what_is_no_price_list_is_said_so(body: bytes) -> None:
    with pytest.raises(OutsideError, match="not the price list"):
        facts.refresh(lambda url: body)


def test_no_qualification_reaches_beyond_its_products() -> None:
    for one in qualifications():
        assert one.scope
        if one.name == "SecNumCloud":
            assert not one.covers_placed
            assert "Public Cloud" not in one.scope
    assert set(jurisdictions()) == {"aws", "openstack", "ovh"}
    assert jurisdictions()["openstack"].parent_country == ""  # software has no parent: whoever runs it has
    assert all(one.read <= datetime.now(UTC).date() or one.read <= date(2026, 12, 31) for one in qualifications())
