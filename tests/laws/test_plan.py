"""A plan is a value, and every change in it knows its way back."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitkit.api.playbooks import read_playbook
from exitkit.errors import UsageError
from exitkit.model.carried import CopySecret, DropSecret, MoveMessages, ReturnMessages
from exitkit.model.contract import CheckContract, ClearContract
from exitkit.model.following import (
    AssessDatabase,
    BringBack,
    CheckHome,
    FallBack,
    FollowChanges,
    MeasureLag,
    StopFollowing,
)
from exitkit.model.names import LowerTtl, RestoreTtl
from exitkit.model.plan import (
    AnyStep,
    CatchUp,
    CopyDatabase,
    CopyObjects,
    Destroy,
    DiscardObjects,
    DropDatabase,
    FreezeWrites,
    Plan,
    Probe,
    Provision,
    StartService,
    StopService,
    SwitchTraffic,
    ThawWrites,
    Verify,
)
from exitkit.model.playbook import Phase, Playbook
from exitkit.rehearsal.steps.table import _DOES
from exitkit.testing.worlds import EVERYTHING, ORDERLY, SMALL_WORKLOADS, fake_plan
from exitkit.units import Bytes

CHANGES = (
    "check-contract",
    "lower-ttl",
    "follow-changes",
    "fall-back",
    "move-messages",
    "copy-secret",
    "provision",
    "copy-objects",
    "copy-database",
    "start-service",
    "freeze-writes",
    "thaw-writes",
    "catch-up",
    "switch-traffic",
)
LOOKS = ("verify", "probe", "assess-database", "measure-lag")

slugs = st.from_regex(r"\A[a-z]([a-z0-9-]{0,12}[a-z0-9])?\Z")
ids = st.builds(
    lambda undo, name: ("undo-" if undo else "") + name, st.booleans(), slugs.filter(lambda s: s[:5] != "undo-")
)
sizes = st.none() | st.integers(0, 2**60).map(Bytes)
places = {"id": ids, "component": slugs}
between = {**places, "origin": slugs, "to": slugs}
BETWEEN = (
    CheckContract,
    ClearContract,
    MoveMessages,
    ReturnMessages,
    CopySecret,
    DropSecret,
    SwitchTraffic,
    Verify,
    AssessDatabase,
    FollowChanges,
    StopFollowing,
    MeasureLag,
    FallBack,
    BringBack,
)
at = [CheckHome, Provision, Destroy, LowerTtl, RestoreTtl, StartService, StopService, FreezeWrites, ThawWrites, Probe]
sized = [CopyObjects, DiscardObjects, CopyDatabase, DropDatabase]
steps: st.SearchStrategy[AnyStep] = st.one_of(
    *(st.builds(kind, at=slugs, **places) for kind in at),
    *(st.builds(kind, size=sizes, **between) for kind in sized),
    st.builds(CatchUp, prune=st.booleans(), **between),
    *(st.builds(kind, **between) for kind in BETWEEN),
)
playbooks = st.lists(st.lists(st.sampled_from(CHANGES + LOOKS), min_size=1, max_size=5), min_size=1, max_size=4).map(
    lambda phases: Playbook(
        name="drawn",
        title="Drawn",
        scenario="any",
        phases=tuple(Phase(name=f"p{n}", purpose="any", steps=tuple(kinds)) for n, kinds in enumerate(phases)),
    )
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    workload = draw(st.sampled_from(SMALL_WORKLOADS[1:]))
    try:
        return fake_plan(workload, draw(playbooks))
    except UsageError:  # no step of this playbook is for a component of this workload
        return fake_plan(workload)


@given(steps)
def test_undoing_an_undo_changes_nothing(step: AnyStep) -> None:
    back = step.inverse()

    assert back is None or back.inverse() == step


@given(steps)
def test_every_change_has_a_way_back_and_no_look_has(step: AnyStep) -> None:
    back = step.inverse()

    assert (back is not None) is step.changes
    assert back is None or (back.id != step.id and back.component == step.component and back.changes)


@given(steps)
def test_the_way_back_happens_where_the_step_happened(step: AnyStep) -> None:
    back = step.inverse()

    assert back is None or sorted(back.places) == sorted(step.places)
    assert back is None or len(step.places) == 1 or back.places == step.places[::-1]


@given(st.integers(0, 2**60).map(Bytes), slugs, slugs)
def test_catching_up_home_never_removes_anything_there(size: Bytes, here: str, there: str) -> None:
    forward = CatchUp(id="c", component="x", origin=here, to=there)
    back = forward.inverse()

    assert isinstance(back, CatchUp)
    assert (forward.prune, back.prune) == (True, False)


@given(plans(), st.data())
def test_the_way_back_is_the_inverses_of_what_was_touched_last_first(plan: Plan, data: st.DataObject) -> None:
    touched = data.draw(st.sets(st.sampled_from([step.id for step in plan.steps])))

    back = plan.way_back(touched)

    assert [step.inverse() for step in reversed(back)] == [s for s in plan.steps if s.changes and s.id in touched]


@given(plans())
def test_the_whole_way_back_is_the_way_there_turned_round(plan: Plan) -> None:
    back = plan.way_back(step.id for step in plan.steps)

    assert list(back) == [inverse for step in reversed(plan.steps) if (inverse := step.inverse()) is not None]


@given(plans())
def test_ids_are_unique_there_and_back(plan: Plan) -> None:
    ids_of = [step.id for step in (*plan.steps, *plan.way_back(s.id for s in plan.steps), *plan.homecoming())]

    assert len(set(ids_of)) == len(ids_of)
    assert all(plan.step(step.id) == step for step in plan.steps)


@given(plans())
def test_a_plan_is_the_same_plan_after_it_was_saved(plan: Plan) -> None:
    for again in (Plan.model_validate_json(plan.model_dump_json()), Plan.model_validate_json(plan.canonical())):
        assert again == plan
        assert (again.digest, again.short) == (plan.digest, plan.digest[:6])


@given(plans())
def test_the_order_in_which_things_were_noted_is_no_part_of_a_name(plan: Plan) -> None:
    other = plan.model_copy(update={"landings": dict(reversed(plan.landings.items()))})

    assert list(other.landings) != list(plan.landings)
    assert (other.digest, other.canonical()) == (plan.digest, plan.canonical())


@given(plans(), st.data())
def test_another_plan_has_another_name(plan: Plan, data: st.DataObject) -> None:
    gone = data.draw(st.integers(0, len(plan.steps) - 1))
    other = plan.model_copy(update={"steps": plan.steps[:gone] + plan.steps[gone + 1 :]})

    assert other.digest != plan.digest


@given(st.sampled_from(SMALL_WORKLOADS[1:]), playbooks)
def test_building_twice_gives_the_same_plan(workload: object, playbook: Playbook) -> None:
    def built() -> Plan | str:
        try:
            return fake_plan(workload, playbook)  # type: ignore[arg-type]
        except UsageError as error:
            return error.message

    assert built() == built()


@given(plans())
def test_a_step_needs_a_component_that_is_there_and_goes_only_where_the_plan_goes(plan: Plan) -> None:
    for step in plan.steps:
        assert plan.workload.component(step.component).name == step.component
        assert set(step.places) <= {plan.source, plan.target}


def test_the_orderly_playbook_here_is_the_one_that_is_shipped() -> None:
    shipped = read_playbook("orderly")

    taken = [phase.steps for phase in shipped.phases if phase.steps]
    assert taken == [phase.steps for phase in ORDERLY.phases]


def test_a_step_that_is_not_in_the_plan_is_not_found() -> None:
    with pytest.raises(KeyError):
        fake_plan(EVERYTHING).step("undo-provision-files")


def test_home_is_looked_at_once_for_each_service_whose_traffic_moved() -> None:
    looks = fake_plan(EVERYTHING).homecoming()

    assert [(look.id, look.at) for look in looks if isinstance(look, Probe)] == [("home-probe-web", "here")]


def test_every_kind_of_step_has_somebody_who_does_it() -> None:
    assert set(get_args(AnyStep)) == set(_DOES)
