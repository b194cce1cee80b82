"""Decide how much a company may borrow under the guarantee of the State.

The public rule, as publicly reported: arrêté du 23 mars 2020 accordant la garantie de l'Etat, article 5
(https://www.legifrance.gouv.fr/loda/id/JORFTEXT000041746813):

- a company founded before 1 January 2019: 25 % of its 2019 turnover before VAT;
- a company founded since: its French payroll over its first two years, or 25 % of its 2019 turnover if that is more.

The last five words came with the arrêté du 13 juillet 2020, article 4 (JORFARTI000042123964); before it, young
companies had the payroll only. This service applies the later wording to all, counts two years of payroll as twice
the yearly one, and leaves out what an example does not need: innovative and seasonal companies, loans already granted.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

YOUNG_SINCE = date(2019, 1, 1)
SHARE_OF_TURNOVER = Decimal("0.25")
YEARS_OF_PAYROLL = 2
CENT = Decimal("0.01")


class Rule(StrEnum):
    """Which limb of article 5 gave the ceiling."""

    TURNOVER = "turnover"
    PAYROLL = "payroll"


class Decision(StrEnum):
    """What the company is told."""

    GRANTED = "granted"
    REFUSED = "refused"


@dataclass(frozen=True)
class Ceiling:
    """The most a company may borrow, and why."""

    amount: Decimal
    rule: Rule


def ceiling(*, founded: date, turnover_2019: Decimal, payroll: Decimal) -> Ceiling:
    """Return the ceiling, rounded down to the cent."""
    by_turnover = Ceiling((turnover_2019 * SHARE_OF_TURNOVER).quantize(CENT, ROUND_DOWN), Rule.TURNOVER)
    if founded < YOUNG_SINCE:
        return by_turnover
    by_payroll = Ceiling((payroll * YEARS_OF_PAYROLL).quantize(CENT, ROUND_DOWN), Rule.PAYROLL)
    return max(by_payroll, by_turnover, key=lambda limb: limb.amount)


def decide(amount: Decimal, most: Ceiling) -> Decision:
    """Grant what does not exceed the ceiling; refuse the rest."""
    return Decision.GRANTED if amount <= most.amount else Decision.REFUSED
