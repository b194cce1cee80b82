"""Each rule finds what it is for, and nothing else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from exitkit.lockin.assess import assess
from exitkit.lockin.rules.base import rules
from exitkit.model.evidence import Verdict
from exitkit.model.finding import Severity, Suppression
from exitkit.model.placement import Kept
from exitkit.model.report import ObjectiveMet
from tests.unit.lockin.cases import SHOP, TODAY, case, loss, measured, seconds

BARE = SHOP.model_copy(
    update={"components": tuple(part.model_copy(update={"hatch": {}}) for part in SHOP.components[:2])}
)
MISSED = ObjectiveMet(
    name="outage", objective="1 s", found=seconds("outage", "36"), verdict=Verdict.FAIL, sources=("x",)
)
DIFFERING = seconds("objects differing", "1").model_copy(update={"unit": "objects"})


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"losses": (loss(Kept.LOST),)}, "LK101"),
        ({"losses": (loss(Kept.DEGRADED),)}, "LK102"),
        ({"losses": (loss(Kept.EMULATED),)}, "LK103"),
        ({"losses": (loss(Kept.DEGRADED, weakens=True),)}, "LK104"),
        ({"losses": (loss(Kept.UNKNOWN),)}, "LK105"),
        ({"measurements": None, "rehearsed_on": None}, "LK301"),
        ({"today": TODAY + timedelta(days=366)}, "LK302"),
        ({"objectives": (MISSED,)}, "LK303"),
        ({"measurements": measured(integrity=Verdict.FAIL, objects_differing=DIFFERING)}, "LK304"),
        ({"measurements": measured(returned=Verdict.UNKNOWN)}, "LK305"),
    ],
)
def test_a_rule_finds_what_it_is_for(changed: dict[str, object], code: str) -> None:
    found = assess(case(workload=BARE, **changed))

    assert [one.code for one in found] == [code]


def test_a_case_in_which_nothing_is_wrong_has_no_findings() -> None:
    assert assess(case(workload=BARE, losses=(loss(Kept.KEPT),))) == ()


def test_settings_for_one_provider_are_counted_as_lock_in() -> None:
    [hatch, canary] = assess(case())

    assert (hatch.code, hatch.component, hatch.evidence[0].value) == ("LK201", "web", 1)
    assert canary.code == "LK202"


def test_what_was_accepted_stays_marked_until_its_day() -> None:
    until = date(2026, 12, 31)
    accepted = Suppression(rule="LK101", on="web", because="decided", until=until)
    workload = BARE.model_copy(update={"accept": (accepted,)})
    lost = {"workload": workload, "losses": (loss(Kept.LOST),)}

    [before] = assess(case(**lost, today=until))
    [after] = [one for one in assess(case(**lost, today=until + timedelta(days=1))) if one.code == "LK101"]

    assert before.accepted == accepted
    assert after.accepted is None


def test_the_heaviest_findings_come_first() -> None:
    ranks = [one.severity.rank for one in assess(case(losses=(loss(Kept.EMULATED), loss(Kept.LOST))))]

    assert ranks == sorted(ranks, reverse=True)
    assert ranks[0] == Severity.HIGH.rank


@pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.code)
def test_every_rule_has_a_page_that_says_the_way_out(rule: object) -> None:
    page = rule.page  # type: ignore[attr-defined]

    assert "What it means:" in page
    assert "Way out:" in page
