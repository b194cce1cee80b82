"""Promises of the words: the same in every language, and each language by its own rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any, get_args

import pytest

from exitkit.model.capability import Capability, Support
from exitkit.model.evidence import Basis, Interval, Verdict
from exitkit.model.finding import Severity
from exitkit.model.placement import Kept
from exitkit.model.plan import AnyStep
from exitkit.model.workload import KINDS
from exitkit.report.render import LANGUAGES
from exitkit.report.render.language import Language

EN = Language.load("en")
FR = Language.load("fr")


def flat(words: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(words, dict):
        for key, value in words.items():
            yield from flat(value, f"{path}/{key}")
    else:
        yield path, words


def test_every_language_has_the_same_words_with_the_same_blanks() -> None:
    english, french = dict(flat(EN.words)), dict(flat(FR.words))

    assert english.keys() == french.keys()
    for key, words in english.items():
        assert set(re.findall(r"{(\w+)}", str(words))) == set(re.findall(r"{(\w+)}", str(french[key]))), key


def test_no_word_is_left_unsaid() -> None:
    package = files("exitkit.report")
    pages = [*package.joinpath("render").iterdir(), *package.joinpath("templates").iterdir()]
    text = "".join(page.read_text(encoding="utf-8") for page in pages if page.is_file())
    asked = ("page", "verdict_section", "tested", "untested", "holds", "cost", "register", "table", "number")

    unsaid = [f"{group}.{key}" for group in asked for key in EN.words[group] if f"{group}.{key}" not in text]

    assert unsaid == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_the_model_can_say_has_a_word(lang: str) -> None:
    words = Language.load(lang).words

    assert set(words["capability"]) == {one.value for one in Capability}
    assert set(words["step"]) == {str(get_args(one.model_fields["kind"].annotation)[0]) for one in get_args(AnyStep)}
    assert set(words["kind"]) == set(KINDS)
    assert set(words["outcome"]) == {one.value for one in Kept}
    assert set(words["severity"]) == {one.value for one in Severity}
    assert set(words["basis"]) == {one.value for one in Basis}
    assert set(words["support"]) == {one.value for one in Support}
    assert set(words["answer"]) == {one.value for one in Verdict}


def test_french_spaces_do_not_break() -> None:
    for key, words in flat(FR.words):
        text = str(words)
        assert not re.search(r" [:;!?»%]|« ", text), key
        assert not re.search(r"[^\s\u202f][;!?](?!\w)", text), key
        assert "'" not in text or key.endswith("/months"), key


def test_numbers_follow_the_language() -> None:
    assert EN.number(Decimal("1234.5")) == "1,234.5"
    assert FR.number(Decimal("1234.5")) == "1\u202f234,5"
    assert EN.quantity(Decimal(83200), "EUR") == "83,200\u00a0EUR"
    assert FR.quantity(Decimal(83200), "EUR") == "83\u202f200\u00a0€"
    assert FR.quantity(Decimal(51754827776), "B") == "48,2\u00a0Gio"
    assert FR.quantity(Decimal(12), "%") == "12\u00a0%"


def test_dates_follow_the_language() -> None:
    assert EN.date(date(2026, 11, 21)).replace("\u00a0", " ") == "21 November 2026"
    assert FR.date(date(2026, 11, 21)).replace("\u00a0", " ") == "21 novembre 2026"
    assert FR.date(date(2027, 1, 1)).replace("\u00a0", " ") == "1er janvier 2027"


def test_zero_is_singular_in_french_only() -> None:
    assert EN.quantity(Decimal(0), "writes") == "0\u00a0writes"
    assert FR.quantity(Decimal(0), "writes") == "0\u00a0écriture"
    assert FR.quantity(Decimal(86400 * 30), "s") == "30\u00a0jours"


@pytest.mark.parametrize("small", ["0.0004", "0.03", "-0.002", "0.9"])
def test_a_small_number_is_never_rounded_to_nothing(small: str) -> None:
    assert re.search(r"[1-9]", EN.number(Decimal(small)))


def test_a_trace_of_time_is_not_none() -> None:
    assert EN.duration(Decimal("0.004")).replace("\u00a0", " ") == "under 0.1 s"
    assert EN.duration(Decimal(0)).replace("\u00a0", " ") == "0 s"


def test_an_interval_says_its_unit_once() -> None:
    interval = Interval(p10=Decimal(29), p50=Decimal(44), p90=Decimal("71.04"))

    assert EN.interval(interval, "days") == "29 to 71\u00a0days"
    assert FR.middle(interval, "days") == "44\u00a0jours"


def test_a_unit_without_a_word_stays_as_it_is() -> None:
    assert FR.quantity(Decimal(3), "furlongs") == "3\u00a0furlongs"
