"""The steps of a drill in which the source is gone, and of bringing home what was written while it was.

Only a lab can let a source be gone; of that, `component` is the workload itself.
"""

from __future__ import annotations

from typing import Literal

from exitkit.model.step import At, Between, Look, swapped


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


class TakeStock(At, Look):
    """Look in the mirror for the ten things one needs when the source is gone."""

    kind: Literal["take-stock"] = "take-stock"


class BuildTree(At, Look):
    """Take the target's Terraform out of the mirror, and plan with it what the target is built from."""

    kind: Literal["build-tree"] = "build-tree"


class KeepApart(Between):
    """Let what will be written at the target be told apart from what the source wrote last, which nobody has seen."""

    kind: Literal["keep-apart"] = "keep-apart"

    def inverse(self) -> MergeHome:
        """Bring what was written there to a source that answers again."""
        return MergeHome(**swapped(self))


class MergeHome(Between):
    """Bring home what was written at the target since the restore; nothing that home wrote itself is written over."""

    kind: Literal["merge-home"] = "merge-home"

    def inverse(self) -> KeepApart:
        """Let the two be told apart again."""
        return KeepApart(**swapped(self))


class CheckMerged(At, Look):
    """Read back at home what was brought there, and count what both sides wrote and what could not be brought."""

    kind: Literal["check-merged"] = "check-merged"
