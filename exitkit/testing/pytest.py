"""The same promises as pytest cases.

Installing exitkit registers this as a plugin. It adds no test, no option and no fixture that does anything by itself:

    @pytest.mark.parametrize(("provider", "check"), conformance_cases([PROVIDER]))
    def test_every_promise_is_kept(provider, check):
        outcome = try_one(check, Bench(provider))
        assert not outcome.kept.asks_for_work, outcome.why
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exitkit.ports import Provider
    from exitkit.testing.checks import Check


def conformance_cases(
    providers: Iterable[Provider], checks: Iterable[Check] | None = None
) -> list[tuple[Provider, Check]]:
    """Every promise for each provider, as parameters of a test; each is named by provider, tier and promise."""
    import pytest

    from exitkit.testing.checks import CHECKS

    wanted = tuple(CHECKS if checks is None else checks)
    return [
        pytest.param(provider, check, id=f"{provider.name}-{check.tier}-{check.name}")  # type: ignore[misc]
        for provider in providers
        for check in wanted
    ]
