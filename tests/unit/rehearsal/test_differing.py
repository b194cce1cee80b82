"""Two databases walked side by side: what differs is what differs as sets."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exitkit.model.evidence import Verdict
from exitkit.model.plan import CopyDatabase, FreezeWrites, Verify
from exitkit.rehearsal.steps import database
from exitkit.rehearsal.steps.rows import differing, kept, told, unequal
from exitkit.testing.worlds import EVERYTHING, FakeWorld, fake_plan, fake_world

tables = st.sampled_from(["public.a", "public.b", "a.z"])
keyed = st.dictionaries(st.tuples(tables, st.text(max_size=2)), st.sampled_from("xyz"), max_size=12)
keyless = st.lists(st.tuples(tables, st.sampled_from("xyz")), max_size=12)


@settings(max_examples=300)
@given(keyed, keyed)
def test_every_row_that_differs_is_named_once_and_no_other(
    ours: dict[tuple[str, str], str], theirs: dict[tuple[str, str], str]
) -> None:
    found = list(differing(rows(ours), rows(theirs)))

    expected = {f"{t} row {k}: missing" for t, k in ours.keys() - theirs.keys()}
    expected |= {f"{t} row {k}: not in the source" for t, k in theirs.keys() - ours.keys()}
    expected |= {f"{t} row {k}: content differs" for t, k in ours.keys() & theirs.keys() if ours[t, k] != theirs[t, k]}
    assert len(found) == len(set(found))
    assert set(found) == expected


def rows(found: dict[tuple[str, str], str]) -> list[tuple[str, str, str]]:
    return sorted((table, key, digest) for (table, key), digest in found.items())


@settings(max_examples=300)
@given(keyless, keyless)
def test_rows_without_a_key_are_counted(ours: list[tuple[str, str]], theirs: list[tuple[str, str]]) -> None:
    left, right = (sorted((table, digest, digest) for table, digest in side) for side in (ours, theirs))

    found = Counter(differing(left, right))

    expected = Counter({f"{t} row {d}: missing": n for (t, d), n in (Counter(ours) - Counter(theirs)).items()})
    expected += Counter(
        {f"{t} row {d}: not in the source": n for (t, d), n in (Counter(theirs) - Counter(ours)).items()}
    )
    assert found == expected


@given(keyed)
def test_a_side_does_not_differ_from_itself(ours: dict[tuple[str, str], str]) -> None:
    assert list(differing(rows(ours), rows(ours))) == []


def test_tables_are_unequal_where_one_is_missing_or_other() -> None:
    with_tables = fake_world(fake_plan(EVERYTHING), Path()).source.databases
    ours = with_tables.tables("ledger")

    assert unequal(ours, ours) == []
    assert unequal(ours, ours[1:]) == unequal(ours[1:], ours) == [ours[0].name]
    assert told(["public.item row 1: missing"], "public.item")
    assert not told(["public.items row 1: missing"], "public.item")


def copied(folder: Path, *, frozen: bool) -> FakeWorld:
    fake = fake_world(fake_plan(EVERYTHING), folder)
    fake.target.databases.create("ledger", owner="app", mark="a run in memory")
    database.copy_database(CopyDatabase(id="c", component="ledger", origin="here", to="there"), fake.world)
    if frozen:
        database.freeze(FreezeWrites(id="f", component="ledger", at="here"), fake.world)
    return fake


def looked(fake: FakeWorld) -> tuple[Verdict | None, dict[str, int], tuple[str, ...]]:
    result = database.verify(Verify(id="v", component="ledger", origin="here", to="there"), fake.world)
    return result.verdict, {one.what: int(one.value) for one in result.evidence}, result.details


def test_a_copy_is_kept_row_by_row_and_left_read_only(tmp_path: Path) -> None:
    fake = copied(tmp_path, frozen=False)

    assert list(kept(tmp_path / "rows-ledger.jsonl")) == list(fake.source.databases.fingerprints("ledger"))
    assert fake.target.databases.frozen("ledger")
    assert not (tmp_path / "rows-ledger.new").exists()


def test_an_equal_copy_passes_while_the_source_is_written_to(tmp_path: Path) -> None:
    fake = copied(tmp_path, frozen=False)
    fake.source.databases.write("ledger", "public.item", "9", "written since")

    verdict, numbers, details = looked(fake)

    assert (verdict, numbers["rows equal"], numbers["rows differing"]) == (Verdict.PASS, 3, 0)
    assert details == ("the copied snapshot was read back",)


@pytest.mark.parametrize("frozen", [False, True])
def test_a_row_that_rotted_is_named(tmp_path: Path, *, frozen: bool) -> None:
    fake = copied(tmp_path, frozen=frozen)
    fake.target.databases.bases["ledger"].rows["public.item"]["1"] = "rot"

    verdict, numbers, details = looked(fake)

    assert (verdict, numbers["rows differing"]) == (Verdict.FAIL, 1)
    assert details[0] == "public.item row 1: content differs"


@pytest.mark.parametrize("frozen", [False, True])
def test_a_row_that_is_missing_and_one_that_is_too_many_are_named(tmp_path: Path, *, frozen: bool) -> None:
    fake = copied(tmp_path, frozen=frozen)
    there = fake.target.databases.bases["ledger"].rows["public.item"]
    del there["1"]
    there["8"] = "stray"

    verdict, numbers, details = looked(fake)

    assert (verdict, numbers["rows differing"]) == (Verdict.FAIL, 2)
    assert details[:2] == ("public.item row 1: missing", "public.item row 8: not in the source")


def test_a_sequence_that_is_behind_is_found_once_the_source_is_frozen(tmp_path: Path) -> None:
    fake = copied(tmp_path, frozen=True)
    assert looked(fake)[0] is Verdict.PASS
    fake.target.databases.bases["ledger"].sequences["public.ticket"] = 1

    verdict, numbers, details = looked(fake)

    assert (verdict, numbers["rows differing"], numbers["sequences differing"]) == (Verdict.FAIL, 0, 1)
    assert (numbers["tables equal"], numbers["sequences equal"]) == (1, 0)
    assert details[0] == "sequence public.ticket: differs"


def test_only_rows_count_as_rows_and_only_tables_as_tables(tmp_path: Path) -> None:
    numbers = looked(copied(tmp_path, frozen=True))[1]

    assert (numbers["rows equal"], numbers["tables equal"], numbers["sequences equal"]) == (3, 1, 1)


def test_of_a_source_in_use_no_sequence_is_said_to_be_equal(tmp_path: Path) -> None:
    numbers = looked(copied(tmp_path, frozen=False))[1]

    assert numbers["tables equal"] == 1
    assert "sequences equal" not in numbers


def test_a_row_too_many_takes_nothing_from_those_that_are_equal(tmp_path: Path) -> None:
    fake = copied(tmp_path, frozen=False)
    fake.target.databases.bases["ledger"].rows["public.item"]["8"] = "stray"

    assert looked(fake)[1]["rows equal"] == 3
