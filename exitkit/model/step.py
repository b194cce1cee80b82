"""What every step of a rehearsal has, whether it happens in one place or goes from one to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from exitkit.model.base import Frozen, Slug

if TYPE_CHECKING:
    from exitkit.model.plan import AnyStep

StepId = str
_UNDO = "undo-"


def other_way(step: str) -> str:
    """The id of a step's inverse; twice is the id itself."""
    return step.removeprefix(_UNDO) if step.startswith(_UNDO) else _UNDO + step


class StepBase(Frozen):
    """One change or one look; `inverse` is None where nothing is left to undo."""

    id: StepId
    component: Slug
    changes: ClassVar[bool] = True

    @property
    def places(self) -> tuple[str, ...]:
        """The providers this step touches, the one it starts from first."""
        return tuple(getattr(self, name) for name in ("at", "origin", "to") if hasattr(self, name))


class At(StepBase):
    """A step that happens on one provider."""

    at: Slug

    def _turned(self, kind: type[At]) -> AnyStep:
        return kind(id=other_way(self.id), component=self.component, at=self.at)  # type: ignore[return-value]


class Between(StepBase):
    """A step that goes from one provider to another."""

    origin: Slug
    to: Slug


def swapped(step: Between) -> dict[str, str]:
    return {"id": other_way(step.id), "component": step.component, "origin": step.to, "to": step.origin}
