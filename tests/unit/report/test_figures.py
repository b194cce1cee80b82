"""Every figure anywhere has a unit, a basis and a source: in the report, and on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest

from exitkit import api
from exitkit.model.base import Frozen
from exitkit.model.evidence import Evidence, Interval
from exitkit.model.report import CostLine, Driver, Outlook, Report
from exitkit.report.render import LANGUAGES, render
from tests.unit.evidence.rehearsed import SPEC, rehearsed

# Numbers that stand in a fact of their own once they are shown: a duration with its step, a share with the lines.
SHOWN_AS_FACTS = {"seconds", "measured_share", "shares", "total", "days"}
COUNTS = {"seq", "draws", "seed", "tries", "interruptions", "format_version"}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Report]:
    folder = tmp_path_factory.mktemp("figures")
    run = rehearsed(folder)
    others = [rehearsed(folder, name=f"aaaaaa-{n}", objects=n * 20) for n in (2, 3, 4)]
    return {
        "rehearsed": api.report_of(run),
        "among others": api.report_of(others[-1], before=[run, *others[:-1]]),
        "never": api.score(api.validate(SPEC), source="aws", target="ovh"),
    }


def walk(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    yield path, value
    if isinstance(value, Evidence | CostLine | Driver | Outlook):
        return
    if isinstance(value, Frozen):
        for name in type(value).model_fields:
            yield from walk(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, tuple | list):
        for number, one in enumerate(value):
            yield from walk(one, f"{path}[{number}]")
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from walk(one, f"{path}.{key}")


@pytest.mark.parametrize("name", ["rehearsed", "among others", "never"])
def test_every_number_of_a_report_is_a_fact_with_unit_basis_and_source(reports: dict[str, Report], name: str) -> None:
    facts = 0
    for path, value in walk(reports[name]):
        match value:
            case Evidence() | CostLine():
                facts += 1
                assert value.unit, path
                assert value.basis, path
                assert value.sources, path
                assert all(value.sources), path
            case Driver():
                facts += 1
                assert all((value.unit, value.basis, value.source)), path
            case Outlook():
                facts += 1
                assert all((value.basis, value.sources)), path
            case Decimal() | Interval() | float():
                last = re.split(r"[.\[]", path.replace("]", ""))
                assert SHOWN_AS_FACTS & set(last), path
            case int() if not isinstance(value, bool):
                assert path.rpartition(".")[2] in COUNTS or "workload" in path, path
    assert facts > 60


class Values(HTMLParser):
    """The text of every element that shows a figure."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.depth: list[bool] = []
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("meta", "line", "rect", "path", "circle", "br"):
            return
        kind = str(dict(attrs).get("class") or "").split()
        shows = ("value" in kind or "big" in kind) and "unmeasured" not in kind
        if shows:
            self.found.append("")
        self.depth.append(shows or (bool(self.depth) and self.depth[-1]))

    def handle_endtag(self, tag: str) -> None:
        if self.depth:
            self.depth.pop()

    def handle_data(self, data: str) -> None:
        if self.depth and self.depth[-1]:
            self.found[-1] += data


@pytest.mark.parametrize("name", ["rehearsed", "never"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_figure_of_the_page_is_in_its_register(reports: dict[str, Report], name: str, lang: str) -> None:
    text = render(reports[name], format="html", lang=lang)
    before, _, register = text.partition('id="register"')

    shown = [one.strip() for one in Values(before).found if re.search(r"\d", one)]

    assert len(shown) > 30
    plain = " ".join(re.sub(r"<[^>]+>", "", register).split())
    missing = [one for one in shown if " ".join(one.split()) not in plain]
    assert missing == []


def test_a_report_of_a_run_is_the_same_bytes_again(tmp_path: Path) -> None:
    one, two = (api.report_of(rehearsed(tmp_path / each)) for each in "ab")

    for lang in LANGUAGES:
        assert render(one, format="html", lang=lang) == render(two, format="html", lang=lang)
    assert one.canonical() == two.canonical()
