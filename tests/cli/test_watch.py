"""A number is told as a person says it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from exitkit.cli.watch import told
from exitkit.model.evidence import Basis, Evidence


@pytest.mark.parametrize(
    ("value", "what", "unit", "words"),
    [
        (2, "rows differing", "rows", "2 rows differing"),
        (1, "rows differing", "rows", "1 row differing"),
        (0, "writes lost", "writes", "0 writes lost"),
        (1, "things to know", "findings", "1 thing to know"),
        (1, "name servers changed", "servers", "1 name server changed"),
        (1, "static credentials that appear", "credentials", "1 static credentials that appear"),
        (2048, "bytes copied", "bytes", "bytes copied 2.0 KiB"),
    ],
)
def test_one_is_told_as_one(value: int, what: str, unit: str, words: str) -> None:
    one = Evidence(what=what, value=Decimal(value), unit=unit, basis=Basis.MEASURED, sources=("a test",))
    assert told(one) == words
