"""Three answers to every objective, and to the whole."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import product

import pytest

from exitkit.model.evidence import Basis, Evidence, Verdict
from exitkit.model.report import Measurements, StepMeasure
from exitkit.model.workload import Objectives
from exitkit.rehearsal.judge import answer, answer_all, judge, judge_worst
from exitkit.rehearsal.measure import measure
from exitkit.testing.worlds import EVERYTHING, fake_plan
from exitkit.units import Duration

NOTHING = measure(fake_plan(EVERYTHING), "a-run", ())


def seconds(value: str, what: str = "outage") -> Evidence:
    return Evidence(what=what, value=Decimal(value), unit="s", basis=Basis.MEASURED, sources=("journal:probe-web",))


def with_loss(*losses: str) -> Measurements:
    steps: Iterator[StepMeasure] = (
        NOTHING.steps[0].model_copy(update={"evidence": (seconds(one, "loss"),)}) for one in losses
    )
    return NOTHING.model_copy(update={"steps": (*NOTHING.steps, *steps)})


@pytest.mark.parametrize(
    ("outage", "verdict"),
    [("59.999", Verdict.PASS), ("60", Verdict.PASS), ("60.001", Verdict.FAIL), (None, Verdict.UNKNOWN)],
)
def test_an_outage_is_within_its_objective_above_it_or_unknown(outage: str | None, verdict: Verdict) -> None:
    measured = NOTHING.model_copy(update={"outage": seconds(outage) if outage else None})

    (met,) = judge(Objectives(outage=Duration(60)), measured)

    assert (met.name, met.verdict, met.objective) == ("outage", verdict, "at most 1 min")
    assert (met.found is None) is (outage is None)
    assert outage is None or met.sources == ("journal:probe-web",)


@pytest.mark.parametrize(
    ("losses", "verdict"),
    [((), Verdict.UNKNOWN), (("0",), Verdict.PASS), (("0", "5"), Verdict.PASS), (("6", "0"), Verdict.FAIL)],
)
def test_the_worst_loss_of_any_look_is_held_against_the_objective(losses: tuple[str, ...], verdict: Verdict) -> None:
    (met,) = judge(Objectives(data_loss=Duration(5)), with_loss(*losses))

    assert (met.name, met.verdict) == ("data loss", verdict)


def test_without_a_rehearsal_every_objective_is_unknown() -> None:
    objectives = Objectives(outage=Duration(60), data_loss=Duration(5), stay_in=("EU",))

    met = judge(objectives, None)

    assert [one.name for one in met] == ["outage", "data loss", "stay in"]
    assert {one.verdict for one in met} == {Verdict.UNKNOWN}


def test_what_is_not_asked_is_not_answered() -> None:
    assert judge(Objectives(), NOTHING) == ()


@pytest.mark.parametrize(("integrity", "returned"), list(product(Verdict, Verdict)))
def test_a_rehearsal_went_well_where_copies_are_equal_and_everything_is_home(
    integrity: Verdict, returned: Verdict
) -> None:
    measured = NOTHING.model_copy(update={"integrity": integrity, "returned": returned})

    assert answer(measured, ()) is integrity & returned


def test_one_lost_write_fails_the_whole_and_none_lost_does_not() -> None:
    well = NOTHING.model_copy(update={"integrity": Verdict.PASS, "returned": Verdict.PASS})

    assert answer(well.model_copy(update={"lost": seconds("1", "writes lost")}), ()) is Verdict.FAIL
    assert answer(well.model_copy(update={"lost": seconds("0", "writes lost")}), ()) is Verdict.PASS
    assert answer(well, ()) is Verdict.PASS


@pytest.mark.parametrize(("outage", "whole"), [("1", Verdict.PASS), ("99", Verdict.FAIL), (None, Verdict.UNKNOWN)])
def test_an_objective_decides_too_but_for_where_data_may_live(outage: str | None, whole: Verdict) -> None:
    well = NOTHING.model_copy(
        update={"integrity": Verdict.PASS, "returned": Verdict.PASS, "outage": seconds(outage) if outage else None}
    )
    objectives = judge(Objectives(outage=Duration(60), stay_in=("EU",)), well)

    assert answer(well, objectives) is whole


def ran(name: str, outage: str | None) -> Measurements:
    """A run with everything well but its outage."""
    return NOTHING.model_copy(
        update={
            "run": name,
            "outage": seconds(outage) if outage else None,
            "integrity": Verdict.PASS,
            "returned": Verdict.PASS,
        }
    )


def test_of_several_runs_the_worst_is_held_against_the_objective_never_the_best() -> None:
    runs = [ran("r1", "10"), ran("r2", "61"), ran("r3", "12"), ran("r4", "11"), ran("r5", "9")]

    (met,) = judge_worst(Objectives(outage=Duration(60)), runs)

    assert met.verdict is Verdict.FAIL
    assert met.found is not None
    assert (met.found.value, met.sources) == (Decimal(61), ("run r2, journal:probe-web",))
    assert met.note == "worst of 5 runs, median 11 s"
    assert answer_all(runs, (met,)) is Verdict.FAIL
    assert judge_worst(Objectives(outage=Duration(60)), runs[2:])[0].verdict is Verdict.PASS


def test_a_run_that_did_not_measure_leaves_several_unknown() -> None:
    (met,) = judge_worst(Objectives(outage=Duration(60)), [ran("r1", "10"), ran("r2", None)])

    assert met.verdict is Verdict.UNKNOWN
    assert met.note == "worst of 2 runs, median 10 s, not measured in 1"


def test_one_run_is_judged_as_it_always_was() -> None:
    goals = Objectives(outage=Duration(60))

    assert judge_worst(goals, [ran("r1", "10")]) == judge(goals, ran("r1", "10"))
    assert judge_worst(goals, []) == judge(goals, None)
    assert answer_all([], ()) is Verdict.UNKNOWN


def test_one_lost_write_makes_the_difference() -> None:
    clean = ran("r1", "10").model_copy(update={"lost": seconds("0", "writes lost")})
    lossy = clean.model_copy(update={"lost": seconds("1", "writes lost")})

    assert answer(clean, ()) is Verdict.PASS
    assert answer(lossy, ()) is Verdict.FAIL
