"""A journal folded by hand and by the house gives the same numbers, each with where it is from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from exitkit.model.evidence import Basis, Evidence, Verdict
from exitkit.model.journal import FIRST, Entry, Outcome
from exitkit.model.plan import Plan
from exitkit.model.report import Measurements, StepMeasure
from exitkit.rehearsal.measure import measure
from exitkit.testing.worlds import EVERYTHING, fake_plan

PLAN = fake_plan(EVERYTHING)
BEGAN = datetime(2026, 11, 1, 12, tzinfo=UTC)


class Told:
    """A journal written by hand: each entry so many seconds after the one before."""

    def __init__(self, plan: Plan = PLAN) -> None:
        self.entries: list[Entry] = []
        self._plan = plan
        self._now = BEGAN

    def tell(
        self,
        step: str,
        outcome: Outcome,
        *,
        after: float = 1,
        verdict: Verdict | None = None,
        details: tuple[str, ...] = (),
        **numbers: int,
    ) -> Told:
        self._now += timedelta(seconds=after)
        evidence = tuple(
            Evidence(
                what=what.replace("_", " "), value=Decimal(n), unit="u", basis=Basis.MEASURED, sources=(f"of {step}",)
            )
            for what, n in numbers.items()
        )
        self.entries.append(
            Entry(
                seq=len(self.entries),
                at=self._now,
                plan=self._plan.digest,
                step=step,
                outcome=outcome,
                verdict=verdict,
                evidence=evidence,
                details=details,
                previous=self.entries[-1].digest if self.entries else FIRST,
            )
        )
        return self

    def done(self, step: str, seconds: float = 1, *, verdict: Verdict | None = None, **numbers: int) -> Told:
        return self.tell(step, Outcome.STARTED).tell(step, Outcome.OK, after=seconds, verdict=verdict, **numbers)

    def folded(self) -> Measurements:
        return measure(self._plan, "a-run", self.entries)


def step(found: Measurements, identifier: str) -> StepMeasure:
    return next(one for one in found.steps if one.id == identifier)


def value(found: Evidence | None) -> Decimal:
    assert found is not None
    return found.value


def test_of_a_run_that_never_began_nothing_is_known() -> None:
    found = Told().folded()

    assert (found.began, found.ended, found.interruptions) == (None, None, 0)
    numbers = found.model_dump(include={name for name, one in found if isinstance(one, Evidence)})
    assert numbers == {}
    for name in ("outage", "writes", "lost", "objects_equal", "rows_equal", "bytes_copied", "copy_seconds"):
        assert getattr(found, name) is None, name
    assert (found.integrity, found.returned, found.way_back_seconds) == (Verdict.UNKNOWN, Verdict.UNKNOWN, None)
    assert [(one.id, one.state, one.tries) for one in found.steps] == [(s.id, "not run", 0) for s in PLAN.steps]


def test_a_step_took_the_time_from_its_start_to_its_end_over_all_tries() -> None:
    told = Told().tell("copy-objects-files", Outcome.STARTED).tell("copy-objects-files", Outcome.FAILED, after=2.5)
    told.tell("copy-objects-files", Outcome.STARTED, after=100).tell("copy-objects-files", Outcome.OK, after=4)

    found = told.folded()

    one = step(found, "copy-objects-files")
    assert (one.state, one.seconds, one.tries) == ("ok", Decimal("6.5"), 2)
    assert found.copy_seconds == Evidence(
        what="copying",
        value=Decimal("6.5"),
        unit="s",
        basis=Basis.MEASURED,
        sources=("journal:copy-objects-files",),
    )
    assert found.interruptions == 1


def test_a_start_that_was_killed_counts_a_try_and_no_time() -> None:
    told = Told().tell("copy-objects-files", Outcome.STARTED)
    assert step(told.folded(), "copy-objects-files").state == "in doubt"

    told.tell("copy-objects-files", Outcome.STARTED, after=3600).tell("copy-objects-files", Outcome.OK, after=4)

    one = step(told.folded(), "copy-objects-files")
    assert (one.state, one.seconds, one.tries) == ("ok", Decimal(4), 2)


def test_the_time_nobody_was_there_is_no_time_of_a_step() -> None:
    told = Told().tell("freeze-writes-ledger", Outcome.STARTED)
    told.tell("freeze-writes-ledger", Outcome.OK, after=3600, details=("in doubt: looked, it was done",))

    one = step(told.folded(), "freeze-writes-ledger")

    assert (one.state, one.seconds) == ("ok", Decimal(0))


def test_a_failed_step_is_failed_with_its_words() -> None:
    told = Told().tell("provision-files", Outcome.STARTED)
    told.tell("provision-files", Outcome.FAILED, details=("no answer",))

    one = step(told.folded(), "provision-files")

    assert (one.state, one.details, one.seconds) == ("failed", ("no answer",), Decimal(1))


def test_bytes_are_added_over_copies_and_name_every_journal_line() -> None:
    told = Told().done("copy-objects-files", bytes_copied=1000).done("copy-database-ledger", dump_size=30)
    told.done("catch-up-files", bytes_copied=7)

    found = told.folded()

    assert value(found.bytes_copied) == 1037
    assert found.bytes_copied is not None
    assert found.bytes_copied.what == "bytes copied"
    assert {one for one in found.bytes_copied.sources if one.startswith("journal:")} == {
        "journal:copy-objects-files",
        "journal:copy-database-ledger",
        "journal:catch-up-files",
    }


def test_the_last_look_at_each_component_counts_and_the_worst_is_kept() -> None:
    told = Told().done("verify-files", verdict=Verdict.PASS, objects_equal=10, objects_differing=2)
    told.done("verify-ledger", verdict=Verdict.PASS, rows_equal=5, rows_differing=0)
    told.done("verify-files-2", verdict=Verdict.PASS, objects_equal=12, objects_differing=0)

    found = told.folded()

    assert (value(found.objects_equal), value(found.objects_differing)) == (12, 2)
    assert (value(found.rows_equal), value(found.rows_differing)) == (5, 0)
    assert found.objects_equal is not None
    assert found.objects_equal.sources == ("journal:verify-files-2", "of verify-files-2")


def test_outage_writes_and_loss_are_those_of_the_probe() -> None:
    told = Told().done("probe-web", verdict=Verdict.PASS, outage=9, writes_acknowledged=100, writes_lost=0)

    found = told.folded()

    assert (value(found.outage), value(found.writes), value(found.lost)) == (9, 100, 0)


def test_at_home_more_was_written_and_what_was_lost_anywhere_is_lost() -> None:
    told = Told().done("probe-web", verdict=Verdict.FAIL, writes_acknowledged=100, writes_lost=3)
    told.done("home-probe-web", verdict=Verdict.PASS, writes_acknowledged=140, writes_lost=1)

    found = told.folded()

    assert (value(found.writes), value(found.lost)) == (140, 3)
    assert found.outage is None


def test_integrity_needs_every_verification() -> None:
    looks = [one.id for one in PLAN.steps if one.kind == "verify"]
    told = Told()
    for look in looks[:-1]:
        told.done(look, verdict=Verdict.PASS)
    assert told.folded().integrity is Verdict.UNKNOWN

    assert told.done(looks[-1], verdict=Verdict.PASS).folded().integrity is Verdict.PASS


@pytest.mark.parametrize("bad", [Verdict.FAIL, Verdict.UNKNOWN])
def test_one_verification_decides_against_all_others(bad: Verdict) -> None:
    told = Told()
    for number, look in enumerate(one.id for one in PLAN.steps if one.kind == "verify"):
        told.done(look, verdict=Verdict.PASS if number else bad)

    assert told.folded().integrity is bad


def there_and_back(last: Outcome, verdict: Verdict) -> Told:
    told = Told().done("provision-files").done("copy-objects-files")
    told.done("undo-copy-objects-files", 2)
    told.tell("undo-provision-files", Outcome.STARTED).tell("undo-provision-files", last, after=3)
    told.done("home-probe-web", 4, verdict=verdict)
    return told.done("home-check-files", 2, verdict=Verdict.PASS)


@pytest.mark.parametrize(
    ("last", "verdict", "returned"),
    [
        (Outcome.OK, Verdict.PASS, Verdict.PASS),
        (Outcome.OK, Verdict.UNKNOWN, Verdict.UNKNOWN),
        (Outcome.OK, Verdict.FAIL, Verdict.FAIL),
        (Outcome.FAILED, Verdict.PASS, Verdict.FAIL),
        (Outcome.STARTED, Verdict.PASS, Verdict.FAIL),
    ],
)
def test_home_again_is_everything_undone_and_everything_written_there(
    last: Outcome, verdict: Verdict, returned: Verdict
) -> None:
    assert there_and_back(last, verdict).folded().returned is returned


def test_a_way_back_that_lacks_a_step_is_not_known_to_have_gone_well() -> None:
    told = Told().done("provision-files").done("copy-objects-files").done("undo-copy-objects-files")

    found = told.folded()

    assert found.returned is Verdict.UNKNOWN
    assert [one.id for one in found.steps if one.way_back] == ["undo-copy-objects-files"]


def test_the_way_back_took_what_its_steps_took() -> None:
    found = there_and_back(Outcome.OK, Verdict.PASS).folded()

    assert value(found.way_back_seconds) == 11
    assert there_and_back(Outcome.FAILED, Verdict.PASS).folded().way_back_seconds is None


def test_folding_twice_gives_the_same() -> None:
    told = there_and_back(Outcome.OK, Verdict.PASS)

    assert told.folded() == told.folded()
    assert told.folded().plan == PLAN.digest
    assert (told.folded().began, told.folded().ended) == (told.entries[0].at, told.entries[-1].at)
