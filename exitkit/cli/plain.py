"""Take the words of a verb as they are typed, where that is all there is to do.

typer loads pydantic to make text of text and nothing of nothing, which takes as long as the rest of the start.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand, TyperGroup, TyperOption

if TYPE_CHECKING:
    from typer._click.core import Context

_KINDS = {"source": str, "target": str, "journal": Path}
"""Options of these names are text and a path, and typer has nothing to check about them."""


class _Option(TyperOption):
    def process_value(self, ctx: Context, value: Any) -> Any:  # noqa: ANN401 - as typer has it
        """The value as the verb gets it; typer's own way for all that is not plain."""
        if isinstance(value, str) and self.name in _KINDS:
            return _KINDS[self.name](value)
        if self.required or value is not self.default:
            return super().process_value(ctx, value)
        return value if self.callback is None else self.callback(ctx, self, value)


class Plain(TyperCommand):
    """A verb with such options."""

    def get_params(self, ctx: Context) -> list[Any]:
        """Its options, that for help among them."""
        return _plain(super().get_params(ctx))


class PlainGroup(TyperGroup):
    """A group of verbs with such options."""

    def get_params(self, ctx: Context) -> list[Any]:
        """Its options, that for help among them."""
        return _plain(super().get_params(ctx))


def _plain(options: list[Any]) -> list[Any]:
    for one in options:
        if type(one) is TyperOption:
            one.__class__ = _Option
    return options
