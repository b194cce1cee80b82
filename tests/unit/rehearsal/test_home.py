"""The source after the way back: every object that was copied is there, with the hash of the manifest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from exitkit.model.evidence import Verdict
from exitkit.model.following import CheckHome
from exitkit.model.journal import Result
from exitkit.model.plan import CopyObjects
from exitkit.ports import Blob
from exitkit.rehearsal.steps import do
from exitkit.testing.worlds import EVERYTHING, FakeWorld, fake_plan, fake_world

CHECK = CheckHome(id="home-check-files", component="files", at="here")


def copied(folder: Path) -> FakeWorld:
    """A world whose bucket was copied, and nothing else done."""
    world = fake_world(fake_plan(EVERYTHING), folder)
    for step in world.world.plan.steps:
        if step.component == "files" and step.kind in ("provision", "copy-objects"):
            do(step, world.world)
    return world


def figures(result: Result) -> tuple[int, int]:
    return int(result.evidence[0].value), int(result.evidence[1].value)


def test_what_was_copied_and_is_as_it_was_passes(tmp_path: Path) -> None:
    world = copied(tmp_path)
    world.source.objects.put("files", "later/1", Blob(b"written at home since"))

    found = do(CHECK, world.world)

    assert (found.verdict, figures(found), found.details) == (Verdict.PASS, (3, 0), ())
    lines = [json.loads(line) for line in world.world.manifest("files", "here", "there").read_text().splitlines()]
    assert {line["key"] for line in lines if line["outcome"] == "verified"} == {f"first/{n}" for n in range(3)}


@pytest.mark.parametrize("planted", ["changed", "gone"])
def test_one_object_that_is_not_as_it_was_is_named(tmp_path: Path, planted: str) -> None:
    world = copied(tmp_path)
    if planted == "changed":
        world.source.objects.put("files", "first/1", Blob(b"files X"))
    else:
        world.source.objects.delete("files", "first/1")

    found = do(CHECK, world.world)

    assert (found.verdict, figures(found)) == (Verdict.FAIL, (2, 1))
    assert found.details[0].startswith("first/1: ")


def test_where_nothing_was_copied_it_says_so(tmp_path: Path) -> None:
    found = do(CHECK, fake_world(fake_plan(EVERYTHING), tmp_path).world)

    assert (found.verdict, found.evidence) == (None, ())
    assert found.details == ("nothing was copied, so there is nothing to hold it against",)


def test_home_is_held_against_the_copies_of_each_bucket_and_each_followed_database() -> None:
    plan = fake_plan(EVERYTHING)

    looks = [(look.id, look.at) for look in plan.homecoming() if isinstance(look, CheckHome)]

    assert any(isinstance(step, CopyObjects) for step in plan.steps)
    assert looks == [("home-check-files", "here"), ("home-check-ledger", "here")]
