"""Landings, and what is lost between two."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from exitkit import registry
from exitkit.errors import Unsupported
from exitkit.model.capability import UNMAPPED, Capability, Claim, Support
from exitkit.model.kinds.base import prefix
from exitkit.model.kinds.postgres import whole_gib
from exitkit.model.placement import Frame, FromModule, FromModules, FromRoot, Kept, Literally, Placement
from exitkit.model.workload import Component, Workload
from exitkit.placing import contract, full_name, losses, place, settle
from exitkit.ports import P, Settings
from exitkit.units import Bytes

NATIVE = Claim(support=Support.NATIVE, why="a setting", source="a page", resources=("thing",))
CLOSE = Claim(support=Support.WORKAROUND, why="a detour", source="another page")
LESS = CLOSE.model_copy(update={"degrades": True, "weakens_security": True})
NEVER = Claim(support=Support.ABSENT, why="there is none", source="a third page")


class Somewhere:
    """A provider that claims one thing of everything."""

    title = "Somewhere"

    def __init__(self, claim: Claim, name: str = "somewhere") -> None:
        self.name = name
        self.claims: Mapping[Capability, Claim] = dict.fromkeys(Capability, claim)

    def place(self, component: Component, within: Workload) -> Placement:
        return settle(component, within, self.name, chosen={"size": "s"}, notes=("chosen",))

    def frame(self, workload: Workload) -> Frame:
        return Frame(title=self.title, providers=(), variables=())

    def open(self, port: type[P], settings: Settings) -> P:
        raise Unsupported("nothing to open")


def workload(*components: Mapping[str, object]) -> Workload:
    return Workload.model_validate({"name": "shop", "components": components})


FILES = workload({"kind": "bucket", "name": "files"})
NET = {"kind": "network", "name": "net"}


@pytest.mark.parametrize(
    ("have", "get", "outcome"),
    [
        (NATIVE, NATIVE, Kept.KEPT),
        (CLOSE, NATIVE, Kept.KEPT),
        (NEVER, NATIVE, Kept.KEPT),
        (NATIVE, CLOSE, Kept.EMULATED),
        (NATIVE, LESS, Kept.DEGRADED),
        (LESS, LESS, Kept.DEGRADED),
        (NATIVE, NEVER, Kept.LOST),
        (NEVER, NEVER, Kept.LOST),
        (UNMAPPED, NATIVE, Kept.UNKNOWN),
        (NATIVE, UNMAPPED, Kept.UNKNOWN),
        (UNMAPPED, UNMAPPED, Kept.UNKNOWN),
    ],
)
def test_what_becomes_of_a_capability(have: Claim, get: Claim, outcome: Kept) -> None:
    rows = losses(FILES, Somewhere(have), Somewhere(get))

    assert {row.outcome for row in rows} == {outcome}


def test_there_is_a_row_for_each_capability_each_component_needs() -> None:
    shop = workload(NET, {"kind": "bucket", "name": "files", "versions": True})

    rows = losses(shop, Somewhere(NATIVE), Somewhere(NEVER))

    assert tuple((row.component, row.capability) for row in rows) == shop.capabilities()


def test_the_reason_is_that_of_the_claim_that_decides() -> None:
    lost = losses(FILES, Somewhere(NATIVE), Somewhere(NEVER))[0]
    unknown = losses(FILES, Somewhere(UNMAPPED), Somewhere(NATIVE))[0]

    assert (lost.why, lost.source) == ("there is none", "a third page")
    assert (unknown.why, unknown.source) == ("not looked at yet", "-")


def test_security_is_weakened_only_where_it_was_stronger_before() -> None:
    assert losses(FILES, Somewhere(NATIVE), Somewhere(LESS))[0].weakens_security
    assert not losses(FILES, Somewhere(LESS), Somewhere(LESS))[0].weakens_security


def test_a_landing_notes_whatever_only_comes_close() -> None:
    close = place(FILES, Somewhere(CLOSE)).placement("files")
    native = place(FILES, Somewhere(NATIVE)).placement("files")

    assert close.notes == ("chosen", *(f"{need}: a detour" for need in FILES.components[0].capabilities()))
    assert native.notes == ("chosen",)


def test_placing_twice_gives_the_same() -> None:
    assert place(FILES, registry.get("aws")) == place(FILES, registry.get("aws"))


def test_a_service_is_given_its_network_and_what_it_uses_by_prefix() -> None:
    shop = workload(
        NET,
        {"kind": "bucket", "name": "old-files"},
        {"kind": "postgres", "name": "orders", "release": 16, "network": "net"},
        {"kind": "service", "name": "web", "image": "r.example/w:1", "network": "net", "uses": ["orders", "old-files"]},
    )

    inputs, _ = contract(shop.component("web"), shop)

    assert inputs["network"] == FromModule(component="net", output="attachment")
    assert inputs["databases"] == FromModules(outputs={"ORDERS": FromModule(component="orders", output="access")})
    assert inputs["buckets"] == FromModules(outputs={"OLD_FILES": FromModule(component="old-files", output="access")})
    assert inputs["certificate"] == FromRoot(expression="var.web_certificate")


def test_a_service_without_tls_is_given_no_certificate() -> None:
    shop = workload(NET, {"kind": "service", "name": "web", "image": "r.example/w:1", "network": "net", "tls": False})

    inputs, _ = contract(shop.component("web"), shop)

    assert "certificate" not in inputs


def test_the_hatch_comes_last_and_is_noted() -> None:
    shop = workload(
        {"kind": "bucket", "name": "files", "hatch": {"somewhere": {"size": "xl", "odd": [1]}, "aws": {"a": 1}}}
    )

    placement = Somewhere(NATIVE).place(shop.components[0], shop)

    assert placement.inputs["size"] == Literally(value="xl")
    assert list(placement.inputs)[-1] == "odd"
    assert "a" not in placement.inputs
    assert [note for note in placement.notes if "somewhere alone" in note] == list(placement.notes[1:])


def test_what_is_left_unsaid_is_not_an_input() -> None:
    shop = workload(NET, {"kind": "postgres", "name": "orders", "release": 16, "network": "net"})

    placement = Somewhere(NATIVE).place(shop.component("orders"), shop)

    assert "plan" not in placement.inputs


def test_an_archive_younger_than_any_cloud_takes_is_put_off_and_noted() -> None:
    files = workload({"kind": "bucket", "name": "files", "archive-after-days": 10})

    inputs, notes = contract(files.components[0], files)

    assert inputs["archive_after_days"] == Literally(value=30)
    assert notes == ("objects move to infrequent access after 30 days, not 10",)


@pytest.mark.parametrize(
    ("workload_name", "component", "name"),
    [
        ("shop", "web", "shop-web"),
        ("a-workload-of-no-small-name", "register", "register"),
        ("shop", "web--two", "shop-web-two"),
    ],
)
def test_a_name_is_short_enough_for_every_cloud(workload_name: str, component: str, name: str) -> None:
    assert full_name(workload_name, component, longest=32) == name


def test_a_name_that_no_cloud_takes_is_refused() -> None:
    with pytest.raises(Unsupported, match="too long a name"):
        full_name("shop", "a" * 40, longest=32)


def test_prefixes_and_sizes_are_what_modules_expect() -> None:
    assert prefix("old-files") == "OLD_FILES"
    assert whole_gib(Bytes(2**30 + 1)) == 2
