"""What we write is what `terraform fmt` would have written, and reads back as what we meant."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import hcl2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exitkit.infra.hcl import Attribute, Blank, Block, Comment, Expression, Item, Value, quote, render

needs_terraform = pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not on PATH")
slow = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))

names = st.from_regex(r"\A[a-z_][a-zA-Z0-9_-]{0,9}\Z").filter(lambda name: name != "type")
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=24) | st.sampled_from(
    ["", "${x}", "%{ if y }", "$${z}", "%%{", "$%{", "\\${", '"', "a\nb", "#", "//", "/*", "<<EOT", "é", "\u200b", "\0"]
)
numbers = st.integers(-(10**12), 10**12) | st.floats(allow_nan=False, allow_infinity=False, width=32)
expressions = st.sampled_from(
    [
        "var.region",
        "module.net.attachment",
        "local.tags",
        "[for zone in var.zones : upper(zone)]",
        'merge(local.tags, { Name = "x" })',
        "var.count > 1 ? -1 : 0",
        "{\n  region = var.region\n  zones  = var.zones\n}",
    ]
).map(Expression)
plain = st.none() | st.booleans() | numbers | texts
values: st.SearchStrategy[Value] = st.recursive(
    plain | expressions,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(names | texts, inner, max_size=5),
    max_leaves=12,
)
remarks = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40).map(Comment)
labels = st.from_regex(r"\A[a-zA-Z0-9_. -]{0,12}\Z")


def bodies(depth: int) -> st.SearchStrategy[tuple[Item, ...]]:
    attributes = st.builds(Attribute, names, values)
    items: st.SearchStrategy[Item] = attributes | attributes | remarks | st.just(Blank())
    if depth:
        items |= st.builds(Block, names, st.lists(labels, max_size=2).map(tuple), bodies(depth - 1))
    return st.lists(items, max_size=6).map(_named_once)


def _named_once(items: list[Item]) -> tuple[Item, ...]:
    """HCL lets a body name an attribute once."""
    once: dict[object, Item] = {}
    for place, item in enumerate(items):
        once.setdefault(item.name if isinstance(item, Attribute) else place, item)
    return tuple(once.values())


documents = bodies(3)


@needs_terraform
@pytest.mark.terraform
@slow
@given(st.lists(documents, min_size=30, max_size=30))
def test_terraform_fmt_has_nothing_to_change(batch: list[tuple[Item, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for number, items in enumerate(batch):
            Path(folder, f"{number}.tf").write_text(render(items), encoding="utf-8", newline="")

        done = _terraform(folder, "fmt", "-check", "-diff", "-no-color")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@needs_terraform
@pytest.mark.terraform
@slow
@given(st.lists(texts, min_size=60, max_size=60))
def test_terraform_reads_back_every_text(batch: list[str]) -> None:
    wanted = {f"o{number}": text for number, text in enumerate(batch)}
    with tempfile.TemporaryDirectory() as folder:
        outputs = (Block("output", (name,), (Attribute("value", [text, {text: 1}]),)) for name, text in wanted.items())
        Path(folder, "main.tf").write_text(render(outputs), encoding="utf-8", newline="")

        applied = _terraform(folder, "apply", "-auto-approve", "-no-color")
        told = json.loads(_terraform(folder, "output", "-json").stdout or "{}")

    assert applied.returncode == 0, applied.stderr
    assert {name: output["value"] for name, output in told.items()} == {
        name: [normal(text), {normal(text): 1}] for name, text in wanted.items()
    }


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.dictionaries(
        names,
        st.recursive(
            st.booleans() | st.integers(-(10**6), 10**6) | st.from_regex(r"\A[ -!#-\[\]-~]{0,12}\Z"),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.from_regex(r"\A[a-z]{1,8}\Z"), inner, max_size=3)
            ),
            max_leaves=6,
        ),
        max_size=5,
    )
)
def test_another_parser_reads_back_the_same_values(wanted: dict[str, Any]) -> None:
    text = render((Block("module", ("x",), tuple(Attribute(name, value) for name, value in wanted.items())),))

    body = hcl2.loads(text)["module"][0]['"x"']

    assert {name: _unquoted(value) for name, value in body.items() if name != "__is_block__"} == wanted


@given(texts)
def test_a_quoted_text_stays_on_its_line(text: str) -> None:
    assert len(quote(text).splitlines()) == 1


def _unquoted(value: Any) -> Any:
    match value:
        case str() if value.startswith('"'):
            return json.loads(value).replace("$${", "${").replace("%%{", "%{")
        case list():
            return [_unquoted(item) for item in value]
        case Mapping():
            return {key.strip('"'): _unquoted(item) for key, item in value.items()}
    return value


def normal(text: str) -> str:
    """Terraform keeps text in one normal form of Unicode."""
    from unicodedata import normalize

    return normalize("NFC", text)


def _terraform(folder: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    return subprocess.run(
        ["terraform", *arguments],
        cwd=folder,
        env=environment | {"CHECKPOINT_DISABLE": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
