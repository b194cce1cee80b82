"""The steps of a drill in which the source's key service is off: plant what is sealed, turn it off, read everything."""

from __future__ import annotations

from typing import Literal

from exitkit.model.step import At, Look

CUSTODY = {
    "K0": "the provider's key",
    "K1": "the customer's key, made in the provider's key service",
    "K2": "the customer's key, brought to the provider's key service",
    "K3": "an external key store, which the provider may use while it is let",
    "K4": "sealed by the client: the provider sees neither text nor key",
}
"""Who holds a key, weakest first."""

Custody = Literal["K0", "K1", "K2", "K3", "K4"]


class PlantSealed(At):
    """Write one small object at the source, sealed as its key's custody says. `component` is the key."""

    kind: Literal["plant-sealed"] = "plant-sealed"

    def inverse(self) -> RemoveSealed:
        """Remove it."""
        return self._turned(RemoveSealed)


class RemoveSealed(At):
    """Remove the sealed object that was planted."""

    kind: Literal["remove-sealed"] = "remove-sealed"

    def inverse(self) -> PlantSealed:
        """Plant it again."""
        return self._turned(PlantSealed)


class TurnOffKeys(At):
    """Turn a cloud's key service off. `component` is the workload itself."""

    kind: Literal["turn-off-keys"] = "turn-off-keys"

    def inverse(self) -> TurnOnKeys:
        """Turn it on again."""
        return self._turned(TurnOnKeys)


class TurnOnKeys(At):
    """Turn a cloud's key service on again."""

    kind: Literal["turn-on-keys"] = "turn-on-keys"

    def inverse(self) -> TurnOffKeys:
        """Turn it off."""
        return self._turned(TurnOffKeys)


class ReadEverything(At, Look):
    """Read every object or every row of a component, opening what is sealed with what is left."""

    kind: Literal["read-everything"] = "read-everything"
