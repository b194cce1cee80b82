"""The worked example gives the percentiles it gave on paper, and every formula keeps its laws."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exitkit.lockin import draws, formulas
from exitkit.lockin.assumptions import Assumption
from exitkit.lockin.model import LINES, Part, Shape, evaluate, table
from exitkit.lockin.sensitivity import drivers
from exitkit.model.evidence import Basis

SERVICES = {
    "EC2": (1, 2, 4), "VPC": (1, 3, 6), "NAT": (0.5, 1, 2), "ALB": (1, 3, 6), "RDS PostgreSQL": (2, 4, 10),
    "S3": (2, 4, 10), "KMS": (2, 5, 12), "Secrets Manager": (1, 2, 5), "SQS": (2, 5, 12), "IAM": (3, 8, 20),
    "STS": (2, 5, 12), "CloudWatch": (3, 6, 15), "CloudTrail": (1, 3, 8), "Route 53": (0.5, 1.5, 4),
    "ACM": (0.5, 1, 3), "CodeBuild": (2, 5, 10),
}  # fmt: skip

# measurement.md, section 2.6: (P10, P50, P90) of 20 000 independent draws.
PAPER = {
    "total": (63_100, 83_200, 110_700), "labour": (48_300, 67_100, 93_400), "training": (3_800, 5_600, 8_000),
    "outage": (2_200, 5_600, 12_800), "commitments": (900, 2_500, 4_700), "parallel run": (590, 870, 1_200),
    "effort": (75, 101, 136), "days": (62, 78, 98),
}  # fmt: skip
REHEARSED = {
    "total": (20_000, 25_500, 33_100), "labour": (11_800, 14_700, 18_300), "training": (950, 1_400, 2_000),
    "outage": (2_100, 5_600, 12_600), "commitments": (900, 2_500, 4_700), "parallel run": (300, 440, 600),
    "effort": (19, 22, 26), "days": (31, 38, 46),
}  # fmt: skip
TOLERANCE = 0.04
"""Two sampling errors of a P90 of 20 000 draws, and the rounding of the table to two or three digits."""

law = settings(max_examples=200, deadline=None)
some = st.floats(0.01, 1e6, allow_nan=False)


def assumed(name: str, low: float, mode: float, high: float, unit: str = "1") -> Assumption:
    ends = (Decimal(str(each)) for each in (low, mode, high))
    return Assumption(name=name, **dict(zip(("low", "mode", "high"), ends, strict=True)), unit=unit,
                      basis=Basis.ASSUMED, source="measurement.md 2.6")  # fmt: skip


def example(*, rehearsed: bool) -> Shape:
    """The attestation-like service of the worked example, before and after a rehearsal."""
    triples = {
        "bias": (0.12,) * 3 if rehearsed else (0.25,) * 3,
        "tests": (2, 4, 8) if rehearsed else (5, 10, 20),
        "governance": (0.20, 0.30, 0.45), "day-rate": (500, 650, 900),
        "training": (1, 2, 4) if rehearsed else (4, 8, 16),
        "team": (3, 4, 5), "available": (0.7,) * 3,
        "parallel": (0.5, 1, 2) if rehearsed else (1, 2, 4),
        "lead-time": (10, 20, 40), "watch": (5, 5, 5), "outage-hours": (0.5, 2, 8), "outage-price": (500, 2000, 6000),
        "commitments": (0, 2000, 8000), "egress-charged": (0.2,) * 3, "copy-fixed": (60,) * 3,
        "object-latency": (0.015,) * 3, "streams": (32,) * 3, "speed": (40e6, 80e6, 160e6),
    }  # fmt: skip
    units = {"bias": "log", "egress-charged": "likelihood"}
    efforts = {name: (0.1 * m, 0.2 * m, 0.4 * m) if rehearsed else (low, m, high)
               for name, (low, m, high) in SERVICES.items()}  # fmt: skip
    return Shape(
        parts=tuple(Part(name, assumed(name, *ends)) for name, ends in efforts.items()),
        quantities={name: assumed(name, *ends, unit=units.get(name, "1")) for name, ends in triples.items()},
        monthly=408.0,
        egress=39.0,
        size=630e9,
        objects=630_000,
    )


@pytest.mark.parametrize(("rehearsed", "expected"), [(False, PAPER), (True, REHEARSED)], ids=["paper", "rehearsed"])
def test_the_worked_example_gives_the_percentiles_of_the_page(
    rehearsed: bool, expected: dict[str, tuple[float, float, float]]
) -> None:
    shape = example(rehearsed=rehearsed)

    outcome = evaluate(shape, table(shape, count=10_000, seed=1))

    for name, percentiles in expected.items():
        ordered = sorted(outcome[name])
        for share, paper in zip((0.1, 0.5, 0.9), percentiles, strict=True):
            assert draws.percentile(ordered, share) == pytest.approx(paper, rel=TOLERANCE), (name, share)


def test_the_worked_example_has_the_drivers_of_the_page() -> None:
    shape = example(rehearsed=False)
    drawn = table(shape, count=10_000, seed=1)
    outcome = evaluate(shape, drawn)

    found = {one.name: one for one in drivers(shape, drawn, outcome, LINES)}

    for name, correlation in {
        "bias": 0.77,
        "day-rate": 0.43,
        "effort: IAM": 0.14,
        "tests": 0.12,
        "speed": 0.01,
    }.items():
        assert float(found[name].on_cost) == pytest.approx(correlation, abs=0.04), name
    for name, correlation in {"bias": 0.76, "lead-time": 0.39, "team": -0.33}.items():
        assert float(found[name].on_days) == pytest.approx(correlation, abs=0.04), name


def test_copying_the_worked_example_takes_as_long_as_on_the_page() -> None:
    hours = [formulas.copy_seconds(60, 630_000, 0.015, 32, 630e9, rate * 1e6) / 3600 for rate in (40, 80, 160)]

    assert [round(each, 1) for each in hours] == [4.5, 2.3, 1.2]


@law
@given(st.floats(0, 1e6), st.floats(0, 1), st.floats(0.01, 1))
def test_a_pert_stays_within_its_ends_and_never_goes_back(low: float, at: float, width: float) -> None:
    high = low + width
    quantiles = draws.pert(low, low + at * width, high, draws.middles(50))

    assert low - 1e-6 <= quantiles[0] <= quantiles[-1] <= high + 1e-6
    assert quantiles == sorted(quantiles)
    mean = (low + 4 * (low + at * width) + high) / 6
    assert sum(quantiles) / 50 == pytest.approx(mean, abs=0.02 * width)


@law
@given(st.lists(some, min_size=2, max_size=40))
def test_ranks_add_up_and_correlate_with_themselves(values: list[float]) -> None:
    ranked = draws.ranks(values)

    assert sum(ranked) == pytest.approx(len(values) * (len(values) - 1) / 2)
    if len(set(values)) > 1:
        assert draws.correlation(ranked, ranked) == pytest.approx(1)
        assert draws.correlation(ranked, [-one for one in ranked]) == pytest.approx(-1)


@law
@given(some, some, some, some, some, st.floats(1, 1e9), st.floats(1.001, 100))
def test_more_to_copy_takes_longer_and_more_speed_less(
    fixed: float, objects: float, latency: float, streams: float, size: float, speed: float, more: float
) -> None:
    took = formulas.copy_seconds(fixed, objects, latency, streams, size, speed)

    assert formulas.copy_seconds(fixed, objects, latency, streams, size * more, speed) >= took
    assert formulas.copy_seconds(fixed, objects * more, latency, streams, size, speed) >= took
    assert formulas.copy_seconds(fixed, objects, latency, streams * more, size, speed * more) <= took
    assert took >= size / speed  # never faster than the bytes alone


@law
@given(st.floats(1, 1e12), st.floats(0, 0.99), st.integers(0, 8))
def test_each_pass_leaves_less(size: float, ratio: float, passes: int) -> None:
    assert formulas.left_after(size, ratio, passes + 1) <= formulas.left_after(size, ratio, passes) <= size


def test_writes_that_come_faster_than_copies_never_end() -> None:
    assert formulas.churn_ratio(10, 5) == 2
    with pytest.raises(ValueError, match="never ends"):
        formulas.left_after(1, 2, 1)


@law
@given(st.integers(0, 500), st.integers(1, 500))
def test_wilson_holds_the_share_and_narrows_with_more_trials(passed: int, tried: int) -> None:
    passed = min(passed, tried)
    low, high = formulas.wilson(passed, tried)
    more_low, more_high = formulas.wilson(passed * 4, tried * 4)

    assert 0 <= low <= passed / tried + 1e-9
    assert passed / tried - 1e-9 <= high <= 1
    assert more_high - more_low <= high - low + 1e-9


@law
@given(st.integers(1, 10**7))
def test_the_rule_of_three_shrinks(compared: int) -> None:
    assert 0 < formulas.rule_of_three(compared + 1) <= formulas.rule_of_three(compared) <= 1


@law
@given(st.dictionaries(st.sampled_from(["K0", "K1", "K2", "K3", "K4"]), st.floats(1, 1e12), min_size=1))
def test_what_the_provider_can_read_is_what_must_be_encrypted_again(levels: dict[str, float]) -> None:
    whole = sum(levels.values())

    assert formulas.readable_by_provider(levels) * whole == pytest.approx(formulas.to_encrypt_again(levels))
    assert formulas.to_encrypt_again({**levels, "K4": 0}) == formulas.to_encrypt_again(levels)


@law
@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=50))
def test_probes_agree_or_are_over_or_under(probes: list[tuple[bool, bool]]) -> None:
    over, under = formulas.over_permissions(probes), sum(here and not there for here, there in probes)

    assert formulas.agreement(probes) * len(probes) + over + under == pytest.approx(len(probes))


@law
@given(st.lists(st.floats(0, 400), max_size=5), st.floats(0, 400), st.floats(0, 1e6))
def test_the_longest_lead_time_decides(partners: list[float], carrier: float, ttl: float) -> None:
    assert formulas.network_days(partners, carrier, ttl) == max([*partners, carrier, ttl / 86400])


@law
@given(some, some, some)
def test_commitments_are_never_a_gain(remaining: float, usage: float, penalty: float) -> None:
    assert formulas.commitments(remaining, usage, penalty) >= penalty
    assert formulas.commitments(remaining, remaining, penalty) == pytest.approx(penalty)


@law
@given(st.lists(st.tuples(some, st.floats(0, 5)), max_size=8), st.floats(0.3, 3), some, st.floats(1.01, 3))
def test_effort_grows_with_bias_and_with_each_sort_of_work(
    types: list[tuple[float, float]], bias: float, tests: float, more: float
) -> None:
    took = formulas.effort(types, bias, tests)

    assert formulas.effort(types, bias * more, tests) >= took >= tests
    assert formulas.effort([*types, (1, 1)], bias, tests) == pytest.approx(took + bias)
    assert formulas.work_days(took, 4, 0.7) >= formulas.work_days(took, 8, 0.7)


@law
@given(some, some, some)
def test_break_even_times_what_is_saved_is_the_investment(investment: float, before: float, after: float) -> None:
    likelihood = formulas.break_even(investment, before, after)

    if before <= after:
        assert likelihood is None
    else:
        assert likelihood is not None
        assert likelihood * (before - after) == pytest.approx(investment, rel=1e-6)


@law
@given(some)
def test_the_ratio_to_the_law_is_one_at_thirty_days(days: float) -> None:
    assert formulas.law_ratio(days * 86400) == pytest.approx(days / 30)


def test_lines_add_up_in_every_draw() -> None:
    shape = example(rehearsed=False)
    outcome = evaluate(shape, table(shape, count=500, seed=3))

    for row in zip(*(outcome[name] for name in LINES), outcome["total"], strict=True):
        assert math.isclose(sum(row[:-1]), row[-1])


def test_each_line_grows_with_what_it_is_made_of() -> None:
    shape = example(rehearsed=False)
    drawn = table(shape, count=300, seed=3)
    before = evaluate(shape, drawn)

    grows = {"day-rate": "labour", "outage-price": "outage", "parallel": "parallel run", "training": "training"}
    for quantity, line in grows.items():
        after = evaluate(shape, {**drawn, quantity: [2 * value for value in drawn[quantity]]})
        assert all(two == pytest.approx(2 * one) for one, two in zip(before[line], after[line], strict=True)), line
    faster = evaluate(shape, {**drawn, "team": [2 * value for value in drawn["team"]]})
    assert all(two < one for one, two in zip(before["days"], faster["days"], strict=True))


def test_days_are_never_fewer_than_the_notice() -> None:
    shape = example(rehearsed=False)
    drawn = table(shape, count=300, seed=3)

    after = evaluate(shape, {**drawn, "notice": [90.0] * 300})["days"]

    assert all(two == max(one, 90) for one, two in zip(evaluate(shape, drawn)["days"], after, strict=True))


def test_draws_of_one_quantity_stay_when_another_is_added() -> None:
    shape = example(rehearsed=False)
    smaller = Shape(shape.parts[:3], shape.quantities, 1.0, 1.0)

    whole, part = table(shape, count=100, seed=9), table(smaller, count=100, seed=9)

    assert all(whole[name] == column for name, column in part.items())
