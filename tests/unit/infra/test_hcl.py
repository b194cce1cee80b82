"""The rules of canonical HCL, one by one."""

from __future__ import annotations

from decimal import Decimal

import pytest

from exitkit.infra.hcl import Attribute, Blank, Block, Comment, Expression, Item, Value, attributes, quote, render


def written(value: Value) -> str:
    return render((Attribute("x", value),)).removeprefix("x = ").removesuffix("\n")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (-3, "-3"),
        (1.5, "1.5"),
        (Decimal("0.0200"), "0.0200"),
        ("it's", '"it\'s"'),
        ([], "[]"),
        ({}, "{}"),
        ([1, "a"], '[1, "a"]'),
        ({"a": 1}, "{\n  a = 1\n}"),
        (Expression("var.x"), "var.x"),
    ],
)
def test_a_value_is_written_as_hcl_writes_it(value: Value, text: str) -> None:
    assert written(value) == text


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('say "hi"', r'"say \"hi\""'),
        ("C:\\new", r'"C:\\new"'),
        ("a\nb\tc\r", r'"a\nb\tc\r"'),
        ("${var.x}", '"$${var.x}"'),
        ("%{ if x }", '"%%{ if x }"'),
        ("$${x}", r'"\u0024$${x}"'),
        ("5 $ and 5 %", '"5 $ and 5 %"'),
        ("é 😀", '"é 😀"'),
        ("\x00\u200b\U000e0001", r'"\u0000\u200b\U000e0001"'),
    ],
)
def test_nothing_in_a_text_is_taken_for_an_escape_or_a_template(text: str, quoted: str) -> None:
    assert quote(text) == quoted


def test_neighbours_on_one_line_each_are_aligned_until_something_stands_between() -> None:
    body = (
        *attributes({"a": 1, "long_name": 2, "many": {"k": 1, "key": 2}, "b": 3}),
        Comment("apart"),
        Attribute("longest_name", 4),
        Blank(),
        Attribute("c", 5),
    )

    assert render((Block("block", ("label",), body),)) == (
        'block "label" {\n'
        "  a         = 1\n"
        "  long_name = 2\n"
        "  many = {\n"
        "    k   = 1\n"
        "    key = 2\n"
        "  }\n"
        "  b = 3\n"
        "\n"
        "  # apart\n"
        "  longest_name = 4\n"
        "\n"
        "  c = 5\n"
        "}\n"
    )


def test_blocks_stand_apart_and_an_empty_one_stays_on_its_line() -> None:
    items = (Attribute("a", 1), Block("one"), Block("two", body=(Blank(), Block("inner"), Blank())), Attribute("b", 2))

    assert render(items) == "a = 1\n\none {}\n\ntwo {\n  inner {}\n}\n\nb = 2\n"


def test_a_long_list_takes_a_line_for_each_item() -> None:
    assert written(["x" * 50, "y" * 50]) == f'[\n  "{"x" * 50}",\n  "{"y" * 50}",\n]'


def test_keys_are_quoted_only_where_they_must_be() -> None:
    keys = {"plain-key": 1, "two words": 2, "9": 3, "for": 4, "é": 5}

    assert written(keys).splitlines()[1:-1] == [
        "  plain-key   = 1",
        '  "two words" = 2',
        '  "9"         = 3',
        '  "for"       = 4',
        '  "\\u00e9"    = 5',
    ]


def test_the_lines_of_an_expression_are_indented_with_what_surrounds_it() -> None:
    item = Block("locals", body=(Attribute("place", Expression("{\n  region = var.region\n}")),))

    assert render((item,)) == "locals {\n  place = {\n    region = var.region\n  }\n}\n"


@pytest.mark.parametrize(
    "item",
    [
        Attribute("two words", 1),
        Attribute("x", float("nan")),
        Attribute("x", Decimal("Infinity")),
        Attribute("x", "\ud800"),
        Block("no-такое", body=()),
    ],
)
def test_what_hcl_cannot_say_is_refused(item: Item) -> None:
    with pytest.raises(ValueError, match=r".+"):
        render((item,))


def test_nothing_is_written_as_nothing() -> None:
    assert render(()) == ""
