"""The steps of a drill in which the source is gone. Only a lab can; `component` is the workload itself."""

from __future__ import annotations

from typing import ClassVar, Literal

from exitkit.model.step import At


class CutSource(At):
    """Let nothing of a cloud answer any more: its API, its database, its key service, its services."""

    kind: Literal["cut-source"] = "cut-source"

    def inverse(self) -> RestoreSource:
        """Let it answer again."""
        return self._turned(RestoreSource)


class RestoreSource(At):
    """Let a cloud that was cut off answer again."""

    kind: Literal["restore-source"] = "restore-source"

    def inverse(self) -> CutSource:
        """Cut it off again."""
        return self._turned(CutSource)


class TakeStock(At):
    """Look in the mirror for the ten things one needs when the source is gone."""

    kind: Literal["take-stock"] = "take-stock"
    changes: ClassVar[bool] = False

    def inverse(self) -> None:
        """A look leaves nothing to undo."""
        return
