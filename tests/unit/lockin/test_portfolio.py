"""Several exits: what they share binds how many fit, and concentration is told before and after."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from exitkit.lockin.jurisdictions import jurisdictions
from exitkit.lockin.portfolio import Exit, portfolio
from exitkit.model.evidence import Basis, Evidence, Interval

NOTHING = Interval(p10=Decimal(0), p50=Decimal(0), p90=Decimal(0))


def one(value: object, unit: str = "people", basis: Basis = Basis.DECLARED) -> Evidence:
    return Evidence(what="x", value=Decimal(str(value)), unit=unit, basis=basis, sources=("portfolio.toml",))


def leaving(name: str, *, source: str = "aws", target: str = "ovh", spend: object = 100, data: object = 10**12,
            people: object = 4, cpus: object = 8) -> Exit:  # fmt: skip
    return Exit(
        workload=name,
        source=source,
        target=target,
        spend=None if spend is None else one(spend, "EUR/month", Basis.PUBLISHED),
        data=None if data is None else one(data, "B"),
        effort=one(100, "person-days", Basis.ASSUMED),
        cost=NOTHING,
        days=NOTHING,
        basis=Basis.ASSUMED,
        needs={"people": one(people), "cpus": one(cpus, "processors")},
    )


AVAILABLE = one("0.7", "share of time", Basis.ASSUMED)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(0, 40))
def test_the_two_counts_are_the_worst_and_the_best_choice(needs: list[int], people: int) -> None:
    exits = [leaving(f"w{n}", people=need) for n, need in enumerate(needs)]

    found = portfolio(exits, there={"people": one(people)}, available=AVAILABLE, parties={})

    fitting = [k for k in range(len(needs) + 1) if any(sum(some) <= people for some in combinations(needs, k))]
    always = [k for k in range(len(needs) + 1) if all(sum(some) <= people for some in combinations(needs, k))]
    assert (found.whichever, found.at_most) == (max(always), max(fitting))


def test_the_scarcest_resource_binds() -> None:
    exits = [leaving(name, people=2, cpus=8) for name in ("a", "b", "c")]

    found = portfolio(exits, there={"people": one(6), "cpus": one(8, "processors")}, available=AVAILABLE, parties={})

    assert [(fit.resource, fit.at_most) for fit in found.fits] == [("people", 3), ("cpus", 1)]
    assert (found.whichever, found.at_most) == (1, 1)


def test_concentration_is_told_by_provider_parent_and_country_before_and_after() -> None:
    exits = [leaving("a", spend=300), leaving("b", spend=100, source="ovh", target="openstack")]

    found = portfolio(exits, there={}, available=AVAILABLE, parties=jurisdictions())

    rows = {(row.when, row.by, row.name): row for row in found.concentrations}
    assert rows[("now", "provider", "aws")].spend.value == Decimal("0.75")  # type: ignore[union-attr]
    assert rows[("now", "country", "US")].workloads.value == Decimal("0.5")
    assert rows[("after", "country", "FR")].workloads.value == Decimal("0.5")
    assert rows[("after", "country", "not known")].workloads.value == Decimal("0.5")
    for when in ("now", "after"):
        for by in ("provider", "parent", "country"):
            assert sum(row.workloads.value for key, row in rows.items() if key[:2] == (when, by)) == 1


def test_what_is_not_known_of_one_leaves_the_shares_unknown_and_is_named() -> None:
    found = portfolio(
        [leaving("a", spend=None, data=None), leaving("b")],
        there={"link": one(10**8, "B/s")},
        available=AVAILABLE,
        parties={},
    )

    assert all(row.spend is None and row.data is None for row in found.concentrations)
    assert found.link_days is None
    assert "a price for a on aws, for shares by spend" in found.missing
    assert {"people in the portfolio's file", "who stands behind aws"} <= set(found.missing)


def test_days_of_people_and_link_are_sums_as_weak_as_their_weakest_part() -> None:
    exits = [leaving("a"), leaving("b")]
    found = portfolio(exits, there={"people": one(4), "link": one(10**8, "B/s")}, available=AVAILABLE, parties={})

    assert found.people_days is not None
    assert float(found.people_days.value) == 200 / (4 * 0.7) * 7 / 5
    assert found.people_days.basis is Basis.ASSUMED
    assert found.link_days is not None
    assert abs(float(found.link_days.value) - 2 * 10**12 / 10**8 / 86400) < 1e-4
