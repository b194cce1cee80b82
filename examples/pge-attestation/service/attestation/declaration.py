"""Turn what a company declares into typed values, or list every mistake in it."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from attestation import siren

T = TypeVar("T")

FIELDS = ("siren", "company", "founded", "turnover_2019", "payroll", "amount", "bank")
# 13 digits before the point and 2 after: what numeric(15, 2) holds.
_MONEY = re.compile(r"[0-9]{1,13}(\.[0-9]{1,2})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST = {"company": 200, "bank": 100}


@dataclass(frozen=True)
class Mistake:
    """One thing wrong with one field."""

    field: str
    message: str


class DeclarationError(Exception):
    """The declaration cannot be read; here is everything that is wrong with it."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__(f"{len(mistakes)} mistakes")
        self.mistakes = mistakes


@dataclass(frozen=True)
class Declaration:
    """What a company says about itself and asks for."""

    siren: str
    company: str
    founded: date
    turnover_2019: Decimal
    payroll: Decimal
    amount: Decimal
    bank: str

    def as_json(self) -> dict[str, str]:
        """Return the declaration in its normal form: every value as text, money with two decimals."""
        return {
            "siren": self.siren,
            "company": self.company,
            "founded": self.founded.isoformat(),
            "turnover_2019": f"{self.turnover_2019:.2f}",
            "payroll": f"{self.payroll:.2f}",
            "amount": f"{self.amount:.2f}",
            "bank": self.bank,
        }


def parse(fields: Mapping[str, object], *, today: date) -> Declaration:
    """Return the declaration, or raise `DeclarationError` with every mistake in the order of the questionnaire."""
    mistakes: list[Mistake] = []

    def take(name: str, read: Callable[[object], T]) -> T | None:
        value = fields.get(name)
        if value is None or value == "":
            mistakes.append(Mistake(name, "is missing"))
            return None
        try:
            return read(value)
        except ValueError as error:
            mistakes.append(Mistake(name, str(error)))
            return None

    number = take("siren", _siren)
    company = take("company", lambda value: _text(value, _LONGEST["company"]))
    founded = take("founded", lambda value: _day(value, today))
    turnover = take("turnover_2019", _money)
    payroll = take("payroll", _money)
    amount = take("amount", _asked)
    bank = take("bank", lambda value: _text(value, _LONGEST["bank"]))
    mistakes += [Mistake(name, "is not a field of this form") for name in sorted(set(fields) - set(FIELDS))]
    if mistakes or number is None or company is None or founded is None or turnover is None:
        raise DeclarationError(mistakes)
    if payroll is None or amount is None or bank is None:
        raise DeclarationError(mistakes)
    return Declaration(number, company, founded, turnover, payroll, amount, bank)


def _siren(value: object) -> str:
    number = value.replace(" ", "") if isinstance(value, str) else ""
    if not siren.valid(number):
        raise ValueError("must be nine digits, of which the last one is the right check digit")
    return number


def _text(value: object, longest: int) -> str:
    # Categories C*: control characters, lone surrogates, invisible marks that would let a name pass for another.
    if not isinstance(value, str) or any(unicodedata.category(character).startswith("C") for character in value):
        raise ValueError("must be text without control or invisible characters")
    text = unicodedata.normalize("NFC", value).strip()
    if not 0 < len(text) <= longest:
        raise ValueError(f"must be 1 to {longest} characters")
    return text


def _day(value: object, today: date) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("must be a date written YYYY-MM-DD")
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise ValueError("must be a day that exists") from error
    if day > today:
        raise ValueError("must not be in the future")
    return day


def _money(value: object) -> Decimal:
    # A bool is an int in Python, and a float has already lost the cents.
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not _MONEY.fullmatch(text.strip()):
        raise ValueError('must be euros, as an integer or as text such as "1234.56", zero or more')
    return Decimal(text.strip())


def _asked(value: object) -> Decimal:
    amount = _money(value)
    if amount == 0:
        raise ValueError("must be more than zero")
    return amount
