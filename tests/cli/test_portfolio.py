"""The verb for several exits, whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Ask

HEAD = 'by = "the CIO"\non = 2026-11-20\n'
EXITS = '[[exits]]\nworkload = "workload.yaml"\nfrom = "aws"\nto = "ovh"\n'


def test_a_portfolio_answers_how_many_fit_and_where_they_stand(ask: Ask, pge: Path) -> None:
    shared = 'people = 6\nlink = "100 MB"\ncpus = 64\nmemory = "256 GiB"\n'
    (pge.parent / "portfolio.toml").write_text(HEAD + shared + EXITS)

    said = ask("portfolio")
    told = json.loads(ask("portfolio", "-f", "json").out)

    assert (said.code, said.err) == (0, "")
    assert "1 of 1 exits fit at once whichever they are; at most 1" in said.out
    assert "Amazon.com, Inc." in said.out
    assert "not known: sizes in pge-attestation, for shares by data" in said.out
    assert told["format_version"] == 1
    assert {fit["resource"] for fit in told["fits"]} == {"people", "link", "cpus", "memory"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "who says so, and when?"),
        (HEAD, "a portfolio has [[exits]]"),
        (HEAD + "persons = 3\n" + EXITS, "there is no `persons`"),
        (HEAD + 'people = "many"\n' + EXITS, "people is no quantity"),
        (HEAD + "cpus = -1\n" + EXITS, "cpus is no quantity"),
        (HEAD + '[[exits]]\nworkload = "workload.yaml"\n', "exit 1 needs workload, from and to"),
        (HEAD + EXITS.replace("workload.yaml", "nothing.yaml"), "there is no file"),
        (HEAD + EXITS + EXITS, "in the portfolio twice"),
        ("people = ", "this is not TOML: Invalid value\n --> portfolio.toml:1:1\n"),
    ],
)
def test_what_cannot_be_used_is_one_clear_sentence(ask: Ask, pge: Path, text: str, words: str) -> None:
    (pge.parent / "portfolio.toml").write_text(text)

    said = ask("portfolio")

    assert (said.code, said.out) == (2, "")
    assert words in said.err
