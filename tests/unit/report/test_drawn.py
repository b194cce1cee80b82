"""What is drawn says what is written: waterfall bars join, clocks are as long as their days, the PDF has both."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from exitkit import api
from exitkit.api.judge import known_of
from exitkit.lockin.declared import read
from exitkit.model.report import CostLine, Report
from exitkit.report.build import build
from exitkit.report.render import clocks, render, render_pdf
from exitkit.report.render.language import Language
from tests.unit.evidence.rehearsed import SPEC

EN = Language.load("en")


@pytest.fixture(scope="module")
def report() -> Report:
    said = read('by = "the CIO"\non = 2026-11-20\n[quantities]\nnotice = 90\ntransition = 180\n')
    return build(known_of(api.validate(SPEC), "aws", "ovh", date(2026, 11, 21), said))


def share(text: str) -> float:
    return float(text.removesuffix("%"))


def test_each_bar_of_the_waterfall_begins_where_the_one_above_it_ends(report: Report) -> None:
    drawn = clocks.waterfall(report.cost, EN)
    assert drawn is not None
    *lines, (total, whole) = drawn.rows

    past = 0.0
    for line, bar in lines:
        assert line.unit == "EUR"
        assert share(bar.x) == pytest.approx(past, abs=0.01)
        past += share(bar.width)
    assert share(whole.x) == 0
    # percentiles do not add up: the figure by which they do not is told, not hidden in a bar
    assert total.interval.p50 == sum((line.interval.p50 for line, _ in lines), Decimal(0)) + drawn.apart
    assert max(past, share(whole.width)) == pytest.approx(100, abs=0.05)


def test_clocks_are_as_long_as_their_days_and_each_has_a_source(report: Report) -> None:
    (days, first), *rows = clocks.clocks(report, EN)
    assert isinstance(days, CostLine)
    named = {fact.what: (fact, bar) for fact, bar in rows if not isinstance(fact, CostLine)}

    scale = {fact.what: float(fact.value) / share(bar.width) for fact, bar in named.values()}
    assert max(scale.values()) == pytest.approx(min(scale.values()), rel=0.01)
    assert share(first.x) == pytest.approx(float(days.interval.p10) / scale["contract: notice"], abs=0.1)
    assert {"objective: leave within", "contract: notice", "contract: transition"} <= set(named)
    assert named["Data Act: transition after notice, at most"][0].value == 30
    assert all(fact.sources for fact, _ in named.values())


def test_without_an_estimate_nothing_is_drawn(report: Report) -> None:
    bare = report.model_copy(update={"cost": report.cost.model_copy(update={"lines": ()})})

    assert clocks.waterfall(bare.cost, EN) is None
    assert clocks.clocks(bare, EN) == ()


def test_the_page_shows_both_with_their_captions(report: Report) -> None:
    page = render(report, format="html")

    assert EN.say("clocks.waterfall") in page
    assert EN.say("clocks.title") in page


@pytest.mark.parametrize(("lang", "verdict", "unit"), [("en", "Not proven", "EUR"), ("fr", "Non prouvé", "€")])
def test_the_first_page_of_the_pdf_answers_and_the_whole_has_every_part(
    report: Report, tmp_path: Path, lang: str, verdict: str, unit: str
) -> None:
    pytest.importorskip("typst")
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("no pdftotext here")
    (tmp_path / "exit.pdf").write_bytes(render_pdf(report, lang=lang))

    done = subprocess.run(
        [reader, "-layout", "exit.pdf", "-"], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    pages = done.stdout.split("\f")
    words = Language.load(lang)
    assert verdict in pages[0]
    assert unit in pages[0]
    assert words.say("untested.summary") in pages[0]
    flat = " ".join(done.stdout.split())
    parts = ("cost.title", "clocks.waterfall", "clocks.title", "alternatives.title", "holds.title", "articles.title",
             "articles.coverage", "articles.pack", "outlook.assumptions", "register.title",
             "untested.title")  # fmt: skip
    assert [part for part in parts if " ".join(words.say(part).split()) not in flat] == []
    assert "\ufffd" not in flat
