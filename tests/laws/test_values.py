"""Quantities read back as they were printed, sums are as weak as their weakest part, and not knowing is not a pass."""

from __future__ import annotations

import re
from contextlib import suppress
from decimal import Decimal
from functools import reduce
from operator import add, and_

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitkit.model.base import Frozen
from exitkit.model.evidence import Basis, Evidence, Verdict
from exitkit.model.finding import Severity
from exitkit.testing.worlds import EVERYTHING, SMALL_WORKLOADS
from exitkit.units import Bytes, Duration, human_count, human_money, human_seconds

BINARY = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40, "PiB": 2**50}
DECIMAL = {"kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "PB": 10**15}

sizes = st.integers(0, 2**56).map(Bytes)
durations = st.integers(0, 400 * 86400).map(Duration)
amounts = st.decimals(0, 10**9, places=3)
verdicts = st.sampled_from(Verdict)
bases = st.sampled_from(Basis)


@st.composite
def evidence(draw: st.DrawFn, unit: str = "s") -> Evidence:
    sources = draw(st.lists(st.sampled_from(["journal:1", "spec:2", "page (read 2026-11)"]), min_size=1, max_size=3))
    return Evidence(what="w", value=draw(amounts), unit=unit, basis=draw(bases), sources=tuple(dict.fromkeys(sources)))


@given(sizes)
def test_a_size_reads_back_within_what_was_printed(size: Bytes) -> None:
    shown = str(size)
    unit = BINARY[shown.split()[1]]

    assert abs(Bytes.parse(shown) - size) * 20 <= unit
    assert str(Bytes.parse(shown)) == shown
    assert unit == 1 or Bytes.parse(shown) >= unit  # as printed, at least one of its unit


@given(st.decimals(0, 10**4, places=2), st.sampled_from([*BINARY, *DECIMAL]), st.sampled_from(["", " ", "  "]))
def test_a_size_is_its_number_times_its_unit(number: Decimal, unit: str, gap: str) -> None:
    exact = number * (BINARY | DECIMAL)[unit]

    for written in (unit, unit.lower(), unit.upper()):
        parsed = Bytes.parse(f"{number}{gap}{written}")
        assert abs(parsed - exact) <= Decimal("0.5")
    assert re.fullmatch(Bytes.pattern, f"{number}{gap}{unit}")


@given(sizes, sizes, st.integers(0, 9))
def test_sizes_add_up_and_stay_sizes(one: Bytes, other: Bytes, times: int) -> None:
    assert isinstance(one + other, Bytes)
    assert int(one + other) == int(one) + int(other)
    assert one * times == reduce(add, [one] * times, Bytes(0))
    assert abs(one.gib * 2**30 - int(one)) < Decimal("1e-9")


@given(durations)
def test_a_duration_reads_back_within_what_was_printed(duration: Duration) -> None:
    shown = str(duration)
    precise = 1 if duration < 3600 else 60 if duration < 86400 else 3600

    assert 0 <= duration - Duration.parse(shown) < precise
    assert str(Duration.parse(shown)) == shown
    assert re.fullmatch(Duration.pattern, shown)


@given(st.integers(0, 50), st.integers(0, 90), st.integers(0, 90), st.integers(0, 90))
def test_a_duration_is_the_sum_of_its_parts(days: int, hours: int, minutes: int, seconds: int) -> None:
    written = f"{days} days {hours}h {minutes} min {seconds} s"

    assert Duration.parse(written) == days * 86400 + hours * 3600 + minutes * 60 + seconds
    assert Duration.parse(written).days == int(Duration.parse(written)) // 86400


@given(st.text(max_size=12) | st.from_regex(r"\A\s?\d+(\.\d+)? ?[a-zA-Z]+\s?\Z"), st.sampled_from([Bytes, Duration]))
def test_a_text_is_read_or_refused_and_never_anything_else(text: str, kind: type[Bytes] | type[Duration]) -> None:
    with suppress(ValueError):
        assert kind.parse(text) >= 0


@pytest.mark.parametrize("text", ["", "12", "GiB", "1 GiB 2 MiB", "-1 GiB", "1,5 GiB", "1 apple", "1 GiB!", "1e3 B"])
def test_what_has_no_number_or_no_unit_is_no_size(text: str) -> None:
    with pytest.raises(ValueError, match="is not a size"):
        Bytes.parse(text)


@pytest.mark.parametrize("text", ["", "12", "min", "-1 min", "5 parsecs", "1 h and 5 min", "1 h,5 min"])
def test_what_has_no_number_or_no_unit_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        Duration.parse(text)


@given(st.decimals(0, 10**7, places=3), st.decimals(0, 10**7, places=3))
def test_more_seconds_never_print_as_less(one: Decimal, other: Decimal) -> None:
    less, more = sorted((one, other))

    assert seconds_of(human_seconds(less)) <= seconds_of(human_seconds(more))


def seconds_of(shown: str) -> Decimal:
    units = {"s": 1, "min": 60, "h": 3600, "day": 86400, "days": 86400}
    return sum((Decimal(n) * units[unit] for n, unit in re.findall(r"([\d.]+) (\w+)", shown)), Decimal(0))


@given(st.decimals(-(10**9), 10**9, places=2))
def test_an_amount_reads_back_to_the_euro_or_the_cent(amount: Decimal) -> None:
    shown, currency = human_money(amount).rsplit(" ", 1)
    read = Decimal(re.sub(r"\s", "", shown))

    assert currency == "EUR"
    assert abs(read - amount) <= (Decimal("0.005") if abs(amount) < 100 else Decimal("0.5"))


@given(st.integers(0, 10**12))
def test_a_count_reads_back(number: int) -> None:
    assert int(human_count(number).replace(",", "")) == number


@given(evidence(), evidence())
def test_evidence_adds_up_either_way_round(one: Evidence, other: Evidence) -> None:
    left, right = one + other, other + one

    assert left.value == right.value == one.value + other.value
    assert left.basis is right.basis
    assert set(left.sources) == set(right.sources) == set(one.sources) | set(other.sources)


@given(st.lists(evidence(), min_size=1, max_size=6))
def test_a_sum_is_as_weak_as_its_weakest_part_and_names_each_source_once(parts: list[Evidence]) -> None:
    total = reduce(add, parts)

    assert total.basis.rank == max(part.basis.rank for part in parts)
    assert len(set(total.sources)) == len(total.sources)


@given(evidence(), evidence(), evidence())
def test_it_does_not_matter_what_is_added_first(one: Evidence, two: Evidence, three: Evidence) -> None:
    assert (one + two) + three == one + (two + three)


@given(evidence("s"), evidence("bytes"))
def test_different_units_do_not_add_up(one: Evidence, other: Evidence) -> None:
    with pytest.raises(ValueError, match="cannot add bytes to s"):
        one + other


def test_a_number_without_a_source_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="at least 1 item"):
        Evidence(what="w", value=Decimal(1), unit="s", basis=Basis.MEASURED, sources=())


@given(st.lists(verdicts, min_size=1))
def test_one_fail_fails_and_else_one_unknown_leaves_it_unknown(given_verdicts: list[Verdict]) -> None:
    whole = reduce(and_, given_verdicts)

    assert (whole is Verdict.FAIL) is (Verdict.FAIL in given_verdicts)
    assert (whole is Verdict.PASS) is (set(given_verdicts) == {Verdict.PASS})


@given(verdicts, verdicts, verdicts)
def test_verdicts_are_taken_together_in_any_order(one: Verdict, two: Verdict, three: Verdict) -> None:
    assert one & two is two & one
    assert (one & two) & three is one & (two & three)
    assert one & one is one
    assert one & Verdict.PASS is one


def test_bases_and_severities_are_told_in_order() -> None:
    order = (Basis.MEASURED, Basis.PUBLISHED, Basis.COMPUTED, Basis.DECLARED, Basis.ASSUMED)
    assert [basis.rank for basis in order] == [0, 1, 2, 3, 4]
    assert set(order) == set(Basis)
    assert [one.rank for one in (Severity.INFO, Severity.LOW, Severity.MEDIUM, Severity.HIGH)] == [0, 1, 2, 3]


@given(evidence(), st.sampled_from(SMALL_WORKLOADS))
def test_a_value_is_named_by_its_content(number: Evidence, workload: Frozen) -> None:
    for value in (number, workload):
        again = type(value).model_validate_json(value.canonical())
        assert (again, again.digest) == (value, value.digest)
    assert number.digest != workload.digest
    assert EVERYTHING.model_copy(update={"name": "other"}).digest != EVERYTHING.digest
