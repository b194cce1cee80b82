"""The switching cost: reproducible, ordered, and honest about what it does not know."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from exitkit.lockin.assumptions import efforts
from exitkit.lockin.switching import switching_cost
from exitkit.model.bill import Bill
from exitkit.model.capability import Capability
from exitkit.model.evidence import Basis
from tests.unit.lockin.cases import known, measured, price

FEW = 2_000


def test_the_same_seed_gives_the_same_cost() -> None:
    assert switching_cost(known(), draws=FEW) == switching_cost(known(), draws=FEW)
    assert switching_cost(known(), draws=FEW) != switching_cost(known(), draws=FEW, seed=1)


def test_percentiles_are_in_order() -> None:
    cost = switching_cost(known(), draws=FEW)

    for interval in (cost.total, cost.days, *(line.interval for line in cost.lines)):
        assert interval.p10 <= interval.p50 <= interval.p90


def test_every_line_says_how_it_is_known_and_where_from() -> None:
    for line in switching_cost(known(), draws=FEW).lines:
        assert line.formula
        assert line.sources


def test_an_unknown_price_is_no_zero() -> None:
    cost = switching_cost(known(run_rate=Bill(unpriced=("web",))), draws=FEW)

    assert "parallel run" not in {line.name for line in cost.lines}
    assert any("parallel run" in told for told in cost.not_counted)
    assert any("web" in told for told in cost.not_counted)


def test_leaving_is_free_of_egress_charges_from_the_day_the_data_act_says() -> None:
    def egress(today: date) -> Decimal:
        [line] = [one for one in switching_cost(known(today=today), draws=FEW).lines if one.name == "egress"]
        return line.interval.p50

    assert egress(date(2027, 1, 11)) == 10
    assert egress(date(2027, 1, 12)) == 0


def test_dollars_are_turned_into_euros_at_a_dated_rate() -> None:
    [line] = [
        one for one in switching_cost(known(egress=price("11.133", "USD")), draws=FEW).lines if one.name == "egress"
    ]

    assert line.interval.p50 == 10


def test_what_was_rehearsed_costs_less_to_do_again() -> None:
    tried = frozenset(pair for pair in known().workload.capabilities() if pair[1] in efforts())
    before = switching_cost(known(), draws=FEW)
    after = switching_cost(known(tried=tried, measurements=measured()), draws=FEW)

    assert after.total.p50 < before.total.p50 / 2


def test_a_measured_outage_takes_the_place_of_an_assumed_one() -> None:
    def outage(**changed: object) -> Decimal:
        [line] = [one for one in switching_cost(known(**changed), draws=FEW).lines if one.name == "outage"]
        return line.interval.p50

    assert outage(measurements=measured()) < outage() / 20  # 36 s against hours


def test_no_line_is_called_measured_when_an_assumption_is_in_it() -> None:
    cost = switching_cost(known(measurements=measured()), draws=FEW)

    assert {line.basis for line in cost.lines if line.name in ("labour", "outage", "training")} == {Basis.ASSUMED}
    assert cost.measured_share == 0


def test_a_workload_of_more_parts_costs_more() -> None:
    assert Capability.OBJECT_STORE in efforts()
    small = known(workload=known().workload.model_copy(update={"components": known().workload.components[:1]}))

    assert switching_cost(small, draws=FEW).total.p50 < switching_cost(known(), draws=FEW).total.p50


def test_a_sample_says_only_indicatively_how_long_everything_takes() -> None:
    copied = price(str(25 * 2**30), "B").lines[0]
    cost = switching_cost(known(measurements=measured(bytes_copied=copied)), draws=FEW)

    [driver] = [one for one in cost.drivers if one.name == "copying"]
    assert driver.interval.p50 == 2  # a day for 25 of 50 GiB
    assert driver.basis is Basis.ASSUMED
    assert "indicative" in driver.source


def test_unlocks_come_in_the_order_of_what_they_gain() -> None:
    gains = [one.gain.value for one in switching_cost(known(), draws=FEW).unlocks]

    assert gains
    assert gains == sorted(gains, reverse=True)
    for one in switching_cost(known(), draws=FEW).unlocks:
        assert one.likelihood is not None
        expected = one.investment.value / one.saves_cost.value
        assert abs(one.likelihood.value - expected) < Decimal("0.02") * expected + Decimal("0.01")


def test_scenarios_are_told_before_and_from_the_day_switching_is_free() -> None:
    found = switching_cost(known(egress=price("5000", "EUR")), draws=FEW).outlooks

    assert [(one.scenario, one.regime) for one in found] == [
        (name, regime) for name in ("orderly", "stressed", "sudden") for regime in ("list", "zero")
    ]
    for before, after in zip(found[::2], found[1::2], strict=True):
        assert before.total.p50 - after.total.p50 > 4500
        assert before.days == after.days


def test_the_shares_of_what_is_known_add_up() -> None:
    assert abs(sum(switching_cost(known(), draws=FEW).shares.values()) - 1) < Decimal("0.005")
