"""Whether one can leave: what is lost is a no, until somebody accepts it, with a reason and a day."""

from __future__ import annotations

from datetime import date

import pytest

from exitkit.api.judge import known_of
from exitkit.model.capability import Capability
from exitkit.model.evidence import Verdict
from exitkit.model.finding import Suppression
from exitkit.model.placement import Kept, Loss
from exitkit.model.report import Measurements, Report
from exitkit.rehearsal.measure import measure
from exitkit.report.build import build
from exitkit.testing.worlds import EVERYTHING, fake_plan

TODAY = date(2026, 11, 21)
LOST = Loss(
    component="ledger",
    capability=Capability.POSTGRES_CUSTOMER_KEY,
    outcome=Kept.LOST,
    source_support="native",
    target_support="absent",
    why="databases take no key of their customer",
    source="a page (read 2026-11)",
)
AGREED = Suppression(rule="LK101", on="ledger", because="their keys will do", until=date(2027, 6, 30))
WELL = measure(fake_plan(EVERYTHING), "a-run", ()).model_copy(
    update={"integrity": Verdict.PASS, "returned": Verdict.PASS}
)


def report(*accepted: Suppression, lost: tuple[Loss, ...] = (LOST,), measured: Measurements | None = WELL) -> Report:
    """The report of an exit on which something is lost, and some of it accepted."""
    workload = EVERYTHING.model_copy(update={"accept": accepted})
    facts = known_of(workload, "aws", "ovh", TODAY)
    return build(facts.model_copy(update={"losses": lost, "measurements": measured}))


def test_what_is_lost_and_not_accepted_is_a_no_however_well_the_rehearsal_went() -> None:
    found = report()

    assert found.verdict is Verdict.FAIL
    assert "1 capabilities have no equivalent at OVHcloud" in found.reasons


def test_what_somebody_accepted_is_no_longer_a_no_and_is_still_told() -> None:
    found = report(AGREED)

    assert found.verdict is Verdict.UNKNOWN  # nothing of it was tried: accepting a loss proves nothing else
    assert "1 capabilities have no equivalent at OVHcloud, 1 of which somebody accepted" in found.reasons
    assert [one.accepted for one in found.findings if one.code == "LK101"] == [AGREED]


@pytest.mark.parametrize(
    "other",
    [
        AGREED.model_copy(update={"until": date(2026, 11, 20)}),
        AGREED.model_copy(update={"on": "web"}),
        AGREED.model_copy(update={"rule": "LK102"}),
    ],
    ids=["its day is over", "another component", "another rule"],
)
def test_an_acceptance_that_does_not_hold_changes_nothing(other: Suppression) -> None:
    assert report(other).verdict is Verdict.FAIL


def test_the_last_day_of_an_acceptance_counts() -> None:
    assert report(AGREED.model_copy(update={"until": TODAY})).verdict is Verdict.UNKNOWN


def test_one_of_two_accepted_is_still_a_no() -> None:
    another = LOST.model_copy(update={"component": "files", "capability": Capability.OBJECT_CUSTOMER_KEY})

    found = report(AGREED, lost=(LOST, another))

    assert found.verdict is Verdict.FAIL
    assert "2 capabilities have no equivalent at OVHcloud, 1 of which somebody accepted" in found.reasons


def test_no_acceptance_makes_a_failed_rehearsal_a_yes() -> None:
    failed = WELL.model_copy(update={"integrity": Verdict.FAIL})

    assert report(AGREED, measured=failed).verdict is Verdict.FAIL


def test_without_a_rehearsal_nothing_is_known_and_no_acceptance_helps() -> None:
    assert report(AGREED, measured=None).verdict is Verdict.UNKNOWN
    assert report(measured=None).verdict is Verdict.UNKNOWN
