"""The JSON Schema for editors says what the loader says."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from spec_samples import EVERY_KIND, PROVIDERS, SHOP, component, mistakes, read

from exitkit.errors import SpecError
from exitkit.model.workload import KINDS
from exitkit.spec.document import schema
from exitkit.spec.nodes import Source
from exitkit.spec.parse import parse

SCHEMA = schema(providers=PROVIDERS)
VALIDATOR = Draft202012Validator(SCHEMA)
ASKED = "kind: service, network: net, image: a, probes:"


def plain(text: str) -> Any:
    root = parse(text, Source.of(text, "workload.yaml")).root
    assert root is not None
    return root.value


def sound(text: str) -> bool:
    try:
        read(text)
    except SpecError:
        return False
    return True


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA["$id"] == "urn:exitkit:schema:workload:1"
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


def test_it_is_the_same_whatever_order_the_providers_come_in() -> None:
    assert json.dumps(schema(providers=("ovh", "aws"))) == json.dumps(schema(providers={"aws", "ovh"}))


def test_every_field_of_every_kind_has_a_title_and_a_description() -> None:
    for kind in KINDS:
        for word, part in SCHEMA["$defs"][kind]["properties"].items():
            assert part["title"] == word
            assert word == "kind" or part["description"] or "$ref" in part
        assert not {"name", "hatch", "retain_days"} & SCHEMA["$defs"][kind]["properties"].keys()


def test_sizes_are_shown_with_their_unit() -> None:
    memory = SCHEMA["$defs"]["postgres"]["properties"]["memory"]

    assert memory["default"] == "8.0 GiB"
    assert "48.2 GiB" in memory["examples"]
    assert {"type": "string", "pattern": memory["anyOf"][0]["pattern"]} == memory["anyOf"][0]


def test_a_count_stays_a_count() -> None:
    assert SCHEMA["$defs"]["bucket"]["properties"]["objects"]["anyOf"][0] == {"type": "integer", "minimum": 0}


@pytest.mark.parametrize(
    "text",
    [
        SHOP,
        EVERY_KIND,
        "name: s\ncomponents: {net: {kind: network}}",
        "name: s\nobjectives:\naccept:\ncomponents: {b: {kind: bucket, size: , aws: {x: [1]}, local: {}}}",
        component(f"{ASKED} [{{path: /a, status: 404, contains: none, within: 2 s}}, {{path: /b}}]"),
        SHOP.replace("data-loss: 1 min", "data-loss: 0"),
        SHOP.replace("on: web\n", "on: ~\n"),
    ],
)
def test_both_accept_the_good(text: str) -> None:
    assert sound(text)
    assert list(VALIDATOR.iter_errors(plain(text))) == []


@pytest.mark.parametrize(
    "text",
    [
        "name: shop",
        "components: {net: {kind: network}}",
        "name: Shop\ncomponents: {net: {kind: network}}",
        "name: shop\ncomponents: {}",
        "name: shop\ncomponents: [net]",
        "name: shop\ncomponents: {Net: {kind: network}}",
        "name: shop\ncomponents: {net: }",
        "name: shop\nversion: 1\ncomponents: {net: {kind: network}}",
        component("size: 3 GB"),
        component("kind: buckett"),
        component("kind: bucket, verisons: true"),
        component("kind: bucket, name: it"),
        component("kind: bucket, hatch: {}"),
        component("kind: bucket, retain_days: 3"),
        component("kind: bucket, retain-days: -3"),
        component("kind: bucket, size: 48"),
        component("kind: bucket, size: 48 gigs"),
        component("kind: bucket, versions: 'true'"),
        component("kind: bucket, versions: yes"),
        component("kind: bucket, aws: 3"),
        component("kind: bucket, azure: {}"),
        component("kind: postgres, network: net"),
        component("kind: postgres, network: net, release: 12"),
        component("kind: postgres, network: net, release: '16'"),
        component("kind: service, network: net, image: 4.2"),
        component("kind: service, network: net, image: a, replicas: 51"),
        component("kind: service, network: net, image: a, uses: images"),
        component("kind: service, network: net, image: a, environment: {A: 4}"),
        component(f"{ASKED} [{{path: a}}]"),
        component(f"{ASKED} [{{status: 200}}]"),
        component(f"{ASKED} [{{path: /a, status: 20}}]"),
        component(f"{ASKED} [{{path: /a, within: soon}}]"),
        component(f"{ASKED} [{{path: /a, within: 3}}]"),
        component("kind: service, network: net, image: a, canary: {write: a, body: {}, read: '/{identifier}'}"),
        component("kind: service, network: net, image: a, canary: {write: /a, body: {}, read: /a}"),
        component("kind: service, network: net, image: a, canary: {write: /a, read: '/{identifier}'}"),
        SHOP.replace("outage: 15 min", "outage: 15"),
        SHOP.replace("outage: 15 min", "outtage: 15 min"),
        SHOP.replace("stay-in: [EU]", "stay-in: EU"),
        SHOP.replace("until: 2027-01-31", "until: soon"),
        SHOP.replace("    because: ", "    reason: "),
    ],
)
def test_both_reject_the_bad(text: str) -> None:
    assert mistakes(text)
    assert not VALIDATOR.is_valid(plain(text))


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inside for place in places(item, (*path, key)))]


PLAIN = plain(SHOP)
PLACES = [place for place in places(PLAIN) if place]
VALUES = st.one_of(
    st.sampled_from(
        [None, True, 0, 7, 70_000, -1, 2.5, "", "net", "images", "3 GB", "5 min", "no", "2027-02-01", "/a"]
    ),
    st.just([]),
    st.just({}),
    st.just(["images"]),
    st.just({"kind": "network"}),
)
WORDS = st.sampled_from(
    [
        *(
            "size",
            "aws",
            "retain-days",
            "retain_days",
            "name",
            "hatch",
            "kind",
            "on",
            "uses",
            "extra",
            "[key]",
            "canary",
        ),
        *("to", "type", "nodes", "for"),
    ]
)


@st.composite
def mutants(draw: st.DrawFn) -> Any:
    document = deepcopy(draw(st.sampled_from([PLAIN, plain(EVERY_KIND)])))
    for _ in range(draw(st.integers(1, 2))):
        place = draw(st.sampled_from(places(document)[1:] or [("name",)]))
        holder = document
        for step in place[:-1]:
            holder = holder[step]
        if draw(st.booleans()):
            holder[place[-1]] = deepcopy(draw(VALUES))
        elif draw(st.booleans()) and isinstance(holder, dict):
            holder[draw(WORDS)] = deepcopy(draw(VALUES))
        else:
            del holder[place[-1]]
    return document


MUTANTS = 300

# What a schema cannot say: what a name refers to, which range is private, which day exists, which unit there is.
BEYOND = (
    *("which is", "cidr of", "is not a duration", "is not a size", "must be a date"),
    *("cannot be watched", "cannot be a CNAME", "which answers nobody", "is not between", "whole minutes", "no range"),
)


@settings(deadline=None, max_examples=MUTANTS)
@given(mutants())
def test_schema_and_loader_agree_on_what_they_both_can_see(document: Any) -> None:
    text = json.dumps(document, indent=1)

    if sound(text):
        assert VALIDATOR.is_valid(document)
    elif VALIDATOR.is_valid(document):
        assert all(any(words in mistake.message for words in BEYOND) for mistake in mistakes(text))
