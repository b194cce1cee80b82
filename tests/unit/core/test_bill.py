"""List prices: what is known is added up with its source, what is not is named."""

from __future__ import annotations

from decimal import Decimal

import pytest

from exitkit import registry
from exitkit.units import Bytes
from tests.unit.lockin.cases import SHOP


@pytest.mark.parametrize("provider", ["aws", "ovh"])
def test_every_line_of_a_bill_has_a_dated_source(provider: str) -> None:
    for component in SHOP.components:
        for line in registry.get(provider).bill(component, SHOP).lines:
            assert line.value > 0
            assert all("(read 20" in source for source in line.sources)


@pytest.mark.parametrize(
    ("size", "dollars"),
    [("50 GB", "0"), ("100 GB", "0"), ("200 GB", "9.00"), ("10240 GB", "912.60"), ("20 TB", "1742.20")],
)
def test_egress_is_priced_tier_by_tier(size: str, dollars: str) -> None:
    bill = registry.get("aws").egress(Bytes.parse(size))

    assert sum((line.value for line in bill.lines), Decimal(0)) == Decimal(dollars)


def test_a_size_nobody_declared_is_named_not_guessed() -> None:
    bucket = SHOP.components[1].model_copy(update={"size": None})

    bill = registry.get("ovh").bill(bucket, SHOP)

    assert bill.lines == ()
    assert bill.unpriced == ("images: its size is not declared",)
