"""What facts and rules say is told in French as far as it is translated; the rest stays, marked; nothing is mixed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitkit import api
from exitkit.api.judge import known_of
from exitkit.lab.limits import limits
from exitkit.model.report import Report
from exitkit.report.build import build
from exitkit.report.render import render
from exitkit.report.render.language import Language
from exitkit.report.render.translated import Memory, memory
from tests.unit.evidence.rehearsed import SPEC

FR = Language.load("fr")
SMALL = Memory({
    "{a} is lost at {b}: {c}": "{a} est perdu chez {b} : {c}",
    "a bucket": "un compartiment",
    "{n} of {nn} tried": "{n} sur {nn} essayés",
})  # fmt: skip


def test_a_sentence_with_blanks_is_told_with_what_stands_in_them() -> None:
    assert SMALL.told("store is lost at ovh: a bucket") == "store est perdu chez ovh : un compartiment"
    assert SMALL.told("store is lost at ovh: S3") == "store est perdu chez ovh : S3"


def test_prose_that_nobody_translated_leaves_the_whole_sentence_in_english() -> None:
    assert SMALL.told("store is lost at ovh: there is nothing like it anywhere in this place") is None
    assert SMALL.told("something else") is None


def test_a_number_s_blank_takes_numbers_only() -> None:
    assert SMALL.told("3 of 1,204 tried") == "3 sur 1,204 essayés"
    assert SMALL.told("some of 3 tried") is None


def test_english_is_told_as_it_is() -> None:
    assert memory("en").told("a bucket") is None
    assert Language.load("en").speak("a bucket") == "a bucket"


@given(st.text(max_size=80))
def test_whatever_comes_is_told_or_left_alone(text: str) -> None:
    told = memory("fr").told(text)

    assert told is None or isinstance(told, str)


def test_every_translation_has_the_blanks_of_its_sentence() -> None:
    for english, told in memory("fr").pairs.items():
        assert _blanks(english) == _blanks(told), english


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.fixture(scope="module")
def never() -> Report:
    return build(known_of(api.validate(SPEC), "aws", "ovh", date(2026, 11, 21)))


def spoken(report: Report) -> Iterator[str]:
    """Every sentence of a report that is no name, number or citation."""
    yield from (*report.reasons, *report.decisions, *report.cost.not_counted, *report.stale)
    for finding in report.findings:
        yield from (finding.message, finding.way_out)
    for gate in report.gates:
        yield from (gate.name, gate.why)
    for one in report.dimensions:
        yield from (one.name, one.formula, *one.missing, *one.residue, *(fact.what for fact in one.figures))
    for line in report.cost.lines:
        yield from (line.name, line.formula)
    yield from (loss.why for loss in report.losses)
    yield from (one.title for one in report.cost.outlooks)
    yield from (one.what for one in report.cost.unlocks)
    for row in report.compliance:
        yield from (row.asks, row.artefact)
    for scenario in report.coverage:
        yield from (scenario.name, scenario.asks)
    yield from (one.name for one in report.pack)


def test_the_french_report_of_the_example_speaks_french(never: Report) -> None:
    sentences = list(dict.fromkeys(spoken(never)))
    left = [one for one in sentences if FR.told(one) is None]

    assert len(sentences) > 150
    assert len(left) <= len(sentences) // 50, left


def test_what_is_left_in_english_is_marked(never: Report) -> None:
    page = render(never, format="html", lang="fr")

    assert "n’a jamais été répété" in page
    assert '<span lang="en">our own Alertmanager mails</span>' in page  # what somebody wrote is nobody's to translate
    assert '<span lang="en">leaving' not in page


def test_everything_the_lab_cannot_show_is_told_in_french() -> None:
    """Half of what a bank must know of a rehearsal is what it did not show."""
    words = memory("fr")

    assert [one.why for one in limits() if words.told(one.why) is None] == []
    assert [one.what for one in limits() if one.capability is None and words.told(one.what) is None] == []


def _measured() -> Iterator[tuple[str, str]]:
    """What steps call their figures, and the units, as far as the code says them as they are."""
    for file in files("exitkit.rehearsal.steps").iterdir():
        if not file.name.endswith(".py"):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "measured":
                what, unit = node.args[0], node.args[2]
                if isinstance(what, ast.Constant) and isinstance(unit, ast.Constant):
                    yield str(what.value), str(unit.value)


def test_every_figure_a_step_measures_has_a_name_and_a_unit_in_french() -> None:
    found = set(_measured())

    assert len(found) > 40
    assert sorted(what for what, _ in found if memory("fr").told(what) is None) == []
    assert sorted({unit for _, unit in found} - {*FR.words["unit"]["many"], "%"}) == []
