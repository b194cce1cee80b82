"""Steps that look a database over, let changes follow a copy, and let what is written over there come home."""

from __future__ import annotations

from typing import Literal

from exitkit.model.step import At, Between, Look, swapped


class AssessDatabase(Between, Look):
    """Look a database over: what the target lacks, and what no copy carries by itself."""

    kind: Literal["assess-database"] = "assess-database"


class FollowChanges(Between):
    """Let the changes of a database since its copy arrive at the copy, and go on arriving."""

    kind: Literal["follow-changes"] = "follow-changes"

    def inverse(self) -> StopFollowing:
        """Stop following."""
        return StopFollowing(**swapped(self))


class StopFollowing(Between):
    """Stop following a database's changes, and leave nothing of it on either side."""

    kind: Literal["stop-following"] = "stop-following"

    def inverse(self) -> FollowChanges:
        """Follow them again."""
        return FollowChanges(**swapped(self))


class MeasureLag(Between, Look):
    """Measure how far a copy is behind, in bytes and in seconds."""

    kind: Literal["measure-lag"] = "measure-lag"


class FallBack(Between):
    """Let what will be written at the target arrive at home, before the first of it is written."""

    kind: Literal["fall-back"] = "fall-back"

    def inverse(self) -> BringBack:
        """Wait for what was written there, then stop following."""
        return BringBack(**swapped(self))


class BringBack(Between):
    """Wait until everything written over there has arrived at home, then stop following."""

    kind: Literal["bring-back"] = "bring-back"

    def inverse(self) -> FallBack:
        """Follow again."""
        return FallBack(**swapped(self))


class CheckHome(At, Look):
    """Hold what is at home against what was copied from there, and a database against what the target held last."""

    kind: Literal["check-home"] = "check-home"
