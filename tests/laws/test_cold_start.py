"""A cold start that is killed or fails anywhere goes on to the same world, and brings home the same, there and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exitkit.api.playbooks import read_playbook
from exitkit.errors import OutsideError
from exitkit.model.evidence import Verdict
from exitkit.model.gone import CutSource
from exitkit.model.journal import Outcome
from exitkit.model.mirror import THINGS, Mirror
from exitkit.model.plan import AnyStep, Plan
from exitkit.model.workload import Objectives
from exitkit.ports import Blob
from exitkit.testing.worlds import CHAIN, FakeSide, fake_plan, fake_world
from exitkit.transfer import many
from tests.laws.test_run import Death, Stage

GIVEN = CHAIN.model_copy(
    update={
        "mirror": Mirror(folder="vault", holds={thing: thing for thing in THINGS}),
        "objectives": Objectives.model_validate({"data-loss": "1 min"}),
    }
)
NEW_STEPS = ("build-tree", "keep-apart", "merge-home", "check-merged")
_IN_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # a hundred worlds, each synced often
BUCKET, ROWS = "chain-files", "public.item"


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "_PAUSE_SECONDS", 0.0)


def write(side: FakeSide, **said: str) -> None:
    """One row and one object for each name, as a client would write them."""
    for name, content in said.items():
        side.databases.write("ledger", ROWS, name, content)
        side.objects.buckets[BUCKET][f"first/{name}"] = Blob(content.encode())


@dataclass
class Cold(Stage):
    """A cold start in three parts, between which clients write: what nobody mirrored, then what the target takes."""

    both: bool = False
    parts: list[str] = field(default_factory=list)

    @property
    def cut(self) -> int:
        """How many steps there are before the source is gone."""
        return next(number for number, step in enumerate(self.plan.steps) if isinstance(step, CutSource))

    def steps(self, part: str) -> Sequence[AnyStep]:
        """The steps of one part."""
        back = (*self.way_back(), *self.plan.homecoming())
        return {"kept": self.plan.steps[: self.cut], "gone": self.plan.steps[self.cut :], "back": back}[part]

    def went(self, part: str, *deaths: Death) -> None:
        """One part, through these deaths, to its end; then what is written after it."""
        for death in deaths:
            assert not self.live(self.steps(part), death), f"nothing died at {death}"
        assert self.live(self.steps(part))
        if part == "kept":
            write(self.fake.source, late="only here", **{"0": "newer here"})
            self.fake.source.databases.bases["ledger"].sequences["public.ticket"] = 9
        if part == "gone":
            write(self.fake.target, away="only there", **{"1": "newer there"})
            if self.both:
                write(self.fake.target, late="there too")

    def outcome(self) -> tuple[object, ...]:
        """The world, what was done, and what was found of what came home."""
        found = {
            entry.step: (entry.verdict, entry.details, [(one.what, one.value) for one in entry.evidence])
            for entry in self.entries
            if entry.step.startswith("home-merged") and entry.outcome is Outcome.OK
        }
        return self.fake.content(), self.done, found


@contextmanager
def stage(*, both: bool = False) -> Iterator[Cold]:
    with TemporaryDirectory(dir=_IN_MEMORY) as folder:
        plan: Plan = fake_plan(GIVEN, read_playbook("cold-start"))
        yield Cold(plan, fake_world(plan, Path(folder)), Path(folder), both=both)


def unbroken(*, both: bool = False) -> tuple[object, ...]:
    with stage(both=both) as calm:
        for part in ("kept", "gone", "back"):
            calm.went(part)
        return calm.outcome()


@pytest.mark.parametrize("both", [False, True])
def test_what_either_side_wrote_is_at_home_and_what_both_wrote_is_told(both: bool) -> None:
    with stage(both=both) as calm:
        for part in ("kept", "gone", "back"):
            calm.went(part)
        rows = calm.fake.source.databases.bases["ledger"].rows[ROWS]
        bodies = {key: blob.body.decode() for key, blob in calm.fake.source.objects.buckets[BUCKET].items()}
        verdicts = {e.step: e.verdict for e in calm.entries if e.step.startswith("home-merged") and e.verdict}

    assert rows == {"0": "newer here", "1": "newer there", "2": "ledger 2", "late": "only here", "away": "only there"}
    assert bodies == {f"first/{name}": content.replace("ledger", "files") for name, content in rows.items()}
    assert calm.fake.target.bare
    assert calm.fake.mirror is not None
    assert calm.fake.mirror.bare
    assert set(verdicts.values()) == {Verdict.FAIL if both else Verdict.PASS}
    assert set(verdicts) == {"home-merged-files", "home-merged-ledger"}


def deaths_of(kinds: Sequence[str], part: str) -> list[tuple[str, Death]]:
    """At each call of these steps, before and after its effect; at each of their entries before, within and after."""
    with stage() as calm:
        for earlier in ("kept", "gone", "back")[: ("kept", "gone", "back").index(part)]:
            calm.went(earlier)
        ends: dict[str, range] = {}
        plain = calm._do

        def counted(step: AnyStep) -> object:
            first = len(calm.fake.fate.calls)
            try:
                return plain(step)
            finally:
                ends[step.id] = range(first, len(calm.fake.fate.calls))

        calm._do = counted  # type: ignore[method-assign,assignment]
        calm.fake.fate.strike(10**9)
        before = len(calm.entries)
        steps = calm.steps(part)
        assert calm.live(steps, Death("call", 10**9))
        written = calm.entries[before:]
    wanted = [step.id for step in steps if step.kind in kinds]
    calls = [(one, Death("call", n, after)) for one in wanted for n in ends[one] for after in (False, True)]
    entries = [
        (entry.step, Death("entry", number, after, torn))
        for number, entry in enumerate(written)
        if entry.step in wanted
        for after, torn in ((False, 0), (False, 40), (True, 0))
    ]
    return calls + entries


def test_killed_at_each_of_the_four_steps_of_a_cold_start_it_resumes_to_the_same_world() -> None:
    expected = unbroken(both=True)
    tried: set[str] = set()

    for part in ("gone", "back"):
        for step, death in deaths_of(NEW_STEPS, part):
            with stage(both=True) as killed:
                for one in ("kept", "gone", "back"):
                    killed.went(one, *([death] if one == part else []))

                assert killed.outcome() == expected, (step, death)
            tried.add(step)

    assert tried == {
        "build-tree", "keep-apart-files", "keep-apart-ledger", "undo-keep-apart-files", "undo-keep-apart-ledger",
        "home-merged-files", "home-merged-ledger",
    }  # fmt: skip


blows = st.lists(st.tuples(st.sampled_from(["kept", "gone", "back"]), st.integers(0, 120), st.booleans()), max_size=4)


@settings(max_examples=25, deadline=None)
@given(blows, st.booleans(), st.booleans())
def test_whatever_fails_or_dies_on_the_way_it_ends_in_the_same_world(
    struck: list[tuple[str, int, bool]], both: bool, dies: bool
) -> None:
    """A call that fails before or after its effect is written down and goes through; the next try looks again."""
    expected = unbroken(both=both)

    with stage(both=both) as hit:
        for part in ("kept", "gone", "back"):
            for _, number, after in (one for one in struck if one[0] == part):
                if dies:
                    hit.live(hit.steps(part), Death("call", number, after))
                    continue
                hit.fake.fate.strike(number, after=after, error=lambda: OSError("the other side hung up"))
                try:
                    hit.live(hit.steps(part))
                except OSError:
                    assert hit.entries[-1].outcome is Outcome.FAILED
                hit.fake.fate.spare()
            hit.went(part)

        assert hit.outcome() == expected


def test_a_side_that_is_gone_takes_no_call() -> None:
    with stage() as calm:
        calm.went("kept")
        calm.live(calm.plan.steps[calm.cut : calm.cut + 1])

        with pytest.raises(OutsideError, match="here does not answer"):
            calm.fake.source.databases.freeze("ledger")
        with pytest.raises(OutsideError, match="here does not answer"):
            calm.fake.source.names.ask("www.a.test")


def test_terraform_that_is_not_well_leaves_the_whole_unknown_or_says_no() -> None:
    with stage() as calm:
        calm.fake = replace(calm.fake, world=replace(calm.fake.world, trees=None))
        calm.went("kept")
        calm.live(calm.plan.steps[calm.cut :])

        assert {e.verdict for e in calm.entries if e.step == "build-tree" and e.verdict} == {Verdict.UNKNOWN}
