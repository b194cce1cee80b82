"""Each thing that can stand in the way, planted in the lab, is found with its code and place; nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from exitkit import registry
from exitkit.api.playbooks import read_playbook
from exitkit.api.staged import open_side
from exitkit.lab.lab import Lab
from exitkit.model.capability import Claim, Support
from exitkit.model.evidence import Verdict
from exitkit.model.playbook import Playbook
from exitkit.model.preflight import Area, Issue, Preflight
from exitkit.model.workload import Workload
from exitkit.placing import place
from exitkit.ports import ObjectStore, Secret, Settings, Trait
from exitkit.rehearsal import inspect
from exitkit.rehearsal.build import build
from exitkit.rehearsal.preflight import Ground, preflight
from exitkit.rehearsal.world import SOURCE_MARK, World, placed_name

pytestmark = pytest.mark.lab

PARTS: dict[str, dict[str, Any]] = {
    "net": {"kind": "network"},
    "files": {"kind": "bucket"},
    "ledger": {"kind": "postgres", "release": 18, "network": "net", "database": "ledger"},
    "web": {"kind": "service", "image": "registry.example/web:1", "network": "net", "hostname": "shop.pre.example"},
}
ACCEPT = [{"rule": "LK101", "because": "known", "until": "2030-01-01"}]


def workload(*, accept: bool = True, **changed: dict[str, Any]) -> Workload:
    names = [*PARTS, *(name for name in changed if name not in PARTS)]
    parts = [{"name": name, **PARTS.get(name, {}), **changed.get(name, {})} for name in names]
    return Workload.model_validate({"name": "pre", "components": parts, "accept": ACCEPT if accept else []})


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab in which the source stands on both clouds' side of the move, without services."""
    with Lab(tmp_path_factory.mktemp("pre") / "lab") as lab:
        for cloud in ("aws", "ovh"):
            if cloud == "aws":
                side = open_side(lab.settings(cloud), workload(), cloud, mark=SOURCE_MARK)
                side.objects.create(placed_name(side.landing, "files"))
                side.databases.create("ledger", owner="app", mark=SOURCE_MARK)
                side.names.adopt("pre.example", [])
                side.names.point("shop.pre.example", "127.0.0.1:1")
        yield lab
    lab.forget()


Look = Callable[..., Preflight]


@pytest.fixture
def look(lab: Lab, tmp_path: Path) -> Look:
    """A preflight in the lab, of a plan with something planted in it."""

    def looked(
        given: Workload | None = None,
        *,
        playbook: str | Playbook = "orderly",
        turned: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        change: Callable[[World], World] = lambda world: world,
    ) -> Preflight:
        wanted = given or workload()
        source, target = ("ovh", "aws") if turned else ("aws", "ovh")
        here, there = (place(wanted, registry.get(name)) for name in (source, target))
        book = read_playbook(playbook) if isinstance(playbook, str) else playbook
        plan = build(wanted, spec="w.yaml", source=here, target=there, playbook=book)
        sides = {name: open_side(lab.settings(name), wanted, name, mark=SOURCE_MARK) for name in (source, target)}
        world = change(World(plan=plan, sides=sides, folder=tmp_path))
        claims = registry.get(target).claims
        return preflight(Ground(plan=plan, claims=claims, world=world, staging=tmp_path, now=now))

    return looked


def of(found: Preflight, code: str) -> list[Issue]:
    return [one for one in found.issues if one.code == code]


def test_where_nothing_was_planted_no_error_is_found(look: Look) -> None:
    found = look()

    assert [one for one in found.issues if one.severity == "error"] == []
    assert list(found.areas) == list(Area)
    assert {found.areas[area] for area in Area if area is not Area.QUOTAS} == {Verdict.PASS}
    assert found.areas[Area.QUOTAS] is Verdict.UNKNOWN, "the lab's OVHcloud has no compute API to ask"


def test_nothing_is_changed_by_looking(look: Look, lab: Lab) -> None:
    def seen() -> object:
        sides = [open_side(lab.settings(name), workload(), name, mark=SOURCE_MARK) for name in ("aws", "ovh")]
        stores = [side.objects.exists(placed_name(side.landing, "files")) for side in sides]
        others = [(side.databases.exists("ledger"), side.names.records("pre.example")) for side in sides]
        return stores, others

    before = seen()
    look()

    assert seen() == before


def test_a_quota_without_room_is_found_through_the_real_api(look: Look) -> None:
    (one,) = of(look(workload(web={"replicas": 25}), playbook="return", turned=True), "PF101")

    assert (one.severity, one.place) == ("error", "aws: machines")
    assert one.what == "25 machines are wanted; 0 of 20 are used"


def test_connections_that_do_not_suffice_are_found(look: Look) -> None:
    found = look(workload(web={"replicas": 50}, more={**PARTS["web"], "public": False, "replicas": 50}))

    assert {one.place for one in of(found, "PF102")} == {"aws: database server", "ovh: database server"}


def test_another_release_is_found(look: Look) -> None:
    (one,) = of(look(workload(ledger={"release": 16})), "PF201")

    assert (one.severity, one.place) == ("warning", "ovh: ledger")
    assert one.what == "the workload names PostgreSQL 16, the server is 18"


def test_an_extension_the_target_lacks_is_found(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    from exitkit.drivers.postgres import PostgresServer

    lacking = (Trait("extension", "blocks", "the extension postgis 3 is not offered at the target"),)
    monkeypatch.setattr(PostgresServer, "assess", lambda *_: lacking)

    (one,) = of(look(), "PF302")

    assert (one.severity, one.area) == ("error", Area.EXTENSIONS)
    assert "postgis" in one.what


def test_a_name_that_is_taken_is_found(look: Look, lab: Lab) -> None:
    target = open_side(lab.settings("ovh"), workload(), "ovh", mark="another")
    bucket = placed_name(target.landing, "files")
    target.objects.create(bucket)
    target.databases.create("ledger", owner="app", mark="another")
    try:
        taken = of(look(), "PF401")
    finally:
        target.objects.remove(bucket)
        target.databases.drop("ledger", mark="another")

    assert [(one.severity, one.place) for one in taken] == [("error", "ovh: files"), ("error", "ovh: ledger")]


def test_a_slow_store_is_found(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(0, 1000, 5))
    monkeypatch.setattr(inspect.paces, "__defaults__", (lambda: float(next(ticks)),))

    slow = of(look(), "PF501")

    assert [(one.severity, one.place) for one in slow] == [
        ("warning", "aws: object store"),
        ("warning", "ovh: object store"),
    ]


def test_a_database_larger_than_what_is_asked_for_is_found(look: Look) -> None:
    (one,) = of(look(workload(ledger={"storage": "1 MiB"})), "PF602")

    assert (one.severity, one.place) == ("error", "ovh: ledger")


def test_credentials_that_do_not_reach_are_found(look: Look, lab: Lab) -> None:
    def robbed(world: World) -> World:
        settings = lab.settings("ovh")
        wrong = Settings(settings.values, {**settings.secrets, "s3-secret-key": Secret.of("not it")})
        store = registry.get("ovh").open(ObjectStore, wrong)  # type: ignore[type-abstract]
        return replace(world, sides={**world.sides, "ovh": replace(world.side("ovh"), objects=store)})

    found = look(change=robbed)

    assert [(one.severity, one.place) for one in of(found, "PF701")] == [("error", "ovh: bucket files")]
    assert found.verdict is Verdict.FAIL


def test_a_role_that_may_make_nothing_is_found(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspect, "_MAY", "SELECT false, true")

    (one,) = of(look(), "PF702")

    assert (one.severity, one.what) == ("error", "may not make a database")


def test_a_name_that_is_remembered_for_long_is_found_where_nothing_lowers_it(look: Look) -> None:
    orderly = read_playbook("orderly")
    hasty = orderly.model_copy(
        update={
            "phases": tuple(
                phase.model_copy(update={"steps": tuple(step for step in phase.steps if step != "lower-ttl")})
                for phase in orderly.phases
            )
        }
    )

    (one,) = of(look(playbook=hasty), "PF804")

    assert (one.severity, one.place, one.what) == ("warning", "aws: shop.pre.example", "is remembered for 300 s")
    assert of(look(), "PF804") == []


@pytest.mark.parametrize(("seconds", "weight"), [(3600, "error"), (60, "warning")])
def test_a_clock_that_is_wrong_is_found_on_every_server(look: Look, seconds: int, weight: str) -> None:
    found = of(look(now=lambda: datetime.now(UTC) - timedelta(seconds=seconds)), "PF901")

    assert {(one.severity, one.place) for one in found} == {
        (weight, f"{cloud}: {what}") for cloud in ("aws", "ovh") for what in ("database server", "object store")
    }


def test_what_is_lost_and_nobody_accepted_is_an_error(look: Look) -> None:
    asked = workload(accept=False, files={"retain-days": 30})
    claims = dict(registry.get("ovh").claims)
    need = next(need for name, need in asked.capabilities() if name == "files")
    absent = Claim(support=Support.ABSENT, why="there is none", source="a test (read 2026-11)")
    unmapped = Claim(support=Support.UNMAPPED, why="not looked at yet", source="-")
    plan = build(
        asked,
        spec="w.yaml",
        source=place(asked, registry.get("aws")),
        target=place(asked, registry.get("ovh")),
        playbook=read_playbook("orderly"),
    )

    def found(claim: Claim, code: str) -> list[Issue]:
        ground = Ground(plan, {**claims, need: claim}, None, Path(), lambda: datetime.now(UTC), "no lab")
        return [one for one in of(preflight(ground), code) if one.place == "ovh: files"]

    assert [one.severity for one in found(absent, "PF1003")] == ["error"]
    assert [one.severity for one in found(unmapped, "PF1001")] == ["unknown"]


def test_without_a_world_everything_live_is_unknown_and_nothing_passes() -> None:
    given = workload()
    plan = build(
        given,
        spec="w.yaml",
        source=place(given, registry.get("aws")),
        target=place(given, registry.get("ovh")),
        playbook=read_playbook("orderly"),
    )
    found = preflight(Ground(plan, registry.get("ovh").claims, None, Path(), lambda: datetime.now(UTC), "no lab"))

    assert found.verdict is Verdict.UNKNOWN
    assert sum(verdict is Verdict.UNKNOWN for verdict in found.areas.values()) == 8
