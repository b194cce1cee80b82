"""What the providers claim and sell, and how it is read."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from exitkit import registry
from exitkit.drivers.facts import Size, read_claims, read_sizes, smallest
from exitkit.errors import UsageError
from exitkit.model.bill import Bill
from exitkit.model.capability import UNMAPPED, Capability, Support
from exitkit.model.workload import Workload
from exitkit.units import Bytes

MODULES = Path(__file__).resolve().parents[3] / "terraform"
NAMES = registry.names()
WHOLE = ("aws", "ovh", "local")
"""Where every capability was looked at: the two clouds an exit goes between, and the reference."""


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a provider that lives outside the house."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    read_claims.cache_clear()
    read_sizes.cache_clear()
    yield folder
    sys.modules.pop("elsewhere", None)
    read_claims.cache_clear()
    read_sizes.cache_clear()


@pytest.mark.parametrize("name", NAMES)
def test_every_capability_is_claimed_with_a_reason_and_a_dated_source(name: str) -> None:
    claims = registry.get(name).claims

    assert list(claims) == list(Capability)
    for capability, claim in claims.items():
        assert claim.why, capability
        assert not claim.why.endswith("."), capability
        assert claim is UNMAPPED or re.search(r"\(read \d{4}-\d{2}(-\d{2})?\)$", claim.source), capability


@pytest.mark.parametrize("name", WHOLE)
def test_the_clouds_of_an_exit_leave_no_capability_unmapped(name: str) -> None:
    assert [one for one, claim in registry.get(name).claims.items() if claim.support is Support.UNMAPPED] == []


@pytest.mark.parametrize("name", NAMES)
def test_only_a_workaround_can_degrade_or_weaken(name: str) -> None:
    for capability, claim in registry.get(name).claims.items():
        assert claim.support is Support.WORKAROUND or not (claim.degrades or claim.weakens_security), capability


@pytest.mark.parametrize("name", [name for name in NAMES if (MODULES / name).is_dir()])
def test_the_resources_a_claim_names_are_in_the_modules(name: str) -> None:
    text = "".join(file.read_text("utf-8") for file in (MODULES / name).rglob("*.tf"))
    made = set(re.findall(r'^resource "(\w+)"', text, flags=re.MULTILINE))

    for capability, claim in registry.get(name).claims.items():
        assert set(claim.resources) <= made, capability
        assert bool(claim.resources) is (claim.support in (Support.NATIVE, Support.WORKAROUND)), capability


def test_claims_are_read_when_they_are_asked_for() -> None:
    provider = type(registry.get("aws"))()

    before = set(vars(provider))
    provider.claims  # noqa: B018 - asking is the point

    assert (before, set(vars(provider))) == (set(), {"claims"})


def test_what_a_file_leaves_out_is_unmapped(elsewhere: Path) -> None:
    (elsewhere / "claims.toml").write_text(
        '["object.store"]\nsupport = "native"\nwhy = "a bucket"\nsource = "p (read 2026-11)"\n', encoding="utf-8"
    )

    claims = read_claims("elsewhere")

    assert claims[Capability.OBJECT_STORE].support is Support.NATIVE
    assert claims[Capability.SERVICE_TLS] is UNMAPPED
    assert len(claims) == len(Capability)


def test_an_unknown_capability_is_an_error_with_the_nearest_name(elsewhere: Path) -> None:
    (elsewhere / "claims.toml").write_text(
        '["object.versioning"]\nsupport = "native"\nwhy = "w"\nsource = "s"\n', encoding="utf-8"
    )

    with pytest.raises(UsageError, match=r"`object.versioning`, which is no capability") as error:
        read_claims("elsewhere")

    assert error.value.hint == "did you mean `object.versions`?"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not toml", "this is not TOML: "),
        ('["object.store"]\nsupport = "perhaps"\nwhy = "w"\nsource = "s"\n', "object.store: support: "),
        ('["object.store"]\nsupport = "native"\nsource = "s"\n', "object.store: why: Field required"),
    ],
)
def test_a_broken_file_says_where(elsewhere: Path, text: str, message: str) -> None:
    (elsewhere / "claims.toml").write_text(text, encoding="utf-8")

    with pytest.raises(UsageError, match=message):
        read_claims("elsewhere")


def test_what_stands_at_the_top_of_a_file_of_sizes_holds_for_each_row(elsewhere: Path) -> None:
    (elsewhere / "sizes.toml").write_text(
        'currency = "EUR"\nregion = "X"\nbasis = "published"\nsource = "s"\nread = 2026-11-01\n'
        '[[machines]]\nname = "m"\nvcpus = 2\nmemory_gib = 4.5\nprice = 0.0106\n'
        '[[prices]]\nname = "egress"\nwhat = "out"\nprice = 0\nunit = "GB"\ncurrency = "USD"\n',
        encoding="utf-8",
    )

    sizes = read_sizes("elsewhere")

    assert (sizes.machines[0].price, sizes.machines[0].currency) == (Decimal("0.0106"), "EUR")
    assert sizes.machines[0].read == date(2026, 11, 1)
    egress = sizes.price("egress")
    assert egress is not None
    assert egress.currency == "USD"
    assert sizes.price("tea") is None


@pytest.mark.parametrize("name", ["aws", "ovh"])
def test_names_are_told_once_and_an_unknown_price_is_not_zero(name: str) -> None:
    sizes = read_sizes(f"exitkit.providers.{name}")

    for rows in (sizes.machines, sizes.databases):
        assert len({(size.name, size.plan) for size in rows}) == len(rows)
        assert all(size.price is None or size.price > 0 for size in rows)
    tiers = [(price.name, price.above) for price in sizes.prices]
    assert len(set(tiers)) == len(tiers)


def size(name: str, vcpus: int, memory: int, price: str | None = None) -> Size:
    return Size.model_validate(
        {
            "name": name,
            "vcpus": vcpus,
            "memory_gib": memory,
            "price": price,
            "currency": "EUR",
            "region": "X",
            "basis": "published",
            "source": "s",
            "read": "2026-11-01",
        }
    )


def test_the_smallest_that_holds_it_is_taken_and_the_cheaper_of_two_alike() -> None:
    sizes = (size("d", 4, 8), size("c", 2, 8), size("b", 2, 8, "0.2"), size("a", 2, 8, "0.1"), size("tiny", 1, 2))

    def named(cpus: int, memory: int) -> str | None:
        found = smallest(sizes, cpus=cpus, memory_gib=Decimal(memory))
        return found.name if found else None

    assert named(1, 1) == "tiny"
    assert named(1, 3) == "a"
    assert named(3, 3) == "d"
    assert named(8, 1) is None


SHOP = Workload.model_validate(
    {
        "name": "shop",
        "components": [
            {"kind": "network", "name": "net"},
            {"kind": "bucket", "name": "images", "size": "100 GB"},
            {"kind": "postgres", "name": "orders", "release": 16, "network": "net", "standby": True},
            {"kind": "service", "name": "web", "image": "r.example/x:1", "network": "net"},
        ],
    }
)


@pytest.mark.parametrize(("name", "currency"), [("aws", "USD"), ("ovh", "EUR")])
def test_every_component_has_a_bill_with_sources(name: str, currency: str) -> None:
    bills = [registry.get(name).bill(component, SHOP) for component in SHOP.components]

    assert all(bill.lines and not bill.unpriced for bill in bills)
    assert {line.unit for bill in bills for line in bill.lines} == {f"{currency}/month"}


def test_leaving_aws_is_paid_by_tier_and_leaving_ovh_is_not() -> None:
    terabyte = Bytes(10**12)

    assert [line.value for line in registry.get("aws").egress(terabyte).lines] == [Decimal("81.00")]
    assert registry.get("ovh").egress(terabyte) == Bill()


def test_this_machine_sends_no_bill() -> None:
    local = registry.get("local")

    assert all(local.bill(component, SHOP) == Bill() for component in SHOP.components)
    assert local.egress(Bytes(1)) == Bill()
