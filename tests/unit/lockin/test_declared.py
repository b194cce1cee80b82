"""What the owner declares takes the place of what is assumed, with a name and a day."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal

import pytest

from exitkit.errors import UsageError
from exitkit.lockin.assumptions import given
from exitkit.lockin.declared import read
from exitkit.lockin.switching import switching_cost
from exitkit.model.evidence import Basis
from tests.conftest import ROOT
from tests.unit.lockin.cases import known

WHO = 'by = "J. Martin"\non = 2026-11-20\n'
FEW = 2_000


def declared(rows: str) -> object:
    return known(given=given().with_said(read(f"{WHO}[quantities]\n{rows}").quantities))


def test_a_declared_quantity_says_who_and_when() -> None:
    [one] = read(f"{WHO}[quantities]\nday-rate = {{ low = 600, mode = 700, high = 800 }}\n").quantities

    assert (one.basis, one.unit) == (Basis.DECLARED, "EUR/person-day")
    assert "J. Martin, 2026-11-20" in one.source


def test_commitments_and_licences_become_lines() -> None:
    before = switching_cost(known(), draws=FEW)
    after = switching_cost(declared("commitments = 12000\npenalty = 500\nlicences = 300"), draws=FEW)

    lines = {line.name: line for line in after.lines}
    assert "commitments" not in {line.name for line in before.lines}
    assert lines["commitments"].interval.p50 == 12500
    assert lines["commitments"].basis is Basis.DECLARED
    assert after.total.p50 - before.total.p50 == pytest.approx(Decimal(12800), abs=Decimal("0.1"))
    assert after.shares[Basis.DECLARED] > 0
    assert len(after.not_counted) == len(before.not_counted) - 2


def test_a_long_notice_decides_the_days() -> None:
    assert switching_cost(declared("notice = 300"), draws=FEW).days.p10 == 300


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[quantities]\nday-rate = 3\n", "who says so"),
        (f"{WHO}[quantities]\nday-rat = 3\n", "no quantity `day-rat`"),
        (f"{WHO}[quantities]\nday-rate = -3\n", "below zero"),
        (f'{WHO}[quantities]\nday-rate = "3"\n', "no number"),
        (f"{WHO}[quantities]\nday-rate = nan\n", "no number"),
        (f"{WHO}[quantities]\nday-rate = {{ low = 3, mode = 2, high = 1 }}\n", "not in order"),
        (f'{WHO}[keys]\ndossiers = "K9"\n', "keys"),
        (f"{WHO}[unknown]\n", "no section"),
        ("by = ", "this is not TOML"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read(text)


def test_the_files_that_the_manual_shows_are_read() -> None:
    text = (ROOT / "docs" / "lock-in.md").read_text(encoding="utf-8")
    shown, several = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)

    said = read(shown)

    assert said.inventory == "scan.json"
    assert said.observed.key_off is not None
    assert said.clauses == {"DORA 30(2)(d)": "framework agreement, clause 14"}
    assert all((said.keys, said.policy, said.answers, said.observed.spend, said.observed.calls, said.observed.probes))
    assert set(tomllib.loads(several)) == {"by", "on", "people", "link", "cpus", "memory", "exits"}
