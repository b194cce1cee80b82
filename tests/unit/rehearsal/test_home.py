"""The source after the way back: every object as it was copied; what is not is named; nothing is left behind unseen."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from exitkit.model.evidence import Verdict
from exitkit.model.following import CheckHome
from exitkit.model.journal import Result
from exitkit.model.plan import CopyObjects, Plan
from exitkit.model.workload import Workload
from exitkit.ports import Blob
from exitkit.rehearsal.steps import do, home
from exitkit.testing.worlds import EVERYTHING, FakeSide, FakeWorld, fake_plan, fake_world, workload

CHECK = CheckHome(id="home-check-files", component="files", at="here")
UNUSED = workload("files", {"kind": "bucket", "name": "files", "size": "3 MiB", "versions": True})


class Stood:
    """A world in memory, rehearsed as far as asked, and the bucket on either side."""

    def __init__(self, folder: Path, given: Workload = EVERYTHING) -> None:
        self.plan: Plan = fake_plan(given)
        self.fake: FakeWorld = fake_world(self.plan, folder)
        self.world = self.fake.world
        self.back = self.plan.way_back(step.id for step in self.plan.steps)

    def there(self, until: str = "") -> Stood:
        for step in self.plan.steps:
            do(step, self.world)
            if step.id == until:
                break
        return self

    def homewards(self, until: str = "") -> Stood:
        for step in self.back:
            do(step, self.world)
            if step.id == until:
                break
        return self

    def rest_of_the_way(self, after: str) -> Result:
        ids = [step.id for step in self.back]
        for step in self.back[ids.index(after) + 1 :]:
            do(step, self.world)
        return do(CHECK, self.world)

    def put(self, side: FakeSide, key: str, body: bytes) -> None:
        place = self.world.place("here" if side is self.fake.source else "there", "files")
        side.objects.put(place.bucket, key, Blob(body))

    def delete(self, key: str) -> None:
        self.fake.source.objects.delete(self.world.place("here", "files").bucket, key)


def figure(result: Result, what: str) -> int:
    return int(next(one.value for one in result.evidence if one.what == what))


def test_what_was_copied_and_what_came_back_is_read_at_home(tmp_path: Path) -> None:
    world = Stood(tmp_path)
    world.there("copy-objects-files")
    world.put(world.fake.source, "first/1", b"rewritten at home before the freeze")
    world.put(world.fake.source, "later/1", b"written at home before the freeze")
    world.delete("first/2")
    world.there()
    world.put(world.fake.target, "over/1", b"written at the target")
    world.put(world.fake.target, "first/0", b"rewritten at the target")
    world.homewards()
    world.put(world.fake.source, "again/1", b"written at home since")

    found = do(CHECK, world.world)

    assert (found.verdict, found.details) == (Verdict.PASS, ())
    assert figure(found, "objects as they were when copied") == 4
    assert figure(found, "objects new at home since") == 1
    lines = [json.loads(line) for line in world.world.manifest("files", "here", "there").read_text().splitlines()]
    assert {line["key"] for line in lines if line["outcome"] == "verified"} == {
        "first/0", "first/1", "first/2", "later/1", "over/1",
    }  # fmt: skip


def changed(world: Stood) -> None:
    world.put(world.fake.source, "first/1", b"files X")


def added(world: Stood) -> None:
    world.put(world.fake.source, "first/1", b"files 1")
    world.put(world.fake.source, "first/1.5", b"nobody brought this")


def gone(world: Stood) -> None:
    world.delete("first/1")


@pytest.mark.parametrize(
    ("tampered", "named"),
    [
        (changed, "first/1: was changed while nothing should have been written at home"),
        (added, "first/1.5: was added while nothing should have been written at home"),
        (gone, "first/1: is gone while nothing should have been written at home"),
    ],
)
@pytest.mark.parametrize("when", ["switched", "on the way back"])
def test_one_object_tampered_with_while_home_stands_still_is_a_fail(
    tmp_path: Path, tampered: Callable[[Stood], None], named: str, when: str
) -> None:
    world = Stood(tmp_path).there()
    if when == "on the way back":
        world.homewards("undo-thaw-writes-ledger")
    tampered(world)
    if when == "switched":
        world.homewards("undo-thaw-writes-ledger")

    found = world.rest_of_the_way("undo-thaw-writes-ledger")

    assert (found.verdict, found.details) == (Verdict.FAIL, (named,))
    assert figure(found, "objects not as they were") == 1


def test_bytes_that_changed_under_their_old_tag_are_a_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = Stood(tmp_path).there().homewards()
    objects = world.fake.source.objects
    whole = objects.get

    def rotten(bucket: str, key: str) -> Blob:
        blob = whole(bucket, key)
        return replace(blob, body=b"files X") if key == "first/1" else blob

    monkeypatch.setattr(objects, "get", rotten)

    found = do(CHECK, world.world)

    assert found.verdict is Verdict.FAIL
    assert found.details[0].startswith("first/1: sha256 ")


@pytest.mark.parametrize("tampered", [changed, gone])
def test_what_its_service_may_have_changed_since_is_unknown_and_never_green(
    tmp_path: Path, tampered: Callable[[Stood], None]
) -> None:
    world = Stood(tmp_path).there().homewards()
    tampered(world)

    found = do(CHECK, world.world)

    assert found.verdict is Verdict.UNKNOWN
    assert found.details[0].startswith("first/1: ")
    assert found.details[0].endswith("since its service could write again")


@pytest.mark.parametrize("tampered", [changed, added, gone])
def test_where_no_service_uses_the_bucket_nobody_had_reason_to(
    tmp_path: Path, tampered: Callable[[Stood], None]
) -> None:
    world = Stood(tmp_path, UNUSED).there().homewards()
    tampered(world)

    found = do(CHECK, world.world)

    assert found.verdict is Verdict.FAIL
    assert found.details[0].startswith("first/1")
    assert found.details[0].endswith("and no service uses the bucket")


def test_what_cannot_be_brought_back_is_a_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = Stood(tmp_path).there()
    world.put(world.fake.target, "over/1", b"written at the target")
    world.homewards("undo-thaw-writes-ledger")
    objects = world.fake.target.objects
    whole = objects.get
    bucket = world.world.place("there", "files").bucket

    def vanishing(asked: str, key: str) -> Blob:
        if (asked, key) == (bucket, "over/1"):
            objects.buckets[bucket].pop(key, None)
        return whole(asked, key)

    monkeypatch.setattr(objects, "get", vanishing)

    found = world.rest_of_the_way("undo-thaw-writes-ledger")

    assert (found.verdict, found.details) == (Verdict.FAIL, ("over/1: could not be brought back",))


def test_a_bucket_that_is_gone_is_a_fail(tmp_path: Path) -> None:
    world = Stood(tmp_path).there().homewards()
    bucket = world.world.place("here", "files").bucket
    del world.fake.source.objects.buckets[bucket]

    assert do(CHECK, world.world).verdict is Verdict.FAIL


def test_where_nothing_was_copied_it_says_so(tmp_path: Path) -> None:
    found = do(CHECK, fake_world(fake_plan(EVERYTHING), tmp_path).world)

    assert (found.verdict, found.evidence) == (None, ())
    assert found.details == ("nothing was copied, so there is nothing to hold it against",)


def test_home_is_held_against_the_copies_of_each_bucket_and_each_followed_database() -> None:
    plan = fake_plan(EVERYTHING)

    looks = [(look.id, look.at) for look in plan.homecoming() if isinstance(look, CheckHome)]

    assert any(isinstance(step, CopyObjects) for step in plan.steps)
    assert looks == [("home-check-files", "here"), ("home-check-ledger", "here")]


@pytest.mark.parametrize(
    ("tampered", "told"),
    [
        (None, ()),
        (changed, ("files/first/1: was changed at here after the last copy",)),
        (added, ("files/first/1.5: was added at here after the last copy",)),
        (gone, ("files/first/1: is gone at here after the last copy",)),
    ],
)
def test_what_was_written_to_a_bucket_between_the_last_catch_up_and_the_switch_is_no_pass(
    tmp_path: Path, tampered: Callable[[Stood], None] | None, told: tuple[str, ...]
) -> None:
    world = Stood(tmp_path).there("verify-files-2")
    if tampered is not None:
        tampered(world)
    probe = next(step for step in world.plan.steps if step.kind == "probe" and step.at == "there")

    found = home.left_behind(probe, world.world)

    assert found.verdict is (Verdict.FAIL if told else Verdict.PASS)
    assert figure(found, "objects left behind at here") == len(told)
    assert found.details == told
