"""What was observed outside of exitkit: invoices, calls, probes, keys turned off; each becomes a figure or a gate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitkit import api
from exitkit.api.judge import known_of
from exitkit.errors import UsageError
from exitkit.lockin.counted import Counted
from exitkit.lockin.declared import read
from exitkit.lockin.dimensions import dimensions
from exitkit.lockin.gates import gates
from exitkit.model.evidence import Interval, Verdict
from exitkit.model.report import Dimension, GateResult, SwitchingCost
from exitkit.report.build import counted_of
from tests.unit.evidence.rehearsed import SPEC

HEAD = 'by = "the CIO"\non = 2026-11-20\n'


@cache
def counted() -> Counted:
    facts = known_of(api.validate(SPEC), "aws", "ovh", date(2026, 11, 21))
    nothing = Interval(p10=Decimal(0), p50=Decimal(0), p90=Decimal(0))
    cost = SwitchingCost(
        lines=(), total=nothing, days=nothing, draws=0, seed=0, measured_share=Decimal(0), not_counted=()
    )
    return counted_of(facts, cost)


@dataclass(frozen=True)
class Told:
    dimensions: tuple[Dimension, ...]
    gates: tuple[GateResult, ...]


def told(body: str, **changed: Any) -> Told:
    known = replace(counted(), declared=read(HEAD + body), **changed)
    return Told(dimensions(known), gates(known))


def figure(report: Told, code: str, what: str) -> Decimal:
    one: Dimension = next(one for one in report.dimensions if one.code == code)
    return next(fact.value for fact in one.figures if fact.what.startswith(what))


def verdict(report: Told, name: str) -> Verdict:
    return next(gate.verdict for gate in report.gates if gate.name == name)


def test_spend_is_shared_by_component_and_what_is_not_on_the_invoice_is_named() -> None:
    parts = [one.name for one in api.validate(SPEC).components]
    held = {loss.component for loss in counted().losses if loss.outcome in ("degraded", "lost")}
    free = next(name for name in parts if name not in held)
    hard = next(name for name in parts if name in held)

    report = told(f"[spend]\n{hard} = 300\n{free} = 100\n")

    assert figure(report, "D2", "spend of components") == Decimal("0.75")
    missing = next(one for one in report.dimensions if one.code == "D2").missing
    assert sum(words.startswith("spend of ") for words in missing) == len(parts) - 2


def test_without_an_invoice_the_share_is_of_list_prices_and_says_so() -> None:
    assert 0 <= figure(told(""), "D2", "a month's list price of components") <= 1


def test_calls_weigh_by_how_often_and_by_distinct_operation() -> None:
    report = told(
        '[calls]\n"s3:PutObject" = { count = 900, answered = true }\n'
        '"kms:Decrypt" = { count = 100, answered = false }\n'
        '"sqs:SendMessage" = 5\n'
    )

    assert figure(report, "D2", "calls the target does not answer") == Decimal("0.1")
    assert figure(report, "D2", "operations the target does not answer") == Decimal("0.5")
    assert figure(report, "D2", "operations nobody has looked at") == 1


def probe(source: str, target: str) -> str:
    asked = 'principal = "web"\naction = "s3:GetObject"\nresource = "x"'
    return f'[[probes]]\n{asked}\nsource = "{source}"\ntarget = "{target}"\n'


def test_one_probe_that_the_target_allows_and_the_source_denies_fails_the_gate() -> None:
    """With no policies generated: probes alone decide."""
    good = told(probe("allow", "allow") + probe("deny", "deny"), permissions={})
    stricter = told(probe("allow", "deny"), permissions={})
    wider = told(probe("allow", "allow") + probe("deny", "allow"), permissions={})

    assert [verdict(one, "over-permission") for one in (good, stricter, wider)] == ["pass", "pass", "fail"]
    assert figure(wider, "D4", "probes both clouds answer alike") == Decimal("0.5")
    assert figure(stricter, "D4", "probes the target allows") == 0
    assert verdict(told("", permissions={}), "over-permission") is Verdict.UNKNOWN


@given(st.integers(1, 10_000), st.data())
def test_the_keys_gate_passes_only_where_everything_tried_was_readable(tried: int, data: st.DataObject) -> None:
    readable = data.draw(st.integers(0, tried))

    said = read(f"{HEAD}[key-off]\ntried = {tried}\nreadable = {readable}\n")

    off = said.observed.key_off
    assert off is not None
    assert (off.readable == off.tried) is (readable == tried)


def test_keys_turned_off_decide_the_gate_and_bound_what_was_not_tried() -> None:
    whole, part = told("[key-off]\ntried = 300\nreadable = 300\n"), told("[key-off]\ntried = 300\nreadable = 299\n")

    assert (verdict(whole, "keys"), verdict(part, "keys")) == ("pass", "fail")
    assert figure(whole, "D5", "unreadable without the source's keys") == Decimal("0.01")
    assert verdict(told('[keys]\ndossiers = "K1"\n'), "keys") is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("spend = 3\n", "EUR a month by component"),
        ("[spend]\ndossiers = -1\n", "dossiers is no amount"),
        ('[calls]\n"s3:PutObject" = -1\n', "s3:PutObject.count"),
        ('[[probes]]\nprincipal = "web"\n', "probes"),
        (probe("allow", "maybe"), "target"),
        ("[key-off]\ntried = 1\nreadable = 2\n", "more was readable"),
        ("[key-off]\ntried = 0\nreadable = 0\n", "tried"),
    ],
)
def test_what_cannot_be_used_is_named(body: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        read(HEAD + body)
