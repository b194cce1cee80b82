"""What every component has, whatever its kind."""

from __future__ import annotations

from abc import abstractmethod

from pydantic import Field, JsonValue

from exitkit.model.base import Frozen, Slug
from exitkit.model.capability import Capability


class ComponentBase(Frozen):
    """One part of a workload; `hatch` holds provider-specific settings, passed through and counted as lock-in."""

    name: Slug
    hatch: dict[Slug, dict[str, JsonValue]] = Field(
        default_factory=dict,
        description="Provider-specific settings, by provider; passed to its module as they are, counted as lock-in.",
    )

    def needs(self) -> tuple[Slug, ...]:
        """The components this one cannot stand without."""
        return ()

    @abstractmethod
    def capabilities(self) -> tuple[Capability, ...]:
        """What this component, as described, needs of a cloud."""
