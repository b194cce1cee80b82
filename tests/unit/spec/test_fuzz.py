"""Whatever a file holds, the answer is a workload or a list of mistakes inside the file."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from spec_samples import PROVIDERS, SHOP

from exitkit.errors import Mistake, SpecError
from exitkit.spec.load import load_text
from exitkit.spec.nodes import Source

MARKS = ("\n", " ", "  ", "\t", ":", ": ", "- ", "{", "}", "[", "]", ",", "? ", "|", ">", "'", '"', "#", "%", "@", "`")
REFERENCES = ("&a ", "*a", "!!str ", "!", "<<: ", "---\n", "...")
WORDS = (
    "no",
    "on",
    "~",
    "0x1F",
    "1:30",
    ".inf",
    "-1",
    "9" * 30,
    "1e999",
    "1.0e+999",
    "kind",
    "size: 3",
    "components:\n",
)
LETTERS = ("\ufeff", "\x85", "\u2028", "\r", "é", "\x00", "\\", '"\\ud800"', '"\\UFFFFFFFF"')
PIECES = st.sampled_from((*MARKS, *REFERENCES, *WORDS, *LETTERS))


def complaints(text: str) -> tuple[Mistake, ...] | None:
    try:
        load_text(text, "workload.yaml", PROVIDERS)
    except SpecError as error:
        return error.mistakes
    return None


def hold(text: str) -> None:
    found = complaints(text)
    if found is None:
        return
    lines = Source.of(text.removeprefix("\ufeff"), "workload.yaml").lines
    assert found
    for mistake in found:
        assert 1 <= mistake.line <= len(lines)
        assert mistake.excerpt == lines[mistake.line - 1]
        assert 1 <= mistake.column <= len(mistake.excerpt) + 1
        assert 1 <= mistake.width <= max(1, len(mistake.excerpt) - mistake.column + 1)
        assert mistake.message
        assert "\n" not in mistake.message + mistake.suggestion
    assert list(found) == sorted(found, key=lambda mistake: (mistake.line, mistake.column))


@given(st.text())
def test_any_text_is_answered(text: str) -> None:
    hold(text)


@given(st.lists(PIECES | st.text(max_size=3), max_size=40).map("".join))
def test_any_yaml_like_text_is_answered(text: str) -> None:
    hold(text)


@settings(max_examples=300)
@given(st.lists(st.tuples(st.integers(0, len(SHOP)), st.integers(0, 12), PIECES | st.text(max_size=3)), max_size=4))
def test_any_damage_to_a_good_document_is_answered(damage: list[tuple[int, int, str]]) -> None:
    text = SHOP
    for place, length, piece in damage:
        text = text[:place] + piece + text[place + length :]

    hold(text)


@given(st.sampled_from(SHOP.split()), PIECES | st.text(max_size=5))
def test_any_word_may_be_wrong(word: str, other: str) -> None:
    hold(SHOP.replace(word, other))
