"""Reading a file: what is read, what is refused, and where the complaint points."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from spec_samples import PROVIDERS, SHOP, component, mistakes, read, said

from exitkit.errors import ExitCode, SpecError, UsageError
from exitkit.model.kinds.bucket import Bucket
from exitkit.model.kinds.service import Service
from exitkit.spec.load import load, load_text
from exitkit.units import Bytes, Duration


def test_the_sample_is_read_as_it_was_meant() -> None:
    workload = read(SHOP)

    web, images = workload.of(Service)[0], workload.of(Bucket)[0]
    assert [part.name for part in workload.components] == ["net", "images", "orders", "web"]
    assert workload.objectives.outage == Duration.parse("15 min")
    assert workload.objectives.stay_in == ("EU",)
    assert images.size == Bytes.parse("48.2 GiB")
    assert web.uses == ("images", "orders")
    assert web.environment == {"LANGUAGE": "no", "on": "weekdays"}
    assert web.canary is not None
    assert web.canary.body == {"customer": "canary {n}", "lines": [{"article": 1, "count": 2}]}
    assert workload.accept[0].until == date(2027, 1, 31)


def test_five_mistakes_are_reported_as_five_in_file_order_with_exact_places() -> None:
    text = SHOP.replace("outage: 15 min", "outage: 15 parsecs")
    text = text.replace("versions: true", "verisons: true")
    text = text.replace("16, size: 12 GiB, network: net", "12, network: back")
    text = text.replace("read: /orders/{identifier}", "read: /orders")

    found = [(m.line, m.column, m.width, m.message, m.suggestion) for m in mistakes(text)]

    assert found == [
        (
            4, 11, 10, "outage of objectives: `15 parsecs` is not a duration",
            "write a number and a unit, such as `15 min` or `30 days`",
        ),
        (10, 42, 8, "a bucket has no `verisons`", "did you mean `versions`?"),
        (11, 37, 2, "release of orders must be 14, 15, 16, 17 or 18, not the number `12`", ""),
        (11, 50, 4, "orders needs network `back`, which is not defined", "did you mean `net`?"),
        (
            25, 13, 7,
            "canary.read of web must be a path that begins with `/` and holds `{identifier}`, not the text `/orders`",
            "",
        ),
    ]  # fmt: skip


def test_a_mistake_carries_the_file_and_the_line_it_stands_on() -> None:
    mistake = mistakes(SHOP.replace("network: net}", "network: back}"))[0]

    assert mistake.file == "workload.yaml"
    assert mistake.excerpt == "  orders: {kind: postgres, release: 16, size: 12 GiB, network: back}"
    assert mistake.excerpt[mistake.column - 1 :][: mistake.width] == "back"


def test_an_error_of_the_spec_is_ours_to_explain_and_yours_to_mend() -> None:
    with pytest.raises(SpecError) as caught:
        read("name: shop")

    assert caught.value.exit_code is ExitCode.YOU
    assert caught.value.hint == "`exitkit schema workload` prints everything a component may say"


def test_a_file_is_named_in_its_mistakes_as_it_was_given(tmp_path: Path) -> None:
    file = tmp_path / "workload.yaml"
    file.write_text("nam: shop\n")

    with pytest.raises(SpecError) as caught:
        load(file, providers=PROVIDERS)

    assert {mistake.file for mistake in caught.value.mistakes} == {str(file)}


def test_a_good_file_is_loaded_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "workload.yaml"

    for mark in (b"", b"\xef\xbb\xbf"):
        file.write_bytes(mark + SHOP.encode())
        assert load(file, providers=PROVIDERS) == read(SHOP)


def test_lines_end_as_windows_ends_them(tmp_path: Path) -> None:
    assert read(SHOP.replace("\n", "\r\n")) == read(SHOP)


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no file") as caught:
        load(tmp_path / "workload.yaml", providers=PROVIDERS)

    assert "exitkit init" in caught.value.hint


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load(tmp_path, providers=PROVIDERS)


def test_bytes_that_are_not_utf_8_are_pointed_at(tmp_path: Path) -> None:
    file = tmp_path / "workload.yaml"
    file.write_bytes("name: shop\n# é ".encode() + "café".encode("latin-1") + b"\n")

    with pytest.raises(SpecError) as caught:
        load(file, providers=PROVIDERS)

    mistake = caught.value.mistakes[0]
    assert (mistake.line, mistake.column, mistake.message) == (2, 8, "this is not UTF-8 text")


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("", "the file is empty", 1, 1),
        ("# nothing yet\n", "the file is empty", 1, 1),
        ("- net\n", "a workload is names with values, such as `name: shop`, not a list", 1, 1),
        ("name: shop\n\tcomponents: {}", "a tab cannot stand here", 2, 1),
        ("name: shop\n---\nname: shop\n", "a workload is one document, and another begins here", 2, 1),
        ('name: "shop\n', "this quoted text is never closed", 1, 7),
        ("components: {net: {kind: network}\n", "this `{` is never closed", 1, 13),
        ("objectives: {stay-in: [EU}", "a `,` or a `]` is expected here", 1, 26),
        ("name: shop: two", "a `:` cannot stand here", 1, 11),
        ("name: shop\n  size: 3", "a `:` cannot stand here", 2, 7),
        ("name: @shop", "a text cannot begin with this character", 1, 7),
        ('name: "\\q"', "this is no escape that YAML knows", 1, 9),
        ('name: "\\UFFFFFFFF"', "this is no character or number that YAML knows", 1, 10),
        ("name: s\x07hop", "a character that cannot be printed (U+0007) stands here", 1, 8),
        ("name: *other", "`*other` stands for nothing: there is no `&other` before it", 1, 7),
        ("name: &me [*me]", "`*me` stands inside what it stands for", 1, 12),
        ("name: shop\ncomponents\n", "a `:` is missing after this", 2, 1),
        ("a:\n  - b\n c: d", "this does not line up with the lines before it", 3, 2),
        ('name: "a" b', "this cannot stand here", 1, 11),
        ("[" * 60, "this is nested too deep: more than 50 levels", 1, 51),
    ],
)
def test_what_is_not_yaml_is_said_in_plain_words(text: str, message: str, line: int, column: int) -> None:
    first = mistakes(text)[0]

    assert (first.message, first.line, first.column) == (message, line, column)


@pytest.mark.parametrize(
    ("text", "message", "marked"),
    [
        ("name: shop\nname: shop\n", "`name` is said twice; the first time is on line 1", "name"),
        ("3: shop\n", "a name must be a text, and a bare `3` is not", "3"),
        ("? [a]\n: b\n", "a name is expected here, before the `:`", "[a]"),
        ("?\n: b\n", "a name is missing before the `:`", ""),
        ("name: !!python/name:os.system x\n", "tags, such as `!!str`, are not read; leave it out", "!"),
        ("name: &a shop\n<<: {a: b}\n", "merging with `<<` is not read; write the fields out", "<<"),
        ('name: "\\ud800"', "this text holds half a character, which no file can store", '"\\ud800"'),
    ],
)
def test_what_can_be_read_past_is_reported_with_the_rest(text: str, message: str, marked: str) -> None:
    assert (message, marked) in [(said, mark) for said, mark, _ in said(text)]


def test_a_merge_key_makes_no_false_mistakes() -> None:
    assert [message for message, _, _ in said(component("<<: {kind: bucket}, size: 3 GB"))] == [
        "merging with `<<` is not read; write the fields out"
    ]


def test_an_alias_stands_for_what_it_names() -> None:
    text = SHOP.replace("{kind: network}", "{kind: network}\n  copy: &copy {kind: bucket}\n  other: *copy")

    assert [part.name for part in read(text).of(Bucket)] == ["copy", "other", "images"]


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    [
        "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 40)),
        "a: &a {b: &b {c: &c [" + "x, " * 1000 + "]}}\nd: [" + "*a, " * 5000 + "]\n",
        "[" * 500_000,
        "- " * 300_000,
        "? " * 300_000,
        "a: [" + "1," * 400_000 + "]",
        " " * 3_000_000,
    ],
    ids=["laughs", "square", "brackets", "dashes", "questions", "wide", "long"],
)
def test_bombs_are_refused_fast(text: str) -> None:
    began = time.monotonic()

    found = mistakes(text)

    assert time.monotonic() - began < 10
    assert len(found) == 1


def test_a_number_too_long_to_count_is_refused() -> None:
    for written in (f'"{"9" * 900_000} GB"', "9" * 900_000, "1" * 70 + " GB"):
        assert "must be a number with its unit" in said(component(f"kind: bucket, size: {written}"))[0][0]


def test_a_workload_survives_its_canonical_form() -> None:
    workload = read(SHOP)

    assert type(workload).model_validate_json(workload.canonical()) == workload


def test_the_file_may_be_called_anything() -> None:
    with pytest.raises(SpecError) as caught:
        load_text("", "-", ())

    assert caught.value.mistakes[0].file == "-"
