"""Promises of the page a board reads."""

from __future__ import annotations

import re
from decimal import Decimal
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from exitkit.model.evidence import Basis, Evidence
from exitkit.model.report import Report
from exitkit.report.render import LANGUAGES, pdf, render
from exitkit.report.render.language import Language

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> javascript:alert(1) {{ 7*7 }}"
VOID = {"meta", "link", "img", "br", "hr", "input", "rect", "line", "path", "circle"}


class Page(HTMLParser):
    """What a test needs to know of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[tuple[tuple[str, ...], str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append((tuple(self.open), data))

    def attributes(self, name: str) -> list[str]:
        return [str(attrs[name]) for _, attrs in self.tags if name in attrs]

    @property
    def text(self) -> str:
        return " ".join(" ".join(words for path, words in self.words if "style" not in path).split())


def page(report: Report, lang: str = "en") -> Page:
    return Page(render(report, format="html", lang=lang))


def every_evidence(report: Report) -> list[Evidence]:
    found = [fact for finding in report.findings for fact in finding.evidence]
    run = report.measurements
    if run:
        found += [fact for step in run.steps for fact in step.evidence]
        found += [value for name in type(run).model_fields if isinstance(value := getattr(run, name), Evidence)]
    return found


def register_of(text: str) -> str:
    return text[text.index('id="register"') :]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_loads_nothing_and_runs_nothing(report: Report, lang: str) -> None:
    shown = page(report, lang)

    loads = [
        (tag, attrs)
        for tag, attrs in shown.tags
        if tag != "a" and any(name in attrs for name in ("src", "href", "srcset", "data", "xlink:href", "action"))
    ]
    assert loads == []
    assert {tag for tag, _ in shown.tags} & {"script", "iframe", "object", "embed", "link", "form", "img"} == set()
    assert not [name for _, attrs in shown.tags for name in attrs if name.startswith("on")]
    css = "".join(words for path, words in shown.words if "style" in path)
    assert "@import" not in css
    assert set(re.findall(r"url\(([^)]*)\)", css)) <= {"#hatch", "#cross", "#dots", "#lines"}
    policy = next(attrs["content"] for tag, attrs in shown.tags if tag == "meta" and "http-equiv" in attrs)
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_comes_from_data_is_only_ever_text(passed: Report, lang: str) -> None:
    source = f'https://x"onclick="{HOSTILE}'
    findings = tuple(one.model_copy(update={"message": HOSTILE, "way_out": HOSTILE}) for one in passed.findings)
    losses = tuple(one.model_copy(update={"why": HOSTILE, "source": source}) for one in passed.losses)
    hostile = passed.model_copy(
        update={
            "source_title": HOSTILE,
            "reasons": (HOSTILE,),
            "decisions": (HOSTILE,),
            "place": f"lab {HOSTILE}",
            "machine": {HOSTILE: HOSTILE},
            "findings": findings,
            "losses": losses,
        }
    )

    shown = page(hostile, lang)

    assert {tag for tag, _ in shown.tags} & {"script", "img"} == set()
    assert not [name for _, attrs in shown.tags for name in attrs if name.startswith("on")]
    assert all(link.startswith(("#", "https://", "http://")) for link in shown.attributes("href"))
    assert "{{ 7*7 }}" in shown.text


def test_every_evidence_shown_is_in_the_register(report: Report) -> None:
    text = render(report, format="html")
    shown = page(report)

    rows = {anchor for anchor in shown.attributes("id") if re.fullmatch(r"E\d+", anchor)}
    cited = {link[1:] for link in shown.attributes("href") if re.fullmatch(r"#E\d+", link)}
    assert cited == rows
    register = register_of(text)
    for fact in every_evidence(report):
        assert fact.what in register
        assert f"{fact.value:f}" in register or f"{fact.value:,.0f}" in register
        assert all(source in register for source in fact.sources)


def test_every_line_of_the_cost_is_in_the_register(passed: Report) -> None:
    register = register_of(render(passed, format="html"))

    for line in passed.cost.lines:
        assert line.name in register
        assert f"P10 {line.interval.p10:f} · P50 {line.interval.p50:f} · P90 {line.interval.p90:f}" in register


def test_sources_left_out_of_the_table_are_counted_and_registered(passed: Report) -> None:
    many = tuple(f"assumption {n} of many" for n in range(9))
    line = passed.cost.lines[0].model_copy(update={"sources": many})
    report = passed.model_copy(update={"cost": passed.cost.model_copy(update={"lines": (line,)})})

    text = render(report, format="html")

    table = text[text.index('id="cost"') : text.index('id="register"')]
    assert "… and 6 more at" in table
    assert many[3] not in table
    assert all(source in register_of(text) for source in many)


def test_every_link_inside_the_page_arrives(report: Report) -> None:
    shown = page(report)

    inside = {link[1:] for link in shown.attributes("href") if link.startswith("#")}
    assert inside <= set(shown.attributes("id"))
    assert len(shown.attributes("id")) == len(set(shown.attributes("id")))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_number_appears_for_what_was_not_measured(never: Report, lang: str) -> None:
    text = render(never, format="html", lang=lang)
    keys = text[text.index('class="keys"') : text.index('class="halves"')]
    tested = text[text.index('id="tested"') : text.index("<table")]

    bare = [re.sub(r"<[^>]*>", "", part) for part in re.findall(r'<p class="big[^"]*">.*?</p>', keys)]
    assert len(bare) == 4
    assert not any(re.search(r"\d", part) for part in bare)
    assert "verdict-pass" not in keys
    assert not re.search(r"\d", re.sub(r'<[^>]*>|<span class="number">2</span>', "", tested.split("</h2>")[1]))


def test_a_step_that_did_not_run_has_no_duration(failed: Report) -> None:
    text = render(failed, format="html")
    row = text[text.index("<code>probe-api</code>") :]
    row = row[: row.index("</tr>")]

    assert "not measured" in row
    assert "not run" in row
    assert not re.search(r">\s*0", row)


def test_the_unknown_never_looks_like_a_pass(report: Report) -> None:
    text = render(report, format="html")

    for part in re.findall(r'<(?:span|p) class="[^"]*verdict-(\w+)"><span class="mark"[^>]*>(.)</span> ([^<]+)<', text):
        assert part in {
            ("pass", "✓", "pass"), ("fail", "✕", "fail"), ("unknown", "?", "unknown"),
            ("pass", "✓", "Yes"), ("fail", "✕", "No"), ("unknown", "?", "Not proven"),
        }  # fmt: skip
    untested = text[text.index('id="untested"') : text.index('id="holds"')]
    assert "verdict-pass" not in untested


def test_nothing_rehearsed_is_nowhere_a_pass(never: Report) -> None:
    assert '"verdict verdict-pass"' not in render(never, format="html")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_headings_never_skip_a_level(report: Report, lang: str) -> None:
    levels = [int(tag[1]) for tag, _ in page(report, lang).tags if re.fullmatch(r"h[1-6]", tag)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_table_has_a_caption_and_scoped_headings(report: Report) -> None:
    shown = page(report)
    names = [tag for tag, _ in shown.tags]

    assert names.count("table") == names.count("caption")
    assert all("scope" in attrs for tag, attrs in shown.tags if tag == "th")
    assert [attrs["lang"] for tag, attrs in shown.tags if tag == "html"] == ["en"]
    assert {"header", "main", "footer", "nav"} <= set(names)


def test_what_was_not_tried_is_counted_and_each_has_its_reason(passed: Report) -> None:
    shown = page(passed).text

    assert "What was not tested: 14 of 17 capabilities not tried" in shown
    assert all(one.why in shown for one in passed.exercised)
    assert all(one.what in shown and one.why in shown for one in passed.not_exercised)


def test_details_that_are_not_printed_are_counted(failed: Report) -> None:
    shown = page(failed).text

    assert "attestations/2020/04/000040.pdf" in shown
    assert "attestations/2020/04/000041.pdf" not in shown
    assert "… and 12 more in the journal" in shown


def test_a_lab_is_said_not_to_be_the_cloud(passed: Report) -> None:
    live = passed.model_copy(update={"place": "two real accounts"})

    assert "A lab is not the cloud." in page(passed).text
    assert "A lab is not the cloud." not in page(live).text


def test_an_accepted_finding_stays_and_says_until_when(passed: Report) -> None:
    shown = page(passed).text.replace("\u00a0", " ")

    assert "Accepted until 31 January 2027 Reason: two copies are enough" in shown


def test_the_french_page_marks_what_is_english(passed: Report) -> None:
    text = render(passed, format="html", lang="fr")

    assert '<html lang="fr">' in text
    assert "Textes de référence en anglais." in text
    assert f'<span lang="en">{passed.reasons[0]}</span>' in text


def test_the_same_report_is_the_same_page(report: Report) -> None:
    assert render(report, format="html") == render(report, format="html")


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(letter * 2 for letter in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_ink_can_be_read_on_its_paper(passed: Report) -> None:
    text = render(passed, format="html")
    palettes = [dict(re.findall(r"--(\w+): (#\w+)", block)) for block in re.findall(r":root {(.*?)}", text, re.DOTALL)]

    assert len(palettes) == 3
    for palette in palettes:
        inks = palettes[0] | palette
        for ink in ("text", "muted", "accent", "pass", "fail", "unknown"):
            dark, light = sorted((luminance(inks[ink]), luminance(inks["paper"])))
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, inks)


def test_a_write_of_which_nobody_can_tell_is_on_the_first_page_of_every_format(passed: Report) -> None:
    unknown = Evidence(
        what="writes unknown", value=Decimal(7), unit="writes", basis=Basis.MEASURED, sources=("clients-web.jsonl",)
    )
    measured = passed.measurements.model_copy(update={"unknown": unknown})  # type: ignore[union-attr]
    report = passed.model_copy(update={"measurements": measured})

    for form in ("html", "table", "md"):
        told = render(report, format=form).replace("\u00a0", " ")
        assert "nobody can tell whether they are there" in told
        assert "7 writes" in told
        assert "nobody can tell" not in render(passed, format=form)
    [lost] = [one for one in pdf._Told(report, Language.load("en")).page()["keys"] if one["label"] == "Data lost"]
    assert "7" in lost["goal"]
