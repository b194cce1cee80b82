"""The shop: one small workload with a component of every kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from exitkit import registry
from exitkit.infra.compose import compose
from exitkit.infra.vendor import modules
from exitkit.model.workload import Workload
from exitkit.placing import place

Composed = Callable[..., Mapping[str, str]]


@pytest.fixture(scope="session")
def shop() -> Workload:
    return Workload.model_validate(
        {
            "name": "shop",
            "components": [
                {"kind": "network", "name": "net"},
                {"kind": "bucket", "name": "images", "size": "48.2 GiB", "versions": True, "archive-after-days": 90},
                {
                    "kind": "postgres",
                    "name": "orders",
                    "release": 16,
                    "size": "12 GiB",
                    "network": "net",
                    "standby": True,
                },
                {
                    "kind": "service",
                    "name": "web",
                    "image": "registry.example/shop:4.2",
                    "network": "net",
                    "hostname": "shop.example",
                    "uses": ["orders", "images"],
                    "environment": {"LOG_LEVEL": "info"},
                },
            ],
        }
    )


@pytest.fixture(scope="session")
def composed() -> Composed:
    """A workload's tree on a provider, the way the library makes it."""

    def compose_on(workload: Workload, provider: str) -> Mapping[str, str]:
        landing = place(workload, registry.get(provider))
        return compose(workload, landing, modules(provider, (part.module for part in landing.placements)))

    return compose_on
