"""The rules of the example service: who may borrow what, and how things are named."""

from datetime import date
from decimal import Decimal

import pytest
from attestation import identifier, siren
from attestation.declaration import Declaration, DeclarationError, parse
from attestation.eligibility import Ceiling, Decision, Rule, ceiling, decide
from hypothesis import assume, given
from hypothesis import strategies as st

TODAY = date(2020, 4, 2)
GOOD: dict[str, object] = {
    "siren": "000000018",
    "company": "Crêperie « L'Étrave » & fils",
    "founded": "2012-05-14",
    "turnover_2019": 1250000,
    "payroll": "310000.50",
    "amount": "312500",
    "bank": "Banque fictive du Ponant",
}

euros = st.decimals(min_value=0, max_value=Decimal("9999999999999.99"), places=2)
days = st.dates(min_value=date(1900, 1, 1), max_value=date(2020, 12, 31))


def mistakes_in(**changes: object) -> dict[str, str]:
    with pytest.raises(DeclarationError) as caught:
        parse({**GOOD, **changes}, today=TODAY)
    return {mistake.field: mistake.message for mistake in caught.value.mistakes}


@given(founded=days, turnover=euros, payroll=euros, amount=euros)
def test_nothing_is_granted_over_the_ceiling(
    founded: date, turnover: Decimal, payroll: Decimal, amount: Decimal
) -> None:
    most = ceiling(founded=founded, turnover_2019=turnover, payroll=payroll)

    granted = decide(amount, most) is Decision.GRANTED

    assert granted == (amount <= most.amount)
    assert most.amount <= max(turnover / 4, payroll * 2)


@given(founded=days, turnover=euros, payroll=euros)
def test_only_young_companies_may_exceed_a_quarter_of_their_turnover(
    founded: date, turnover: Decimal, payroll: Decimal
) -> None:
    most = ceiling(founded=founded, turnover_2019=turnover, payroll=payroll)

    assert most.amount <= turnover / 4 or founded >= date(2019, 1, 1)


@pytest.mark.parametrize(
    ("founded", "expected"),
    [
        (date(2018, 12, 31), Ceiling(Decimal("25000.00"), Rule.TURNOVER)),
        (date(2019, 1, 1), Ceiling(Decimal("80000.00"), Rule.PAYROLL)),
    ],
)
def test_a_company_is_young_from_the_first_of_january_2019(founded: date, expected: Ceiling) -> None:
    assert ceiling(founded=founded, turnover_2019=Decimal(100000), payroll=Decimal(40000)) == expected


def test_a_young_company_keeps_the_turnover_rule_when_it_gives_more() -> None:
    most = ceiling(founded=date(2019, 6, 1), turnover_2019=Decimal(100000), payroll=Decimal(100))

    assert most == Ceiling(Decimal("25000.00"), Rule.TURNOVER)


def test_the_ceiling_itself_is_granted_and_one_cent_more_is_not() -> None:
    most = Ceiling(Decimal("25000.00"), Rule.TURNOVER)

    assert decide(Decimal("25000.00"), most) is Decision.GRANTED
    assert decide(Decimal("25000.01"), most) is Decision.REFUSED


def test_the_ceiling_is_rounded_down_to_the_cent() -> None:
    most = ceiling(founded=date(2000, 1, 1), turnover_2019=Decimal("0.03"), payroll=Decimal(0))

    assert most.amount == Decimal("0.00")


def test_a_known_siren_is_valid() -> None:
    assert siren.valid("732829320")


@pytest.mark.parametrize("number", ["732829321", "73282932", "7328293200", "73282932O", "", "٧٣٢٨٢٩٣٢٠"])
def test_a_wrong_siren_is_not_valid(number: str) -> None:
    assert not siren.valid(number)


@given(first_eight=st.text("0123456789", min_size=8, max_size=8), place=st.integers(0, 8), digit=st.integers(0, 9))
def test_one_wrong_digit_in_a_siren_is_noticed(first_eight: str, place: int, digit: int) -> None:
    number = first_eight + siren.check_digit(first_eight)
    assume(number[place] != str(digit))

    assert siren.valid(number)
    assert not siren.valid(number[:place] + str(digit) + number[place + 1 :])


@given(
    year=st.integers(2020, 2099),
    number=st.integers(0, 2**identifier.BITS - 1),
    place=st.sampled_from([4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 18]),
    character=st.sampled_from(identifier.ALPHABET),
)
def test_one_wrong_character_in_an_identifier_is_noticed(year: int, number: int, place: int, character: str) -> None:
    name = identifier.make(year, number)
    assume(name[place] != character)

    assert identifier.valid(name)
    assert not identifier.valid(name[:place] + character + name[place + 1 :])


def test_two_numbers_never_share_an_identifier() -> None:
    assert identifier.make(2020, 0) == "PGE-2020-00000000-W"
    assert len({identifier.make(2020, number) for number in range(5000)}) == 5000


@pytest.mark.parametrize("name", ["", "PGE-2020-00000000", "pge-2020-00000000-W", "PGE-2020-00000000-W\n", "../x"])
def test_what_has_not_the_shape_of_an_identifier_is_not_one(name: str) -> None:
    assert not identifier.valid(name)


def test_a_good_declaration_is_read_exactly() -> None:
    assert parse(GOOD, today=TODAY) == Declaration(
        siren="000000018",
        company="Crêperie « L'Étrave » & fils",
        founded=date(2012, 5, 14),
        turnover_2019=Decimal(1250000),
        payroll=Decimal("310000.50"),
        amount=Decimal(312500),
        bank="Banque fictive du Ponant",
    )


def test_every_mistake_is_listed_at_once() -> None:
    with pytest.raises(DeclarationError) as caught:
        parse({"siren": "123456789", "amount": -1, "founded": "2021-02-30", "colour": "red"}, today=TODAY)

    fields = [mistake.field for mistake in caught.value.mistakes]

    assert fields == ["siren", "company", "founded", "turnover_2019", "payroll", "amount", "bank", "colour"]


@pytest.mark.parametrize("value", [12.5, True, "1e5", "-1", "1.234", "12345678901234", "١٢", "NaN", [], {}])
def test_money_is_an_integer_or_text_with_two_decimals(value: object) -> None:
    assert list(mistakes_in(turnover_2019=value)) == ["turnover_2019"]


@pytest.mark.parametrize("value", ["nul\x00", "lone \ud800", "hidden \u202e", "x" * 201, "   ", 7])
def test_a_name_is_text_that_can_be_seen_and_stored(value: object) -> None:
    assert list(mistakes_in(company=value)) == ["company"]


def test_asking_for_nothing_is_a_mistake_and_a_turnover_of_nothing_is_not() -> None:
    assert "more than zero" in mistakes_in(amount="0.00")["amount"]
    assert parse({**GOOD, "turnover_2019": 0}, today=TODAY).turnover_2019 == 0


def test_a_company_cannot_be_founded_tomorrow() -> None:
    assert "future" in mistakes_in(founded="2020-04-03")["founded"]
    assert parse({**GOOD, "founded": "2020-04-02"}, today=TODAY).founded == TODAY
