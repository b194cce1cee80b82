"""Facts are data: each says what, in which unit, how it is known, from where, read when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from exitkit.api import facts
from exitkit.lockin.assumptions import efforts
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


def test_the_catalogue_of_services_is_listed_with_its_classes_and_efforts() -> None:
    listed = [row for row in facts.rows() if row.file == "scan/aws-services.csv"]

    assert len(listed) == 77
    assert all(row.value[:2] in ("P1", "P2", "P3", "P4") and "mode" in row.value for row in listed)
    assert all((row.unit, row.basis) == ("person-days", "assumed") and row.source and row.read for row in listed)


def test_efforts_of_capabilities_are_those_of_the_services_they_are_like() -> None:
    listed = {row.name: row.value for row in facts.rows() if row.file == "scan/aws-services.csv"}

    compared = {
        one.name.removeprefix("moving "): f"low {one.low} mode {one.mode} high {one.high}"
        for one in efforts().values()
        if one.name.removeprefix("moving ") in listed
    }

    assert len(compared) >= 3
    assert {name: value for name, value in compared.items() if not listed[name].endswith(value)} == {}


def test_no_qualification_reaches_beyond_its_products() -> None:
    for one in qualifications():
        assert one.scope
        if one.name == "SecNumCloud":
            assert not one.covers_placed
            assert "Public Cloud" not in one.scope
    assert set(jurisdictions()) == {"aws", "openstack", "ovh"}
    assert jurisdictions()["openstack"].parent_country == ""  # software has no parent: whoever runs it has
    assert all(one.read <= datetime.now(UTC).date() or one.read <= date(2026, 12, 31) for one in qualifications())
