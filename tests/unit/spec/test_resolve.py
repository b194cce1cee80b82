"""References between components, and the order they come in."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spec_samples import EVERY_KIND, SHOP, component, read, said

from exitkit.model.workload import KINDS
from exitkit.spec.resolve import ordered

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
        "there is no kind `buckett`; kinds: " + ", ".join(KINDS),
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


def test_what_refers_to_a_component_says_so_in_its_schema_and_is_needed() -> None:
    workload = read(EVERY_KIND)

    for part in workload.components:
        assert part.needs() == tuple(dict.fromkeys(reference.name for reference in part.references()))
    assert {part.name: part.needs() for part in workload.components} == {
        "net": (),
        "seal": (),
        "token": (),
        "files": ("seal",),
        "orders": ("net", "seal"),
        "jobs": ("net",),
        "fast": ("net",),
        "pods": ("net",),
        "web": ("net", "files", "orders", "jobs", "fast", "token", "seal"),
        "names": ("web",),
        "errors": ("web",),
    }


def test_every_kind_is_in_the_document_of_every_kind() -> None:
    assert {part.kind for part in read(EVERY_KIND).components} == KINDS.keys()


@pytest.mark.parametrize(
    ("body", "message", "marked", "suggestion"),
    [
        ("kind: bucket, key: sael", "it needs key `sael`, which is not defined", "sael", "did you mean `seal`?"),
        (
            "kind: alarm, on: net, when: cpu, above: 1, notify: a@b.fr",
            "it watches `net`, which is a network",
            "net",
            "",
        ),
        (
            "kind: domain, zone: a.fr, records: {www: {to: wep}}",
            "it leads to `wep`, which is not defined",
            "wep",
            "did you mean `web`?",
        ),
        (
            "kind: domain, zone: a.fr, records: {www: {to: worker}}",
            "it: `www` leads to `worker`, which answers nobody (`public: false`)",
            "{www: {to: worker}}",
            "",
        ),
        (
            "kind: alarm, on: jobs, when: cpu, above: 1, notify: a@b.fr",
            "it: `cpu` of jobs cannot be watched: a queue has `depth`",
            "cpu",
            "",
        ),
        (
            "kind: alarm, on: worker, when: errors, above: 1, notify: a@b.fr",
            "it: `errors` of worker cannot be watched: a worker, which has no load balancer, has `cpu`",
            "errors",
            "",
        ),
        (
            "kind: domain, zone: a.fr, records: {www: {type: A}}",
            "records.www of it: a record says `to` and a service, or `type` and `value`",
            "{type: A}",
            "",
        ),
        (
            "kind: domain, zone: a.fr, records: {w w: {to: web}}",
            "`w w` in records of it must be a label, such as `www`, or `@` for the domain itself",
            "w w",
            "",
        ),
        (
            "kind: domain, zone: a.fr, records: {'@': {type: CNAME, value: b.fr.}}",
            "it: `@` cannot be a CNAME: the zone itself is no other name",
            "{'@': {type: CNAME, value: b.fr.}}",
            "",
        ),
        (
            "kind: queue, keep: 20 days",
            "keep of it: 20 days is not between 60 s and 14 days",
            "20 days",
            "both clouds keep to these limits",
        ),
        (
            "kind: cache, network: net, release: 8.0",
            "release of it must be '7.2' or '8.0', not the number `8.0`",
            "8.0",
            'write "8.0", in quotes, for a version',
        ),
        (
            'kind: cluster, release: "1.32", network: net, nodes: {memory: 8}',
            "nodes.memory of it must be a number with its unit, not the number `8`",
            "8",
            "such as `8 GiB`",
        ),
        (
            'kind: cluster, release: "1.32", network: net, nodes: {min: 5, max: 2}',
            "nodes of it: at least 5 and at most 2 machines is no range",
            "{min: 5, max: 2}",
            "",
        ),
    ],
)
def test_what_does_not_go_together_is_said_at_its_place(body: str, message: str, marked: str, suggestion: str) -> None:
    worker = "  worker: {kind: service, image: a, network: net, public: false}\n"
    found = said(f"{EVERY_KIND}{worker}  it: {{{body}}}\n")

    assert [(text, mark) for text, mark, _ in found] == [(message, marked)]
    assert suggestion in found[0][2]


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
