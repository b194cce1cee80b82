"""Quantities: what a person types is what is meant, and what is printed reads well."""

from __future__ import annotations

from decimal import Decimal

import pytest

from exitkit.units import Bytes, Duration, human_count, human_money, human_seconds


@pytest.mark.parametrize(
    ("text", "value"),
    [("48.2 GiB", 51754355917), ("630 GB", 630 * 10**9), ("1KiB", 1024), ("0 B", 0), ("1.5 TiB", 1649267441664)],
)
def test_a_size_is_read_with_its_unit(text: str, value: int) -> None:
    assert Bytes.parse(text) == value


@pytest.mark.parametrize(
    ("text", "value"), [("15 min", 900), ("30 days", 2592000), ("1 h 30 min", 5400), ("90 s", 90), ("2 weeks", 1209600)]
)
def test_a_duration_is_read_with_its_unit(text: str, value: int) -> None:
    assert Duration.parse(text) == value


@pytest.mark.parametrize("text", ["48", "GiB", "4 parsecs", "", "-1 GiB", "1 GiB 2", "9" * 100 + " GiB"])
def test_a_size_without_number_or_unit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a size"):
        Bytes.parse(text)


@pytest.mark.parametrize("text", ["15", "min", "15 parsecs", "", "15 min x", "15 MIN"])
def test_a_duration_without_number_or_unit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        Duration.parse(text)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        ("0", "0 s"), ("0.44", "0.4 s"), ("9.96", "10.0 s"), ("48.2", "48 s"), ("401", "6 min 41 s"), ("60", "1 min"),
        ("7500", "2 h 5 min"), ("86400", "1 day"), ("2592000", "30 days"), ("90000", "1 day 1 h"),
    ],
)  # fmt: skip
def test_seconds_are_said_the_way_a_person_would(seconds: str, words: str) -> None:
    assert human_seconds(Decimal(seconds)) == words


def test_a_size_doubles_into_the_size_one_expects() -> None:
    assert str(Bytes.parse("48.2 GiB") * 2) == "96.4 GiB"


def test_money_and_counts_are_grouped_in_thousands() -> None:
    assert human_money(Decimal("83200.4")) == "83 200 EUR"
    assert human_money(Decimal("39.5")) == "39.50 EUR"
    assert human_count(124310) == "124,310"
