"""Every mistake a part of the document can hold, in our words and at its place."""

from __future__ import annotations

import re
from typing import Any

import pytest
from spec_samples import SHOP, component, mistakes, read, said

from exitkit.errors import SpecError
from exitkit.model.kinds.bucket import Bucket
from exitkit.model.kinds.service import Service
from exitkit.model.workload import KINDS, Workload
from exitkit.spec.load import load_text
from exitkit.spec.words import PATTERNS

BUCKET, POSTGRES, SERVICE = (
    "kind: bucket",
    "kind: postgres, release: 16, network: net",
    "kind: service, image: a, network: net",
)
KINDS_THERE_ARE = f"kinds: {', '.join(KINDS)}"
UNIT = "must be a number with its unit"
BARE, OTHERS = "to some readers of YAML and a", "to others"


@pytest.mark.parametrize(
    ("body", "message", "marked", "suggestion"),
    [
        ("size: 3 GB", "it needs `kind`", "it", KINDS_THERE_ARE),
        ("kidn: bucket", "it needs `kind`", "it", "is `kidn` meant to be `kind`?"),
        (
            "kind: buckett", f"there is no kind `buckett`; {KINDS_THERE_ARE}",
            "buckett", "did you mean `bucket`?",
        ),
        ("kind: 3", f"there is no kind `3`; {KINDS_THERE_ARE}", "3", ""),
        ("kind: [bucket]", f"kind of it must be a word, not a list; {KINDS_THERE_ARE}",
         "[bucket]", ""),
        ("kind: ", f"kind of it must be a word, and nothing is written here; {KINDS_THERE_ARE}",
         " ", ""),
        (f"{BUCKET}, verisons: true", "a bucket has no `verisons`", "verisons", "did you mean `versions`?"),
        (f"{BUCKET}, retain_days: 3", "a bucket has no `retain_days`", "retain_days", "did you mean `retain-days`?"),
        (f"{BUCKET}, azure: {{}}", "a bucket has no `azure`", "azure", ""),
        (f"{BUCKET}, osv: {{}}", "a bucket has no `osv`", "osv", "did you mean `ovh`?"),
        (f"{BUCKET}, name: it", "a bucket has no `name`", "name", "its name is its key, `it`"),
        (f"{BUCKET}, hatch: {{}}", "a bucket has no `hatch`", "hatch", "write settings under `aws`, `local`, `ovh`"),
        (f"{BUCKET}, aws: 3", "aws of it must be names with values, not the number `3`", "3", ""),
        (f"{BUCKET}, '[key]': 3", "a bucket has no `[key]`", "'[key]'", "did you mean `key`?"),
        (f"{SERVICE}, environment: {{'[key]': 3}}", "environment.[key] of it must be a text, not the number `3`", "3",
         'write "3", in quotes'),
        (f"{BUCKET}, size: 3 gigs", "size of it: `3 gigs` is not a size", "3 gigs",
         "write a number and a unit, such as `48.2 GiB` or `630 GB`"),
        (f"{BUCKET}, size: 48", f"size of it {UNIT}, not the number `48`", "48", "such as `48 GiB`"),
        (f"{BUCKET}, size: 48.2", f"size of it {UNIT}, not the number `48.2`", "48.2", "such as `48.2 GiB`"),
        (f"{BUCKET}, size: true", f"size of it {UNIT}, not `true`", "true", "such as `48.2 GiB`"),
        (f"{BUCKET}, size: [3 GB]", f"size of it {UNIT}, not a list", "[3 GB]", "such as `48.2 GiB`"),
        (f"{BUCKET}, versions: yes", "versions of it must be true or false, not `yes`", "yes",
         "write `true`, without quotes"),
        (f"{BUCKET}, versions: 'false'", "versions of it must be true or false, not the text `false`", "'false'",
         "write `false`, without quotes"),
        (f"{BUCKET}, versions: 1", "versions of it must be true or false, not the number `1`", "1", ""),
        (f"{BUCKET}, versions: ", "versions of it must be true or false, and nothing is written here", " ", ""),
        (f"{BUCKET}, objects: 2.5", "objects of it must be a whole number, not the number `2.5`", "2.5", ""),
        (f"{BUCKET}, objects: 010", "objects of it must be a whole number, not `010`", "010", ""),
        (f"{BUCKET}, objects: '7'", "objects of it must be a whole number, not the text `7`", "'7'",
         "write `7`, without quotes"),
        (f"{BUCKET}, objects: -1", "objects of it must be at least 0, not the number `-1`", "-1", ""),
        (f"{BUCKET}, retain-days: 36501", "retain-days of it must be at most 36500, not the number `36501`",
         "36501", ""),
        ("kind: network, cidr: 8.8.0.0/16", "cidr of it: 8.8.0.0/16 is public address space", "8.8.0.0/16",
         "use a private range such as 10.20.0.0/16"),
        ("kind: network, cidr: 10.0.0.0/8", "cidr of it: a /8 cannot be cut into subnets on every cloud", "10.0.0.0/8",
         "use a /16 to a /20"),
        ("kind: postgres, network: net", "it needs `release`", "it", ""),
        ("kind: postgres, relese: 16, network: net", "a postgres has no `relese`", "relese", "did you mean `release`?"),
        ("kind: postgres, release: '16', network: net",
         "release of it must be 14, 15, 16, 17 or 18, not the text `16`", "'16'", "write `16`, without quotes"),
        (f"{POSTGRES}, database: Shop",
         "database of it must be a name of lower case letters, digits and underscores, a letter first, "
         "not the text `Shop`", "Shop", ""),
        ("kind: service, image: 4.2, network: net", "image of it must be a text, not the number `4.2`", "4.2",
         'write "4.2", in quotes'),
        ("kind: service, image: a b, network: net",
         "image of it must be the name of an image, without spaces, such as `registry.example/shop:4.2`, "
         "not the text `a b`", "a b", ""),
        (f"{SERVICE}, health: status",
         "health of it must be a path that begins with `/`, without spaces, `?` or `#`, not the text `status`",
         "status", ""),
        (f"{SERVICE}, hostname: Shop",
         "hostname of it must be a name of lower case letters, digits, dots and hyphens, not the text `Shop`",
         "Shop", ""),
        (f"{SERVICE}, hostname: no", f"a bare `no` is false {BARE} word {OTHERS}", "no",
         'write "no", in quotes, for the text'),
        (f"{SERVICE}, environment: {{A: 1:30}}", f"a bare `1:30` is a number {BARE} text {OTHERS}", "1:30",
         'write "1:30", in quotes, for the text'),
        (f"{SERVICE}, environment: {{A: 4}}", "environment.A of it must be a text, not the number `4`", "4",
         'write "4", in quotes'),
        (f"{SERVICE}, environment: [A]", "environment of it must be names with values, not a list", "[A]", ""),
        (f"{SERVICE}, uses: images", "uses of it must be a list, not the text `images`", "images", "write `[images]`"),
        (f"{SERVICE}, uses: [images, 3]", "item 2 of uses of it must be a text, not the number `3`", "3",
         'write "3", in quotes'),
        (f"{SERVICE}, canary: 3", "canary of it must be names with values, not the number `3`", "3", ""),
        (f"{SERVICE}, canary: {{write: /a, body: 3, read: '/a/{{identifier}}'}}",
         "canary.body of it must be names with values, not the number `3`", "3", ""),
        (f"{SERVICE}, canary: {{write: /a, body: {{land: no}}, read: '/a/{{identifier}}'}}",
         f"a bare `no` is false {BARE} word {OTHERS}", "no", 'write "no", in quotes, for the text'),
        (f"{SERVICE}, canary: {{write: /a, body: {{n: .inf}}, read: '/a/{{identifier}}'}}",
         "`.inf` is not a number that can be passed on", ".inf", 'write ".inf", in quotes, for the text'),
        (f"{SERVICE}, canary: {{wirte: /a, body: {{}}, read: '/a/{{identifier}}'}}",
         "the canary of it has no `wirte`", "wirte", "did you mean `write`?"),
        (f"{SERVICE}, probes: [{{path: up}}]",
         "probes.path of it must be a path that begins with `/`, without spaces, `?` or `#`, not the text `up`",
         "up", ""),
        (f"{SERVICE}, probes: [{{path: /a}}, {{path: /b, within: 3}}]",
         f"probes.within of it {UNIT}, not the number `3`", "3", "such as `3 min`"),
        (f"{SERVICE}, public: false, probes: [{{path: /up}}]",
         "it: a worker answers nobody, so no probe can be asked", "{", "take `probes` away"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_component_is_one_plain_sentence(body: str, message: str, marked: str, suggestion: str) -> None:
    found = said(component(body))

    assert [(message, suggestion)] == [(said, better) for said, _, better in found]
    assert found[0][1].startswith(marked)


def test_everything_missing_is_missed_at_once() -> None:
    found = said(component("kind: service, canary: {}"))

    assert found == [
        ("it needs `image`", "it", ""),
        ("it needs `network`", "it", ""),
        ("canary of it needs `write`", "canary", ""),
        ("canary of it needs `body`", "canary", ""),
        ("canary of it needs `read`", "canary", ""),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message", "marked", "suggestion"),
    [
        ("name: shop", "nam: shop", "a workload has no `nam`", "nam", "did you mean `name`?"),
        ("name: shop\n", "", "the workload needs `name`", "objectives", ""),
        ("name: shop", "name: My Shop",
         "name of the workload must be a short name: lower case letters, digits and hyphens, a letter first, "
         "at most 40, not the text `My Shop`", "My Shop", "did you mean `my-shop`?"),
        ("name: shop", "name: 4", "name of the workload must be a short name: lower case letters, digits and hyphens, "
         "a letter first, at most 40, not the number `4`", "4", ""),
        ("data-loss: 1 min", "data_loss: 1 min", "objectives have no `data_loss`", "data_loss",
         "did you mean `data-loss`?"),
        ("outage: 15 min", "hatch: 15 min", "objectives have no `hatch`", "hatch", ""),
        ("outage: 15 min", "outage: 15", f"outage of objectives {UNIT}, not the number `15`", "15",
         "such as `15 min`"),
        ("stay-in: [EU]", "stay-in: EU", "stay-in of objectives must be a list, not the text `EU`", "EU",
         "write `[EU]`"),
        ("{kind: network}", "", "net must be fields, such as `kind: bucket`, and nothing is written here", "net", ""),
        ("{kind: bucket, size: 48.2 GiB, versions: true}", "bucket",
         "images must be fields, such as `kind: bucket`, not the text `bucket`", "bucket", ""),
        ("until: 2027-01-31", "until: 2027-02-30", "until of an acceptance must be a date, not the text `2027-02-30`",
         "2027-02-30", "such as `2027-01-31`"),
        ("until: 2027-01-31", "until: 2027", "until of an acceptance must be a date, not the number `2027`", "2027",
         "such as `2027-01-31`"),
        ("until: 2027-01-31", "until: '1798675200'",
         "until of an acceptance must be a date, not the text `1798675200`", "'1798675200'", "such as `2027-01-31`"),
        ("    until: 2027-01-31\n", "", "an acceptance needs `until`", "rule", ""),
        ("on: web", "on: wbe", "accept is on `wbe`, which is not a component", "wbe", "did you mean `web`?"),
    ],
)  # fmt: skip
def test_a_mistake_elsewhere_is_one_plain_sentence(
    old: str, new: str, message: str, marked: str, suggestion: str
) -> None:
    assert said(SHOP.replace(old, new, 1)) == [(message, marked, suggestion)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: shop", "the workload needs `components`"),
        ("name: shop\ncomponents:", "the workload needs at least one component"),
        ("name: shop\ncomponents: {}", "the workload needs at least one component"),
        ("name: shop\ncomponents: [net]", "components must be names with values, such as `net: {kind: network}`, "
         "not a list"),
        ("name: s\ncomponents: {n: {kind: network}}\nobjectives: 3",
         "objectives must be names with values, such as `outage: 15 min`, not the number `3`"),
        ("name: s\ncomponents: {n: {kind: network}}\naccept: LK203",
         "accept must be a list of findings, each with `rule`, `because`, `until`, not the text `LK203`"),
        ("name: s\ncomponents: {n: {kind: network}}\naccept: [LK203]",
         "an acceptance must say `rule`, `because` and `until`, not the text `LK203`"),
    ],
)  # fmt: skip
def test_the_frame_of_the_document_is_held(text: str, message: str) -> None:
    assert [mistake.message for mistake in mistakes(text)] == [message]


def test_a_component_is_named_as_terraform_can_name_it() -> None:
    found = said("name: shop\ncomponents:\n  My_Net: {kind: network}\n")

    assert found[0][1:] == ("My_Net", "did you mean `my-net`?")
    assert found[0][0].startswith("`My_Net` must be a short name")


def test_settings_of_one_provider_go_to_its_hatch_as_they_are() -> None:
    workload = read(
        component("kind: bucket, ovh: {storage_class: high_perf, depth: {n: [1, 2.5, null, true]}}, aws: {}")
    )

    assert workload.component("it").hatch == {
        "ovh": {"storage_class": "high_perf", "depth": {"n": [1, 2.5, None, True]}},
        "aws": {},
    }


def test_a_provider_whose_name_no_hatch_can_hold_is_said_at_the_word() -> None:
    with pytest.raises(SpecError) as caught:
        load_text(component("kind: bucket, My_Cloud: {}"), "workload.yaml", ("My_Cloud",))

    mistake = caught.value.mistakes[0]
    assert mistake.message == "it cannot have settings under this name"
    assert mistake.excerpt[mistake.column - 1 :][: mistake.width] == "My_Cloud"


def test_nothing_where_nothing_is_fine_is_fine() -> None:
    workload = read("name: s\nobjectives:\naccept:\ncomponents: {it: {kind: bucket, size: , objects: ~}}")

    assert workload.of(Bucket)[0].size is None


def test_no_data_loss_needs_no_unit() -> None:
    assert read(SHOP.replace("data-loss: 1 min", "data-loss: 0")).objectives.data_loss == 0


def test_a_word_in_quotes_is_the_word() -> None:
    workload = read(component(f"{SERVICE}, hostname: \"no\", environment: {{A: '010', B: \"yes\", C: '3'}}"))

    assert workload.of(Service)[0].environment == {"A": "010", "B": "yes", "C": "3"}


def test_a_refused_hatch_does_not_move_the_mistakes_of_another() -> None:
    found = said(component("kind: bucket, hatch: {}, aws: 3"))

    assert [mark for _, mark, _ in found] == ["hatch", "3"]


def test_no_message_speaks_of_pydantic() -> None:
    bodies = ["kind: service", f"{SERVICE}, replicas: x, canary: {{a: 1}}, environment: 3, uses: [[1]], memory: {{}}"]

    words = " ".join(message for body in bodies for message, _, _ in said(component(body)))

    assert not re.search(r"[Ii]nput|valid|String|pattern|Value error|Extra|dict|tuple|something else", words)


def test_every_pattern_of_the_models_has_words() -> None:
    found: set[str] = set()

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            for word, value in part.items():
                if word == "pattern" and isinstance(value, str) and part.get("type") == "string":
                    found.add(value)
                if word != "anyOf" or "examples" not in part:  # sizes and durations say it themselves
                    walk(value)
        elif isinstance(part, list):
            for item in part:
                walk(item)

    for model in (*KINDS.values(), Workload):
        walk(model.model_json_schema(by_alias=True))

    assert found - PATTERNS.keys() == set()
