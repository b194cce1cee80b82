"""A source that is gone: what is planned, what comes back first, how much may be lost."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from exitkit.api.playbooks import read_playbook
from exitkit.errors import OutsideError
from exitkit.model.evidence import Verdict
from exitkit.model.gone import CheckMerged, CutSource, RestoreSource, TakeStock
from exitkit.model.journal import Seen
from exitkit.model.plan import Probe
from exitkit.model.workload import Objectives
from exitkit.rehearsal.steps import apart, source
from exitkit.rehearsal.steps.traffic import _span
from exitkit.testing.worlds import EVERYTHING, fake_plan, fake_world

COLD = read_playbook("cold-start")
GOALS = EVERYTHING.model_copy(update={"objectives": Objectives.model_validate({"data-loss": "1 min"})})
BEGAN = datetime(2026, 11, 1, tzinfo=UTC)


class Cuts:
    """A drill of which one part stays up, if asked."""

    def __init__(self, *still: str) -> None:
        self.gone: set[str] = set()
        self.still = still

    def cut(self, provider: str) -> None:
        self.gone.add(provider)

    def mend(self, provider: str) -> None:
        self.gone.discard(provider)

    def is_cut(self, provider: str) -> bool:
        return provider in self.gone

    def answering(self, provider: str) -> tuple[str, ...]:
        return self.still if provider in self.gone else ("API", "database")

    def asked(self, provider: str) -> int:
        return 2

    def run_from(self, folder: Path) -> None:
        raise AssertionError(folder)


def test_what_is_kept_comes_from_the_source_and_what_is_restored_from_the_mirror_alone() -> None:
    plan = fake_plan(GOALS, COLD)

    cut = next(number for number, step in enumerate(plan.steps) if isinstance(step, CutSource))
    copies = [step for step in plan.steps if step.kind.startswith("copy-")]

    assert plan.mirror == "local"
    assert {step.places for step in copies} == {("here", "local"), ("local", "there")}
    homeward = ("switch-traffic", "keep-apart")  # these name the source, to come back to it, and ask nothing of it
    assert all("here" not in step.places for step in plan.steps[cut + 2 :] if step.kind not in homeward)


def test_the_source_comes_back_before_anything_is_undone() -> None:
    plan = fake_plan(GOALS, COLD)

    back = plan.way_back(step.id for step in plan.steps)

    assert isinstance(back[0], RestoreSource)
    assert sum(isinstance(step, RestoreSource) for step in back) == 1


def test_what_is_kept_apart_comes_home_before_the_copy_goes_and_is_looked_for_there() -> None:
    plan = fake_plan(GOALS, COLD)
    kinds = [step.kind for step in plan.way_back(step.id for step in plan.steps)]

    assert kinds.index("freeze-writes") < kinds.index("merge-home") < kinds.index("drop-database")
    looks = plan.homecoming()
    assert [look.own for look in looks if isinstance(look, Probe)] == [False]
    assert sorted(look.component for look in looks if isinstance(look, CheckMerged)) == ["files", "ledger"]


@pytest.mark.parametrize(
    ("noted", "verdict"),
    [
        ({"conflicts": [], "left": [], "kept": []}, Verdict.PASS),
        ({"conflicts": ["a: changed on both sides"], "left": [], "kept": []}, Verdict.FAIL),
        ({"conflicts": [], "left": ["log row 1: no primary key"], "kept": []}, Verdict.FAIL),
        ({"conflicts": [], "left": [], "kept": ["a: removed there"]}, Verdict.UNKNOWN),
        (None, None),
    ],
)
def test_what_both_sides_wrote_or_what_stayed_behind_is_never_a_yes(
    noted: dict[str, list[str]] | None, verdict: Verdict | None, tmp_path: Path
) -> None:
    plan = fake_plan(GOALS, COLD.model_copy(update={"phases": COLD.phases[3:4]}))
    world = fake_world(plan, tmp_path).world
    step = next(one for one in plan.homecoming() if isinstance(one, CheckMerged) and one.component == "files")
    if noted is not None:
        (world.folder / "merged-files.json").write_text(json.dumps(noted))

    found = apart.check(step, world)

    assert found.verdict is verdict
    assert list(found.details) == (
        [line for one in noted.values() for line in one] if noted else ["nothing was written at the target"]
    )


def test_where_nothing_is_kept_apart_only_what_the_source_acknowledged_is_looked_for() -> None:
    serve = COLD.phases[3].model_copy(update={"steps": ("start-service", "switch-traffic", "probe")})
    plan = fake_plan(GOALS, COLD.model_copy(update={"phases": (*COLD.phases[:3], serve)}))

    assert [(look.kind, getattr(look, "own", None)) for look in plan.homecoming()] == [("probe", True)]


def test_only_as_much_may_be_lost_as_the_objective_allows() -> None:
    allowed = [step.may_lose for step in fake_plan(GOALS, COLD).steps if isinstance(step, Probe)]
    unsaid = [step.may_lose for step in fake_plan(EVERYTHING, COLD).steps if isinstance(step, Probe)]
    orderly = [step.may_lose for step in fake_plan(GOALS).steps if isinstance(step, Probe)]

    assert (allowed, unsaid, orderly) == ([60], [0], [None])


def test_loss_ends_with_the_last_write_of_the_side_that_lost() -> None:
    def seen(number: int, side: str) -> Seen:
        at = BEGAN + timedelta(seconds=number)
        return Seen(n=number, at=at, seconds=Decimal(0), outcome="written", served_by=side, identifier=str(number))

    written = [*(seen(n, "here") for n in range(5)), *(seen(n, "there") for n in range(100, 105))]

    assert _span(written[2:5], written) == Decimal(2)
    assert _span([], written) == 0


def test_a_source_of_which_a_part_still_answers_was_not_cut_off(tmp_path: Path) -> None:
    plan = fake_plan(GOALS, COLD.model_copy(update={"phases": COLD.phases[1:2]}))
    world = fake_world(plan, tmp_path).world
    step = next(one for one in plan.steps if isinstance(one, CutSource))

    with pytest.raises(OutsideError, match="here was cut off, and its API still answers"):
        source.cut(step, _with(world, Cuts("API")))
    assert source.cut(step, _with(world, Cuts())).evidence[1].value == 0


def test_without_a_lab_nothing_is_cut_off(tmp_path: Path) -> None:
    plan = fake_plan(GOALS, COLD.model_copy(update={"phases": COLD.phases[1:2]}))
    step = next(one for one in plan.steps if isinstance(one, CutSource))

    with pytest.raises(OutsideError, match="in a lab only"):
        source.cut(step, fake_world(plan, tmp_path).world)


def test_stock_without_a_mirror_fails_and_names_all_ten(tmp_path: Path) -> None:
    plan = fake_plan(GOALS, COLD.model_copy(update={"phases": COLD.phases[1:2]}))
    step = next(one for one in plan.steps if isinstance(one, TakeStock))

    found = source.take_stock(step, fake_world(plan, tmp_path).world)

    assert found.verdict is Verdict.FAIL
    assert len([line for line in found.details if line.endswith("lived only at the source")]) == 10


def _with(world: object, drill: Cuts) -> object:
    from dataclasses import replace

    return replace(world, drill=drill)  # type: ignore[type-var]
