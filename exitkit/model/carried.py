"""Steps that move the messages of a queue, and secrets."""

from __future__ import annotations

from typing import Literal

from exitkit.model.step import Between, swapped


class MoveMessages(Between):
    """Move every message that waits in a queue, and prove that each arrived once."""

    kind: Literal["move-messages"] = "move-messages"

    def inverse(self) -> ReturnMessages:
        """Move what waits there back."""
        return ReturnMessages(**swapped(self))


class ReturnMessages(Between):
    """Move back what waits in a queue over there, then take that queue away."""

    kind: Literal["return-messages"] = "return-messages"

    def inverse(self) -> MoveMessages:
        """Move it again."""
        return MoveMessages(**swapped(self))


class CopySecret(Between):
    """Copy a secret from one store to the other, by its name; its value is compared and never shown."""

    kind: Literal["copy-secret"] = "copy-secret"

    def inverse(self) -> DropSecret:
        """Forget the copy."""
        return DropSecret(**swapped(self))


class DropSecret(Between):
    """Forget the copy of a secret."""

    kind: Literal["drop-secret"] = "drop-secret"

    def inverse(self) -> CopySecret:
        """Copy it again."""
        return CopySecret(**swapped(self))
