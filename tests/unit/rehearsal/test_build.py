"""Which plans are made, which are refused, and how a plan is said in words."""

from __future__ import annotations

import pytest

from exitkit.errors import UsageError
from exitkit.model.plan import CopyObjects, Probe
from exitkit.model.playbook import Phase, Playbook
from exitkit.model.workload import Objectives
from exitkit.rehearsal.build import build
from exitkit.rehearsal.explain import Words, explain, explain_plan, outage_sentence
from exitkit.testing.worlds import EVERYTHING, ORDERLY, SMALL_WORKLOADS, fake_landing, fake_plan, workload
from exitkit.units import Bytes, Duration


def playbook(*kinds: str) -> Playbook:
    return Playbook(name="mine", title="Mine", scenario="any", phases=(Phase(name="only", purpose="any", steps=kinds),))


def test_the_steps_of_the_orderly_exit_in_their_order() -> None:
    assert [step.id for step in fake_plan(EVERYTHING).steps] == [
        "assess-database-ledger",
        "provision-files",
        "provision-ledger",
        "check-contract-files",
        "check-contract-ledger",
        "copy-objects-files",
        "copy-database-ledger",
        "verify-files",
        "verify-ledger",
        "follow-changes-ledger",
        "start-service-web",
        "lower-ttl-web",
        "measure-lag-ledger",
        "freeze-writes-ledger",
        "catch-up-files",
        "catch-up-ledger",
        "verify-files-2",
        "verify-ledger-2",
        "fall-back-ledger",
        "thaw-writes-ledger",
        "switch-traffic-web",
        "probe-web",
    ]


def test_steps_happen_where_they_should() -> None:
    places = {step.id: step.places for step in fake_plan(EVERYTHING).steps}

    assert {one for one, where in places.items() if where == ("here",)} == {"lower-ttl-web", "freeze-writes-ledger"}
    assert {one for one, where in places.items() if where == ("there",)} == {
        "provision-files",
        "provision-ledger",
        "start-service-web",
        "thaw-writes-ledger",
        "probe-web",
    }
    assert {where for where in places.values() if len(where) == 2} == {("here", "there")}


def test_a_step_nobody_knows_is_refused_with_where_it_stands_and_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"playbook mine, phase only: there is no step `teleport`") as error:
        fake_plan(EVERYTHING, playbook("provision", "teleport"))

    assert error.value.hint.startswith("steps: lower-ttl, provision, copy-objects, copy-database, ")


@pytest.mark.parametrize("one_way", ["destroy", "drop-database", "discard-objects", "stop-service", "clear-contract"])
def test_no_playbook_can_ask_for_what_only_undoes(one_way: str) -> None:
    with pytest.raises(UsageError, match=f"there is no step `{one_way}`"):
        fake_plan(EVERYTHING, playbook(one_way))


def test_an_exit_to_where_one_is_is_refused() -> None:
    here = fake_landing(EVERYTHING, "here")

    with pytest.raises(UsageError, match="an exit needs two providers; both are here"):
        build(EVERYTHING, spec="workload.yaml", source=here, target=here, playbook=ORDERLY)


def test_a_workload_that_holds_nothing_has_nothing_to_move() -> None:
    with pytest.raises(UsageError, match="ground has nothing to move"):
        fake_plan(SMALL_WORKLOADS[0])


def test_a_plan_names_what_it_was_made_of() -> None:
    plan = fake_plan(EVERYTHING)

    assert plan.landings == {place: fake_landing(EVERYTHING, place).digest for place in ("here", "there")}
    assert (plan.playbook, plan.playbook_digest) == ("orderly", ORDERLY.digest)
    assert fake_plan(EVERYTHING, playbook("provision")).digest != plan.digest


def test_two_of_a_kind_are_moved_in_the_order_of_the_workload() -> None:
    two = workload("two", {"kind": "bucket", "name": "b"}, {"kind": "bucket", "name": "a"})

    assert [s.id for s in fake_plan(two, playbook("provision", "verify", "verify")).steps] == [
        "provision-b", "provision-a", "verify-b", "verify-a", "verify-b-2", "verify-a-2",
    ]  # fmt: skip


def test_a_step_is_said_with_where_and_how_much() -> None:
    step = CopyObjects(id="c", component="files", origin="aws", to="ovh", size=Bytes.parse("48.2 GiB"))

    assert explain(step, 3) == Words(3, "copy-objects", "files", "aws → ovh", "48.2 GiB")
    assert explain(step.model_copy(update={"size": None}), 1).much == ""
    assert explain(Probe(id="p", component="web", at="ovh"), 2) == Words(2, "probe", "web", "ovh", "")


def test_every_step_of_a_plan_is_said_in_order() -> None:
    plan = fake_plan(EVERYTHING)

    words = explain_plan(plan)

    assert [one.number for one in words] == list(range(1, len(plan.steps) + 1))
    assert [(one.kind, one.component) for one in words] == [(step.kind, step.component) for step in plan.steps]


def test_the_outage_is_between_the_freeze_and_the_switch() -> None:
    asked = EVERYTHING.model_copy(update={"objectives": Objectives(outage=Duration(900))})

    assert outage_sentence(fake_plan(asked)) == "outage counts from step 14 to step 21; objective: at most 15 min"
    assert outage_sentence(fake_plan(EVERYTHING)).endswith("; no objective is set")


@pytest.mark.parametrize("kinds", [("freeze-writes",), ("switch-traffic",), ("provision",)])
def test_without_a_freeze_or_a_switch_no_outage_is_measured(kinds: tuple[str, ...]) -> None:
    assert "an outage is not measured" in outage_sentence(fake_plan(EVERYTHING, playbook(*kinds)))
