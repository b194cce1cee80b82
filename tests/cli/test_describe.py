"""The verbs that describe: init, validate, schema."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from tests.cli.conftest import Ask
from tests.conftest import Said

Holds = Callable[[str, Said], None]

FIVE = """\
name: shop
objectives:
  outage: soon
components:
  net:
    kind: network
  images:
    kind: bukket
  orders:
    kind: postgres
    release: 16
    network: back
  web:
    kind: service
    image: registry.example/shop:4.2
    network: net
    hostnam: shop.example
accept:
  - {rule: LK102, on: wbe, because: "releases happen at night", until: 2027-01-31}
"""


@pytest.mark.parametrize(("example", "parts"), [("shop", 4), ("pge-attestation", 12)])
def test_what_init_writes_is_sound(ask: Ask, tmp_path: Path, example: str, parts: int) -> None:
    begun = ask("init", "--example", example)

    assert begun == Said(0, f"wrote workload.yaml   {parts} components, commented\n", "next: exitkit validate\n")
    assert (tmp_path / "workload.yaml").read_text().count("#") > 3
    assert ask("validate").out.startswith(f"{example} is sound: {parts} components, needing ")


def test_init_elsewhere_says_where(ask: Ask) -> None:
    said = ask("init", "deep/down")

    assert said.out == "wrote deep/down/workload.yaml   4 components, commented\n"
    assert said.err == "next: exitkit validate deep/down/workload.yaml\n"


def test_init_overwrites_nothing(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "workload.yaml").write_text("mine")

    said = ask("init")

    assert said.code == 2
    assert said.err == "error: workload.yaml is there already\n\nhint: `exitkit validate` checks it\n"
    assert (tmp_path / "workload.yaml").read_text() == "mine"


def test_init_knows_its_examples(ask: Ask, tmp_path: Path) -> None:
    said = ask("init", "deep", "--example", "bakery")

    assert said == Said(2, "", "error: there is no example `bakery`\n\nhint: examples: shop, pge-attestation\n")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_is_named(ask: Ask) -> None:
    said = ask("validate", "nope.yaml")

    assert said == Said(2, "", "error: there is no file `nope.yaml`\n\nhint: `exitkit init` writes one to start from\n")


def test_five_mistakes_are_told_with_their_five_places(ask: Ask, tmp_path: Path, holds: Holds) -> None:
    (tmp_path / "workload.yaml").write_text(FIVE)

    said = ask("validate")

    assert said.code == 2
    assert said.out == ""
    assert said.err.count("--> workload.yaml:") == 5
    holds("five-mistakes", said)


def test_five_mistakes_in_json_are_an_answer(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "workload.yaml").write_text(FIVE)

    said = ask("validate", "-f", "json")
    told = json.loads(said.out)

    assert (said.code, said.err) == (2, "")
    assert (told["format_version"], told["sound"]) == (1, False)
    places = [(one["file"], one["line"], one["column"]) for one in told["mistakes"]]
    assert places == [
        ("workload.yaml", line, column) for line, column in ((3, 11), (8, 11), (12, 14), (17, 5), (19, 23))
    ]
    assert all(one["message"] and one["excerpt"] for one in told["mistakes"])


def test_a_sound_workload_in_json_is_whole(ask: Ask, pge: Path) -> None:
    said = ask("validate", "-f", "json")
    told = json.loads(said.out)

    assert (said.code, said.err) == (0, "")
    assert (told["format_version"], told["sound"], told["mistakes"]) == (1, True, [])
    assert {"net", "dossiers", "register", "web"} < {one["name"] for one in told["workload"]["components"]}


def test_a_sound_workload_is_counted(ask: Ask, pge: Path) -> None:
    assert ask("validate") == Said(0, "pge-attestation is sound: 12 components, needing 36 capabilities\n", "")


@pytest.mark.parametrize("document", ["workload", "plan", "journal", "report", "inventory"])
def test_a_schema_is_one(ask: Ask, document: str) -> None:
    said = ask("schema", document)
    schema = json.loads(said.out)

    assert (said.code, said.err) == (0, "")
    jsonschema.Draft202012Validator.check_schema(schema)
    assert document in schema["$id"]


def test_the_schema_of_a_plan_holds_of_a_plan(ask: Ask, pge: Path) -> None:
    ask("plan", "-o", "exit.plan.json")

    schema = json.loads(ask("schema", "plan").out)

    jsonschema.validate(json.loads(pge.with_name("exit.plan.json").read_text()), schema)


def test_the_schema_of_an_inventory_holds_of_a_scan(ask: Ask, tmp_path: Path) -> None:
    Path("infra").mkdir()
    Path("infra/main.tf").write_text('resource "aws_sqs_queue" "q" {}\nmodule "m" { source = "./no" }\n')
    ask("scan", "infra", "--no-cache", "-o", "scan.json")

    schema = json.loads(ask("schema", "inventory").out)

    jsonschema.validate(json.loads(Path("scan.json").read_text()), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"format_version": 1, "headline": "x"}, schema)


def test_an_unknown_document_names_the_known_ones(ask: Ask) -> None:
    said = ask("schema", "poem")

    assert said == Said(
        2, "", "error: there is no document `poem`\n\nhint: documents: workload, plan, journal, report, inventory\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [("validate",), ("place",), ("generate", "--check"), ("plan",), ("score",), ("providers", "list"),
     ("providers", "show", "aws"), ("doctor",)],
    ids=" ".join,
)  # fmt: skip
def test_an_unknown_format_is_refused(ask: Ask, shop: Path, arguments: tuple[str, ...]) -> None:
    said = ask(*arguments, "-f", "xml")

    assert (said.code, said.out) == (2, "")
    assert "xml" in said.err
    assert "json" in said.err
