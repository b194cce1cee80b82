"""What changed since a rehearsal is told part by part."""

from __future__ import annotations

from exitkit.model.mirror import Mirror
from exitkit.model.workload import Objectives
from exitkit.rehearsal.since import changed
from exitkit.testing.worlds import EVERYTHING


def test_the_same_is_nothing() -> None:
    assert changed(EVERYTHING, EVERYTHING.model_copy(deep=True)) == ()


def test_every_part_that_is_other_is_told_with_its_fields() -> None:
    parts = list(EVERYTHING.components)
    bigger = next(part for part in parts if part.name == "files").model_copy(update={"retain_days": 7, "name": "files"})
    now = EVERYTHING.model_copy(
        update={
            "components": (
                *(bigger if part.name == "files" else part for part in parts if part.name != "ledger"),
                parts[0].model_copy(update={"name": "second"}),
            ),
            "objectives": Objectives.model_validate({"outage": "1 s"}),
            "mirror": Mirror(),
        }
    )

    assert set(changed(EVERYTHING, now)) == {
        "second was added",
        "ledger was removed",
        "files: retain-days changed",
        "the objectives changed",
        "what is mirrored changed",
    }


def test_what_has_no_name_here_is_still_a_change() -> None:
    now = EVERYTHING.model_copy(update={"name": "other"})

    assert changed(EVERYTHING, now) == ("something beside components and objectives changed",)
