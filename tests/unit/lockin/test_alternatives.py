"""Places side by side: staying, the target, others; what each costs to reach and to leave, never ranked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from exitkit import api
from exitkit.api.judge import facts_of, known_of
from exitkit.lockin.declared import read
from exitkit.model.bill import Bill
from exitkit.model.evidence import Verdict
from exitkit.model.report import Alternative, Report
from exitkit.report.build import build
from tests.unit.evidence.rehearsed import SPEC, rehearsed

TODAY = date(2026, 11, 21)
DECLARED = 'by = "the CIO"\non = 2026-11-20\n[policy]\nparent-outside-eu = "refused"\n'


@pytest.fixture(scope="module")
def never() -> Report:
    return build(known_of(api.validate(SPEC), "aws", "ovh", TODAY, read(DECLARED)))


def named(report: Report, provider: str) -> Alternative:
    return next(one for one in report.alternatives if one.provider == provider)


def test_staying_comes_first_and_there_are_two_targets_at_least(never: Report) -> None:
    roles = [one.role for one in never.alternatives]

    assert roles[:2] == ["stay", "target"]
    assert len(roles) >= 3
    assert len({one.provider for one in never.alternatives}) == len(roles)


def test_staying_costs_nothing_to_reach_and_leaving_it_is_the_exit_itself(never: Report) -> None:
    stay, target = named(never, "aws"), named(never, "ovh")

    assert stay.there is None
    assert target.there is not None
    assert stay.away.interval == target.there.interval
    assert stay.away.interval == never.cost.total
    assert stay.away_days.interval == never.cost.days


def test_a_month_is_told_in_euros_and_what_has_no_price_is_named(never: Report) -> None:
    for one in never.alternatives:
        if one.run_rate is None:
            assert one.unpriced, one.provider
            assert one.months is None
        else:
            assert one.run_rate.unit == "EUR/month"
            assert one.run_rate.sources
            assert one.months is not None
            assert abs(one.months.value * one.run_rate.value - one.away.interval.p50) <= one.run_rate.value / 10


def test_what_a_place_refuses_is_named_with_the_reason_and_fails_a_gate(never: Report) -> None:
    plain = named(never, "openstack")

    assert "seal" in plain.refused
    assert next(gate for gate in plain.gates if gate.name == "has a place for everything").verdict is Verdict.FAIL


def test_jurisdiction_is_a_gate_of_each_place_and_an_unnamed_operator_is_unknown(never: Report) -> None:
    verdicts = {one.provider: one.gates[0].verdict for one in never.alternatives}

    assert (verdicts["aws"], verdicts["ovh"], verdicts["openstack"]) == (Verdict.FAIL, Verdict.PASS, Verdict.UNKNOWN)


def test_no_place_is_given_a_qualification_outside_its_scope(never: Report) -> None:
    assert all("not what is placed there" in words for words in named(never, "ovh").qualifications)


def test_only_the_target_of_a_rehearsal_counts_as_rehearsed(tmp_path: Path) -> None:
    report = build(facts_of(rehearsed(tmp_path)))
    gates = {one.provider: {gate.name: gate for gate in one.gates} for one in report.alternatives}

    assert gates["ovh"]["rehearsed"].why == "run aaaaaa-1"
    assert gates["openstack"]["rehearsed"].verdict is Verdict.UNKNOWN
    assert "rehearsed" not in gates["aws"]


def test_without_any_price_there_is_no_month_and_no_months() -> None:
    facts = known_of(api.validate(SPEC), "aws", "ovh", TODAY)
    bare = tuple(
        one.model_copy(update={"bills": {name: Bill(unpriced=(name,)) for name in one.bills}}) for one in facts.options
    )

    report = build(facts.model_copy(update={"options": bare}))

    assert all(one.run_rate is None and one.months is None for one in report.alternatives)
