"""What a step tried is what its journal says, by its own figures: held, failed, or not tried; never one for another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from exitkit.api.judge import known_of
from exitkit.contracts.suite import CONTRACTS
from exitkit.model.capability import Capability
from exitkit.model.contract import CheckContract, Checked, Facet, Need
from exitkit.model.evidence import Basis, Evidence, Verdict
from exitkit.model.journal import Entry, NotExercised, Setting, Tried
from exitkit.model.plan import AnyStep, Plan
from exitkit.model.report import Exercised, Measurements
from exitkit.ports import Blob
from exitkit.rehearsal.journal import Journal
from exitkit.rehearsal.measure import measure
from exitkit.rehearsal.run import run
from exitkit.rehearsal.steps import do
from exitkit.rehearsal.tried import _CHECKED, counted, tried, tries
from exitkit.report.exercised import every_capability
from exitkit.testing.worlds import CHAIN, FakeWorld, fake_plan, fake_world

NEEDED = set(CHAIN.capabilities())
MOVED = {
    ("files", Capability.OBJECT_STORE),
    ("ledger", Capability.POSTGRES_DATABASE),
    ("jobs", Capability.QUEUE_SEND_RECEIVE),
    ("token", Capability.SECRET_STORE),
    ("token", Capability.SECRET_ROTATION),
    ("zone", Capability.DOMAIN_ZONE),
    ("zone", Capability.DOMAIN_RECORDS),
    ("zone", Capability.DOMAIN_ALIAS),
}
SILENT = {("files", Capability.OBJECT_VERSIONS), ("files", Capability.OBJECT_PRIVATE)}
"""What a contract would try, were the stores of this world reached over S3."""

HIDING = ("jobs", Capability.QUEUE_VISIBILITY)
"""What a contract does try, and the queues of this world do not do."""

BEGAN = datetime(2026, 11, 1, tzinfo=UTC)


def clock() -> Iterator[datetime]:
    now = BEGAN
    while True:
        now += timedelta(seconds=1)
        yield now


@pytest.fixture
def plan() -> Plan:
    return fake_plan(CHAIN)


@pytest.fixture
def fake(plan: Plan, tmp_path: Path) -> FakeWorld:
    return fake_world(plan, tmp_path)


def carried(fake: FakeWorld, *, until: str = "probe-web", broken: str = "") -> list[Entry]:
    """The entries of the way there up to a step; one of them raises."""
    times = clock()

    def act(step: AnyStep) -> object:
        if step.id == broken:
            raise OSError("it broke")
        return do(step, fake.world)

    plan = fake.world.plan
    steps = [step.id for step in plan.steps]
    journal = Journal.open(fake.world.folder / "journal.jsonl")
    try:
        for _ in run(
            plan.digest,
            plan.steps[: steps.index(until)],
            journal,
            do=act,  # type: ignore[arg-type]
            holds=lambda _: False,
            clock=lambda: next(times),
        ):
            pass
    except OSError:
        pass
    return list(journal)


def told(
    measured: Measurements, *limits: NotExercised, workload: object = CHAIN
) -> dict[tuple[str, Capability], Exercised]:
    """What a report of a run says was tried, with what its place cannot show."""
    setting = Setting(
        run="a-run", place="memory", began=BEGAN, exitkit="0.1.0", machine={}, not_exercised=tuple(limits)
    )
    facts = known_of(CHAIN, "aws", "ovh", date(2026, 11, 21))
    facts = facts.model_copy(update={"measurements": measured, "setting": setting, "workload": workload})
    return {(one.component, one.capability): one for one in every_capability(facts)}


def test_every_step_that_tries_says_so_in_its_own_entry_by_its_own_figures(fake: FakeWorld) -> None:
    entries = [entry for entry in carried(fake) if entry.tried]

    assert {(one.component, one.capability) for entry in entries for one in entry.tried} == {
        *MOVED,
        ("web", Capability.SERVICE_RUN),
        *SILENT,
        HIDING,
    }
    for entry in entries:
        for one in entry.tried:
            assert one.seen, entry.step
            assert all(figure in entry.evidence for figure in one.seen), entry.step
            assert (one.component, one.capability) in NEEDED


def test_what_was_tried_and_held_is_told_with_what_was_seen(fake: FakeWorld, plan: Plan) -> None:
    found = told(measure(plan, "a-run", carried(fake)))

    held = {pair for pair, one in found.items() if one.verdict is Verdict.PASS}
    assert held == MOVED  # the probe was not reached, so nothing is said of the service
    seen = {figure.what: int(figure.value) for figure in found["files", Capability.OBJECT_STORE].seen}
    assert seen["objects equal"] == 3
    assert seen["objects differing"] == 0
    assert "verify-files" in found["files", Capability.OBJECT_STORE].why
    web = found["web", Capability.SERVICE_RUN]
    assert (web.verdict, web.why) == (Verdict.UNKNOWN, "not shown by probe-web")
    assert {found[pair].why for pair in SILENT} == {"not shown by check-contract-files"}
    assert (found[HIDING].verdict, found[HIDING].why) == (Verdict.FAIL, "check-contract-jobs")
    rest = [
        one for pair, one in found.items() if pair not in {*MOVED, *SILENT, HIDING, ("web", Capability.SERVICE_RUN)}
    ]
    assert {one.verdict for one in rest} == {Verdict.UNKNOWN}
    assert {one.why for one in rest} == {"no step of this rehearsal tried it"}
    assert not any(one.seen for one in rest)


def test_what_did_not_hold_is_tried_and_failed_with_the_failing_figures(fake: FakeWorld, plan: Plan) -> None:
    carried(fake, until="verify-files")
    fake.target.objects.buckets["chain-files"]["first/1"] = Blob(b"rot")

    found = told(measure(plan, "a-run", carried(fake)))["files", Capability.OBJECT_STORE]

    assert found.verdict is Verdict.FAIL
    assert {figure.what: int(figure.value) for figure in found.seen}["objects differing"] == 1


def test_a_step_that_broke_is_tried_and_failed_though_it_left_no_figure(fake: FakeWorld, plan: Plan) -> None:
    found = told(measure(plan, "a-run", carried(fake, broken="copy-secret-token")))["token", Capability.SECRET_STORE]

    assert found.verdict is Verdict.FAIL
    assert "secrets equal" not in {figure.what for figure in found.seen}


def test_a_queue_in_which_nothing_waits_was_not_tried(fake: FakeWorld, plan: Plan) -> None:
    fake.source.queues.queues["chain-jobs"].clear()

    found = told(measure(plan, "a-run", carried(fake)))["jobs", Capability.QUEUE_SEND_RECEIVE]

    assert (found.verdict, found.why) == (Verdict.UNKNOWN, "not shown by move-messages-jobs")


LIMIT = NotExercised(
    what="queue", why="a table stands where the target has a queue", capability=Capability.QUEUE_SEND_RECEIVE
)


def test_what_stood_in_for_the_target_is_no_try_and_its_figures_are_told_beside_the_reason(
    fake: FakeWorld, plan: Plan
) -> None:
    found = told(measure(plan, "a-run", carried(fake)), LIMIT)["jobs", Capability.QUEUE_SEND_RECEIVE]

    assert (found.verdict, found.why) == (Verdict.UNKNOWN, LIMIT.why)
    assert [int(figure.value) for figure in found.seen if figure.what == "messages moved"] == [3]


def test_no_limit_of_the_place_hides_a_failure(fake: FakeWorld, plan: Plan) -> None:
    found = told(measure(plan, "a-run", carried(fake, broken="move-messages-jobs")), LIMIT)

    assert found["jobs", Capability.QUEUE_SEND_RECEIVE].verdict is Verdict.FAIL


def test_a_journal_of_before_entries_could_say_so_tells_the_same_by_its_figures(fake: FakeWorld, plan: Plan) -> None:
    entries = carried(fake)
    before = [entry.model_copy(update={"tried": ()}) for entry in entries]

    assert told(measure(plan, "a-run", before)) == told(measure(plan, "a-run", entries))
    assert all(b'"tried"' not in entry.canonical() for entry in before)


def test_a_step_that_knows_more_than_the_table_is_believed(fake: FakeWorld, plan: Plan) -> None:
    figure = Evidence(
        what="objects sealed", value=Decimal(2), unit="objects", basis=Basis.MEASURED, sources=("provision-files",)
    )
    own = Tried(component="files", capability=Capability.OBJECT_ENCRYPTION, verdict=Verdict.PASS, seen=(figure,))
    entries = [
        entry.model_copy(update={"tried": (*entry.tried, own), "evidence": (*entry.evidence, figure)})
        if entry.step == "provision-files" and entry.outcome == "ok"
        else entry
        for entry in carried(fake)
    ]

    found = told(measure(plan, "a-run", entries))["files", Capability.OBJECT_ENCRYPTION]

    assert (found.verdict, found.why, found.seen) == (Verdict.PASS, "provision-files", (figure,))


@pytest.mark.parametrize(
    ("targets", "verdict"),
    [
        (("pass", "pass", "pass"), Verdict.PASS),
        (("pass", "fail", "pass"), Verdict.FAIL),
        (("pass", "pass", "unknown"), Verdict.UNKNOWN),
        (("unknown", "unknown", "unknown"), Verdict.UNKNOWN),
    ],
)
@pytest.mark.parametrize("whole", list(Verdict))
def test_checks_of_a_contract_try_what_they_are_about_whatever_comes_of_the_others(
    plan: Plan, targets: tuple[str, ...], verdict: Verdict, whole: Verdict
) -> None:
    names = ("s3.earlier-versions-are-kept", "s3.a-delete-only-hides", "s3.versions-are-listed")
    found = [
        Checked(name=name, facet=Facet.POLICY, need=Need.ASKED, promise="it does", target=Verdict(target))
        for name, target in zip(names, targets, strict=True)
    ]
    found.append(Checked(name="s3.a-legal-hold-holds", facet=Facet.POLICY, need=Need.NOBODY, promise="it holds"))
    evidence = [
        Evidence(what=what, value=Decimal(count), unit="checks", basis=Basis.MEASURED, sources=("check",))
        for what, count in counted(found)
    ]
    step = CheckContract(id="check-contract-files", component="files", origin=plan.source, to=plan.target)

    [one] = [one for one in tried(step, plan, evidence, whole) if one.seen]

    assert (one.capability, one.verdict) == (Capability.OBJECT_VERSIONS, verdict)
    assert [int(figure.value) for figure in one.seen] == [targets.count(word) for word in ("pass", "fail", "unknown")]


def test_every_check_that_tries_a_capability_is_one_of_the_contract() -> None:
    known = {one.name for contract in CONTRACTS for one in contract.checks}

    assert {name for names in _CHECKED.values() for name in names} <= known


def test_what_a_step_does_at_the_source_tries_nothing_at_the_target(plan: Plan) -> None:
    trying = {step.id for step in plan.steps if list(tries(step, plan))}

    assert not {step.id for step in plan.steps if step.places[-1] == plan.source} & trying
    assert not any(list(tries(step, plan)) for step in plan.way_back(step.id for step in plan.steps))


@pytest.mark.parametrize("verdict", [None, *Verdict])
def test_no_figure_no_pass(plan: Plan, verdict: Verdict | None) -> None:
    for step in plan.steps:
        for one in tried(step, plan, (), verdict):
            assert one.verdict is (Verdict.FAIL if verdict is Verdict.FAIL else Verdict.UNKNOWN)
    with pytest.raises(ValidationError, match="seen by a figure"):
        Tried(component="files", capability=Capability.OBJECT_STORE, verdict=Verdict.PASS)
