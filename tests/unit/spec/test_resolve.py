"""References between components, and the order they come in."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spec_samples import SHOP, component, read, said

from exitkit.model.kinds.postgres import Postgres
from exitkit.model.kinds.service import Service
from exitkit.model.workload import KINDS
from exitkit.spec.resolve import REFERENCES, ordered
from exitkit.spec.words import aliases

SERVICE = "kind: service, image: a"


@pytest.mark.parametrize(
    ("body", "message", "marked", "suggestion"),
    [
        (f"{SERVICE}, network: nett", "it needs network `nett`, which is not defined", "nett", "did you mean `net`?"),
        (f"{SERVICE}, network: back", "it needs network `back`, which is not defined", "back", "did you mean `net`?"),
        (
            f"{SERVICE}, network: images",
            "it needs network `images`, which is a bucket",
            "images",
            "did you mean `net`?",
        ),
        (f"{SERVICE}, network: it", "it needs network `it`, which is a service", "it", "did you mean `net`?"),
        (
            f"{SERVICE}, network: net, uses: [imags]",
            "it uses `imags`, which is not defined",
            "imags",
            "did you mean `images`?",
        ),
        (
            f"{SERVICE}, network: net, uses: [net]",
            "it uses `net`, which is a network",
            "net",
            "did you mean `images`?",
        ),
    ],
)
def test_a_reference_names_a_component_of_the_right_kind(body: str, message: str, marked: str, suggestion: str) -> None:
    assert said(component(body)) == [(message, marked, suggestion)]


def test_where_several_could_be_meant_they_are_named() -> None:
    text = SHOP.replace("{kind: network}", "{kind: network}\n  dmz: {kind: network}").replace(
        "network: net}", "network: q}"
    )

    assert said(text) == [("orders needs network `q`, which is not defined", "q", "there is `net`, `dmz`")]


def test_where_none_could_be_meant_that_is_said() -> None:
    text = "name: shop\ncomponents: {orders: {kind: postgres, release: 16, network: net}}"

    assert said(text)[0][2] == "there is no network yet"


def test_a_component_with_mistakes_hides_none_and_makes_none() -> None:
    text = SHOP.replace("kind: bucket", "kind: buckett").replace("release: 16", "release: 12")
    text = text.replace("12 GiB, network: net", "12 GiB, network: back")

    assert [message for message, _, _ in said(text)] == [
        "there is no kind `buckett`; kinds: network, service, bucket, postgres",
        "release of orders must be 14, 15, 16, 17 or 18, not the number `12`",
        "orders needs network `back`, which is not defined",
    ]


def test_a_badly_named_component_can_still_be_referred_to() -> None:
    text = SHOP.replace("  net:    {", "  Net:    {").replace("network: net", "network: Net")

    assert not [message for message, _, _ in said(text) if "not defined" in message]


def test_components_come_after_the_ones_they_need() -> None:
    lines = SHOP.splitlines(keepends=True)
    upside_down = "".join([*lines[:8], *lines[11:25], lines[10], lines[9], lines[8], *lines[25:]])

    assert [part.name for part in read(upside_down).components] == ["images", "net", "orders", "web"]
    assert upside_down.index("web:") < upside_down.index("orders:") < upside_down.index("net:")


def test_every_name_a_kind_needs_stands_in_a_field_we_follow() -> None:
    full = {
        "network": KINDS["network"](name="n", kind="network"),
        "bucket": KINDS["bucket"](name="b", kind="bucket"),
        "postgres": Postgres(name="p", kind="postgres", release=16, network="net"),
        "service": Service(name="s", kind="service", image="a", network="net", uses=("images", "orders")),
    }

    assert full.keys() == KINDS.keys()
    for kind, part in full.items():
        followed = {"network": ("net",), "uses": ("images", "orders")}
        named = [name for field in REFERENCES if field in aliases(KINDS[kind]) for name in followed[field]]
        assert set(part.needs()) == set(named)


def graphs(highest: int) -> st.SearchStrategy[dict[str, set[str]]]:
    names = [f"c{number}" for number in range(highest)]
    needs = st.sets(st.sampled_from(names), max_size=3)
    return st.fixed_dictionaries(dict.fromkeys(names, needs))


@given(graphs(7))
def test_either_all_are_in_order_or_a_true_circle_is_shown(needs: dict[str, set[str]]) -> None:
    order, circle = ordered(needs)

    assert all(needs[name] <= set(order[:place]) for place, name in enumerate(order))
    assert all(after in needs[name] for name, after in zip(circle, (*circle[1:], *circle[:1]), strict=True))
    try:
        TopologicalSorter(needs).prepare()
    except CycleError:
        assert circle
    else:
        assert set(order) == needs.keys()
        assert circle == ()


@given(st.permutations(["a", "b", "c", "d"]))
def test_what_is_in_order_stays_as_it_is(names: list[str]) -> None:
    needs = {name: set(names[:place]) for place, name in enumerate(names)}

    assert ordered(needs) == (tuple(names), ())
