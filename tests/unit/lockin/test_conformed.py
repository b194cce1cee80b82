"""κ is counted from a journal, with its interval; what fails is named with its facet; no answer is no pass."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitkit.lockin import formulas
from exitkit.lockin.assess import assess
from exitkit.lockin.conformed import NEVER, conformance, figures, missing, residue
from exitkit.model.contract import Checked, Facet, Need
from exitkit.model.evidence import Basis, Verdict
from exitkit.model.finding import Severity
from exitkit.model.report import Measurements, StepMeasure
from tests.unit.lockin.cases import SHOP, case, measured

PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN


def check(name: str, source: Verdict = PASS, target: Verdict = PASS, need: Need = Need.USUAL) -> Checked:
    """One check that was tried."""
    facet = Facet.POLICY if name.endswith("policy") else Facet.BEHAVIOURAL
    return Checked(name=name, facet=facet, need=need, promise="It is so", source=source, target=target)


def step(*checks: Checked, component: str = "images", state: str = "ok") -> StepMeasure:
    """A step that held both sides to a contract."""
    return StepMeasure.model_validate(
        {
            "id": f"check-contract-{component}",
            "kind": "check-contract",
            "component": component,
            "state": state,
            "verdict": PASS,
            "seconds": Decimal(1),
            "tries": 1,
            "evidence": (),
            "details": tuple(one.line for one in checks),
            "way_back": False,
        }
    )


def run(*steps: StepMeasure) -> Measurements:
    """A run of these steps."""
    return measured(steps=steps)


def told(*steps: StepMeasure) -> dict[str, Decimal]:
    """What D2 says of a run."""
    found = conformance(run(*steps))
    assert found is not None
    return {one.what: one.value for one in figures(found)}


KAPPA = "conformance κ: checks the target passes, of those the source passes"
LOW, HIGH = "the same, at least (95 %)", "the same, at most (95 %)"


def test_kappa_is_the_share_the_target_keeps_of_what_the_source_keeps() -> None:
    found = told(step(check("s3.a"), check("s3.b"), check("s3.c", PASS, FAIL), check("s3.d", FAIL, PASS)))

    assert found[KAPPA] == Decimal("0.666667")
    assert found["checks the source passes"] == 3
    low, high = formulas.wilson(2, 3)
    assert [float(found[LOW]), float(found[HIGH])] == pytest.approx([low, high], abs=1e-5)


def test_it_is_measured_and_names_its_entries() -> None:
    found = conformance(run(step(check("s3.a")), step(check("sql.a"), component="loans")))

    assert found is not None
    for one in figures(found):
        assert one.basis is Basis.MEASURED
        assert one.sources == ("journal:check-contract-images", "journal:check-contract-loans")


def test_what_fails_at_the_target_only_is_counted_by_facet_and_named() -> None:
    failing = (check("s3.a", PASS, FAIL), check("s3.policy", PASS, FAIL), check("s3.both", FAIL, FAIL))
    found = told(step(check("s3.ok"), *failing))

    assert found["checks that fail at the target only, behavioural"] == 1
    assert found["checks that fail at the target only, policy"] == 1
    known = conformance(run(step(check("s3.ok"), *failing)))
    assert known is not None
    assert residue(known) == tuple(one.line for one in failing[:2])


def test_no_answer_is_not_passed_and_is_asked_for() -> None:
    checks = (check("s3.a"), check("s3.b", PASS, UNKNOWN), check("s3.c", UNKNOWN, UNKNOWN))
    known = conformance(run(step(*checks)))

    assert told(step(*checks))[KAPPA] == Decimal("0.5")
    assert known is not None
    assert missing(known, SHOP)[0] == "an answer to s3.b, s3.c: without one no check counts as passed"
    assert len(residue(known)) == 2


def test_one_check_of_two_components_counts_once_as_its_worst() -> None:
    found = told(step(check("s3.a"), check("s3.b")), step(check("s3.a", PASS, FAIL), component="scans"))

    assert (found["checks the source passes"], found[KAPPA]) == (2, Decimal("0.5"))


def test_without_such_a_step_it_is_missing_and_so_are_kinds_without_a_contract() -> None:
    untried = Checked(name="s3.a", facet=Facet.POLICY, need=Need.NOBODY, promise="It is so")

    for nothing in (None, run(), run(step(untried)), run(step(check("s3.a"), state="failed"))):
        assert conformance(nothing) is None
        assert missing(conformance(nothing), SHOP) == [NEVER]
    known = conformance(run(step(check("s3.a"))))
    assert missing(known, SHOP) == ["a contract for network, service: no suite holds both sides to one"]


@given(st.lists(st.tuples(st.sampled_from(Verdict), st.sampled_from(Verdict)), min_size=1))
def test_the_interval_holds_kappa_and_a_failure_more_never_raises_it(outcomes: list[tuple[Verdict, Verdict]]) -> None:
    checks = [check(f"s3.{n}", here, there) for n, (here, there) in enumerate(outcomes)]
    before, after = told(step(*checks)), told(step(*checks, check("s3.more", PASS, FAIL)))

    assert 0 <= after[LOW] <= after[KAPPA] <= after[HIGH] <= 1
    assert KAPPA not in before or after[KAPPA] <= before[KAPPA]


@pytest.mark.parametrize(("need", "severity"), [(Need.ASKED, Severity.HIGH), (Need.USUAL, Severity.MEDIUM)])
def test_a_broken_contract_is_a_finding_with_its_facet(need: Need, severity: Severity) -> None:
    found = assess(case(measurements=run(step(check("s3.ok"), check("s3.policy", PASS, FAIL, need)))))
    [one] = [one for one in found if one.code == "LK306"]

    assert (one.component, one.severity) == ("images", severity)
    assert one.message == f"s3.policy passes at aws and fails at ovh (policy, {need}): It is so"


def test_what_fails_at_both_or_has_no_answer_is_no_finding() -> None:
    kept = step(check("s3.a"), check("s3.b", FAIL, FAIL), check("s3.c", PASS, UNKNOWN))

    assert not [one for one in assess(case(measurements=run(kept))) if one.code == "LK306"]
