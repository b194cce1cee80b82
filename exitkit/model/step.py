"""What every step of a rehearsal has in common: its name, its component, the places it touches."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from exitkit.model.base import Frozen, Slug

StepId = str
_UNDO = "undo-"
A = TypeVar("A", bound="At")


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


class Look(StepBase):
    """A step that changes nothing."""

    changes: ClassVar[bool] = False

    def inverse(self) -> None:
        """A look leaves nothing to undo."""
        return


class At(StepBase):
    """A step that happens on one provider."""

    at: Slug

    def _turned(self, kind: type[A]) -> A:
        return kind(id=other_way(self.id), component=self.component, at=self.at)


class Between(StepBase):
    """A step that goes from one provider to another."""

    origin: Slug
    to: Slug


def swapped(step: Between) -> dict[str, str]:
    """What the inverse of a step between two providers begins with."""
    return {"id": other_way(step.id), "component": step.component, "origin": step.to, "to": step.origin}
